"""Orders that change a measure at the node's door: renewing, lifting, ending by disposal, converting."""

from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import conversion, measure_orders, measure_views
from enforcement.measure_orders import Named
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.domain_enums import LiftGround
from schema.node.measures import ControlMeasure, measure_of
from schema.problems import (
    DuplicateOf,
    ExemptProperty,
    Refusal,
    StaleVersion,
    TermTooLong,
    TooLateToRenew,
    TransitionNotAllowed,
    problem_of,
)
from schema.scalars import CaseNumber

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.input(description="Renewing a measure before its term runs out. 续行")
class RenewMeasureInput:
    id: UUID = strawberry.field(description="The measure. 控制措施")
    version: int = strawberry.field(description="As it was read. 版本")
    ruling_no: CaseNumber = strawberry.field(
        description="The ruling that renews it: the case's number and 之N. 裁定书号"
    )
    term_years: int | None = strawberry.field(default=None, description="Else the longest term. 期限(年)")
    unit_id: str | None = strawberry.field(default=None, description="Where it stands, if no receipt says so. 协助单位")


@strawberry.input(description="Lifting a measure. 解除")
class LiftMeasureInput:
    id: UUID = strawberry.field(description="The measure. 控制措施")
    version: int = strawberry.field(description="As it was read. 版本")
    ruling_no: CaseNumber = strawberry.field(
        description="The ruling that lifts it: the case's number and 之N. 裁定书号"
    )
    ground: LiftGround = strawberry.field(description="Why. 解除事由")
    reason: str = strawberry.field(default="", description="In words; the ground OTHER needs it. 说明")
    unit_id: str | None = strawberry.field(default=None, description="Where it stands, if no receipt says so. 协助单位")


@strawberry.input(description="The asset of a measure was disposed of. 处置后消灭")
class ExtinguishMeasureInput:
    id: UUID = strawberry.field(description="The measure. 控制措施")
    version: int = strawberry.field(description="As it was read. 版本")
    ruling_no: CaseNumber = strawberry.field(description="The ruling on the sale or the debt swap. 成交、抵债裁定书号")
    unit_id: str | None = strawberry.field(default=None, description="Where it stands, if no receipt says so. 协助单位")


@strawberry.input(description="A preservation measure goes on in the enforcement case. 保全转执行")
class ConvertMeasureInput:
    id: UUID = strawberry.field(description="The measure of the preservation case. 控制措施")
    version: int = strawberry.field(description="As it was read. 版本")
    case_number: CaseNumber = strawberry.field(description="The enforcement case. 执行案号")


RenewMeasureResult: TypeAlias = Annotated[
    ControlMeasure
    | Refusal
    | StaleVersion
    | TransitionNotAllowed
    | TooLateToRenew
    | TermTooLong
    | DuplicateOf
    | ExemptProperty,
    strawberry.union("RenewMeasureResult", description="The measure, or why it is not renewed. 续行结果"),
]
LiftMeasureResult: TypeAlias = Annotated[
    ControlMeasure | Refusal | StaleVersion | TransitionNotAllowed | DuplicateOf,
    strawberry.union("LiftMeasureResult", description="The measure, or why it is not lifted. 解除结果"),
]
ExtinguishMeasureResult: TypeAlias = Annotated[
    ControlMeasure | Refusal | StaleVersion | TransitionNotAllowed | DuplicateOf,
    strawberry.union("ExtinguishMeasureResult", description="The measure, or why it stays. 消灭结果"),
]
ConvertMeasureResult: TypeAlias = Annotated[
    ControlMeasure | Refusal | StaleVersion | TransitionNotAllowed | DuplicateOf,
    strawberry.union("ConvertMeasureResult", description="The measure of the enforcement case, or why not. 转换结果"),
]


@strawberry.type
class MeasureOrderMutation:
    """Renewing and ending measures."""

    @strawberry.mutation(
        description="Order that a measure goes on; it does as of the unit's registration. 续行控制措施"
    )
    async def renew_measure(
        self,
        info: InfoNode,
        input: Annotated[RenewMeasureInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> RenewMeasureResult:
        court, caller = info.context.court, info.context.caller
        named = Named(input.id, input.version, input.ruling_no, input.unit_id)
        try:
            await measure_orders.renew(court, caller, named, term_years=input.term_years)
            return measure_of(await measure_views.read(court, caller, input.id))
        except RuleBroken as refusal:
            return cast("RenewMeasureResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Order that a measure ends; it does as of the unit's registration. 解除控制措施")
    async def lift_measure(
        self,
        info: InfoNode,
        input: Annotated[LiftMeasureInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> LiftMeasureResult:
        court, caller = info.context.court, info.context.caller
        named = Named(input.id, input.version, input.ruling_no, input.unit_id)
        try:
            await measure_orders.lift(court, caller, named, ground=input.ground, reason=input.reason)
            return measure_of(await measure_views.read(court, caller, input.id))
        except RuleBroken as refusal:
            return cast("LiftMeasureResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="The asset was sold or swapped: all measures on it end by that. 处置后消灭")
    async def extinguish_measure(
        self,
        info: InfoNode,
        input: Annotated[ExtinguishMeasureInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> ExtinguishMeasureResult:
        court, caller = info.context.court, info.context.caller
        try:
            await measure_orders.extinguish(
                court, caller, Named(input.id, input.version, input.ruling_no, input.unit_id)
            )
            return measure_of(await measure_views.read(court, caller, input.id))
        except RuleBroken as refusal:
            return cast("ExtinguishMeasureResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="A preservation measure goes on as one of enforcement, its term too. 保全转执行")
    async def convert_measure(
        self,
        info: InfoNode,
        input: Annotated[ConvertMeasureInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> ConvertMeasureResult:
        court, caller = info.context.court, info.context.caller
        try:
            made = await conversion.convert(court, caller, input.id, input.version, input.case_number)
            return measure_of(await measure_views.read(court, caller, made.id))
        except RuleBroken as refusal:
            return cast("ConvertMeasureResult", problem_of(refusal, info.context.language))
