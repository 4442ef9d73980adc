"""Distributions of a case's proceeds, as the node shows them."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from db.records.distribution import ParticipationRecord, PayoutDeferralRecord, PlanObjectionRecord, ShareRecord
from enforcement.case_money.distribution.plans import PlanView
from schema.federated import Personal
from schema.money_enums import (
    ClaimPriority,
    DistributionBasis,
    DistributionStatus,
    PayoutDeferralGround,
    PayoutDeferralStatus,
    SuitOutcome,
)
from schema.scalars import CaseNumber, CourtCode, Money


@strawberry.type(
    description="A creditor of another case who applied to take part. 参与分配申请", directives=[Personal()]
)
class Participation:
    id: UUID = strawberry.field(description="This court's id. 编号")
    court: CourtCode = strawberry.field(description="At which court the creditor enforces. 执行法院")
    case_number: CaseNumber = strawberry.field(description="In which case. 案号")
    amount: Money = strawberry.field(description="How much is claimed. 债权金额")
    priority: ClaimPriority = strawberry.field(description="Its place among creditors. 受偿顺位")
    seizure_rank: int | None = strawberry.field(description="Its rank by seizure. 查封顺序")
    applied_on: date = strawberry.field(description="The day of the application. 申请日期")
    asset_id: UUID | None = strawberry.field(description="In which thing, if in one alone. 申请参与分配的财产")
    version: int = strawberry.field(description="Raised by every change. 版本")


def participation_of(record: ParticipationRecord) -> Participation:
    """The GraphQL object of an application to take part."""
    return Participation(
        id=record.id,
        court=CourtCode(record.court),
        case_number=CaseNumber(record.case_number),
        amount=Money(record.amount),
        priority=ClaimPriority(record.priority),
        seizure_rank=record.seizure_rank,
        applied_on=record.applied_on,
        asset_id=record.asset_id,
        version=record.version,
    )


@strawberry.type(description="What one participant gets. 分配份额", directives=[Personal()])
class DistributionShare:
    no: int = strawberry.field(description="Counted from 1. 序号")
    court: CourtCode = strawberry.field(description="At which court the creditor enforces. 执行法院")
    case_number: CaseNumber = strawberry.field(description="In which case. 案号")
    priority: ClaimPriority = strawberry.field(description="Its place among creditors. 受偿顺位")
    seizure_rank: int | None = strawberry.field(description="Its rank by seizure. 查封顺序")
    claim: Money = strawberry.field(description="How much is claimed. 债权金额")
    share: Money = strawberry.field(description="How much it gets. 分配金额")
    served_on: date | None = strawberry.field(description="The day the plan was served on it. 送达日期")
    claim_no: int | None = strawberry.field(description="Which claim, if an own one. 债权序号")
    payment_id: UUID | None = strawberry.field(
        description="The payment that it became in this court's case, once paid out. 到账编号"
    )


@strawberry.type(
    description="A debtor on whom a plan is served, and who may object to it. 分配方案的被执行人",
    directives=[Personal()],
)
class DistributionDebtor:
    no: int = strawberry.field(description="Counted on after the shares. 序号")
    party_id: UUID = strawberry.field(description="Who, among the case's parties. 被执行人")
    served_on: date | None = strawberry.field(description="The day the plan was served on them. 送达日期")


@strawberry.type(description="An objection to a plan, and what followed. 分配方案异议", directives=[Personal()])
class DistributionObjection:
    no: int = strawberry.field(description="Of which creditor or debtor. 异议人序号")
    received_on: date = strawberry.field(description="The day it came. 异议日期")
    notified_on: date | None = strawberry.field(description="The day the others were notified. 通知日期")
    opposed_on: date | None = strawberry.field(description="The day it was opposed. 反对日期")
    opposed_by: int | None = strawberry.field(description="By which creditor or debtor. 反对人序号")
    opposition_told_on: date | None = strawberry.field(description="The day the objector was told. 告知日期")
    sued_on: date | None = strawberry.field(description="The day the objector sued. 起诉日期")
    suit_ended_on: date | None = strawberry.field(description="The day the suit ended. 审结日期")
    suit_outcome: SuitOutcome | None = strawberry.field(description="How it ended. 诉讼结果")


@strawberry.type(description="A payout that was asked to be put off. 延缓发放案款", directives=[Personal()])
class PayoutDeferral:
    id: UUID = strawberry.field(description="This court's id. 编号")
    ground: PayoutDeferralGround = strawberry.field(description="Why. 事由")
    until_on: date = strawberry.field(description="Until when. 延缓至")
    status: PayoutDeferralStatus = strawberry.field(description="Where it stands. 状态")
    requested_at: datetime = strawberry.field(description="When it was asked for. 申请时间")
    chief_at: datetime | None = strawberry.field(description="When the bureau chief decided. 执行局长审批时间")
    president_at: datetime | None = strawberry.field(description="When the president decided. 院长审批时间")
    version: int = strawberry.field(description="Raised by every change. 版本")


@strawberry.type(
    description="Who gets how much of what came in: costs, shares and surplus are together the proceeds. 分配方案",
    directives=[Personal()],
)
class DistributionPlan:
    id: UUID = strawberry.field(description="This court's id. 编号")
    status: DistributionStatus = strawberry.field(description="Where it stands. 状态")
    basis: DistributionBasis = strawberry.field(description="By what ordinary claims share. 分配依据")
    asset_id: UUID | None = strawberry.field(description="What was sold, if one thing. 财产")
    debtor_id: UUID | None = strawberry.field(description="Whose money it was. 被执行人")
    proceeds: Money = strawberry.field(description="What came in. 变价款")
    costs: Money = strawberry.field(description="Costs of enforcement, taken first. 执行费用")
    surplus: Money = strawberry.field(description="What is left when every claim is paid. 剩余")
    arrived_on: date = strawberry.field(description="The day the money was here. 到账日期")
    shares: list[DistributionShare] = strawberry.field(description="Own claims, then the others. 分配份额")
    debtors: list[DistributionDebtor] = strawberry.field(
        description="On whom it is served besides the creditors. 被执行人"
    )
    objections: list[DistributionObjection] = strawberry.field(description="Objections to it. 异议")
    replaces: UUID | None = strawberry.field(description="The plan in whose place it was drawn. 所替代的方案")
    drawn_at: datetime = strawberry.field(description="When it was drawn. 制作时间")
    approved_at: datetime | None = strawberry.field(description="When a second person released it. 审批时间")
    paid_on: date | None = strawberry.field(description="The day it was paid out. 发放日期")
    payout_deferrals: list[PayoutDeferral] = strawberry.field(
        description="Requests to put the payout off, the first asked first. 延缓发放申请"
    )
    version: int = strawberry.field(description="Raised by every change. 版本")


def plan_of(view: PlanView) -> DistributionPlan:
    """The GraphQL object of a plan with its shares and objections."""
    plan = view.plan
    payments = {each.no: each.payment_id for each in view.payouts}
    return DistributionPlan(
        id=plan.id,
        status=DistributionStatus(plan.status),
        basis=DistributionBasis(plan.basis),
        asset_id=plan.asset_id,
        debtor_id=plan.debtor_id,
        proceeds=Money(plan.proceeds),
        costs=Money(plan.costs),
        surplus=Money(plan.surplus),
        arrived_on=plan.arrived_on,
        shares=[_share(share, payments.get(share.no)) for share in view.shares],
        debtors=[
            DistributionDebtor(no=each.no, party_id=each.party_id, served_on=each.served_on) for each in view.debtors
        ],
        objections=[_objection(objection) for objection in view.objections],
        replaces=plan.replaces,
        drawn_at=plan.drawn_at,
        approved_at=plan.approved_at,
        paid_on=plan.paid_on,
        payout_deferrals=[_deferral(deferral) for deferral in view.deferrals],
        version=plan.version,
    )


def _share(record: ShareRecord, payment_id: UUID | None) -> DistributionShare:
    return DistributionShare(
        no=record.no,
        court=CourtCode(record.court),
        case_number=CaseNumber(record.case_number),
        priority=ClaimPriority(record.priority),
        seizure_rank=record.seizure_rank,
        claim=Money(record.claim),
        share=Money(record.share),
        served_on=record.served_on,
        claim_no=record.claim_no,
        payment_id=payment_id,
    )


def _deferral(record: PayoutDeferralRecord) -> PayoutDeferral:
    return PayoutDeferral(
        id=record.id,
        ground=PayoutDeferralGround(record.ground),
        until_on=record.until_on,
        status=PayoutDeferralStatus(record.status),
        requested_at=record.requested_at,
        chief_at=record.chief_at,
        president_at=record.president_at,
        version=record.version,
    )


def _objection(record: PlanObjectionRecord) -> DistributionObjection:
    return DistributionObjection(
        no=record.no,
        received_on=record.received_on,
        notified_on=record.notified_on,
        opposed_on=record.opposed_on,
        opposed_by=record.opposed_by,
        opposition_told_on=record.opposition_told_on,
        sued_on=record.sued_on,
        suit_ended_on=record.suit_ended_on,
        suit_outcome=None if record.suit_outcome is None else SuitOutcome(record.suit_outcome),
    )
