"""Whole cases entrusted to other courts (委托执行), and proposals of cross-enforcement (交叉执行)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CaseTransferRecord:
    """One transfer, as either court holds it under the same id. `due_on` is by when somebody must act next.

    `head` is the last statement about it, of either court; `under_way`: it is an own one that the other court has not
    answered for, and `before` says what the transfer goes back to if it is refused.
    """

    id: UUID
    direction: str
    peer: str
    case_id: UUID | None
    peer_case_number: str | None
    status: str
    content: bytes
    proposed_by: str | None
    proposed_at: datetime
    sent_at: datetime | None = None
    due_on: date | None = None
    filed_on: date | None = None
    strike_off_by: date | None = None
    struck_off_on: date | None = None
    high_court_approval_no: str | None = None
    ended_on: date | None = None
    was_withdrawn: bool = False
    version: int = 1
    refused_code: str | None = None  # by which the other court refused the last own statement
    head: UUID | None = None
    under_way: bool = False
    before: dict[str, Any] | None = None
    counting: dict[str, Any] | None = None  # how the court that entrusted it counts days of interest
    paid_there: Decimal = Decimal("0.00")  # what the other court says was paid there


@dataclass(frozen=True, slots=True)
class CrossEnforcementRecord:
    """What a superior court was asked to decide about cases, and what it decided. No case is moved by it."""

    id: UUID
    mode: str
    ground: str
    case_numbers: list[str]
    deciding_court: str
    proposed_by: str
    proposed_at: datetime
    decision: str | None = None
    decision_no: str | None = None
    decided_on: date | None = None
    recorded_by: str | None = None
    version: int = 1
