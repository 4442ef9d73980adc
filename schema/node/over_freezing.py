"""Equity frozen beyond what is owed, at the node's door."""

from datetime import date
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import measure_views, over_freezing
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.node.measures import ControlMeasure, measure_of
from schema.problems import DuplicateOf, Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber, Money

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.input(description="What a ruling found on an objection to a freeze of equity. 登记超标的冻结")
class RecordOverFreezingInput:
    id: UUID = strawberry.field(description="The measure. 控制措施")
    version: int = strawberry.field(description="As it was read. 版本")
    ruling_no: CaseNumber = strawberry.field(description="The ruling on the objection. 裁定书号")
    effective_on: date = strawberry.field(description="Since when it has effect. 裁定生效日期")
    excess: Money = strawberry.field(description="What is too much; less than the measure controls. 超标的金额")


@strawberry.input(description="What was too much of a freeze of equity is released. 解除超标的部分")
class RecordExcessReleasedInput:
    id: UUID = strawberry.field(description="The measure. 控制措施")
    version: int = strawberry.field(description="As it was read. 版本")
    ruling_no: CaseNumber = strawberry.field(description="The ruling of the case by which it was. 解除裁定书号")
    released_on: date = strawberry.field(description="When the company's register published it. 解除日期")


RecordOverFreezingResult: TypeAlias = Annotated[
    ControlMeasure | Refusal | StaleVersion | TransitionNotAllowed | DuplicateOf,
    strawberry.union("RecordOverFreezingResult", description="The measure, or why nothing was written. 登记结果"),
]
RecordExcessReleasedResult: TypeAlias = Annotated[
    ControlMeasure | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("RecordExcessReleasedResult", description="The measure, or why it stays as it is. 登记结果"),
]


@strawberry.type
class OverFreezingMutation:
    """What was frozen beyond the debt, and that it was released."""

    @strawberry.mutation(description="A ruling found equity frozen beyond the debt. 登记超标的冻结")
    async def record_over_freezing(
        self,
        info: InfoNode,
        input: Annotated[RecordOverFreezingInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordOverFreezingResult:
        court, caller = info.context.court, info.context.caller
        try:
            await over_freezing.record(
                court,
                caller,
                input.id,
                input.version,
                ruling_no=input.ruling_no,
                effective_on=input.effective_on,
                excess=input.excess,
            )
            return measure_of(await measure_views.read(court, caller, input.id))
        except RuleBroken as refusal:
            return cast("RecordOverFreezingResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="What was frozen beyond the debt is released. 登记解除超标的部分")
    async def record_excess_released(
        self,
        info: InfoNode,
        input: Annotated[RecordExcessReleasedInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordExcessReleasedResult:
        court, caller = info.context.court, info.context.caller
        try:
            await over_freezing.release(
                court, caller, input.id, input.version, ruling_no=input.ruling_no, released_on=input.released_on
            )
            return measure_of(await measure_views.read(court, caller, input.id))
        except RuleBroken as refusal:
            return cast("RecordExcessReleasedResult", problem_of(refusal, info.context.language))
