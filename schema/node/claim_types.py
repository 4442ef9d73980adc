"""Claims and suspensions of a case, as the node shows them and takes them."""

from datetime import date
from decimal import Decimal

import strawberry

from db.records.claims import SuspensionRecord
from enforcement.case_money.claims import Claim as ClaimView
from enforcement.rules.claims import ForeignAmount, NewClaim
from enforcement.rules.interest import YearlyRate
from schema.federated import Personal
from schema.money_enums import ClaimKind, ClaimPriority, Livelihood, SuspensionGround, SuspensionKind
from schema.objects import Node, node_id
from schema.scalars import Money, Rate

_NOTHING = Money(Decimal("0.00"))


@strawberry.type(description="A part of a claim with its own day. 分期给付", directives=[Personal()])
class ClaimDue:
    due_on: date = strawberry.field(description="Due on. 履行期限")
    amount: Money = strawberry.field(description="How much of the principal. 金额")


@strawberry.type(description="Interest at a yearly rate. 一般债务利息计算方式", directives=[Personal()])
class ClaimInterest:
    percent: Rate = strawberry.field(description="Percent a year, on the unpaid principal. 年利率")
    from_on: date = strawberry.field(description="The first day that counts. 起算日")
    until_on: date | None = strawberry.field(description="The first day that does not; null: until paid. 截止日")


@strawberry.type(description="What a claim was before it was converted. 外币债权", directives=[Personal()])
class ForeignClaim:
    currency: str = strawberry.field(description="ISO 4217 code. 币种")
    amount: Money = strawberry.field(description="How much in that currency. 外币金额")
    mid_rate: Rate = strawberry.field(description="CNY for one unit. 中间价")
    rate_on: date = strawberry.field(description="The rate's day: that on which delay began. 汇率日")


@strawberry.type(description="One claim of a case. 债权", directives=[Personal()])
class Claim:
    no: int = strawberry.field(description="Counted from 1. 序号")
    kind: ClaimKind = strawberry.field(description="What is to be performed. 种类")
    principal: Money = strawberry.field(description="The sum, or zero. 本金")
    general_interest: Money = strawberry.field(description="Interest that the basis states as a sum. 一般债务利息")
    interest: ClaimInterest | None = strawberry.field(description="Interest that runs on. 利息计算方式")
    costs: Money = strawberry.field(description="Costs that the debtor bears. 诉讼费等")
    due_on: date | None = strawberry.field(description="The last day for performance. 履行期限")
    effective_on: date | None = strawberry.field(description="The day the basis took effect. 生效日期")
    dues: list[ClaimDue] = strawberry.field(description="The parts, if it falls due in several. 分期给付")
    priority: ClaimPriority = strawberry.field(description="Its place among creditors. 受偿顺位")
    livelihood: Livelihood | None = strawberry.field(description="Somebody lives on it. 民生债权")
    doubled_first: bool = strawberry.field(
        description="The parties agreed that the doubled interest is paid first. 约定先付加倍利息"
    )
    foreign: ForeignClaim | None = strawberry.field(description="What it was converted from. 外币债权")


def claim_of(view: ClaimView) -> Claim:
    """The GraphQL object of a claim."""
    row = view.record
    return Claim(
        no=row.no,
        kind=ClaimKind(row.kind),
        principal=Money(row.principal),
        general_interest=Money(row.general_interest),
        interest=None
        if row.interest_percent is None or row.interest_from_on is None
        else ClaimInterest(
            percent=Rate(row.interest_percent), from_on=row.interest_from_on, until_on=row.interest_until_on
        ),
        costs=Money(row.costs),
        due_on=row.due_on,
        effective_on=row.effective_on,
        dues=[ClaimDue(due_on=part.due_on, amount=Money(part.amount)) for part in view.dues],
        priority=ClaimPriority(row.priority),
        livelihood=None if row.livelihood is None else Livelihood(row.livelihood),
        doubled_first=row.doubled_first,
        foreign=None
        if row.foreign_amount is None or row.mid_rate is None or row.mid_rate_on is None
        else ForeignClaim(
            currency=row.currency,
            amount=Money(row.foreign_amount),
            mid_rate=Rate(row.mid_rate),
            rate_on=row.mid_rate_on,
        ),
    )


