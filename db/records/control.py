"""What stands beside a control measure: its proportionality, the approval of an exception, exemptions of assets."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ProportionRecord:
    """The figures (比例原则) on which a measure was ruled or approved at that instant; CNY, net."""

    measure_id: UUID
    at: datetime
    outstanding: Decimal
    already_controlled_net: Decimal
    requested_net: Decimal
    ratio: Decimal | None
    verdict: str
    reason: str


class ApprovalDecision(StrEnum):
    """审批结果."""

    APPROVE = "APPROVE"  # 同意
    REFUSE = "REFUSE"  # 不同意


@dataclass(frozen=True, slots=True)
class MeasureApprovalRecord:
    """Who asked for the exception, and who decided on it; another officer."""

    measure_id: UUID
    requested_by: str
    requested_at: datetime
    decision: ApprovalDecision | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExemptionRecord:
    """Why an asset is exempt (豁免), and who wrote it down. `fund` names one that serves a purpose of its own."""

    asset_id: UUID
    ground: str
    fund: str | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class OverFreezeRecord:
    """That a ruling found a freeze of equity too large by `excess` (CNY), and that this was released."""

    id: UUID
    measure_id: UUID
    ruling_no: str
    effective_on: date
    excess: Decimal
    due_on: date
    recorded_by: str
    recorded_at: datetime
    released_on: date | None = None
    release_ruling_no: str | None = None
    released_by: str | None = None


@dataclass(frozen=True, slots=True)
class SeizureRecord:
    """A thing that was physically seized; `inventory` and `hand_over` are ciphertext."""

    measure_id: UUID
    task_id: UUID | None
    inventory: bytes
    seized_at: datetime
    recorded_by: str | None
    recorded_at: datetime
    hand_over: bytes | None = None
    handed_over_at: datetime | None = None
