"""A delegated task as officers of one of its courts see it.

Invariant: lists of tasks cost one query per kind of detail, because the tasks of one answer share a batch.
"""

from datetime import date, datetime
from typing import Annotated, Self, TypeAlias
from uuid import UUID

import strawberry

from db.records.supervision_marks import SupervisionMarkRecord
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller
from enforcement.rules.task_status import BY_DELEGATING_COURT, NEXT_STEPS
from enforcement.tasks import reading
from enforcement.tasks.reading import Said, TaskBatch
from schema.connections import Connection
from schema.federated import Personal
from schema.node.task_content_types import DelegatedTaskContent, content_of
from schema.node.task_enums import (
    DelegatedTaskStatus,
    Direction,
    InternalAct,
    NextStep,
    RequestAnswer,
    RequestKind,
    StatementKind,
    TaskOverlayKind,
)
from schema.node.task_event_types import TaskEvent, task_event
from schema.node.task_statement_types import TaskStatement, task_statement
from schema.objects import Node, node_id
from schema.problems import (
    DuplicateOf,
    ExemptProperty,
    LegalDocumentMissing,
    Refusal,
    StaleVersion,
    TransitionNotAllowed,
)
from schema.scalars import CourtCode
from schema.task_enums import DelegatedMatterType, SupervisionGround, SupervisionOrigin


@strawberry.type(description="By when somebody must act. 期限")
class TaskDeadline:
    due_on: date = strawberry.field(description="The last day in China. 截止日")
    due_at: datetime | None = strawberry.field(description="The instant after which it is missed. 截止时间")
    is_overdue: bool = strawberry.field(description="Whether it is missed now. 已超期")


@strawberry.type(description="A request to the court that handles the task. 请求")
class TaskRequest:
    kind: RequestKind = strawberry.field(description="What is asked. 种类")
    sent_at: datetime = strawberry.field(description="When it was signed. 发出时间")
    answer: RequestAnswer | None = strawberry.field(description="Null while it is pending. 答复")
    answered_at: datetime | None = strawberry.field(description="When it was answered. 答复时间")


@strawberry.type(
    description="An act inside this court; the other court does not see it. 内部办理记录", directives=[Personal()]
)
class InternalTaskAct:
    no: int = strawberry.field(description="Number, from 1. 序号")
    act: InternalAct = strawberry.field(description="What was done. 环节")
    officer: str = strawberry.field(description="By whom. 办理人员")
    at: datetime = strawberry.field(description="When. 时间")
    note: str = strawberry.field(description="Opinion or reason. 意见")


@strawberry.type(description="A mark beside the state, such as SUPERVISED or COUNTERPART_SILENT. 标记")
class TaskOverlay:
    kind: TaskOverlayKind = strawberry.field(description="Which mark. 种类")
    at: datetime = strawberry.field(description="Since when. 时间")
    author: CourtCode = strawberry.field(description="Whose. 法院")
    code: str | None = strawberry.field(description="A code that says more. 代码")
    cleared_at: datetime | None = strawberry.field(description="When it was cleared. 解除时间")


@strawberry.type(description="A superior court asks about the task, as the gateway tells; it moves nothing. 事项督办")
class TaskSupervision:
    id: strawberry.ID = strawberry.field(description="Its number at the gateway, where it is answered. 编号")
    ground: SupervisionGround | None = strawberry.field(
        description="Why; null for a ground that this release does not know. 督办事由"
    )
    origin: SupervisionOrigin | None = strawberry.field(
        description="What brought it about; null for what this release does not know. 发起方式"
    )
    raised_by: CourtCode = strawberry.field(description="The superior court. 督办法院")
    court: CourtCode = strawberry.field(description="Who answers. 被督办法院")
    respond_by: date = strawberry.field(description="By which day. 答复期限")
    raised_at: datetime = strawberry.field(description="When. 督办时间")
    cleared_at: datetime | None = strawberry.field(
        description="When this court heard that it was answered or closed. 解除时间"
    )

    @classmethod
    def of(cls, mark: SupervisionMarkRecord) -> Self:
        """The mark as the gateway told it."""
        return cls(
            id=strawberry.ID(str(mark.id)),
            ground=SupervisionGround(mark.ground) if mark.ground in set(SupervisionGround) else None,
            origin=SupervisionOrigin(mark.origin) if mark.origin in set(SupervisionOrigin) else None,
            raised_by=CourtCode(mark.raised_by),
            court=CourtCode(mark.court),
            respond_by=mark.respond_by,
            raised_at=mark.raised_at,
            cleared_at=mark.cleared_at,
        )


