"""Delegated tasks as the gateway sees them (委托事项跟踪): states, dates, courts; nobody and nothing is named.

Invariant: a word that this release does not know becomes OTHER, never text.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

import strawberry

from db.records.delivery import DeliveryStatus
from db.records.tracks import TrackEventRecord
from enforcement.desk.tracked_tasks import TrackedTask as TrackedTaskRecord
from enforcement.rules import complaint
from schema.enums import described
from schema.gateway.context import GatewayContext
from schema.gateway.courts import MemberCourt, member
from schema.objects import Node, node_id
from schema.task_enums import DelegatedMatterType, DeliveryState


class TrackedTaskStatus(StrEnum):
    """Where a task stands, once it has left its court."""

    DISPATCHED = "DISPATCHED"
    RECEIVED = "RECEIVED"
    SIGNED_FOR = "SIGNED_FOR"
    SUPPLEMENT_REQUESTED = "SUPPLEMENT_REQUESTED"
    IN_PROGRESS = "IN_PROGRESS"
    FED_BACK = "FED_BACK"
    COMPLETED = "COMPLETED"
    RETURNED = "RETURNED"
    WITHDRAWN = "WITHDRAWN"
    OTHER = "OTHER"


class TrackedEventType(StrEnum):
    """What a message of a task told."""

    DISPATCHED = "DISPATCHED"
    RECEIVED = "RECEIVED"
    SIGNED_FOR = "SIGNED_FOR"
    STARTED = "STARTED"
    STATEMENT_SENT = "STATEMENT_SENT"
    STEP_RECORDED = "STEP_RECORDED"
    SUPPLEMENT_REQUESTED = "SUPPLEMENT_REQUESTED"
    SUPPLEMENT_SENT = "SUPPLEMENT_SENT"
    SUPPLEMENT_REFUSED = "SUPPLEMENT_REFUSED"
    SUPPLEMENTED = "SUPPLEMENTED"
    FED_BACK = "FED_BACK"
    FEEDBACK_REJECTED = "FEEDBACK_REJECTED"
    COMPLETED = "COMPLETED"
    RETURNED = "RETURNED"
    WITHDRAW_REQUESTED = "WITHDRAW_REQUESTED"
    WITHDRAW_REFUSED = "WITHDRAW_REFUSED"
    WITHDRAWN = "WITHDRAWN"
    PEN_TAKEN = "PEN_TAKEN"
    COMPLAINED = "COMPLAINED"
    COMPLAINT_ANSWERED = "COMPLAINT_ANSWERED"
    COMPLAINT_CLOSED = "COMPLAINT_CLOSED"
    OBJECTION_FILED = "OBJECTION_FILED"
    OBJECTION_DECIDED = "OBJECTION_DECIDED"
    OTHER = "OTHER"


_S = TrackedTaskStatus
_E = TrackedEventType

described(
    TrackedTaskStatus,
    "Where a delegated task stands. 委托事项状态",
    {
        _S.DISPATCHED: "Sent, and delivered. 已发出",
        _S.RECEIVED: "Waits to be signed for. 待签收",
        _S.SIGNED_FOR: "Signed for. 已签收",
        _S.SUPPLEMENT_REQUESTED: "Papers are awaited. 待补充",
        _S.IN_PROGRESS: "Being handled. 办理中",
        _S.FED_BACK: "Answered; waits to be confirmed. 已反馈",
        _S.COMPLETED: "Confirmed. 已办结",
        _S.RETURNED: "Returned. 已退回",
        _S.WITHDRAWN: "Withdrawn. 已撤回",
        _S.OTHER: "A state that this release does not know. 其他",
    },
)
described(
    TrackedEventType,
    "What a message of a task told. 委托事项事件",
    {
        _E.DISPATCHED: "The task was sent. 发出",
        _E.RECEIVED: "It arrived. 送达",
        _E.SIGNED_FOR: "It was signed for. 签收",
        _E.STARTED: "Handling began. 开始办理",
        _E.STATEMENT_SENT: "One court told the other something beside the log. 附记",
        _E.STEP_RECORDED: "A step was recorded. 办理步骤",
        _E.SUPPLEMENT_REQUESTED: "Papers were asked for. 要求补充",
        _E.SUPPLEMENT_SENT: "Papers were sent. 发送补充材料",
        _E.SUPPLEMENT_REFUSED: "The papers were not taken. 补充材料未接收",
        _E.SUPPLEMENTED: "The papers were taken. 已补充",
        _E.FED_BACK: "It was answered. 反馈",
        _E.FEEDBACK_REJECTED: "The answer was not accepted. 退回反馈",
        _E.COMPLETED: "The answer was confirmed. 确认办结",
        _E.RETURNED: "It was returned. 退回",
        _E.WITHDRAW_REQUESTED: "Withdrawal was asked for. 申请撤回",
        _E.WITHDRAW_REFUSED: "Withdrawal was refused. 不同意撤回",
        _E.WITHDRAWN: "It was withdrawn. 撤回",
        _E.PEN_TAKEN: "It was taken back from a court that was declared lost. 失联收回",
        _E.COMPLAINED: "The delegating court complained. 投诉",
        _E.COMPLAINT_ANSWERED: "A complaint was answered. 投诉答复",
        _E.COMPLAINT_CLOSED: "A complaint was closed. 结束投诉",
        _E.OBJECTION_FILED: "Somebody objected. 异议",
        _E.OBJECTION_DECIDED: "An objection was decided. 异议裁定",
        _E.OTHER: "Something that this release does not know. 其他",
    },
)


@strawberry.type(description="One event in a task's timeline. 时间线事件")
class TrackedEvent:
    type: TrackedEventType = strawberry.field(description="What happened. 事件")
    at: datetime = strawberry.field(description="When its court signed it. 时间")
    author: MemberCourt = strawberry.field(description="Which court says so. 作出法院")

    @classmethod
    def of(cls, record: TrackEventRecord, context: GatewayContext) -> Self:
        """The event as its message told it."""
        known = _E.COMPLAINED if record.type in complaint.TOLD else record.type
        told = known if known in set(_E) else _E.OTHER
        return cls(
            type=_E(told),
            at=record.at,
            author=member(context, record.author),
        )


@strawberry.type(description="The delegating court asked for progress, on a day, without a text. 催办")
class Urge:
    at: datetime = strawberry.field(description="When. 时间")


@strawberry.type(description="Where a message stands on its way; what is in it is encrypted. 投递情况")
class Delivery:
    message_id: UUID = strawberry.field(description="Number of the message. 消息编号")
    from_court: MemberCourt = strawberry.field(description="From whom. 发出法院")
    to_court: MemberCourt = strawberry.field(description="To whom. 收件法院")
    state: DeliveryState = strawberry.field(description="How far it came. 投递状态")
    since: datetime = strawberry.field(description="Since when the gateway has it. 接收时间")
    attempts: int = strawberry.field(description="How often it was offered in vain. 失败次数")
    next_attempt_at: datetime | None = strawberry.field(description="When it is offered next. 下次投递时间")
    last_code: str | None = strawberry.field(description="Why not yet, as a code. 最近原因代码")
    closed_at: datetime | None = strawberry.field(description="When the destination answered. 完成时间")

    @classmethod
    def of(cls, status: DeliveryStatus, context: GatewayContext) -> Self:
        """The message as the gateway's queue has it."""
        return cls(
            message_id=status.id,
            from_court=member(context, status.sender or ""),
            to_court=member(context, status.destination),
            state=status.state,
            since=status.enqueued_at,
            attempts=status.attempts,
            next_attempt_at=status.next_attempt_at,
            last_code=status.last_error,
            closed_at=status.closed_at,
        )


