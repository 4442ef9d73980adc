"""Inbox and outbox of delegated tasks (收件箱、发件箱): filtered, in an order, counted; and acts on several at once."""

from datetime import date, datetime
from typing import Annotated, TypeAlias, cast

import strawberry
from strawberry.types import Info

from db.records.tasks import TaskCount
from enforcement.rules import rights
from enforcement.rules.paging import MOST
from enforcement.rules.refusals import Malformed, RuleBroken
from enforcement.rules.rights import Act
from enforcement.tasks import handling, lists
from enforcement.tasks.lists import Wanted
from schema.connections import Connection, connection
from schema.context import NodeContext
from schema.node.task_enums import DelegatedTaskStatus, Direction, TaskOrder
from schema.node.task_inputs import TaskVersionInput
from schema.node.task_types import DelegatedTask, DelegatedTaskResult, DelegatedTasksResult, present
from schema.node.tasks import told
from schema.problems import Refusal, problem_of
from schema.scalars import CaseNumber, CourtCode
from schema.task_enums import DelegatedMatterType

NodeInfo: TypeAlias = Info[NodeContext, None]
_INPUT = strawberry.argument(description="Which. 输入")
_DIRECTION = strawberry.argument(description="Only these. 方向")


@strawberry.input(description="Which tasks; all that is given must hold. 筛选条件")
class DelegatedTaskFilter:
    matters: list[DelegatedMatterType] | None = strawberry.field(default=None, description="One of these. 委托事项")
    other_court: CourtCode | None = strawberry.field(default=None, description="With this court. 对方法院")
    is_urgent: bool | None = strawberry.field(default=None, description="Urgent ones, or the others. 紧急")
    is_overdue: bool = strawberry.field(default=False, description="Those whose day is over. 已超期")
    is_held_here: bool = strawberry.field(default=False, description="Those that wait for this court. 待本院办理")
    due_by: date | None = strawberry.field(default=None, description="Due on this day or before it. 到期日")
    case_number: CaseNumber | None = strawberry.field(
        default=None, description="In this case of this court; outgoing tasks alone. 案号"
    )


@strawberry.type(description="How many tasks stand in one state. 各状态数量")
class DelegatedTaskCount:
    direction: Direction = strawberry.field(description="Which way. 方向")
    status: DelegatedTaskStatus = strawberry.field(description="The state. 状态")
    tasks: int = strawberry.field(description="How many. 数量")
    overdue: int = strawberry.field(description="How many of them are overdue. 其中已超期")
    held_here: int = strawberry.field(description="How many of them wait for this court. 其中待本院办理")


@strawberry.type(description="Counts of the tasks that you may know of. 委托事项计数")
class DelegatedTaskCounts:
    counts: list[DelegatedTaskCount] = strawberry.field(description="A row for each state with tasks. 各状态")
    as_of: datetime = strawberry.field(description="When it was counted. 截至时间")


@strawberry.type(description="What became of each of several tasks, in their order. 批量办理结果")
class DelegatedTaskBatch:
    results: list[DelegatedTaskResult] = strawberry.field(
        description="The task, or why not; one refusal leaves the others done. 各项结果"
    )


@strawberry.input(description="Several tasks to sign for. 批量签收")
class SignForDelegatedTasksInput:
    tasks: list[TaskVersionInput] = strawberry.field(description="At most 100. 委托事项")


@strawberry.input(description="Several tasks for one officer. 批量分派")
class AssignDelegatedTasksInput:
    tasks: list[TaskVersionInput] = strawberry.field(description="At most 100. 委托事项")
    officer_id: str = strawberry.field(description="Who shall handle them. 承办人")


DelegatedTaskCountsResult: TypeAlias = Annotated[
    DelegatedTaskCounts | Refusal,
    strawberry.union("DelegatedTaskCountsResult", description="The counts, or why not. 计数或问题"),
]
DelegatedTaskBatchResult: TypeAlias = Annotated[
    DelegatedTaskBatch | Refusal,
    strawberry.union("DelegatedTaskBatchResult", description="What became of each, or why not. 批量结果或问题"),
]


def _wanted(
    direction: Direction | None, status: list[DelegatedTaskStatus] | None, given: DelegatedTaskFilter | None
) -> Wanted:
    given = given or DelegatedTaskFilter()
    return Wanted(
        direction=None if direction is None else direction.value,
        statuses=None if status is None else tuple(one.value for one in status),
        matters=None if given.matters is None else tuple(one.value for one in given.matters),
        urgent=given.is_urgent,
        other_court=given.other_court,
        held_here=given.is_held_here,
        overdue=given.is_overdue,
        due_by=given.due_by,
        case=given.case_number,
    )


