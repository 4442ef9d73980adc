"""Asset searches (查控), finds (发现财产), assistance notices (协助执行通知书) and receipts (回执), as written down.

`subject`, `case_number`, `content`, `request` and `ruling_no` are ciphertext.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from db.records.measure_life import NoticeAct


class SearchStatus(StrEnum):
    """查询状态."""

    OPEN = "OPEN"  # 查询中
    DONE = "DONE"  # 已完成


class InquiryOutcome(StrEnum):
    """What one assisting unit said; silence is NO_ANSWER, never NOTHING."""

    FOUND = "FOUND"  # 有财产
    NOTHING = "NOTHING"  # 查无财产
    REFUSED = "REFUSED"  # 拒绝协助
    NO_ANSWER = "NO_ANSWER"  # 未答复


class ResultOutcome(StrEnum):
    """What one channel said of one kind of asset; whom nobody asked is NOT_ASKED, never NOTHING."""

    FOUND = "FOUND"  # 有财产
    NOTHING = "NOTHING"  # 查无财产
    REFUSED = "REFUSED"  # 拒绝协助
    NO_ANSWER = "NO_ANSWER"  # 未答复
    NOT_ASKED = "NOT_ASKED"  # 未查询


class NoticeStatus(StrEnum):
    """通知状态."""

    SERVED = "SERVED"  # 已送达，待回执
    ANSWERED = "ANSWERED"  # 已有回执


class ReceiptResult(StrEnum):
    """回执结果."""

    REGISTERED = "REGISTERED"  # 已登记
    REFUSED = "REFUSED"  # 拒绝协助


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search, in an own case (`case_id`, `party_id`) or for a task of another court (`task_id`)."""

    id: UUID
    case_id: UUID | None
    task_id: UUID | None
    party_id: UUID | None
    subject: bytes
    case_number: bytes
    kinds: list[str]
    requested_by: str
    requested_at: datetime
    status: SearchStatus
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class InquiryRecord:
    """One unit's part of a search; its id is the request id that the unit sees. Due while `next_attempt_at` is set."""

    id: UUID
    search_id: UUID
    unit_id: str
    unit_name: str
    channel: str
    attempts: int
    next_attempt_at: datetime | None
    outcome: InquiryOutcome | None
    reason: str | None
    source: str | None
    as_of: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """What one channel said of one kind; without an outcome while it is asked.

    `recorded_by` are the officers who typed it in, `place` where they were, encrypted; `digest` finds the same answer.
    """

    id: UUID
    search_id: UUID
    inquiry_id: UUID | None
    unit_id: str | None
    unit_name: str
    kind: str
    channel: str
    outcome: ResultOutcome | None
    reason: str | None
    source: str | None
    as_of: datetime | None
    closed_at: datetime | None
    recorded_by: list[str]
    place: bytes | None
    digest: bytes | None


class Announcement(StrEnum):
    """What became of the announcement of a find (即时通报)."""

    SAID = "SAID"  # 已通报
    WITHHELD = "WITHHELD"  # 不通报: somebody else's by the books, or nothing that a statement can carry
    REFUSED = "REFUSED"  # 对方拒收


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """One find. `court` searched, in `search_id` if it is ours; `asset_id` is set once an officer adopted it."""

    id: UUID
    inquiry_id: UUID | None
    case_id: UUID | None
    task_id: UUID | None
    court: str
    kind: str
    content: bytes
    source: str
    as_of: datetime
    recorded_at: datetime
    asset_id: UUID | None
    adopted_by: str | None
    adopted_at: datetime | None
    search_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """One notice; its id is the request id that the unit sees. Due while `next_attempt_at` is set."""

    id: UUID
    measure_id: UUID | None
    task_id: UUID | None
    unit_id: str
    unit_name: str
    request: bytes
    served_by: str
    served_at: datetime
    status: NoticeStatus
    attempts: int
    next_attempt_at: datetime | None
    reason: str | None
    act: NoticeAct = NoticeAct.CONTROL
    order_id: UUID | None = None  # the own order that it carries out


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """One AssistanceReceipt; `court` obtained it, for itself or for the court that ordered the measure."""

    id: UUID
    notice_id: UUID
    measure_id: UUID | None
    task_id: UUID | None
    court: str
    unit_id: str
    unit_name: str
    result: ReceiptResult
    receipt_no: str
    rank: int | None
    registered_at: datetime | None
    reason: str | None
    ruling_no: bytes
    received_at: datetime
    recorded_by: str | None = None  # who wrote it down, if no program did
    brought_by: str | None = None  # which officer brought it from the counter
    paper: str | None = None  # digest of the paper


class ObjectionDecision(StrEnum):
    """How a court answers a unit's objection."""

    UPHOLD = "UPHOLD"  # 异议成立
    DISMISS = "DISMISS"  # 驳回异议


@dataclass(frozen=True, slots=True)
class UnitObjectionRecord:
    """What a unit objects to a notice (协助单位异议); the court answers until `due_on`."""

    id: UUID
    notice_id: UUID
    reason: str
    raised_at: datetime
    due_on: date
    paper: str | None = None
    decision: ObjectionDecision | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_paper: str | None = None
    version: int = 1