@strawberry.type(description="A delegated task as the gateway sees it. 委托事项跟踪")
class TrackedTask(Node):
    id: strawberry.ID = strawberry.field(description="Number of the task, at random; the same at both courts. 事项编号")
    delegating_court: MemberCourt = strawberry.field(description="The court that delegated. 委托法院")
    entrusted_court: MemberCourt = strawberry.field(description="The court that handles. 受托法院")
    matter: DelegatedMatterType | None = strawberry.field(
        description="What was delegated; null for a matter that this release does not know. 委托事项"
    )
    status: TrackedTaskStatus = strawberry.field(description="Where it stands. 状态")
    holder: MemberCourt | None = strawberry.field(
        description="The court that acts next; null when the task has ended. 当前承办法院"
    )
    next_deadline: date | None = strawberry.field(description="By which day, in China, it acts. 下一期限")
    urgent: bool = strawberry.field(description="Whether it is urgent. 是否紧急")
    overdue: bool = strawberry.field(description="Whether the deadline has passed. 是否超期")
    delivery: Delivery | None = strawberry.field(
        description="Where its messages stand: the one that waits longest, or the last one. 投递情况"
    )
    events: list[TrackedEvent] = strawberry.field(description="Its timeline, in the order of the log. 时间线")
    urges: list[Urge] = strawberry.field(description="When it was urged, oldest first. 催办记录")
    recorded_at: datetime = strawberry.field(description="When the gateway heard of it first. 登记时间")
    changed_at: datetime = strawberry.field(description="When it changed last. 更新时间")
    version: int = strawberry.field(description="Counts its changes. 版本")
    cursor: str | None = strawberry.field(
        description="In a subscription: give it as `after` to hear what came next; else null. 续传游标"
    )

    @classmethod
    def of(cls, task: TrackedTaskRecord, context: GatewayContext, cursor: str | None = None) -> Self:
        """The task as the desk loaded it."""
        track = task.track
        return cls(
            id=node_id(track.id),
            delegating_court=member(context, track.delegating_court),
            entrusted_court=member(context, track.entrusted_court),
            matter=DelegatedMatterType(track.matter) if track.matter in set(DelegatedMatterType) else None,
            status=_S(track.status) if track.status in set(_S) else _S.OTHER,
            holder=member(context, track.holder) if track.holder else None,
            next_deadline=track.due_on,
            urgent=track.urgent,
            overdue=task.is_overdue,
            delivery=Delivery.of(task.delivery, context) if task.delivery else None,
            events=[TrackedEvent.of(event, context) for event in task.events],
            urges=[Urge(at=urge.at) for urge in task.urges],
            recorded_at=track.recorded_at,
            changed_at=track.changed_at,
            version=track.version,
            cursor=cursor,
        )
