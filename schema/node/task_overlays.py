"""Evaluations, complaints and objections at the node's door, and what completed tasks count for."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Self, TypeAlias, cast

import strawberry
from strawberry.types import Info

from db.records.tasks import TaskRecord
from enforcement import workload
from enforcement.rules.refusals import RuleBroken
from enforcement.tasks import complaining, evaluating, objecting
from enforcement.workload import Credit
from schema.context import NodeContext
from schema.node import task_overlay_types as inputs
from schema.node.task_types import DelegatedTaskResult, present
from schema.problems import Refusal, problem_of
from schema.scalars import BigInt
from schema.task_enums import DelegatedMatterType
from schema.zone.statistics_types import PeriodInput

NodeInfo: TypeAlias = Info[NodeContext, None]
_INPUT = strawberry.argument(description="What is asked for. 输入")
_NUMERATOR = "Cases that they count as: the numerator of an exact fraction. 折合案件数（分子）"
_DENOMINATOR = "Its denominator. 折合案件数（分母）"


@strawberry.type(description="What one officer's completed tasks of one matter count for. 工作量折算")
class WorkloadCredit:
    officer: str = strawberry.field(description="Id of who handled them. 承办人")
    matter: DelegatedMatterType = strawberry.field(description="What was delegated. 委托事项")
    tasks: int = strawberry.field(description="How many. 事项数")
    numerator: BigInt = strawberry.field(description=_NUMERATOR)
    denominator: BigInt = strawberry.field(description=_DENOMINATOR)

    @classmethod
    def of(cls, credit: Credit) -> Self:
        """The credit in lowest terms."""
        return cls(
            officer=credit.officer,
            matter=credit.matter,
            tasks=credit.tasks,
            numerator=BigInt(credit.counts.numerator),
            denominator=BigInt(credit.counts.denominator),
        )


@strawberry.type(
    description=(
        "What tasks of other courts, completed in a period, count for this court: the sum over them of its ratio for "
        "their matter. 折合工作量"
    )
)
class Workload:
    as_of: datetime = strawberry.field(description="The instant that it speaks of. 截至时间")
    credits: list[WorkloadCredit] = strawberry.field(description="By officer and matter. 明细")
    tasks: int = strawberry.field(description="How many tasks were completed. 事项数")
    numerator: BigInt = strawberry.field(description=_NUMERATOR)
    denominator: BigInt = strawberry.field(description=_DENOMINATOR)


WorkloadResult: TypeAlias = Annotated[
    Workload | Refusal, strawberry.union("WorkloadResult", description="The workload, or why not. 折合工作量结果")
]


async def _told(info: NodeInfo, work: Callable[[], Awaitable[TaskRecord]]) -> DelegatedTaskResult:
    """The task that `work` gives, as its caller may read it, or the problem."""
    context = info.context
    try:
        task = await work()
    except RuleBroken as broken:
        return cast("DelegatedTaskResult", problem_of(broken, context.language))
    assert context.caller is not None  # every use-case refuses an anonymous caller
    return present(context.court, context.caller, [task])[0]


@strawberry.type
class WorkloadQuery:
    """What completed tasks count for."""

    @strawberry.field(
        description="What was completed here in a period counts for whom; a handler reads their own. 折合工作量"
    )
    async def workload(
        self,
        info: NodeInfo,
        period: Annotated[PeriodInput, strawberry.argument(description="When they were completed. 统计期间")],
    ) -> WorkloadResult:
        context = info.context
        try:
            found = await workload.of_period(context.court, context.caller, period.from_on, period.to_on)
        except RuleBroken as broken:
            return cast("WorkloadResult", problem_of(broken, context.language))
        return Workload(
            as_of=found.as_of,
            credits=[WorkloadCredit.of(each) for each in found.credits],
            tasks=found.tasks,
            numerator=BigInt(found.counts.numerator),
            denominator=BigInt(found.counts.denominator),
        )


@strawberry.type
class TaskOverlayMutation:
    """What either court says beside a task's log, by office."""

    @strawberry.mutation(description="Evaluate a completed task, once; by the delegating handler or chief. 评价")
    async def evaluate_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.EvaluateDelegatedTaskInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller, key = info.context.court, info.context.caller, input.idempotency_key
        return await _told(
            info, lambda: evaluating.evaluate(court, caller, input.id, input.parsed(), idempotency_key=key)
        )

    @strawberry.mutation(
        description="Complain of a task; the entrusted court's superior hears the ground, the court the reason. 投诉"
    )
    async def complain_delegated_task(
        self,
        info: NodeInfo,
        input: Annotated[inputs.ComplainDelegatedTaskInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller, key = info.context.court, info.context.caller, input.idempotency_key
        return await _told(
            info, lambda: complaining.complain(court, caller, input.id, input.parsed(), idempotency_key=key)
        )

    @strawberry.mutation(description="Answer a complaint, once; for the entrusted court. 投诉答复")
    async def answer_complaint(
        self,
        info: NodeInfo,
        input: Annotated[inputs.AnswerComplaintInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller, key = info.context.court, info.context.caller, input.idempotency_key
        return await _told(
            info,
            lambda: complaining.answer(court, caller, input.id, input.complaint_id, input.text, idempotency_key=key),
        )

    @strawberry.mutation(description="Close a complaint, answered or not; for the court that complained. 结束投诉")
    async def close_complaint(
        self,
        info: NodeInfo,
        input: Annotated[inputs.CloseComplaintInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller, key = info.context.court, info.context.caller, input.idempotency_key
        return await _told(
            info,
            lambda: complaining.close(court, caller, input.id, input.complaint_id, input.text, idempotency_key=key),
        )

    @strawberry.mutation(
        description="Tell the task's other court of an objection: until it is decided, the thing is not sold. 转交异议"
    )
    async def forward_objection(
        self,
        info: NodeInfo,
        input: Annotated[inputs.ForwardObjectionInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller, key = info.context.court, info.context.caller, input.idempotency_key
        return await _told(
            info, lambda: objecting.forward(court, caller, input.id, input.parsed(), idempotency_key=key)
        )

    @strawberry.mutation(
        description="Record how an objection ended; for the court whose act it is, never by its handler. 异议裁定"
    )
    async def decide_objection(
        self,
        info: NodeInfo,
        input: Annotated[inputs.DecideObjectionInput, _INPUT],  # noqa: A002
    ) -> DelegatedTaskResult:
        court, caller, key = info.context.court, info.context.caller, input.idempotency_key
        return await _told(
            info,
            lambda: objecting.decide(court, caller, input.id, input.objection_id, input.parsed(), idempotency_key=key),
        )
