"""What officers type in of a search: answers of counters, and what was seen on the spot."""

from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import search_entries
from enforcement.channels import Holding
from enforcement.payloads import PriorMeasure
from enforcement.rules.asset_facts import facts_of
from enforcement.rules.refusals import Malformed, RuleBroken
from enforcement.search_entries import NewEntry
from schema.case_enums import EnteredOutcome, VisitChannel
from schema.context import NodeContext
from schema.domain_enums import AssetKind
from schema.node.searches import AssetSearch, search_of
from schema.problems import DuplicateOf, Refusal, TransitionNotAllowed, problem_of
from schema.scalars import CourtCode, Money, Quantity

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.input(description="One part of what names an asset in its registry. 财产标识")
class AssetIdentityPartInput:
    part: str = strawberry.field(description="Which part: plate, vin, unit_no, account, ... 标识项")
    value: str = strawberry.field(description="Its value. 标识值")


@strawberry.input(description="A measure that stands on an asset already. 在先措施")
class StandingMeasureInput:
    court: CourtCode = strawberry.field(description="Whose measure. 采取措施的法院")
    rank: int = strawberry.field(description="1 is the first seizure. 顺位")
    registered_at: datetime | None = strawberry.field(default=None, description="Since when. 登记时间")


@strawberry.input(description="What is said of an asset besides its identity; only what its kind has. 财产要素")
class AssetFactsInput:
    balance: Money | None = strawberry.field(default=None, description="Deposit, balance, fund. 余额")
    available: Money | None = strawberry.field(default=None, description="Deposit, balance. 可用余额")
    units: Quantity | None = strawberry.field(default=None, description="Wealth product. 份额")
    matures_on: date | None = strawberry.field(default=None, description="Wealth product. 到期日")
    quantity: Quantity | None = strawberry.field(default=None, description="Securities, movables. 数量")
    subscribed_capital: Money | None = strawberry.field(default=None, description="Equity. 认缴出资额")
    paid_in_capital: Money | None = strawberry.field(default=None, description="Equity. 实缴出资额")
    share_percent: Quantity | None = strawberry.field(default=None, description="Equity. 持股比例（%）")
    area_m2: Quantity | None = strawberry.field(default=None, description="Real estate. 面积（平方米）")
    use: str | None = strawberry.field(default=None, description="Real estate. 用途")
    only_home: bool | None = strawberry.field(default=None, description="Real estate. 唯一住房")
    is_leased: bool | None = strawberry.field(default=None, description="Real estate. 是否出租")
    lease_ends_on: date | None = strawberry.field(default=None, description="Real estate. 租赁到期日")
    physical_control: bool | None = strawberry.field(default=None, description="Vehicle, ship. 实际控制")
    custodian: str | None = strawberry.field(default=None, description="Movables. 保管人")
    monthly_amount: Money | None = strawberry.field(default=None, description="Income. 月收入")
    amount: Money | None = strawberry.field(default=None, description="Receivable. 金额")
    due_on: date | None = strawberry.field(default=None, description="Receivable, other right. 到期日")
    protected_until: date | None = strawberry.field(default=None, description="Intellectual property. 保护期届满日")
    cash_value: Money | None = strawberry.field(default=None, description="Insurance. 现金价值")
    gross_tonnage: Quantity | None = strawberry.field(default=None, description="Ship. 总吨位")


@strawberry.input(description="An asset that was found. 财产")
class SearchHoldingInput:
    identity: list[AssetIdentityPartInput] = strawberry.field(description="What names it. 财产标识")
    division: str = strawberry.field(description="The county where it lies. 所在地")
    description: str = strawberry.field(default="", description="In words. 描述")
    estimated_value: Money | None = strawberry.field(default=None, description="Estimated value. 估值")
    owner_identifier: str | None = strawberry.field(
        default=None,
        description="The number of whom the books name as owner; it is compared, not kept. 登记权利人证件号码",
    )
    is_co_owned: bool = strawberry.field(default=False, description="The debtor's and others'. 共有")
    standing_measures: list[StandingMeasureInput] = strawberry.field(
        default_factory=list, description="Measures on it already. 在先措施"
    )
    facts: AssetFactsInput | None = strawberry.field(default=None, description="What else is known. 财产要素")

    def parsed(self, kind: AssetKind) -> Holding:
        """Raises Malformed: the same part twice, or facts of another kind."""
        identity = {one.part: one.value for one in self.identity}
        if len(identity) != len(self.identity):
            raise Malformed("IDENTITY_PARTS", "identity")
        said = (
            {} if self.facts is None else {field.name: getattr(self.facts, field.name) for field in fields(self.facts)}
        )
        return Holding(
            kind=kind.value,
            identity=identity,
            division=self.division,
            description=self.description,
            estimated_value=cast("Decimal | None", self.estimated_value),
            prior=[
                PriorMeasure(court=m.court, rank=m.rank, registered_at=m.registered_at) for m in self.standing_measures
            ],
            facts=facts_of(kind, said),
            owner=self.owner_identifier,
            co_owned=self.is_co_owned,
        )


@strawberry.input(description="An answer to a search that somebody went to get. 录入查询结果")
class RecordSearchAnswerInput:
    search_id: UUID = strawberry.field(description="The search. 查询")
    kind: AssetKind = strawberry.field(description="Of which kind. 财产种类")
    channel: VisitChannel = strawberry.field(description="Counter or spot. 录入渠道")
    outcome: EnteredOutcome = strawberry.field(description="What it was. 结果")
    as_of: datetime = strawberry.field(description="The instant it speaks of. 截至时间")
    idempotency_key: str = strawberry.field(description="The same key again changes nothing. 幂等键")
    unit_id: str | None = strawberry.field(default=None, description="Whose counter, if of this county. 协助执行单位")
    place: str = strawberry.field(default="", description="Where; needed where no unit is named. 地点")
    officers: list[str] = strawberry.field(
        default_factory=list, description="Ids of who was there beside you; on the spot at least one. 同行人员"
    )
    reason: str | None = strawberry.field(default=None, description="A code of why it refused. 拒绝原因")
    holdings: list[SearchHoldingInput] = strawberry.field(default_factory=list, description="What was found. 财产")

    def parsed(self) -> NewEntry:
        """Raises Malformed."""
        return NewEntry(
            search_id=self.search_id,
            kind=self.kind,
            channel=self.channel,
            outcome=self.outcome,
            as_of=self.as_of,
            unit_id=self.unit_id,
            place=self.place,
            officers=tuple(self.officers),
            reason=self.reason,
            holdings=tuple(holding.parsed(self.kind) for holding in self.holdings),
        )


RecordSearchAnswerResult: TypeAlias = Annotated[
    AssetSearch | Refusal | TransitionNotAllowed | DuplicateOf,
    strawberry.union("RecordSearchAnswerResult", description="The search with the answer, or why not. 录入结果"),
]


@strawberry.type
class SearchEntryMutation:
    """Typing in what a counter said, or was seen on the spot."""

    @strawberry.mutation(description="Type in what a counter said, or was seen on the spot. 录入查询结果")
    async def record_search_answer(
        self,
        info: InfoNode,
        input: Annotated[RecordSearchAnswerInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordSearchAnswerResult:
        court, caller = info.context.court, info.context.caller
        try:
            given = input.parsed()
            return search_of(await search_entries.record(court, caller, given, idempotency_key=input.idempotency_key))
        except RuleBroken as refusal:
            return cast("RecordSearchAnswerResult", problem_of(refusal, info.context.language))
