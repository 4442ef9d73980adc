"""The enums of tasks as their own courts see them; those the zone shares stand in schema/task_enums.py."""

from enum import StrEnum

from db.records.tasks import TaskOrder
from enforcement.rules.feedback import FeedbackResult, ReturnReason, StepKind
from enforcement.rules.objection import ObjectionKind, ObjectionOutcome
from enforcement.rules.statements import CommunicationChannel, StatementKind
from enforcement.rules.task_clocks import TaskTerm
from enforcement.rules.task_log import EventType
from enforcement.rules.task_status import DelegatedTaskStatus, NextStep
from enforcement.tasks.history import InternalAct
from schema.enums import described

__all__ = [
    "CommunicationChannel",
    "DelegatedTaskStatus",
    "Direction",
    "EventStanding",
    "EventType",
    "FeedbackResult",
    "InternalAct",
    "NextStep",
    "ObjectionKind",
    "ObjectionOutcome",
    "RequestAnswer",
    "RequestKind",
    "ReturnReason",
    "StatementKind",
    "StepKind",
    "TaskOrder",
    "TaskTerm",
]

_S = DelegatedTaskStatus
_E = EventType
_A = InternalAct


class Direction(StrEnum):
    OUTBOUND = "OUTBOUND"
    INBOUND = "INBOUND"


class RequestKind(StrEnum):
    WITHDRAW = "WITHDRAW"
    SUPPLEMENT = "SUPPLEMENT"


class RequestAnswer(StrEnum):
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"


class EventStanding(StrEnum):
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"
    FORKED = "FORKED"
    VOID = "VOID"


class TaskOverlayKind(StrEnum):
    URGENT = "URGENT"
    OVERDUE = "OVERDUE"
    NOT_BEGUN = "NOT_BEGUN"
    SUPERVISED = "SUPERVISED"
    COMPLAINED = "COMPLAINED"
    OBJECTION_PENDING = "OBJECTION_PENDING"
    NODE_UNREACHABLE = "NODE_UNREACHABLE"
    COUNTERPART_SILENT = "COUNTERPART_SILENT"
    REFUSED_BY_COUNTERPART = "REFUSED_BY_COUNTERPART"
    DISPUTED = "DISPUTED"
    OTHER = "OTHER"

    @classmethod
    def _missing_(cls, _value: object) -> "TaskOverlayKind":
        """A mark that a newer release left."""
        return cls.OTHER


_O = TaskOverlayKind

