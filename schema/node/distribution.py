"""Distributing a case's proceeds: who takes part, the plan, what happens to it, the payout."""

from collections.abc import Awaitable
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement.case_money.distribution import deferring, drawing, objecting, participating, paying
from enforcement.case_money.distribution.deferring import NewPayoutDeferral
from enforcement.case_money.distribution.drawing import NewPlan
from enforcement.case_money.distribution.objecting import NewStep
from enforcement.case_money.distribution.participating import NewParticipation
from enforcement.case_money.distribution.paying import NewPayout
from enforcement.case_money.distribution.plans import PlanView
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.money_enums import (
    ClaimPriority,
    DistributionBasis,
    DistributionStep,
    PaymentEnding,
    PayoutDeferralGround,
    SuitOutcome,
)
from schema.node.distribution_types import DistributionPlan, Participation, participation_of, plan_of
from schema.problems import DuplicateOf, ObjectionTooLate, Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber, CourtCode, Money

InfoNode: TypeAlias = Info[NodeContext, None]
_NOTHING = Money(Decimal("0.00"))


@strawberry.input(description="A creditor of another case who applied to take part. 登记参与分配申请")
class RecordParticipationInput:
    case_number: CaseNumber = strawberry.field(description="The own case whose proceeds are distributed. 案号")
    their_court: CourtCode = strawberry.field(description="At which court the creditor enforces. 执行法院")
    their_case_number: CaseNumber = strawberry.field(description="In which case. 申请人所在案件案号")
    amount: Money = strawberry.field(description="How much is claimed. 债权金额")
    applied_on: date = strawberry.field(description="The day of the application. 申请日期")
    idempotency_key: str = strawberry.field(description="The same key again gives the same application. 幂等键")
    priority: ClaimPriority = strawberry.field(
        default=ClaimPriority.ORDINARY, description="Its place among creditors. 受偿顺位"
    )
    seizure_rank: int | None = strawberry.field(default=None, description="Its rank by seizure. 查封顺序")
    asset_id: UUID | None = strawberry.field(
        default=None, description="In what this thing brings; else in whatever comes in. 申请参与分配的财产"
    )


@strawberry.input(description="An application that is withdrawn. 撤回参与分配申请")
class WithdrawParticipationInput:
    id: UUID = strawberry.field(description="Which one. 编号")
    version: int = strawberry.field(description="Its version that was read. 版本")


@strawberry.input(description="A plan over what came in. 制作分配方案")
class DrawDistributionPlanInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    proceeds: Money = strawberry.field(description="What came in. 变价款")
    arrived_on: date = strawberry.field(description="The day the money was here. 到账日期")
    idempotency_key: str = strawberry.field(description="The same key again gives the same plan. 幂等键")
    costs: Money = strawberry.field(default=_NOTHING, description="Costs of enforcement, taken first. 执行费用")
    asset_id: UUID | None = strawberry.field(default=None, description="What was sold, if one thing. 财产")
    basis: DistributionBasis | None = strawberry.field(
        default=None, description="By what ordinary claims share; else by what the debtors are. 分配依据"
    )
    seizure_rank: int | None = strawberry.field(default=None, description="The own case's rank by seizure. 查封顺序")
    replaces: UUID | None = strawberry.field(
        default=None, description="The plan in whose place this one is drawn. 所替代的方案"
    )
    debtor_id: UUID | None = strawberry.field(
        default=None, description="Whose it was: with several debtors and no one thing. 被执行人"
    )


@strawberry.input(description="What happened to a plan. 登记分配方案进展")
class RecordDistributionStepInput:
    id: UUID = strawberry.field(description="The plan. 分配方案编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    no: int = strawberry.field(
        description="Of which creditor or debtor; what follows an objection: of the objector. 序号"
    )
    step: DistributionStep = strawberry.field(description="What. 进展")
    on: date = strawberry.field(description="On which day. 日期")
    by: int | None = strawberry.field(default=None, description="Who opposed. 反对人序号")
    outcome: SuitOutcome | None = strawberry.field(default=None, description="How the suit ended. 诉讼结果")


@strawberry.input(description="A plan that is final. 确定分配方案")
class ConfirmDistributionPlanInput:
    id: UUID = strawberry.field(description="The plan. 分配方案编号")
    version: int = strawberry.field(description="Its version that was read. 版本")


@strawberry.input(description="A second person's release of a payout. 审批案款发放")
class ApproveDistributionPayoutInput:
    id: UUID = strawberry.field(description="The plan. 分配方案编号")
    version: int = strawberry.field(description="Its version that was read. 版本")


