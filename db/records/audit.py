"""What stands in a court's audit trail (审计日志). `subject` is a keyed hash that only this court can make."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class AuditAction(StrEnum):
    """What somebody did."""

    LOOK_UP = "LOOK_UP"  # 发起查询
    LOOK_UP_ENDED = "LOOK_UP_ENDED"  # 查询结束
    ANSWER = "ANSWER"  # 外院查询
    READ_ACCESSES = "READ_ACCESSES"  # 核查查询人
    READ_AUDIT = "READ_AUDIT"  # 调阅审计日志
    TASK_ACT = "TASK_ACT"  # 委托事项办理
    REFUSED_ACT = "REFUSED_ACT"  # 操作被拒绝
    REQUEST_SEARCH = "REQUEST_SEARCH"  # 发起财产查询
    RECORD_SEARCH_ANSWER = "RECORD_SEARCH_ANSWER"  # 录入查询结果
    EXPORT_REQUESTS = "EXPORT_REQUESTS"  # 导出查询请求
    IMPORT_ANSWERS = "IMPORT_ANSWERS"  # 导入查询结果
    ADOPT_FINDING = "ADOPT_FINDING"  # 采用查询结果
    SUBMIT_CLUE = "SUBMIT_CLUE"  # 登记线索
    VERIFY_CLUE = "VERIFY_CLUE"  # 核实线索
    RULE_MEASURE = "RULE_MEASURE"  # 裁定控制措施
    DECIDE_MEASURE = "DECIDE_MEASURE"  # 审批控制措施
    RECORD_EXEMPTION = "RECORD_EXEMPTION"  # 登记豁免财产
    REQUEST_TRANSFER = "REQUEST_TRANSFER"  # 商请移送执行
    TRANSFER_ACT = "TRANSFER_ACT"  # 移送执行办理
    RECORD_DISPOSAL = "RECORD_DISPOSAL"  # 登记处置公告
    RECORD_RECEIPT = "RECORD_RECEIPT"  # 登记回执
    ANSWER_UNIT_OBJECTION = "ANSWER_UNIT_OBJECTION"  # 答复协助单位异议
    RENEW_MEASURE = "RENEW_MEASURE"  # 续行措施
    LIFT_MEASURE = "LIFT_MEASURE"  # 解除措施
    DISPOSE_MEASURE = "DISPOSE_MEASURE"  # 处置后消灭措施
    RECORD_OVER_FREEZING = "RECORD_OVER_FREEZING"  # 登记超标的冻结
    RELEASE_EXCESS = "RELEASE_EXCESS"  # 解除超标的部分
    CONVERT_MEASURE = "CONVERT_MEASURE"  # 保全转执行
    RECORD_SEIZURE = "RECORD_SEIZURE"  # 登记扣押清单
    SERVE_NOTICE = "SERVE_NOTICE"  # 送达协助通知
    RECORD_PAYMENT = "RECORD_PAYMENT"  # 登记到账
    RECORD_SETTLEMENT = "RECORD_SETTLEMENT"  # 登记和解
    REQUEST_DEFERRAL = "REQUEST_DEFERRAL"  # 登记暂缓申请
    RECORD_CLAIMS = "RECORD_CLAIMS"  # 登记债权
    SUSPEND_CASE = "SUSPEND_CASE"  # 中止、暂缓执行及恢复
    DECIDE_SETTLEMENT = "DECIDE_SETTLEMENT"  # 认定和解违约、无效、撤销
    RESUME_CASE = "RESUME_CASE"  # 恢复执行
    CLOSE_CASE = "CLOSE_CASE"  # 结案
    DISTRIBUTE = "DISTRIBUTE"  # 案款分配
    APPROVE_DISTRIBUTION = "APPROVE_DISTRIBUTION"  # 审批案款发放
    TRANSFER_CASE = "TRANSFER_CASE"  # 委托执行
    CROSS_ENFORCEMENT = "CROSS_ENFORCEMENT"  # 交叉执行建议
    DECLARE_RELATIVE = "DECLARE_RELATIVE"  # 回避申报
    END_DECLARATION = "END_DECLARATION"  # 撤销申报
    ACKNOWLEDGE_WARNING = "ACKNOWLEDGE_WARNING"  # 确认预警
    REQUEST_CORRECTION = "REQUEST_CORRECTION"  # 登记纠正申请
    DECIDE_CORRECTION = "DECIDE_CORRECTION"  # 决定纠正申请
    REQUEST_RECONSIDERATION = "REQUEST_RECONSIDERATION"  # 登记复议申请
    RECORD_RECONSIDERATION = "RECORD_RECONSIDERATION"  # 登记复议决定


DONE: Final = "DONE"
"""The outcome of an act that has no other word for it."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, and what came of it. `court` None: this one; `roles` None: as this court's records say."""

    at: datetime
    officer: str | None
    action: AuditAction
    outcome: str = DONE
    court: str | None = None
    roles: list[str] | None = None
    subject: bytes | None = None
    case_number: str | None = None
    purpose: str | None = None
    sections: list[str] | None = None
    lookup_id: UUID | None = None
    object_id: UUID | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An entry at its place in the chain: `digest` covers it and `prev`, the digest before."""

    seq: int
    prev: str
    digest: str
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class Head:
    """The last place of a chain."""

    seq: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events: None means any."""

    court: str | None = None
    officer: str | None = None
    action: AuditAction | None = None
    case_number: str | None = None
    lookup_id: UUID | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
