"""Delegated tasks at the node's door: read, moved and followed by officers of their two courts."""

from collections.abc import AsyncGenerator, Awaitable
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.tasks import TaskRecord
from enforcement.rules.refusals import RuleBroken
from enforcement.tasks import concluding, dispatching, drafting, handling, reading, requests, watching
from enforcement.tasks.contents import SupplementPayload, SupplementRequestPayload
from schema.context import NodeContext
from schema.node import task_inputs as inputs
from schema.node.task_types import (
    DelegatedTaskResult,
    present,
)
from schema.positions import cursor_of, position_of
from schema.problems import problem_of

NodeInfo: TypeAlias = Info[NodeContext, None]
Id = Annotated[UUID, strawberry.argument(description="The task. 编号")]
_INPUT = strawberry.argument(description="What is asked for. 输入")


async def told(info: NodeInfo, work: Awaitable[TaskRecord]) -> DelegatedTaskResult:
    """The task that `work` gives, as its caller may read it, or the problem."""
    context = info.context
    try:
        task = await work
    except RuleBroken as broken:
        return cast("DelegatedTaskResult", problem_of(broken, context.language))
    assert context.caller is not None  # every use-case refuses an anonymous caller
    return present(context.court, context.caller, [task])[0]


@strawberry.type
class TaskQuery:
    """Tasks of this court, in both directions."""

    @strawberry.field(description="A task to which this court is a party. 委托事项")
    async def delegated_task(self, info: NodeInfo, id: Id) -> DelegatedTaskResult:  # noqa: A002  # GraphQL's name
        return await told(info, reading.read(info.context.court, info.context.caller, id))


@strawberry.type
class TaskMutation:
    """Acts on delegated tasks; each by its office."""

    @strawberry.mutation(description="Draft a task; by the case's handler. 新建委托事项")
    async def create_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.CreateDelegatedTaskInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        async def work() -> TaskRecord:
            return await drafting.create(
                info.context.court, info.context.caller, input.parsed(), idempotency_key=input.idempotency_key
            )

        return await told(info, work())

    @strawberry.mutation(description="Draft a returned task again. 重新起草")
    async def clone_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.CloneDelegatedTaskInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(
            info,
            drafting.clone(
                court,
                caller,
                input.id,
                input.version,
                idempotency_key=input.idempotency_key,
                entrusted_court=input.entrusted_court,
            ),
        )

    @strawberry.mutation(description="Ask the chief's approval. 提交审批")
    async def submit_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.TaskVersionInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        return await told(info, drafting.submit(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(description="Approve; never one's own. 批准")
    async def approve_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.TaskOpinionInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(info, drafting.approve(court, caller, input.id, input.version, opinion=input.opinion))

    @strawberry.mutation(description="Send back to the drafter, with a reason. 不予批准")
    async def refuse_delegated_task_approval(
        self,
        info: NodeInfo,
        input: Annotated[inputs.TaskOpinionInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(info, drafting.refuse_approval(court, caller, input.id, input.version, opinion=input.opinion))

    @strawberry.mutation(description="Send an approved task; by the command centre. 发出")
    async def dispatch_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.TaskVersionInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        return await told(info, dispatching.dispatch(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(description="Sign for a task; by the entrusted command centre. 签收")
    async def sign_for_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.TaskVersionInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        return await told(info, handling.sign_for(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(description="Assign a task to a handler; by the entrusted bureau chief. 分派")
    async def assign_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.AssignDelegatedTaskInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(info, handling.assign(court, caller, input.id, input.version, input.officer_id))

    @strawberry.mutation(description="Record a step; by the assigned handler. 记录办理步骤")
    async def record_handling_step(
        self,
        info: NodeInfo,
        input: Annotated[inputs.RecordHandlingStepInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(info, handling.record_step(court, caller, input.id, input.version, input.parsed()))

    @strawberry.mutation(description="Ask the delegating court for papers. 要求补充")
    async def request_supplement(
        self,
        info: NodeInfo,
        input: Annotated[inputs.RequestSupplementInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        wanted = SupplementRequestPayload(
            papers=[paper.value for paper in input.papers],
            communication=None if input.communication is None else input.communication.parsed(),
            note=input.note,
        )
        court, caller = info.context.court, info.context.caller
        return await told(info, handling.request_supplement(court, caller, input.id, input.version, wanted))

    @strawberry.mutation(description="Send papers that were asked for. 补充材料")
    async def supplement_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.SupplementDelegatedTaskInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        papers = SupplementPayload(documents=inputs.documents_of(input.documents), note=input.note)
        court, caller = info.context.court, info.context.caller
        return await told(info, requests.supplement(court, caller, input.id, input.version, papers))

    @strawberry.mutation(description="Answer the delegating court; by the assigned handler. 反馈")
    async def submit_feedback(
        self,
        info: NodeInfo,
        input: Annotated[inputs.SubmitFeedbackInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(info, handling.submit_feedback(court, caller, input.id, input.version, input.parsed()))

    @strawberry.mutation(description="Accept the feedback: the task is over. 确认办结")
    async def confirm_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.TaskVersionInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        return await told(info, concluding.confirm(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(description="Do not accept the feedback: the task goes on. 不接受反馈")
    async def reject_feedback(
        self,
        info: NodeInfo,
        input: Annotated[inputs.TaskReasonInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(info, concluding.reject_feedback(court, caller, input.id, input.version, reason=input.reason))

    @strawberry.mutation(description="Send a task back; by the entrusted bureau chief. 退回")
    async def return_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.ReturnDelegatedTaskInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        spoke = None if input.communication is None else input.communication.parsed()
        court, caller = info.context.court, info.context.caller
        return await told(
            info,
            handling.return_task(
                court, caller, input.id, input.version, reason=input.reason, note=input.note, communication=spoke
            ),
        )

    @strawberry.mutation(description="Withdraw: at once, or by a request if it was sent. 撤回")
    async def withdraw_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.TaskReasonInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller = info.context.court, info.context.caller
        return await told(info, requests.withdraw(court, caller, input.id, input.version, reason=input.reason))


@strawberry.type
class TaskSubscription:
    """Following tasks."""

    @strawberry.subscription(description="A task as it stands, then after each change. 委托事项变更")
    async def delegated_task_changed(
        self,
        info: NodeInfo,
        task_id: Annotated[UUID, strawberry.argument(description="The task. 编号")],
        after: Annotated[
            str | None, strawberry.argument(description="The last `cursor` received: only what came since. 续传游标")
        ] = None,
    ) -> AsyncGenerator[DelegatedTaskResult, None]:
        context = info.context
        try:
            position = position_of(after, str(task_id))
            async for change in watching.changes(context.court, context.caller, task_id, after=position):
                assert context.caller is not None  # the use-case refuses an anonymous caller
                (task,) = present(context.court, context.caller, [change.task])
                task.cursor = cursor_of(str(task_id), change.position)
                yield task
        except RuleBroken as broken:
            yield cast("DelegatedTaskResult", problem_of(broken, context.language))
