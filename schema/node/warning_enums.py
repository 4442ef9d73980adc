"""Kinds, causes and levels of warnings (预警), described."""

from db.records.warnings_raised import WarningCause, WarningKind, WarningLevel
from schema.enums import described

__all__ = ["WarningCause", "WarningKind", "WarningLevel"]

described(
    WarningKind,
    "What a warning is of. 预警种类",
    {
        WarningKind.LOOKUP_ANOMALY: "Something about a look-up is unusual; nothing is decided by it. 查询异常",
        WarningKind.CORRECTION_DUE: "A request to correct a list entry falls due soon. 纠正申请将到期",
        WarningKind.CORRECTION_OVERDUE: "A request to correct a list entry is overdue. 纠正申请已逾期",
        WarningKind.TASK_DUE: "A delegated task falls due soon. 委托事项将到期",
        WarningKind.TASK_OVERDUE: "A delegated task is overdue. 委托事项已逾期",
        WarningKind.TASK_TAKEN_BACK: "The entrusted court was declared lost; delegate anew. 受托法院失联，事项已收回",
        WarningKind.FIRST_ACT_OVERDUE: "Nothing was done yet about an urgent task. 紧急事项首次处置超时",
        WarningKind.MEASURE_EXPIRING: "A control measure ends soon, unless it is renewed. 控制措施将到期",
        WarningKind.RENEWAL_LATE: "A renewal was ordered, or came, when the measure had almost ended. 续行过迟",
        WarningKind.NOTICE_UNANSWERED: "An assisting unit did not answer within its promised days. 协助单位未答复",
        WarningKind.UNIT_OBJECTION_DUE: "An assisting unit objected and waits for the court. 协助单位异议待答复",
        WarningKind.OVER_CONTROLLED: "A waiting measure took effect; more is controlled than is owed. 超标的控制",
        WarningKind.OVER_FREEZING_DUE: "What a ruling found frozen beyond the debt is to be released. 超标的冻结待解除",
        WarningKind.TRANSFER_REQUEST_DUE: "Another court asked that a sealed thing be handed over. 商请移送待答复",
        WarningKind.TRANSFER_DECISION_REPORTED: (
            "The other court says what the superior decided; record it, or clear the difference up. 上级法院决定待登记"
        ),
        WarningKind.CLUE_OVERDUE: "A clue was not verified in its term. 线索核实逾期",
        WarningKind.BREACH_SUSPECTED: "An instalment of a settlement was not paid in time. 疑似不履行和解",
        WarningKind.PAYOUT_OVERDUE: "Money that arrived was not paid out in its term. 案款发放逾期",
        WarningKind.CASE_TRANSFER_DUE: "An act in the transfer of a case is overdue. 委托执行逾期",
        WarningKind.RENEWAL_ASKED: "The court that has the case asks this one to renew a measure. 受托法院请求续行",
        WarningKind.LIFT_ASKED: "The court that has the case asks this one to lift a measure. 受托法院请求解除",
        WarningKind.STATEMENT_REFUSED: "The other court refused what this one told it; it was taken back. 对方法院拒收",
        WarningKind.COMPLAINT_UNANSWERED: "A complaint was not answered by its day. 投诉未答复",
        WarningKind.OBJECTION_DUE: "An objection is to be decided soon. 异议待裁定",
        WarningKind.OBJECTION_OVERDUE: "An objection was not decided in its term. 异议审查逾期",
    },
)
described(
    WarningCause,
    "What set it off. 预警事由",
    {
        WarningCause.MANY_SUBJECTS: "One officer asked about many persons within the window. 短时查询多人",
        WarningCause.NIGHT_HOURS: "An officer asked at night. 夜间查询",
        WarningCause.SAME_NAME: "The person has the officer's name. 与查询人员同名",
        WarningCause.SAME_FAMILY_NAME: "The person has the officer's family name. 与查询人员同姓",
        WarningCause.DECLARED_RELATIVE: "The officer had declared the person. 已申报回避的人员",
        WarningCause.REVIEW: "The court's review of the request. 审查期限",
        WarningCause.RECONSIDERATION: "The superior court's reconsideration. 复议期限",
        WarningCause.TERM: "A term that ends or ended. 期限",
        WarningCause.SILENCE: "Somebody who should have answered did not. 未答复",
        WarningCause.REFUSAL: "Another court refused what it was told. 拒收",
    },
)
described(
    WarningLevel,
    "How pressing a warning is. 预警级别",
    {
        WarningLevel.NOTICE: "To know in good time. 提示",
        WarningLevel.WARNING: "To act on. 预警",
        WarningLevel.URGENT: "To act on at once, or it is late already. 紧急",
    },
)
