"""Clues (线索) to a debtor's assets or whereabouts. `content`, `informant` and `note` are ciphertext."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class ClueKind(StrEnum):
    """What it leads to."""

    PROPERTY = "PROPERTY"  # 财产线索
    WHEREABOUTS = "WHEREABOUTS"  # 下落线索


class ClueSource(StrEnum):
    """Who brought it."""

    OFFICER = "OFFICER"  # 办案人员
    APPLICANT = "APPLICANT"  # 申请执行人
    INFORMANT = "INFORMANT"  # 举报人
    GRASSROOTS = "GRASSROOTS"  # 镇村人员
    OTHER_COURT = "OTHER_COURT"  # 其他法院


class ClueReliability(StrEnum):
    """What it rests on."""

    DOCUMENT = "DOCUMENT"  # 有书面材料
    WITNESSED = "WITNESSED"  # 亲眼所见
    HEARSAY = "HEARSAY"  # 听说


class ClueUrgency(StrEnum):
    """How soon it is to be verified."""

    URGENT = "URGENT"  # 情况紧急
    SPECIFIC = "SPECIFIC"  # 明确具体
    VAGUE = "VAGUE"  # 不够具体


class ClueStatus(StrEnum):
    """线索状态."""

    OPEN = "OPEN"  # 待核实
    VERIFIED = "VERIFIED"  # 已核实


class ClueOutcome(StrEnum):
    """What the verification came to."""

    TRUE = "TRUE"  # 属实
    FALSE = "FALSE"  # 不属实
    UNVERIFIABLE = "UNVERIFIABLE"  # 无法核实


@dataclass(frozen=True, slots=True)
class ClueRecord:
    """One clue of one case; `location_court` is where it points to. Due on a day unless it is vague."""

    id: UUID
    case_id: UUID
    kind: ClueKind
    source: ClueSource
    reliability: ClueReliability
    urgency: ClueUrgency
    content: bytes
    informant: bytes | None
    location_court: str
    submitted_by: str
    submitted_at: datetime
    due_on: date | None
    status: ClueStatus
    result: ClueOutcome | None
    verified_by: str | None
    verified_at: datetime | None
    note: bytes | None
    version: int
