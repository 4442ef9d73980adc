"""Proportionality, exceptions and exemptions at the node's door."""

from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import exemptions, measure_approval, measure_views, proportionality
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.node.asset_types import Asset, asset_of
from schema.node.control_enums import ApprovalDecision, ExemptionGround, ImmuneFund
from schema.node.control_types import ImmuneFundRule, ProportionalityCheck, check_of, fund_rules
from schema.node.measures import ControlMeasure, measure_of
from schema.problems import ExceedsClaim, ExemptProperty, Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.input(description="A bureau chief's decision on an exception. 审批控制措施")
class DecideMeasureInput:
    id: UUID = strawberry.field(description="The proposed measure. 控制措施")
    version: int = strawberry.field(description="As it was read. 版本")
    decision: ApprovalDecision = strawberry.field(description="Approved or not. 审批结果")


@strawberry.input(description="An asset that the law keeps out of reach. 登记豁免财产")
class RecordExemptionInput:
    asset_id: UUID = strawberry.field(description="The asset. 财产")
    version: int = strawberry.field(description="As it was read. 版本")
    ground: ExemptionGround = strawberry.field(description="Why. 豁免事由")
    fund: ImmuneFund | None = strawberry.field(
        default=None, description="Which fund it is, with SPECIAL_PURPOSE_ACCOUNT alone. 资金种类"
    )


ProportionalityResult: TypeAlias = Annotated[
    ProportionalityCheck | Refusal,
    strawberry.union("ProportionalityResult", description="The check, or why there is none. 比例原则审查结果"),
]
DecideMeasureResult: TypeAlias = Annotated[
    ControlMeasure | Refusal | StaleVersion | TransitionNotAllowed | ExceedsClaim | ExemptProperty,
    strawberry.union("DecideMeasureResult", description="The measure, or why it stays as it is. 审批结果"),
]
RecordExemptionResult: TypeAlias = Annotated[
    Asset | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("RecordExemptionResult", description="The asset, or why it stays as it is. 登记结果"),
]


@strawberry.type
class ControlQuery:
    """What may be controlled."""

    @strawberry.field(description="What taking these assets, by their estimates, would come to. 比例原则审查")
    async def proportionality(
        self,
        info: InfoNode,
        case_number: Annotated[CaseNumber, strawberry.argument(description="The own case. 案号")],
        asset_ids: Annotated[list[UUID], strawberry.argument(description="The assets, 1 to 50. 财产")],
    ) -> ProportionalityResult:
        court, caller = info.context.court, info.context.caller
        try:
            found = await proportionality.check_of(court, caller, case_number, asset_ids)
        except RuleBroken as refusal:
            return cast("ProportionalityResult", problem_of(refusal, info.context.language))
        return check_of(found, court.clock.now())

    @strawberry.field(description="Funds that no court enforces against, each with its law. 不得执行的资金、财产")
    def immune_funds(self) -> list[ImmuneFundRule]:
        return fund_rules()


@strawberry.type
class ControlMutation:
    """Approving an exception, and writing an exemption down."""

    @strawberry.mutation(description="Approve, or not, a measure on what cannot be divided. 审批控制措施")
    async def decide_measure(
        self,
        info: InfoNode,
        input: Annotated[DecideMeasureInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> DecideMeasureResult:
        court, caller = info.context.court, info.context.caller
        try:
            measure = await measure_approval.decide(court, caller, input.id, input.version, input.decision)
            return measure_of(await measure_views.read(court, caller, measure.id))
        except RuleBroken as refusal:
            return cast("DecideMeasureResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down that an asset is exempt. 登记豁免财产")
    async def record_exemption(
        self,
        info: InfoNode,
        input: Annotated[RecordExemptionInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordExemptionResult:
        court, caller = info.context.court, info.context.caller
        try:
            asset = await exemptions.record(court, caller, input.asset_id, input.version, input.ground, input.fund)
            return asset_of(await measure_views.asset_view_for(court, caller, asset))
        except RuleBroken as refusal:
            return cast("RecordExemptionResult", problem_of(refusal, info.context.language))