described(
    TaskOrder,
    "In which order tasks come. 排序",
    {
        TaskOrder.YOUNGEST: "The last made first; a walk meets each task once. 最新创建",
        TaskOrder.DUE: "Open tasks, the first due first, those without a day last. 最先到期",
        TaskOrder.CHANGED: "The last changed first. 最近变更",
    },
)
described(
    DelegatedTaskStatus,
    "Where a delegated task stands. 委托事项状态",
    {
        _S.DRAFT: "Drafted. 草稿",
        _S.PENDING_APPROVAL: "Submitted to the chief. 待审批",
        _S.APPROVED: "Approved, not sent yet. 已批准",
        _S.DISPATCHED: "Sent; the entrusted court has not answered yet. 已发出",
        _S.RECEIVED: "At the entrusted court, not signed for. 待签收",
        _S.SIGNED_FOR: "Signed for. 已签收",
        _S.SUPPLEMENT_REQUESTED: "Papers are awaited. 待补充",
        _S.IN_PROGRESS: "Being handled. 办理中",
        _S.FED_BACK: "Fed back, not confirmed. 已反馈",
        _S.COMPLETED: "Confirmed. 已办结",
        _S.RETURNED: "Returned. 已退回",
        _S.WITHDRAWN: "Withdrawn. 已撤回",
    },
)
described(
    EventType,
    "An event of the log that both courts share. 共享日志事件",
    {
        _E.DISPATCHED: "Sent to the entrusted court. 发出",
        _E.RECEIVED: "Received by the entrusted node. 送达",
        _E.SIGNED_FOR: "Signed for. 签收",
        _E.STARTED: "Handling began. 开始办理",
        _E.STEP_RECORDED: "A step was recorded. 办理步骤",
        _E.SUPPLEMENT_REQUESTED: "Papers were asked for. 要求补充",
        _E.SUPPLEMENTED: "Papers came. 已补充",
        _E.FED_BACK: "Fed back. 反馈",
        _E.FEEDBACK_REJECTED: "The feedback was not accepted. 不接受反馈",
        _E.COMPLETED: "Confirmed: over. 确认办结",
        _E.RETURNED: "Returned: over. 退回",
        _E.WITHDRAWN: "Withdrawn: over. 撤回",
        _E.PEN_TAKEN: "Taken back from a court that was declared lost: over. 失联收回",
        _E.LOADED: "Loaded with older records. 数据装载",
    },
    name="TaskEventType",
)
described(
    NextStep,
    "What somebody has to do so that the task goes on. 下一步",
    {
        NextStep.SUBMIT: "The handler submits it. 提交",
        NextStep.APPROVE: "The chief, or the president, approves it. 审批",
        NextStep.DISPATCH: "The command centre sends it. 发出",
        NextStep.RECEIVE: "The entrusted node receives it, by itself. 接收",
        NextStep.SIGN_FOR: "The entrusted command centre signs for it. 签收",
        NextStep.ASSIGN: "The entrusted bureau chief assigns it. 分派",
        NextStep.SUPPLEMENT: "The delegating handler sends papers. 补充材料",
        NextStep.FEED_BACK: "The entrusted officer feeds back. 反馈",
        NextStep.CONFIRM: "The delegating handler confirms. 确认办结",
    },
)
described(
    FeedbackResult,
    "What came of a task. 反馈结果",
    {
        FeedbackResult.DONE_FULL: "Done. 全部完成",
        FeedbackResult.DONE_PARTIAL: "Done in part. 部分完成",
        FeedbackResult.DONE_AS_WAITING: "Registered behind an earlier measure. 轮候",
        FeedbackResult.NOT_FOUND_PERSON: "The person was not found. 未找到人",
        FeedbackResult.NOT_FOUND_ASSET: "Those who looked found nothing. 未发现财产",
        FeedbackResult.ASSISTING_UNIT_REFUSED: "The assisting unit refused. 协助单位拒绝",
        FeedbackResult.OBJECTION_RAISED: "Somebody objected. 提出异议",
        FeedbackResult.PAID_IN_FULL: "The debtor paid on the spot. 当场履行",
        FeedbackResult.SETTLED: "The parties settled. 达成和解",
    },
)
described(
    ReturnReason,
    "Why a task is returned; there is no other reason. 退回原因",
    {
        ReturnReason.OUT_OF_SCOPE: "Not what may be delegated. 不属委托范围",
        ReturnReason.PAPERS_DEFICIENT_AFTER_SUPPLEMENT: "Papers are lacking after a supplement. 补充后仍不齐",
        ReturnReason.SUPPLEMENT_NOT_PROVIDED: "Papers asked for did not come in time. 逾期未补充",
        ReturnReason.NO_LINK_TO_DISTRICT: "Nothing links it to this district. 与本辖区无关",
        ReturnReason.AVAILABLE_ON_NATIONAL_NETWORK: "The national network answers it. 总对总系统可查",
        ReturnReason.DUPLICATE: "Delegated already. 重复委托",
        ReturnReason.LEGAL_BAR: "The law bars it: bankruptcy, immunity, exemption. 法定障碍",
    },
)
described(
    StepKind,
    "Kind of a handling step. 办理步骤种类",
    {
        StepKind.SEARCHED: "Searched. 查询",
        StepKind.VISITED: "Visited, by two officers. 走访",
        StepKind.SEIZED: "Seized, by two officers. 扣押",
        StepKind.NOTICE_SERVED: "Notice served on an assisting unit. 送达协助通知",
        StepKind.RECEIPT_RECEIVED: "Receipt of an assisting unit. 收到回执",
        StepKind.INTERVIEWED: "Interviewed. 约谈",
        StepKind.OTHER: "Other. 其他",
    },
)
described(
    InternalAct,
    "An act inside one court, which the other does not see. 内部办理环节",
    {
        _A.CREATED: "Drafted. 起草",
        _A.CLONED: "Drafted again after a return. 重新起草",
        _A.SUBMITTED: "Submitted. 提交审批",
        _A.APPROVED: "Approved. 批准",
        _A.APPROVAL_REFUSED: "Not approved. 不予批准",
        _A.DISPATCHED: "Sent. 发出",
        _A.SIGNED_FOR: "Signed for. 签收",
        _A.ASSIGNED: "Assigned to an officer. 分派",
        _A.RETURNED: "Returned. 退回",
        _A.WITHDRAWAL_REQUESTED: "Withdrawal asked for. 申请撤回",
        _A.WITHDRAWN: "Withdrawn before it was sent. 撤回",
        _A.SUPPLEMENT_REQUESTED: "Papers asked for. 要求补充",
        _A.SUPPLEMENT_SENT: "Papers sent. 发出补充材料",
        _A.STEP_RECORDED: "Step recorded. 记录步骤",
        _A.FED_BACK: "Fed back. 反馈",
        _A.CONFIRMED: "Confirmed. 确认办结",
        _A.FEEDBACK_REJECTED: "Feedback not accepted. 不接受反馈",
        _A.REFUSED_BY_COURT: "The other court's node refused it. 对方法院拒收",
    },
)
described(
    TaskTerm,
    "What somebody has to do by then. 期限事项",
    {
        TaskTerm.SIGN_FOR: "Sign for the task. 签收",
        TaskTerm.FIRST_ACT: "Take the first step about an urgent task. 紧急事项首次处置",
        TaskTerm.BEGIN: "Begin to handle it. 开始办理",
        TaskTerm.SUPPLEMENT: "Send the papers. 补充材料",
        TaskTerm.ANSWER: "Answer. 反馈",
        TaskTerm.CONFIRM: "Confirm the answer, or reject it. 确认办结",
    },
)
described(
    TaskOverlayKind,
    "A mark beside the state of a task. 标记种类",
    {
        _O.URGENT: "It was sent as urgent, and is not over. 紧急",
        _O.OVERDUE: "A deadline passed; `code` says which, by what had to be done. 超期",
        _O.NOT_BEGUN: "Nothing was begun within fifteen days of receipt. 逾期未开始办理",
        _O.SUPERVISED: "A superior court supervises it. 督办中",
        _O.COMPLAINED: "The delegating court complained. 被投诉",
        _O.OBJECTION_PENDING: "An objection is not decided. 异议审查中",
        _O.NODE_UNREACHABLE: "A message about it waits for a court that does not answer. 待投递",
        _O.COUNTERPART_SILENT: "The other court answered no message for its whole time. 对方无应答",
        _O.REFUSED_BY_COUNTERPART: "The other court's node refused a message. 对方拒收",
        _O.DISPUTED: "The log forked. 存在冲突",
        _O.OTHER: "A mark that this release does not know. 其他",
    },
)
described(
    StatementKind,
    "What a court says beside the log. 附记种类",
    {
        StatementKind.NOTE: "A note to the other court's handler. 留言",
        StatementKind.MEASURE_REPORT: "How a measure stands where its asset lies. 措施状态通报",
        StatementKind.CALL_RECORD: "That the courts spoke, and what was said. 通话记录",
        StatementKind.NOTES_READ: "Statements of the other court were read. 已读",
        StatementKind.FOUND: "The entrusted court found something, said at once. 发现财产通报",
        StatementKind.EVALUATED: "The delegating court evaluated the handling. 评价",
        StatementKind.COMPLAINED: "The delegating court complained. 投诉",
        StatementKind.COMPLAINT_ANSWERED: "The entrusted court answered a complaint. 投诉答复",
        StatementKind.COMPLAINT_CLOSED: "The delegating court closed its complaint. 结束投诉",
        StatementKind.OBJECTION: "Somebody objects to an act in the matter. 异议",
        StatementKind.OBJECTION_DECIDED: "How an objection ended, or what came after. 异议裁定",
        StatementKind.UNIT_SILENT: "An assisting unit is beyond its days. 协助单位未答复",
        StatementKind.UNIT_OBJECTED: "An assisting unit objects to the notice. 协助单位异议",
        StatementKind.HANDED_OVER: "A seized vehicle was handed over. 移交扣押车辆",
        StatementKind.UNIT_OBJECTION_ANSWERED: "The court answered the unit's objection. 答复协助单位异议",
        StatementKind.SILENCE: "The court that waits puts on record that a term passed in silence. 逾期未办证明",
    },
    name="TaskStatementKind",
)
described(
    Direction,
    "Which way a task goes, seen from this court. 方向",
    {Direction.OUTBOUND: "This court delegated it. 发出", Direction.INBOUND: "It was entrusted to this court. 收到"},
)
described(
    RequestKind,
    "What the delegating court asks of the court that handles the task. 请求种类",
    {RequestKind.WITHDRAW: "To end it. 撤回", RequestKind.SUPPLEMENT: "To take papers. 补充材料"},
)
described(
    RequestAnswer,
    "How a request ended. 请求答复",
    {RequestAnswer.GRANTED: "Granted. 同意", RequestAnswer.REFUSED: "Refused. 不同意"},
)
described(
    EventStanding,
    "Whether an event is part of the log. 事件效力",
    {
        EventStanding.APPLIED: "It is. 有效",
        EventStanding.REFUSED: "The other court refused it; it is kept beside the log. 已被拒收",
        EventStanding.FORKED: "It contradicts another one of its author; both are kept. 存在冲突",
        EventStanding.VOID: "A lost court wrote it after its task was taken back; evidence. 失效留存",
    },
)
described(
    CommunicationChannel,
    "How two courts spoke. 沟通方式",
    {
        CommunicationChannel.PHONE: "By telephone. 电话",
        CommunicationChannel.VIDEO: "By video. 视频",
        CommunicationChannel.PLATFORM: "On the official platform. 平台",
        CommunicationChannel.IN_PERSON: "In person. 当面",
    },
)
described(
    ObjectionKind,
    "Of which kind an objection is. 异议种类",
    {
        ObjectionKind.CONDUCT: "A party or somebody concerned objects to how it was done. 执行行为异议",
        ObjectionKind.THIRD_PARTY: "Somebody else says that the thing is theirs. 案外人异议",
    },
)
described(
    ObjectionOutcome,
    "How an objection ended, or what came after. 异议裁定结果",
    {
        ObjectionOutcome.FOUNDED: "Founded: enforcement against the thing stands still, or the act is undone. 理由成立",
        ObjectionOutcome.DISMISSED: "Dismissed; a third party may sue within 15 days from service. 驳回",
        ObjectionOutcome.NOT_ADMITTED: "Not taken on. 不予受理",
        ObjectionOutcome.WITHDRAWN: "Who objected withdrew. 撤回异议",
        ObjectionOutcome.SUED: "The third party sued: the thing is not disposed of meanwhile. 提起执行异议之诉",
        ObjectionOutcome.PERMITTED: "A judgment permits enforcement. 判决准许执行",
        ObjectionOutcome.BARRED: "A judgment bars enforcement. 判决不得执行",
    },
)