@strawberry.input(description="That a plan was paid out. 登记案款发放")
class RecordDistributionPayoutInput:
    id: UUID = strawberry.field(description="The plan. 分配方案编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    paid_on: date = strawberry.field(description="On which day. 发放日期")
    ending: PaymentEnding | None = strawberry.field(
        default=None,
        description="The act that ended the debts paid: else a thing's transfer ruling, or a deduction. 债务消灭方式",
    )
    ends_on: date | None = strawberry.field(
        default=None, description="On which day; a transfer ruling's own, else that of arrival. 债务消灭日期"
    )


@strawberry.input(description="That a payout be put off. 申请延缓发放案款")
class RequestPayoutDeferralInput:
    plan_id: UUID = strawberry.field(description="The plan. 分配方案编号")
    ground: PayoutDeferralGround = strawberry.field(description="Why. 事由")
    until_on: date = strawberry.field(description="Until when. 延缓至")
    idempotency_key: str = strawberry.field(description="The same key again asks once. 幂等键")


@strawberry.input(description="Whether a payout is put off. 审批延缓发放案款")
class DecidePayoutDeferralInput:
    id: UUID = strawberry.field(description="The request. 延缓发放申请编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    grants: bool = strawberry.field(description="Agreed to, or refused. 是否同意")


ParticipationResult: TypeAlias = Annotated[
    Participation | Refusal | DuplicateOf | StaleVersion,
    strawberry.union("ParticipationResult", description="The application, or why there is none. 参与分配登记结果"),
]
DistributionPlanResult: TypeAlias = Annotated[
    DistributionPlan | Refusal | StaleVersion | TransitionNotAllowed | DuplicateOf | ObjectionTooLate,
    strawberry.union("DistributionPlanResult", description="The plan, or why it stays as it is. 分配方案办理结果"),
]


@strawberry.type
class DistributionMutation:
    """From the first application to the payout."""

    @strawberry.mutation(description="Write down that a creditor of another case takes part. 登记参与分配申请")
    async def record_participation(
        self,
        info: InfoNode,
        input: Annotated[RecordParticipationInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> ParticipationResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewParticipation(
            given.case_number,
            given.their_court,
            given.their_case_number,
            given.amount,
            given.priority,
            given.applied_on,
            given.seizure_rank,
            given.asset_id,
        )
        try:
            made = await participating.record(court, caller, new, idempotency_key=given.idempotency_key)
            return participation_of(made)
        except RuleBroken as refusal:
            return cast("ParticipationResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down that an application was withdrawn. 登记撤回参与分配申请")
    async def withdraw_participation(
        self,
        info: InfoNode,
        input: Annotated[WithdrawParticipationInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> ParticipationResult:
        try:
            return participation_of(
                await participating.withdraw(info.context.court, info.context.caller, input.id, input.version)
            )
        except RuleBroken as refusal:
            return cast("ParticipationResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Draw a plan over what came in. 制作分配方案")
    async def draw_distribution_plan(
        self,
        info: InfoNode,
        input: Annotated[DrawDistributionPlanInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> DistributionPlanResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewPlan(
            given.case_number,
            given.proceeds,
            given.costs,
            given.arrived_on,
            given.asset_id,
            given.basis,
            given.seizure_rank,
            given.replaces,
            given.debtor_id,
        )
        return await _told(info, drawing.draw(court, caller, new, idempotency_key=given.idempotency_key))

    @strawberry.mutation(description="Write down what happened to a plan. 登记分配方案的送达、异议、反对、起诉、审结")
    async def record_distribution_step(
        self,
        info: InfoNode,
        input: Annotated[RecordDistributionStepInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> DistributionPlanResult:
        court, caller, given = info.context.court, info.context.caller, input
        step = NewStep(given.no, given.step, given.on, given.by, given.outcome)
        return await _told(info, objecting.record(court, caller, given.id, given.version, step))

    @strawberry.mutation(description="Find that a plan is final: no period runs, no objection is open. 确定分配方案")
    async def confirm_distribution_plan(
        self,
        info: InfoNode,
        input: Annotated[ConfirmDistributionPlanInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> DistributionPlanResult:
        return await _told(info, paying.confirm(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(description="Release a payout as the second person. 审批案款发放")
    async def approve_distribution_payout(
        self,
        info: InfoNode,
        input: Annotated[ApproveDistributionPayoutInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> DistributionPlanResult:
        return await _told(info, paying.approve(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(
        description="Write down that a plan was paid out; own claims' shares are booked in their cases. 登记案款发放"
    )
    async def record_distribution_payout(
        self,
        info: InfoNode,
        input: Annotated[RecordDistributionPayoutInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> DistributionPlanResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewPayout(given.paid_on, given.ending, given.ends_on)
        return await _told(info, paying.pay(court, caller, given.id, given.version, new))

    @strawberry.mutation(description="Ask that a payout be put off. 申请延缓发放案款")
    async def request_payout_deferral(
        self,
        info: InfoNode,
        input: Annotated[RequestPayoutDeferralInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> DistributionPlanResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewPayoutDeferral(given.plan_id, given.ground, given.until_on)
        return await _told(info, deferring.request(court, caller, new, idempotency_key=given.idempotency_key))

    @strawberry.mutation(description="Agree to putting a payout off, or refuse it. 审批延缓发放案款")
    async def decide_payout_deferral(
        self,
        info: InfoNode,
        input: Annotated[DecidePayoutDeferralInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> DistributionPlanResult:
        court, caller, given = info.context.court, info.context.caller, input
        return await _told(info, deferring.decide(court, caller, given.id, given.version, grants=given.grants))


async def _told(info: InfoNode, act: Awaitable[PlanView]) -> DistributionPlanResult:
    try:
        return plan_of(await act)
    except RuleBroken as refusal:
        return cast("DistributionPlanResult", problem_of(refusal, info.context.language))
