"""Payments, settlements, deferrals and what is still owed, as the node shows them."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from db.records.cases import DeferralRecord
from db.records.money import InstalmentRecord, PaymentRecord
from enforcement.case_money.settlement_views import SettlementView
from enforcement.rules import ledger
from schema.case_enums import DeferralGround, DeferralKind, DeferralStatus, Line, PaymentMethod, SettlementForm
from schema.domain_enums import SettlementStatus
from schema.federated import Personal
from schema.money_enums import BreachChoice, ClaimPriority, PaymentEnding
from schema.objects import Node, node_id
from schema.scalars import CourtCode, Money


@strawberry.type(description="Money received in the case, wherever it was paid. 到账", directives=[Personal()])
class Payment(Node):
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    amount: Money = strawberry.field(description="How much. 金额")
    paid_on: date = strawberry.field(description="The day it was paid. 付款日期")
    method: PaymentMethod = strawberry.field(description="How. 到账方式")
    ending: PaymentEnding | None = strawberry.field(
        description="Which act ended this part of the debt, if it was recorded. 债务消灭方式"
    )
    ends_on: date = strawberry.field(description="The day on which it ended; no interest runs after it. 债务消灭日")
    claim_no: int | None = strawberry.field(description="The claim that the payer named. 指定清偿的债权")
    venue_court: CourtCode = strawberry.field(description="At which court. 付款地法院")
    recorded_at: datetime = strawberry.field(description="When it was written down. 登记时间")


def payment_of(record: PaymentRecord) -> Payment:
    """The GraphQL object of a payment."""
    return Payment(
        id=node_id(record.id),
        amount=Money(record.amount),
        paid_on=record.paid_on,
        method=PaymentMethod(record.method),
        ending=None if record.ending is None else PaymentEnding(record.ending),
        ends_on=record.paid_on if record.ends_on is None else record.ends_on,
        claim_no=record.claim_no,
        venue_court=CourtCode(record.venue_court),
        recorded_at=record.recorded_at,
    )


@strawberry.type(description="How much of a payment went to an instalment. 抵充款项", directives=[Personal()])
class InstalmentPayment:
    payment_id: UUID = strawberry.field(description="The payment. 到账编号")
    amount: Money = strawberry.field(description="How much of it. 金额")


@strawberry.type(description="One date of a settlement's plan. 分期履行", directives=[Personal()])
class Instalment:
    no: int = strawberry.field(description="Counted from 1. 期次")
    due_on: date = strawberry.field(description="Due on. 到期日")
    amount: Money = strawberry.field(description="How much. 金额")
    paid_on: date | None = strawberry.field(description="The day on which it was paid in full. 付清日期")
    paid_amount: Money = strawberry.field(description="How much was paid of it. 已付金额")
    payments: list[InstalmentPayment] = strawberry.field(description="The payments that went to it. 抵充款项")
    replaced_in: int | None = strawberry.field(
        description="The change that took its place; what was paid on it counts. 被第几次变更替代"
    )


@strawberry.type(description="Who guarantees a settlement. 执行担保", directives=[Personal()])
class SettlementGuarantee:
    party_id: UUID = strawberry.field(description="The guarantor among the case's parties. 担保人")
    direct_enforcement: bool = strawberry.field(
        description="They promised to be enforced against directly. 承诺可直接强制执行"
    )


@strawberry.type(description="That the parties agreed on other instalments. 和解变更", directives=[Personal()])
class SettlementChange:
    no: int = strawberry.field(description="Counted from 1. 序号")
    agreed_on: date = strawberry.field(description="The day of the agreement. 变更日期")
    form: SettlementForm = strawberry.field(description="How it was put down. 变更形式")
    total_before: Money = strawberry.field(description="What was settled before. 变更前金额")
    recorded_at: datetime = strawberry.field(description="When it was written down. 登记时间")


@strawberry.type(description="What a judge found of a settlement. 和解认定", directives=[Personal()])
class SettlementDecision:
    outcome: SettlementStatus = strawberry.field(description="Breached, void or revoked. 认定结果")
    applied_on: date = strawberry.field(description="The day of the application. 申请日期")
    decided_at: datetime = strawberry.field(description="When it was found. 认定时间")
    choice: BreachChoice | None = strawberry.field(description="What the applicant chose then. 申请执行人的选择")


@strawberry.type(
    description="A settlement in enforcement: of the case, wherever it was signed. 执行和解协议",
    directives=[Personal()],
)
class SettlementAgreement(Node):
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    total: Money = strawberry.field(description="What was settled. 和解金额")
    status: SettlementStatus = strawberry.field(description="Its status. 和解状态")
    form: SettlementForm = strawberry.field(description="How it was put down. 和解形式")
    signed_on: date = strawberry.field(description="The day it was signed. 签订日期")
    venue_court: CourtCode = strawberry.field(description="At which court. 签订地法院")
    instalments: list[Instalment] = strawberry.field(
        description="The plan: what was paid on replaced ones, and the others, are the total. 分期履行"
    )
    guarantee: SettlementGuarantee | None = strawberry.field(description="Who guarantees it. 执行担保")
    decisions: list[SettlementDecision] = strawberry.field(description="What was found of it. 和解认定")
    changes: list[SettlementChange] = strawberry.field(description="How the parties changed it. 和解变更")
    version: int = strawberry.field(description="Raised by every change. 版本")


def settlement_of(view: SettlementView) -> SettlementAgreement:
    """The GraphQL object of a settlement with its plan and what became of it."""
    record, guarantee = view.settlement, view.guarantee
    return SettlementAgreement(
        id=node_id(record.id),
        total=Money(record.total),
        status=record.status,
        form=SettlementForm(record.form),
        signed_on=record.signed_on,
        venue_court=CourtCode(record.venue_court),
        instalments=[_instalment(view, term) for term in view.instalments],
        guarantee=None
        if guarantee is None
        else SettlementGuarantee(party_id=guarantee.party_id, direct_enforcement=guarantee.direct_enforcement),
        decisions=[
            SettlementDecision(
                outcome=each.outcome,
                applied_on=each.applied_on,
                decided_at=each.decided_at,
                choice=None if each.choice is None else BreachChoice(each.choice),
            )
            for each in view.decisions
        ],
        changes=[
            SettlementChange(
                no=each.no,
                agreed_on=each.agreed_on,
                form=SettlementForm(each.form),
                total_before=Money(each.total_before),
                recorded_at=each.recorded_at,
            )
            for each in view.changes
        ],
        version=record.version,
    )


def _instalment(view: SettlementView, term: InstalmentRecord) -> Instalment:
    return Instalment(
        no=term.no,
        due_on=term.due_on,
        amount=Money(term.amount),
        paid_on=term.paid_on,
        paid_amount=Money(term.paid_amount),
        payments=[
            InstalmentPayment(payment_id=each.payment_id, amount=Money(each.amount))
            for each in view.matches
            if each.no == term.no
        ],
        replaced_in=term.replaced_in,
    )


@strawberry.type(description="A request to put off the enforcement or an auction. 暂缓", directives=[Personal()])
class Deferral(Node):
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    kind: DeferralKind = strawberry.field(description="What is put off. 暂缓事项")
    status: DeferralStatus = strawberry.field(description="Where it stands. 暂缓状态")
    ground: DeferralGround | None = strawberry.field(description="Why, if it was recorded. 暂缓事由")
    requested_at: datetime = strawberry.field(description="When it was asked for. 申请时间")
    until_on: date | None = strawberry.field(description="Until when. 暂缓至")
    creditor_consents: bool = strawberry.field(description="The applicant agrees. 申请执行人同意")
    venue_court: CourtCode = strawberry.field(description="At which court it was asked for. 申请地法院")


def deferral_of(record: DeferralRecord) -> Deferral:
    """The GraphQL object of a deferral."""
    return Deferral(
        id=node_id(record.id),
        kind=DeferralKind(record.kind),
        status=DeferralStatus(record.status),
        ground=None if record.ground is None else DeferralGround(record.ground),
        requested_at=record.requested_at,
        until_on=record.until_on,
        creditor_consents=record.creditor_consents,
        venue_court=CourtCode(record.venue_court),
    )


@strawberry.type(description="One line of what is owed. 尚欠款项", directives=[Personal()])
class OutstandingLine:
    kind: Line = strawberry.field(description="Which line. 款项")
    due: Money = strawberry.field(description="Due up to that day. 应付")
    paid: Money = strawberry.field(description="Paid of it. 已付")
    left: Money = strawberry.field(description="Left of it. 尚欠")


@strawberry.type(description="What one claim stands at. 单项债权尚欠", directives=[Personal()])
class ClaimOutstanding:
    no: int = strawberry.field(description="Its number. 序号")
    priority: ClaimPriority = strawberry.field(description="Its place among creditors. 受偿顺位")
    lines: list[OutstandingLine] = strawberry.field(description="Each line with its arithmetic. 明细")


def _line_of(line: ledger.OutstandingLine) -> OutstandingLine:
    return OutstandingLine(kind=line.line, due=Money(line.due), paid=Money(line.paid), left=Money(line.left))


@strawberry.type(
    description="What is owed at the end of a day: the judgment is paid first, then the rest. 尚欠金额",
    directives=[Personal()],
)
class OutstandingAmount:
    as_of: date = strawberry.field(description="The day. 截至日期")
    lines: list[OutstandingLine] = strawberry.field(description="Each line with its arithmetic. 明细")
    claims: list[ClaimOutstanding] = strawberry.field(
        description="The same of each claim; the fee is the case's. 各项债权"
    )
    paid: Money = strawberry.field(description="All payments up to that day. 已付合计")
    left: Money = strawberry.field(description="What is left of everything. 尚欠合计")
    surplus: Money = strawberry.field(description="Paid beyond everything owed. 溢付")


def outstanding_of(result: ledger.Outstanding) -> OutstandingAmount:
    """The GraphQL object of the arithmetic."""
    return OutstandingAmount(
        as_of=result.as_of,
        lines=[_line_of(line) for line in result.lines],
        claims=[
            ClaimOutstanding(no=claim.no, priority=claim.priority, lines=[_line_of(line) for line in claim.lines])
            for claim in result.claims
        ],
        paid=Money(result.paid),
        left=Money(result.left),
        surplus=Money(result.surplus),
    )