@strawberry.type(
    description="One matter that one court has another do, without a new case there. 事项委托", directives=[Personal()]
)
class DelegatedTask(Node):
    record: strawberry.Private[TaskRecord]
    batch: strawberry.Private[TaskBatch]

    id: strawberry.ID = strawberry.field(description="Random, the same at both courts and at the gateway. 编号")
    matter: DelegatedMatterType = strawberry.field(description="What is delegated. 委托事项")
    status: DelegatedTaskStatus = strawberry.field(description="Where it stands. 状态")
    direction: Direction = strawberry.field(description="Which way it goes. 方向")
    delegating_court: CourtCode = strawberry.field(description="Whose case it is. 委托法院")
    entrusted_court: CourtCode = strawberry.field(description="Who handles it. 受托法院")
    holder: CourtCode | None = strawberry.field(description="Who may append to the log; null when over. 当前法院")
    urgent: bool = strawberry.field(description="Whether it is urgent. 紧急")
    officer: str | None = strawberry.field(description="Who of this court handles it. 本院承办人")
    is_disputed: bool = strawberry.field(description="The log forked: both courts settle it. 存在冲突")
    version: int = strawberry.field(description="To be named by the next change. 版本")
    created_at: datetime = strawberry.field(description="When this court had it first. 创建时间")
    changed_at: datetime = strawberry.field(description="Last change. 变更时间")
    cursor: str | None = strawberry.field(
        default=None,
        description="In a subscription: give it as `after` to hear what came next; else null. 续传游标",
    )

    @strawberry.field(description="What is asked for. 委托内容")
    def content(self) -> DelegatedTaskContent:
        return content_of(self.batch, self.record)

    @strawberry.field(description="What has to happen next; null when it is over. 下一步")
    def next_step(self) -> NextStep | None:
        return NEXT_STEPS.get(self.status)

    @strawberry.field(description="Which court has to do it. 下一步办理法院")
    def next_step_by(self) -> CourtCode | None:
        step = NEXT_STEPS.get(self.status)
        if step is None:
            return None
        return self.delegating_court if step in BY_DELEGATING_COURT else self.entrusted_court

    @strawberry.field(description="By when; null when nothing is due. 下一步期限")
    def next_deadline(self) -> TaskDeadline | None:
        task = self.record
        if task.due_on is None:
            return None
        now = self.batch.court.clock.now()
        overdue = task.due_at is not None and now >= task.due_at
        return TaskDeadline(due_on=task.due_on, due_at=task.due_at, is_overdue=overdue)

    @strawberry.field(description="The signed events of both courts, in order; at most some dozens. 办理过程")
    async def timeline(self) -> list[TaskEvent]:
        return [task_event(view) for view in await self.batch.events.of(self.record.id)]

    @strawberry.field(
        description="What the two courts said beside the log: newest ones, in order; `before` leads back. 附记"
    )
    async def statements(
        self,
        kinds: Annotated[
            list[StatementKind] | None, strawberry.argument(description="Only of these; else of all kinds. 种类")
        ] = None,
        first: Annotated[int, strawberry.argument(description="At most so many, 1 to 100. 条数")] = 20,
        before: Annotated[
            UUID | None, strawberry.argument(description="Only what was said before this statement. 在此附记之前")
        ] = None,
    ) -> list[TaskStatement]:
        said = Said(None if kinds is None else tuple(kinds), first, before)
        return [task_statement(view) for view in await self.batch.statements(self.record.id, said)]

    @strawberry.field(description="Requests and their answers, oldest first. 请求")
    async def pending_requests(self) -> list[TaskRequest]:
        return [
            TaskRequest(
                kind=RequestKind(row.kind),
                sent_at=row.sent_at,
                answer=None if row.answer is None else RequestAnswer(row.answer),
                answered_at=row.answered_at,
            )
            for row in await self.batch.requests.of(self.record.id)
        ]

    @strawberry.field(description="Marks beside the state, cleared ones included. 标记")
    async def overlays(self) -> list[TaskOverlay]:
        rows = await self.batch.overlays.of(self.record.id)
        urgent = [] if not self.urgent else [reading.urgent_mark(self.record)]
        return [
            TaskOverlay(
                kind=TaskOverlayKind(row.kind),
                at=row.at,
                author=CourtCode(row.author),
                code=row.code,
                cleared_at=row.cleared_at,
            )
            for row in [*urgent, *rows]
        ]

    @strawberry.field(description="What superior courts ask about it, oldest first. 督办")
    async def supervisions(self) -> list[TaskSupervision]:
        return [TaskSupervision.of(mark) for mark in await self.batch.supervisions.of(self.record.id)]

    @strawberry.field(description="What was done inside this court. 内部办理记录")
    async def history(self) -> list[InternalTaskAct]:
        return [
            InternalTaskAct(
                no=row.no,
                act=InternalAct(row.act),
                officer=row.officer,
                at=row.at,
                note=self.batch.note(row),
            )
            for row in await self.batch.acts.of(self.record.id)
        ]

    @strawberry.field(description="The task that this one continues. 前序委托")
    async def follow_up_of(self) -> "DelegatedTask | None":
        origin = await self.batch.origin(self.record.id)
        return None if origin is None else present(self.batch.court, self.batch.caller, [origin])[0]

    @strawberry.field(description="The tasks that continue this one. 后续委托")
    async def follow_ups(self) -> list["DelegatedTask"]:
        return present(self.batch.court, self.batch.caller, await self.batch.follow_ups.of(self.record.id))


def present(court: CourtNode, caller: Caller, found: list[TaskRecord]) -> list[DelegatedTask]:
    """The tasks of one answer, sharing a batch."""
    batch = TaskBatch(court, caller, found)
    return [_task(batch, task) for task in found]


def _task(batch: TaskBatch, task: TaskRecord) -> DelegatedTask:
    return DelegatedTask(
        record=task,
        batch=batch,
        id=node_id(task.id),
        matter=DelegatedMatterType(task.matter),
        status=DelegatedTaskStatus(task.status),
        direction=Direction(task.direction),
        delegating_court=CourtCode(task.delegating_court),
        entrusted_court=CourtCode(task.entrusted_court),
        holder=None if task.holder is None else CourtCode(task.holder),
        urgent=task.urgent,
        officer=task.officer,
        is_disputed=task.is_disputed,
        version=task.version,
        created_at=task.created_at,
        changed_at=task.changed_at,
    )


DelegatedTaskResult: TypeAlias = Annotated[
    DelegatedTask | LegalDocumentMissing | DuplicateOf | StaleVersion | TransitionNotAllowed | ExemptProperty | Refusal,
    strawberry.union("DelegatedTaskResult", description="The task, or why not. 委托事项或问题"),
]
DelegatedTasksResult: TypeAlias = Annotated[
    Connection[DelegatedTask] | Refusal,
    strawberry.union("DelegatedTasksResult", description="A page of tasks, or why not. 委托事项列表或问题"),
]
