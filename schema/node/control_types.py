"""Figures, approvals and exemptions that stand beside measures and assets, as the node shows them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

import strawberry
from strawberry.types import Info

from db.records.control import MeasureApprovalRecord, OverFreezeRecord, ProportionRecord
from enforcement.rules.exemption import FUNDS
from enforcement.rules.proportionality import ProportionalityCheck as Check
from schema.context import NodeContext
from schema.federated import Personal
from schema.node.control_enums import ApprovalDecision, ImmuneFund, Reason, Verdict
from schema.scalars import CaseNumber, Money

EXPLANATIONS: Final = {
    Reason.WITHIN_CLAIM: (
        "已控制与拟控制之和未超过尚欠金额。",
        "It all stays within what is owed.",
    ),
    Reason.DIVISIBLE: ("超过尚欠金额，且可以只控制一部分。", "It goes beyond what is owed, and a part can be taken."),
    Reason.OTHER_ASSETS_SUFFICE: (
        "超过尚欠金额，而已知的其他财产足以清偿。",
        "It goes beyond what is owed, and what else is known covers the debt.",
    ),
    Reason.OTHER_ASSETS_NOT_VALUED: (
        "超过尚欠金额，已知的其他财产尚未估值。",
        "It goes beyond what is owed, and what else is known is not valued yet.",
    ),
    Reason.CLAIM_IS_COVERED: ("已控制的财产已足以清偿。", "What is controlled already covers the debt."),
    Reason.NOTHING_ELSE_COVERS: (
        "该财产不可分割，且无其他财产足以清偿；须经执行局长审批。",
        "It cannot be divided, and nothing else covers the debt: a bureau chief may approve it.",
    ),
}
"""By reason, Chinese and English."""


@strawberry.type(
    description="What is and would be controlled, held against what is owed; net of mortgages and of prior ranks, a "
    "waiting measure counts 0. 比例原则审查",
    directives=[Personal()],
)
class ProportionalityCheck:
    outstanding: Money = strawberry.field(description="What is owed on the day. 尚欠金额")
    already_controlled_net: Money = strawberry.field(description="What other measures of the case control. 已控制净值")
    requested_net: Money = strawberry.field(description="What these assets would add. 拟控制净值")
    ratio: str | None = strawberry.field(
        description="Both together over what is owed, four places; null when nothing is. 比率"
    )
    verdict: Verdict = strawberry.field(description="Whether it keeps to what is owed. 结论")
    reason: Reason = strawberry.field(description="Why. 理由")
    at: datetime = strawberry.field(description="As of when. 截至时间")

    @strawberry.field(description="The reason in words, in your language. 说明")
    def explanation(self, info: Info[NodeContext, None]) -> str:
        zh, en = EXPLANATIONS[self.reason]
        return zh if info.context.language == "zh" else en


def check_of(found: Check | ProportionRecord, at: datetime) -> ProportionalityCheck:
    """The GraphQL object of a check, made now or kept."""
    return ProportionalityCheck(
        outstanding=Money(found.outstanding),
        already_controlled_net=Money(found.already_controlled_net),
        requested_net=Money(found.requested_net),
        ratio=_text(found.ratio),
        verdict=Verdict(found.verdict),
        reason=Reason(found.reason),
        at=at,
    )


def _text(ratio: Decimal | None) -> str | None:
    return None if ratio is None else str(ratio)


@strawberry.type(
    description="The exception for what cannot be divided, and who decided on it. 审批", directives=[Personal()]
)
class MeasureApproval:
    requested_by: str = strawberry.field(description="Who asked for it. 申请人")
    requested_at: datetime = strawberry.field(description="When. 申请时间")
    decision: ApprovalDecision | None = strawberry.field(description="What was decided; null while it waits. 审批结果")
    decided_by: str | None = strawberry.field(description="Who decided; another officer. 审批人")
    decided_at: datetime | None = strawberry.field(description="When. 审批时间")


def approval_of(record: MeasureApprovalRecord | None) -> MeasureApproval | None:
    """The GraphQL object of an approval, if one was asked for."""
    if record is None:
        return None
    return MeasureApproval(
        requested_by=record.requested_by,
        requested_at=record.requested_at,
        decision=record.decision,
        decided_by=record.decided_by,
        decided_at=record.decided_at,
    )


@strawberry.type(
    description="That a ruling found a freeze of equity to go beyond the debt. 股权超标的冻结", directives=[Personal()]
)
class OverFreezing:
    ruling_no: CaseNumber = strawberry.field(description="The ruling on the objection. 裁定书号")
    effective_on: date = strawberry.field(description="Since when the ruling has effect. 裁定生效日期")
    excess: Money = strawberry.field(description="What is too much. 超标的金额")
    due_on: date = strawberry.field(description="By when it is released: seven days. 解除期限")
    recorded_by: str = strawberry.field(description="Who wrote it down. 登记人")
    recorded_at: datetime = strawberry.field(description="When. 登记时间")
    released_on: date | None = strawberry.field(description="When it was released; null: not yet. 解除日期")
    release_ruling_no: CaseNumber | None = strawberry.field(description="By which ruling. 解除裁定书号")
    released_by: str | None = strawberry.field(description="Who wrote that down. 解除登记人")


def over_freezing_of(record: OverFreezeRecord | None) -> OverFreezing | None:
    """The GraphQL object of a finding, if there is one."""
    if record is None:
        return None
    by = record.release_ruling_no
    return OverFreezing(
        ruling_no=CaseNumber(record.ruling_no),
        effective_on=record.effective_on,
        excess=Money(record.excess),
        due_on=record.due_on,
        recorded_by=record.recorded_by,
        recorded_at=record.recorded_at,
        released_on=record.released_on,
        release_ruling_no=None if by is None else CaseNumber(by),
        released_by=record.released_by,
    )


@strawberry.type(description="What no court enforces against, and by which law. 不得执行的资金、财产")
class ImmuneFundRule:
    fund: ImmuneFund = strawberry.field(description="Which. 种类")
    legal_basis: str = strawberry.field(description="The law or notice. 法律依据")
    within: str | None = strawberry.field(description="Until where it is immune; null: whole. 限度")


def fund_rules() -> list[ImmuneFundRule]:
    """Every fund with its law."""
    return [ImmuneFundRule(fund=fund, legal_basis=rule.legal_basis, within=rule.within) for fund, rule in FUNDS.items()]
