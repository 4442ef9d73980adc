"""Warnings (预警) of one court, and what officers declare of themselves.

A new kind is one value here and its description in schema/node/warning_enums.py.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class WarningKind(StrEnum):
    """What a warning is of."""

    LOOKUP_ANOMALY = "LOOKUP_ANOMALY"  # 查询异常
    CORRECTION_DUE = "CORRECTION_DUE"  # 纠正申请将到期
    CORRECTION_OVERDUE = "CORRECTION_OVERDUE"  # 纠正申请已逾期
    TASK_DUE = "TASK_DUE"  # 委托事项将到期
    TASK_OVERDUE = "TASK_OVERDUE"  # 委托事项已逾期
    TASK_TAKEN_BACK = "TASK_TAKEN_BACK"  # 受托法院失联
    FIRST_ACT_OVERDUE = "FIRST_ACT_OVERDUE"  # 紧急事项首次处置超时
    MEASURE_EXPIRING = "MEASURE_EXPIRING"  # 控制措施将到期
    RENEWAL_LATE = "RENEWAL_LATE"  # 续行过迟
    NOTICE_UNANSWERED = "NOTICE_UNANSWERED"  # 协助单位未答复
    UNIT_OBJECTION_DUE = "UNIT_OBJECTION_DUE"  # 协助单位异议待答复
    OVER_CONTROLLED = "OVER_CONTROLLED"  # 超标的控制
    OVER_FREEZING_DUE = "OVER_FREEZING_DUE"  # 超标的冻结待解除
    TRANSFER_REQUEST_DUE = "TRANSFER_REQUEST_DUE"  # 商请移送待答复
    TRANSFER_DECISION_REPORTED = "TRANSFER_DECISION_REPORTED"  # 上级法院决定待登记
    CLUE_OVERDUE = "CLUE_OVERDUE"  # 线索核实逾期
    BREACH_SUSPECTED = "BREACH_SUSPECTED"  # 疑似不履行和解
    PAYOUT_OVERDUE = "PAYOUT_OVERDUE"  # 案款发放逾期
    CASE_TRANSFER_DUE = "CASE_TRANSFER_DUE"  # 委托执行逾期
    RENEWAL_ASKED = "RENEWAL_ASKED"  # 受托法院请求续行
    LIFT_ASKED = "LIFT_ASKED"  # 受托法院请求解除
    STATEMENT_REFUSED = "STATEMENT_REFUSED"  # 对方法院拒收
    COMPLAINT_UNANSWERED = "COMPLAINT_UNANSWERED"  # 投诉未答复
    OBJECTION_DUE = "OBJECTION_DUE"  # 异议待裁定
    OBJECTION_OVERDUE = "OBJECTION_OVERDUE"  # 异议审查逾期


ABOUT_OFFICERS: Final = frozenset({WarningKind.LOOKUP_ANOMALY})
"""Kinds whose `officer` is the one that it is about: they neither read it by that nor take note of it. Of every other
kind `officer` is whose case or task it is: they read it and may take note."""


class WarningLevel(StrEnum):
    """How pressing."""

    NOTICE = "NOTICE"  # 提示
    WARNING = "WARNING"  # 预警
    URGENT = "URGENT"  # 紧急


class WarningCause(StrEnum):
    """What set it off."""

    MANY_SUBJECTS = "MANY_SUBJECTS"  # 短时多人
    NIGHT_HOURS = "NIGHT_HOURS"  # 夜间查询
    SAME_NAME = "SAME_NAME"  # 同名
    SAME_FAMILY_NAME = "SAME_FAMILY_NAME"  # 同姓
    DECLARED_RELATIVE = "DECLARED_RELATIVE"  # 已申报亲属
    REVIEW = "REVIEW"  # 审查期限
    RECONSIDERATION = "RECONSIDERATION"  # 复议期限
    TERM = "TERM"  # 期限
    SILENCE = "SILENCE"  # 未答复
    REFUSAL = "REFUSAL"  # 拒收


@dataclass(frozen=True, slots=True)
class About:
    """What a warning is about, by its ids here: a reader is led from each to the thing itself."""

    case_id: UUID | None = None
    task_id: UUID | None = None
    measure_id: UUID | None = None
    notice_id: UUID | None = None
    search_id: UUID | None = None
    clue_id: UUID | None = None


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
    level: WarningLevel = WarningLevel.WARNING
    lookup_id: UUID | None = None
    correction_id: UUID | None = None
    case_id: UUID | None = None
    task_id: UUID | None = None
    measure_id: UUID | None = None
    notice_id: UUID | None = None
    search_id: UUID | None = None
    clue_id: UUID | None = None
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
