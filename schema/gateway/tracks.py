"""Following and urging delegated tasks at the gateway."""

from collections.abc import AsyncGenerator
from typing import Annotated, Final, TypeAlias, cast
from uuid import UUID

import strawberry

from enforcement.desk import tracked_tasks, urging, watching
from enforcement.rules import cursors
from enforcement.rules.refusals import RuleBroken
from schema.connections import Connection, connection
from schema.gateway.context import GatewayInfo
from schema.gateway.tracked_types import Delivery, TrackedTask, TrackedTaskStatus
from schema.positions import Resume, cursor_of, position_of
from schema.problems import Refusal, problem_of

_FIELD: Final = "trackedTasks"


@strawberry.type(description="Where messages stand, oldest first. 投递情况列表")
class DeliveryList:
    messages: list[Delivery] = strawberry.field(description="At most 500. 消息")


@strawberry.input(description="Which task is urged. 催办请求")
class UrgeTaskInput:
    track_id: UUID = strawberry.field(description="Number of the task. 事项编号")
    idempotency_key: str = strawberry.field(description="The same key urges once, however often it is sent. 幂等键")


TrackedTaskResult: TypeAlias = Annotated[
    TrackedTask | Refusal, strawberry.union("TrackedTaskResult", description="The task, or why not. 委托事项结果")
]
TrackedTasksResult: TypeAlias = Annotated[
    Connection[TrackedTask] | Refusal,
    strawberry.union("TrackedTasksResult", description="The tasks, or why not. 委托事项列表结果"),
]
DeliveryStatusResult: TypeAlias = Annotated[
    DeliveryList | Refusal,
    strawberry.union("DeliveryStatusResult", description="The messages, or why not. 投递情况结果"),
]
UrgeTaskResult: TypeAlias = Annotated[
    TrackedTask | Refusal, strawberry.union("UrgeTaskResult", description="The urged task, or why not. 催办结果")
]
TrackedTaskChange: TypeAlias = Annotated[
    TrackedTask | Refusal,
    strawberry.union("TrackedTaskChange", description="The task after a change, or why none is shown. 变更"),
]
TaskId: TypeAlias = Annotated[UUID, strawberry.argument(description="Number of the task. 事项编号")]
OnlyTask: TypeAlias = Annotated[
    UUID | None, strawberry.argument(description="Only this task; else every task of the caller's court. 事项编号")
]
OnlyStatus: TypeAlias = Annotated[TrackedTaskStatus | None, strawberry.argument(description="Only these. 状态")]
First: TypeAlias = Annotated[int, strawberry.argument(description="At most so many, up to 100. 条数")]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="The `endCursor` of the page before. 游标")]
MessageId: TypeAlias = Annotated[
    UUID, strawberry.argument(description="Number of a message or of a task. 消息或事项编号")
]


@strawberry.type
class TrackQuery:
    @strawberry.field(
        description="One task; it exists for the command centres and liaison officers of its courts. 委托事项跟踪"
    )
    async def tracked_task(self, info: GatewayInfo, id: TaskId) -> TrackedTaskResult:  # noqa: A002
        found = await tracked_tasks.tracked_task(info.context.gateway, info.context.caller, id)
        return TrackedTask.of(found, info.context)

    @strawberry.field(description="The tasks to which the caller's court is a party, newest first. 委托事项列表")
    async def tracked_tasks(
        self, info: GatewayInfo, status: OnlyStatus = None, first: First = 20, after: After = None
    ) -> TrackedTasksResult:
        page = await tracked_tasks.tracked_tasks(
            info.context.gateway,
            info.context.caller,
            status=status,
            first=first,
            after=cursors.read(_FIELD, after, cursors.instant, UUID),
        )
        tracks = [task.track for task in page.tasks]
        return connection(
            [TrackedTask.of(task, info.context) for task in page.tasks],
            [cursors.written(_FIELD, track.recorded_at.isoformat(), track.id) for track in tracks],
            has_next=page.has_next,
        )

    @strawberry.field(
        description="Where a message, or each message of a task, stands; the caller's court's own. 投递情况"
    )
    async def delivery_status(self, info: GatewayInfo, id: MessageId) -> DeliveryStatusResult:  # noqa: A002
        found = await tracked_tasks.delivery_status(info.context.gateway, info.context.caller, id)
        return DeliveryList(messages=[Delivery.of(status, info.context) for status in found])


@strawberry.type
class TrackMutation:
    @strawberry.mutation(
        description="Ask for progress, at most once a day; for the delegating court's command centre and liaison. 催办"
    )
    async def urge_task(
        self,
        info: GatewayInfo,
        input: Annotated[UrgeTaskInput, strawberry.argument(description="Which task. 催办请求")],  # noqa: A002
    ) -> UrgeTaskResult:
        urged = await urging.urge_task(
            info.context.gateway, info.context.caller, input.track_id, idempotency_key=input.idempotency_key
        )
        return TrackedTask.of(urged, info.context)


@strawberry.type
class TrackSubscription:
    @strawberry.subscription(description="Tasks of the caller's court, each after every change. 委托事项变更")
    async def tracked_task_changed(
        self,
        info: GatewayInfo,
        id: OnlyTask = None,  # noqa: A002
        after: Resume = None,
    ) -> AsyncGenerator[TrackedTaskChange, None]:
        try:
            context = info.context
            feed = "" if context.caller is None else context.caller.court
            position = position_of(after, feed)
            async for change in watching.changes(context.gateway, context.caller, id, after=position):
                yield TrackedTask.of(change.task, context, cursor_of(feed, change.position))
        except RuleBroken as error:
            yield cast("Refusal", problem_of(error, info.context.language))
