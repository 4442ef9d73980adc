"""Lists and orders about debtors, urgings before enforcement, and managed lists."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DishonestEntryRecord:
    """失信被执行人名单: never shown after `until_on` or `removed_on`."""

    id: UUID
    party_id: UUID
    case_id: UUID
    ground: str
    decision_no: str
    published_on: date
    until_on: date
    removed_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class RestrictionRecord:
    """限制消费令, in force until lifted."""

    id: UUID
    party_id: UUID
    case_id: UUID
    order_no: str
    issued_on: date
    lifted_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class UrgingRecord:
    """执前督促: the obligor is urged before any enforcement case is filed."""

    id: UUID
    judgment_no: str
    obligor_id: UUID
    right_holder_id: UUID
    amount: Decimal
    started_by: str
    started_on: date
    period_days: int
    outcome: str | None
    closed_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ManagedListRecord:
    """台账."""

    id: UUID
    name: str
    kind: str
    opened_on: date
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ManagedListItemRecord:
    """One line of a 台账; struck off (销号) with evidence, by another officer than its owner."""

    list_id: UUID
    no: int
    case_id: UUID
    change: str
    owner_id: str
    added_on: date
    due_on: date
    struck_off_on: date | None
    struck_off_by: str | None
    evidence: str | None
