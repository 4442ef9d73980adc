"""The life of control measures as written down: queue entries (轮候), orders that change a measure, its history.

`case_number`, `ruling_no` of a queue entry and `reason` of an order are ciphertext.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from db.records.assets import AssetKind, LiftGround, MeasureKind, MeasureStatus


class NoticeAct(StrEnum):
    """What an assistance notice asks its unit to register (协助事项)."""

    CONTROL = "CONTROL"  # 查封、扣押、冻结
    RENEW = "RENEW"  # 续行
    LIFT = "LIFT"  # 解除
    TRANSFER = "TRANSFER"  # 过户


class OrderStatus(StrEnum):
    """How far an order to change a measure has come (变更办理状态)."""

    ORDERED = "ORDERED"  # 已裁定
    NOTICE_SENT = "NOTICE_SENT"  # 已发协助通知
    DONE = "DONE"  # 已登记
    REFUSED = "REFUSED"  # 协助单位拒绝
    OVERTAKEN = "OVERTAKEN"  # 措施已先行终止


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """One measure in the queue of its asset at the court where the asset lies: what the registry said, and its state.

    `held_since`, `held_until` and `held_as` are set only of a measure that was taken over in force.
    """

    id: UUID
    asset_key: bytes
    asset_kind: AssetKind
    kind: MeasureKind
    ordering_court: str
    measure_id: UUID | None
    task_id: UUID | None
    case_number: bytes | None
    ruling_no: bytes | None
    term_years: int | None
    registered_at: datetime
    registry_rank: int
    renewed_at: list[datetime]
    renewed_years: list[int]
    released_at: datetime | None
    released_as: MeasureStatus | None
    held_since: datetime | None
    held_until: date | None
    held_as: MeasureStatus | None
    status: MeasureStatus
    rank: int | None
    effective_at: datetime | None
    expires_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order of this court that renews, lifts or ends by disposal a measure of its own."""

    id: UUID
    measure_id: UUID
    act: NoticeAct
    ruling_no: str
    ruled_on: date
    ground: LiftGround | None
    reason: bytes | None
    term_years: int | None
    is_late: bool
    status: OrderStatus
    ordered_by: str
    ordered_at: datetime
    receipt_id: UUID | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class MeasureEventRecord:
    """One change of a measure: when it counts from, who made it (no officer: the system), by which ground or receipt.

    `no` counts the changes of one measure from 1.
    """

    measure_id: UUID
    no: int
    at: datetime
    recorded_at: datetime
    status: MeasureStatus
    court: str
    officer: str | None
    ground: str | None
    ruling_no: str | None
    receipt_id: UUID | None
    rank: int | None
    effective_at: datetime | None
    expires_on: date | None