@strawberry.type(description="Days on which enforcement stood still. 中止、暂缓", directives=[Personal()])
class Suspension(Node):
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    kind: SuspensionKind = strawberry.field(description="Suspended or deferred. 种类")
    ground: SuspensionGround = strawberry.field(description="Why. 事由")
    from_on: date = strawberry.field(description="Its first day. 起始日")
    until_on: date | None = strawberry.field(description="The day enforcement went on; null: it stands. 恢复日")
    version: int = strawberry.field(description="Raised by every change. 版本")


def suspension_of(record: SuspensionRecord) -> Suspension:
    """The GraphQL object of a suspension."""
    return Suspension(
        id=node_id(record.id),
        kind=SuspensionKind(record.kind),
        ground=SuspensionGround(record.ground),
        from_on=record.from_on,
        until_on=record.until_on,
        version=record.version,
    )


@strawberry.input(description="A part of a claim with its own day. 分期给付")
class ClaimDueInput:
    due_on: date = strawberry.field(description="Due on. 履行期限")
    amount: Money = strawberry.field(description="How much of the principal. 金额")


@strawberry.input(description="Interest at a yearly rate. 一般债务利息计算方式")
class ClaimInterestInput:
    percent: Rate = strawberry.field(description="Percent a year, on the unpaid principal. 年利率")
    from_on: date = strawberry.field(description="The first day that counts. 起算日")
    until_on: date | None = strawberry.field(default=None, description="The first day that does not. 截止日")


@strawberry.input(description="A currency that the creditor chose to be paid in CNY. 外币折算")
class ForeignAmountInput:
    currency: str = strawberry.field(description="ISO 4217 code, not CNY. 币种")
    amount: Money = strawberry.field(description="How much in that currency. 外币金额")
    mid_rate: Rate = strawberry.field(description="CNY for one unit, of the day on which delay began. 中间价")
    rate_on: date = strawberry.field(description="That day. 汇率日")


@strawberry.input(description="One claim. 债权")
class ClaimInput:
    kind: ClaimKind = strawberry.field(description="What is to be performed. 种类")
    principal: Money = strawberry.field(default=_NOTHING, description="The sum. 本金")
    general_interest: Money = strawberry.field(
        default=_NOTHING, description="Interest that the basis states as a sum. 一般债务利息"
    )
    interest: ClaimInterestInput | None = strawberry.field(default=None, description="Interest that runs on. 利息")
    costs: Money = strawberry.field(default=_NOTHING, description="Costs that the debtor bears. 诉讼费等")
    due_on: date | None = strawberry.field(default=None, description="The last day for performance. 履行期限")
    effective_on: date | None = strawberry.field(
        default=None, description="The day the basis took effect; delay runs from it if no day is fixed. 生效日期"
    )
    dues: list[ClaimDueInput] = strawberry.field(
        default_factory=list, description="The parts of the principal, if it falls due in several. 分期给付"
    )
    priority: ClaimPriority = strawberry.field(
        default=ClaimPriority.ORDINARY, description="Its place among creditors. 受偿顺位"
    )
    livelihood: Livelihood | None = strawberry.field(default=None, description="Somebody lives on it. 民生债权")
    doubled_first: bool = strawberry.field(
        default=False, description="The parties agreed that the doubled interest is paid first. 约定先付加倍利息"
    )
    foreign: ForeignAmountInput | None = strawberry.field(
        default=None, description="What the principal was converted from. 外币折算"
    )

    def new(self) -> NewClaim:
        """The claim as the use-case takes it."""
        rate, foreign = self.interest, self.foreign
        return NewClaim(
            kind=self.kind,
            principal=self.principal,
            general_interest=self.general_interest,
            interest=None if rate is None else YearlyRate(rate.percent, rate.from_on, rate.until_on),
            costs=self.costs,
            due_on=self.due_on,
            effective_on=self.effective_on,
            dues=tuple((part.due_on, part.amount) for part in self.dues),
            priority=self.priority,
            livelihood=self.livelihood,
            doubled_first=self.doubled_first,
            foreign=None
            if foreign is None
            else ForeignAmount(foreign.currency, foreign.amount, foreign.mid_rate, foreign.rate_on),
        )
