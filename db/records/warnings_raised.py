"""Warnings (预警) of one court, and what officers declare of themselves."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class WarningKind(StrEnum):
    """What a warning is about."""

    LOOKUP_ANOMALY = "LOOKUP_ANOMALY"  # 查询异常
    CORRECTION_DUE = "CORRECTION_DUE"  # 纠正申请将到期
    CORRECTION_OVERDUE = "CORRECTION_OVERDUE"  # 纠正申请已逾期


class WarningCause(StrEnum):
    """What set it off."""

    MANY_SUBJECTS = "MANY_SUBJECTS"  # 短时多人
    NIGHT_HOURS = "NIGHT_HOURS"  # 夜间查询
    SAME_NAME = "SAME_NAME"  # 同名
    SAME_FAMILY_NAME = "SAME_FAMILY_NAME"  # 同姓
    DECLARED_RELATIVE = "DECLARED_RELATIVE"  # 已申报亲属
    REVIEW = "REVIEW"  # 审查期限
    RECONSIDERATION = "RECONSIDERATION"  # 复议期限


@dataclass(frozen=True, slots=True)
class WarningRecord:
    """One warning. `once_key` is what makes it this one: it is raised once, however often its cause is found."""

    id: UUID
    at: datetime
    kind: WarningKind
    cause: WarningCause
    once_key: str
    court: str  # whose officer is meant
    officer: str | None = None
    lookup_id: UUID | None = None
    correction_id: UUID | None = None
    since: datetime | None = None
    figure: int | None = None
    due_on: date | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class RelativeRecord:
    """Somebody whom an officer declared (回避申报); `subject` is a keyed hash that only this court can make."""

    id: UUID
    officer: str
    subject: bytes
    relation: str
    declared_at: datetime
    ended_at: datetime | None = None
    version: int = 1
