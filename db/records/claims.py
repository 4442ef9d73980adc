"""Claims (债权) of a case, and the days on which its enforcement was suspended (中止) or deferred (暂缓)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """One claim; `no` counts from 1. Amounts in CNY; `foreign_amount` is what they were converted from, if anything."""

    id: UUID
    case_id: UUID
    no: int
    kind: str
    principal: Decimal
    general_interest: Decimal
    costs: Decimal
    interest_percent: Decimal | None
    interest_from_on: date | None
    interest_until_on: date | None
    due_on: date | None
    effective_on: date | None
    priority: str
    livelihood: str | None
    doubled_first: bool
    currency: str
    foreign_amount: Decimal | None
    mid_rate: Decimal | None
    mid_rate_on: date | None


@dataclass(frozen=True, slots=True)
class ClaimDueRecord:
    """A part of a claim's principal with the day on which it falls due."""

    claim_id: UUID
    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SuspensionRecord:
    """The days [from_on, until_on) of one suspension or deferral; without an end it is running."""

    id: UUID
    case_id: UUID
    kind: str
    ground: str
    from_on: date
    until_on: date | None
    recorded_by: str
    recorded_at: datetime
    version: int
