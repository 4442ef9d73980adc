"""The enums of searches at several courts, described once."""

from db.records.delegated_searches import DelegatedSearchStatus
from enforcement.rules.delegated_search import CourtAnswer
from schema.enums import described

__all__ = ["CourtAnswer", "DelegatedSearchStatus"]

described(
    DelegatedSearchStatus,
    "How far a delegated search came inside this court. 委托查询状态",
    {
        DelegatedSearchStatus.DRAFT: "Sent back by the chief; to be submitted again. 草稿",
        DelegatedSearchStatus.PENDING_APPROVAL: "Waits for the chief. 待审批",
        DelegatedSearchStatus.APPROVED: "Waits for the command centre. 已批准",
        DelegatedSearchStatus.DISPATCHED: "Sent to every court. 已发出",
        DelegatedSearchStatus.WITHDRAWN: "Withdrawn at every court that had not answered. 已撤回",
    },
)
described(
    CourtAnswer,
    "What became of a question at one court. 受托法院办理情况",
    {
        CourtAnswer.ANSWERED: "It fed back. 已反馈",
        CourtAnswer.RETURNED: "It sent the task back. 已退回",
        CourtAnswer.WITHDRAWN: "The task was withdrawn. 已撤回",
        CourtAnswer.UNDELIVERABLE: "A message to it expired; it cannot be reached. 无法送达",
        CourtAnswer.OVERDUE: "Its next step is missed. 已超期",
        CourtAnswer.PENDING: "Within its time, or waiting for this court. 待反馈",
    },
)