async def _page(
    context: NodeContext, wanted: Wanted, order: TaskOrder, first: int, after: str | None
) -> Connection[DelegatedTask]:
    page = await lists.page(context.court, context.caller, wanted, order, first=first, after=after)
    assert context.caller is not None  # the use-case refuses an anonymous caller
    return connection(present(context.court, context.caller, page.rows), page.cursors, has_next=page.has_next)


def _count(row: TaskCount) -> DelegatedTaskCount:
    return DelegatedTaskCount(
        direction=Direction(row.direction),
        status=DelegatedTaskStatus(row.status),
        tasks=row.tasks,
        overdue=row.overdue,
        held_here=row.held_here,
    )


def _refused(info: NodeInfo, act: Act, tasks: list[TaskVersionInput]) -> Refusal | None:
    """Why nothing is done of a batch: who may not do it to one may not do it to several, and at most 100 are named."""
    try:
        rights.check(info.context.caller, act)
        if not 1 <= len({one.id for one in tasks}) == len(tasks) <= MOST:
            raise Malformed("BATCH", "tasks")
    except RuleBroken as broken:
        return cast("Refusal", problem_of(broken, info.context.language))
    return None


@strawberry.type
class TaskListQuery:
    """A desk's lists of tasks."""

    @strawberry.field(
        description="Tasks of this court, youngest first; handlers see those in their hands. 委托事项列表"
    )
    async def delegated_tasks(
        self,
        info: NodeInfo,
        direction: Annotated[Direction | None, _DIRECTION] = None,
        status: Annotated[list[DelegatedTaskStatus] | None, strawberry.argument(description="Only these. 状态")] = None,
        filter: Annotated[  # noqa: A002  # GraphQL's name
            DelegatedTaskFilter | None, strawberry.argument(description="Which. 筛选")
        ] = None,
        order: Annotated[TaskOrder, strawberry.argument(description="In which order. 排序")] = TaskOrder.YOUNGEST,
        first: Annotated[int, strawberry.argument(description="At most so many, 1 to 100. 条数")] = 20,
        after: Annotated[str | None, strawberry.argument(description="Behind this cursor. 游标")] = None,
    ) -> DelegatedTasksResult:
        try:
            return await _page(info.context, _wanted(direction, status, filter), order, first, after)
        except RuleBroken as broken:
            return cast("DelegatedTasksResult", problem_of(broken, info.context.language))

    @strawberry.field(description="How many tasks stand in each state, by direction. 委托事项计数")
    async def delegated_task_counts(
        self,
        info: NodeInfo,
        direction: Annotated[Direction | None, _DIRECTION] = None,
        filter: Annotated[  # noqa: A002  # GraphQL's name
            DelegatedTaskFilter | None, strawberry.argument(description="Which. 筛选")
        ] = None,
    ) -> DelegatedTaskCountsResult:
        context = info.context
        try:
            rows = await lists.counts(context.court, context.caller, _wanted(direction, None, filter))
        except RuleBroken as broken:
            return cast("DelegatedTaskCountsResult", problem_of(broken, context.language))
        return DelegatedTaskCounts(counts=[_count(row) for row in rows], as_of=context.court.clock.now())


@strawberry.type
class TaskBatchMutation:
    """Acts on several tasks; each is an act by itself, in the order given."""

    @strawberry.mutation(description="Sign for several tasks; by the entrusted command centre. 批量签收")
    async def sign_for_delegated_tasks(
        self,
        info: NodeInfo,
        input: Annotated[SignForDelegatedTasksInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskBatchResult:
        court, caller = info.context.court, info.context.caller
        if (problem := _refused(info, Act.SIGN_FOR_TASK, input.tasks)) is not None:
            return problem
        results = [await told(info, handling.sign_for(court, caller, one.id, one.version)) for one in input.tasks]
        return DelegatedTaskBatch(results=results)

    @strawberry.mutation(description="Assign several tasks to one handler; by the entrusted bureau chief. 批量分派")
    async def assign_delegated_tasks(
        self,
        info: NodeInfo,
        input: Annotated[AssignDelegatedTasksInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskBatchResult:
        court, caller = info.context.court, info.context.caller
        if (problem := _refused(info, Act.ASSIGN_TASK, input.tasks)) is not None:
            return problem
        results = [
            await told(info, handling.assign(court, caller, one.id, one.version, input.officer_id))
            for one in input.tasks
        ]
        return DelegatedTaskBatch(results=results)
