"""Recording a case's money: payments, settlements, requests for deferral."""

from datetime import date
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import money
from enforcement.case_money import settlement_views
from enforcement.case_money.guarantors import NewGuarantor
from enforcement.money import NewDeferral, NewPayment, NewSettlement
from enforcement.rules.refusals import RuleBroken
from schema.case_enums import DeferralGround, DeferralKind, PaymentMethod, SettlementForm
from schema.context import NodeContext
from schema.money_enums import PaymentEnding
from schema.node.money_types import Deferral, Payment, SettlementAgreement, deferral_of, payment_of, settlement_of
from schema.problems import InstalmentsDoNotAddUp, Refusal, problem_of
from schema.scalars import CaseNumber, CourtCode, CreditCode, Money, ResidentId

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.input(description="A payment in an own case. 登记到账")
class RecordPaymentInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    amount: Money = strawberry.field(description="How much. 金额")
    paid_on: date = strawberry.field(description="The day it was paid. 付款日期")
    method: PaymentMethod = strawberry.field(description="How. 到账方式")
    idempotency_key: str = strawberry.field(description="The same key again gives the same payment. 幂等键")
    venue_court: CourtCode | None = strawberry.field(default=None, description="At which court; else here. 付款地法院")
    debtor_id: UUID | None = strawberry.field(default=None, description="Which debtor, if several. 被执行人")
    ending: PaymentEnding | None = strawberry.field(
        default=None, description="Which act ended this part of the debt; else what the method says. 债务消灭方式"
    )
    ends_on: date | None = strawberry.field(
        default=None, description="On which day; else the day it was paid. 债务消灭日"
    )
    claim_no: int | None = strawberry.field(default=None, description="The claim that the payer named. 指定清偿的债权")


@strawberry.input(description="One date of the plan. 分期")
class InstalmentInput:
    due_on: date = strawberry.field(description="Due on. 到期日")
    amount: Money = strawberry.field(description="How much. 金额")


@strawberry.input(description="Who guarantees a settlement: one of the two numbers. 执行担保人")
class GuarantorInput:
    name: str = strawberry.field(description="The name. 姓名或名称")
    domicile_division: str = strawberry.field(description="The county, six digits. 住所地行政区划代码")
    direct_enforcement: bool = strawberry.field(
        description="They promised to be enforced against directly. 承诺可直接强制执行"
    )
    resident_id: ResidentId | None = strawberry.field(default=None, description="Of a person. 公民身份号码")
    credit_code: CreditCode | None = strawberry.field(default=None, description="Of an organisation. 统一社会信用代码")

    def new(self) -> NewGuarantor:
        """The guarantor as the use-case takes it."""
        return NewGuarantor(
            self.name, self.resident_id, self.credit_code, self.domicile_division, self.direct_enforcement
        )


@strawberry.input(description="A settlement in an own case. 登记执行和解")
class RecordSettlementInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    total: Money = strawberry.field(description="What was settled. 和解金额")
    instalments: list[InstalmentInput] = strawberry.field(description="They add up to the total. 分期")
    signed_on: date = strawberry.field(description="The day it was signed. 签订日期")
    form: SettlementForm = strawberry.field(description="How it was put down. 和解形式")
    idempotency_key: str = strawberry.field(description="The same key again gives the same settlement. 幂等键")
    venue_court: CourtCode | None = strawberry.field(default=None, description="At which court; else here. 签订地法院")
    debtor_id: UUID | None = strawberry.field(default=None, description="Which debtor, if several. 被执行人")
    guarantor: GuarantorInput | None = strawberry.field(default=None, description="Who guarantees it. 担保人")


@strawberry.input(description="A request for deferral in an own case. 登记暂缓申请")
class RequestDeferralInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    kind: DeferralKind = strawberry.field(description="What is put off. 暂缓事项")
    ground: DeferralGround = strawberry.field(description="Why. 暂缓事由")
    requested_on: date = strawberry.field(description="The day it was asked for. 申请日期")
    idempotency_key: str = strawberry.field(description="The same key again gives the same request. 幂等键")
    asset_id: UUID | None = strawberry.field(default=None, description="Whose auction. 财产")
    until_on: date | None = strawberry.field(default=None, description="Until when. 暂缓至")
    creditor_consents: bool = strawberry.field(default=False, description="The applicant agrees. 申请执行人同意")
    venue_court: CourtCode | None = strawberry.field(default=None, description="At which court; else here. 申请地法院")
    debtor_id: UUID | None = strawberry.field(default=None, description="Which debtor, if several. 被执行人")


RecordPaymentResult: TypeAlias = Annotated[
    Payment | Refusal, strawberry.union("RecordPaymentResult", description="The payment, or why none. 登记结果")
]
RecordSettlementResult: TypeAlias = Annotated[
    SettlementAgreement | Refusal | InstalmentsDoNotAddUp,
    strawberry.union("RecordSettlementResult", description="The settlement, or why there is none. 登记结果"),
]
RequestDeferralResult: TypeAlias = Annotated[
    Deferral | Refusal, strawberry.union("RequestDeferralResult", description="The request, or why none. 登记结果")
]


@strawberry.type
class MoneyMutation:
    """What comes in, what was agreed, what is put off."""

    @strawberry.mutation(description="Write down money that was received. 登记到账")
    async def record_payment(
        self,
        info: InfoNode,
        input: Annotated[RecordPaymentInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordPaymentResult:
        given = input
        new = NewPayment(
            given.case_number,
            given.amount,
            given.paid_on,
            given.method,
            given.venue_court,
            given.debtor_id,
            given.ending,
            given.ends_on,
            given.claim_no,
        )
        try:
            made = await money.record_payment(
                info.context.court, info.context.caller, new, idempotency_key=given.idempotency_key
            )
        except RuleBroken as refusal:
            return cast("RecordPaymentResult", problem_of(refusal, info.context.language))
        return payment_of(made)

    @strawberry.mutation(description="Write down a settlement with its plan. 登记执行和解")
    async def record_settlement(
        self,
        info: InfoNode,
        input: Annotated[RecordSettlementInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordSettlementResult:
        court, caller, given = info.context.court, info.context.caller, input
        plan = tuple((part.due_on, part.amount) for part in given.instalments)
        new = NewSettlement(
            given.case_number,
            given.total,
            plan,
            given.signed_on,
            given.form,
            given.venue_court,
            given.debtor_id,
            None if given.guarantor is None else given.guarantor.new(),
        )
        try:
            made = await money.record_settlement(court, caller, new, idempotency_key=given.idempotency_key)
            return settlement_of(await settlement_views.view_of(court, made))
        except RuleBroken as refusal:
            return cast("RecordSettlementResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down that a deferral is asked for. 登记暂缓申请")
    async def request_deferral(
        self,
        info: InfoNode,
        input: Annotated[RequestDeferralInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RequestDeferralResult:
        given = input
        new = NewDeferral(
            given.case_number,
            given.kind,
            given.ground,
            given.requested_on,
            given.asset_id,
            given.until_on,
            given.creditor_consents,
            given.venue_court,
            given.debtor_id,
        )
        try:
            made = await money.request_deferral(
                info.context.court, info.context.caller, new, idempotency_key=given.idempotency_key
            )
        except RuleBroken as refusal:
            return cast("RequestDeferralResult", problem_of(refusal, info.context.language))
        return deferral_of(made)
