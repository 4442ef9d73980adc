"""A court's own cases at the node's door: each list is read when it is selected, masked by the reader's office."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Final, TypeAlias, TypeVar, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import case_pages, cases
from enforcement.case_money import claims, owing, settlement_views, suspensions
from enforcement.case_money.distribution import participating, plans
from enforcement.cases import CaseFile, PartyView
from enforcement.rules import cursors
from enforcement.rules.paging import Page
from enforcement.rules.refusals import RuleBroken
from schema.case_enums import CaseClass, IdentifierKind, PartyKind, PartyRole
from schema.connections import Connection, connection
from schema.context import NodeContext
from schema.domain_enums import CaseStatus, CaseType, ClosingMethod
from schema.federated import Personal
from schema.node.asset_types import Asset, Finding, asset_of, finding_of
from schema.node.case_lists import CaseLists
from schema.node.claim_types import Claim, Suspension, claim_of, suspension_of
from schema.node.clues import Clue, clue_of
from schema.node.distribution_types import DistributionPlan, Participation, participation_of, plan_of
from schema.node.measures import ControlMeasure, measure_of
from schema.node.money_types import (
    Deferral,
    OutstandingAmount,
    Payment,
    SettlementAgreement,
    deferral_of,
    outstanding_of,
    payment_of,
    settlement_of,
)
from schema.node.searches import AssetSearch, search_of
from schema.objects import Node, node_id
from schema.problems import Refusal, problem_of
from schema.scalars import CaseNumber, Money
from schema.zone.page_types import After, First

InfoNode: TypeAlias = Info[NodeContext, None]
_FIELD: Final = "enforcementCases"
Row = TypeVar("Row")
Made = TypeVar("Made")


@strawberry.type(
    description="A party of a case; name and number are masked unless your office reads them. 当事人",
    directives=[Personal()],
)
class CaseParty:
    id: UUID = strawberry.field(description="This court's id. 编号")
    kind: PartyKind = strawberry.field(description="Person or organisation. 种类")
    role: PartyRole = strawberry.field(description="What it is in the case. 诉讼地位")
    name: str = strawberry.field(description="Its name, perhaps masked. 姓名或名称")
    identifier_kind: IdentifierKind = strawberry.field(description="Which number. 证件种类")
    identifier: str = strawberry.field(description="Its number, perhaps masked. 证件号码")
    domicile_division: str = strawberry.field(description="The county of its domicile. 住所地")
    is_minor: bool = strawberry.field(description="A minor. 未成年人")


def party_of(view: PartyView) -> CaseParty:
    """The GraphQL object of a party as its reader may see it."""
    return CaseParty(
        id=view.id,
        kind=view.kind,
        role=view.role,
        name=view.name,
        identifier_kind=view.identifier_kind,
        identifier=view.identifier,
        domicile_division=view.domicile_division,
        is_minor=view.is_minor,
    )


@strawberry.type(description="A case in enforcement at this court. 执行案件", directives=[Personal()])
class EnforcementCase(Node):
    file: strawberry.Private[CaseFile]
    lists: strawberry.Private[CaseLists]
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    case_number: CaseNumber = strawberry.field(description="Its number. 案号")
    type: CaseType = strawberry.field(description="Its type. 案件类型")
    case_class: CaseClass = strawberry.field(description="Its class. 案件类别")
    cause: str = strawberry.field(description="The cause of action. 案由")
    filed_on: date = strawberry.field(description="The day it was filed. 立案日期")
    status: CaseStatus = strawberry.field(description="Its status. 案件状态")
    closing_method: ClosingMethod | None = strawberry.field(description="How it was closed. 结案方式")
    closed_on: date | None = strawberry.field(description="The day it was closed. 结案日期")
    amount_applied: Money = strawberry.field(description="The amount applied for. 申请执行标的额")
    performance_due_on: date | None = strawberry.field(description="The judgment was to be performed by. 履行期限")
    version: int = strawberry.field(description="Raised by every change. 版本")

    @strawberry.field(description="Its parties. 当事人")
    async def parties(self) -> list[CaseParty]:
        return [party_of(view) for view in await self.lists.of(self.file, cases.parties_of)]

    @strawberry.field(description="Assets found in it, the first found first. 财产")
    async def assets(self, first: First = 20, after: After = None) -> Connection[Asset]:
        return _shown(await self.lists.of(self.file, case_pages.assets_of, first, after), asset_of)

    @strawberry.field(description="Measures ordered in it, the first ordered first. 控制措施")
    async def measures(self, first: First = 20, after: After = None) -> Connection[ControlMeasure]:
        return _shown(await self.lists.of(self.file, case_pages.measures_of, first, after), measure_of)

    @strawberry.field(description="Searches of this court in it, the first asked for first. 财产查询")
    async def searches(self, first: First = 20, after: After = None) -> Connection[AssetSearch]:
        return _shown(await self.lists.of(self.file, case_pages.searches_of, first, after), search_of)

    @strawberry.field(
        description="What was found for it, here or by courts asked to search, as it was recorded. 发现财产"
    )
    async def findings(self, first: First = 20, after: After = None) -> Connection[Finding]:
        return _shown(await self.lists.of(self.file, case_pages.findings_of, first, after), finding_of)

    @strawberry.field(description="Clues brought to it, the first first. 线索")
    async def clues(self, first: First = 20, after: After = None) -> Connection[Clue]:
        return _shown(await self.lists.of(self.file, case_pages.clues_of, first, after), clue_of)

    @strawberry.field(description="Money received, the first paid first. 到账")
    async def payments(self, first: First = 20, after: After = None) -> Connection[Payment]:
        return _shown(await self.lists.of(self.file, case_pages.payments_of, first, after), payment_of)

    @strawberry.field(description="Settlements. 执行和解")
    async def settlements(self) -> list[SettlementAgreement]:
        return [settlement_of(view) for view in await self.lists.of(self.file, settlement_views.of_files)]

    @strawberry.field(description="Deferrals asked for. 暂缓")
    async def deferrals(self) -> list[Deferral]:
        return [deferral_of(record) for record in await self.lists.of(self.file, cases.deferrals_of)]

    @strawberry.field(description="Its claims as they were written down; none: its own sums are its one claim. 债权")
    async def claims(self) -> list[Claim]:
        return [claim_of(view) for view in await self.lists.of(self.file, claims.of_files)]

    @strawberry.field(description="When enforcement stood still, the earliest first. 中止、暂缓")
    async def suspensions(self) -> list[Suspension]:
        return [suspension_of(record) for record in await self.lists.of(self.file, suspensions.of_files)]

    @strawberry.field(description="Creditors of other cases who applied to take part. 参与分配申请")
    async def participations(self) -> list[Participation]:
        return [participation_of(record) for record in await self.lists.of(self.file, participating.of_files)]

    @strawberry.field(description="Plans over what came in, the first drawn first. 分配方案")
    async def distribution_plans(self) -> list[DistributionPlan]:
        return [plan_of(view) for view in await self.lists.of(self.file, plans.of_files)]

    @strawberry.field(description="Ids of the tasks delegated in it, youngest first. 委托事项编号")
    async def delegated_task_ids(self) -> list[UUID]:
        return await self.lists.of(self.file, cases.task_ids_of)

    @strawberry.field(description="What is owed at the end of a day. 尚欠金额")
    async def outstanding(
        self, as_of: Annotated[date | None, strawberry.argument(description="The day; else today. 截至日期")] = None
    ) -> OutstandingAmount:
        return outstanding_of(await owing.outstanding_at(self.file, as_of))


def _shown(page: Page[Row], show: Callable[[Row], Made]) -> Connection[Made]:
    return connection([show(row) for row in page.rows], page.cursors, has_next=page.has_next)


def case_of(file: CaseFile, lists: CaseLists | None = None) -> EnforcementCase:
    """The GraphQL object of a case that its reader may open; `lists` are those of the cases beside it, if any."""
    record = file.case
    return EnforcementCase(
        file=file,
        lists=lists or CaseLists([file]),
        id=node_id(record.id),
        case_number=CaseNumber(record.number),
        type=record.type,
        case_class=record.case_class,
        cause=record.cause,
        filed_on=record.filed_on,
        status=record.status,
        closing_method=record.closing_method,
        closed_on=record.closed_on,
        amount_applied=Money(record.amount_applied),
        performance_due_on=record.performance_due_on,
        version=record.version,
    )


@strawberry.input(description="Which cases. 案件筛选")
class CaseFilter:
    status: CaseStatus | None = strawberry.field(default=None, description="In this status only. 案件状态")


EnforcementCaseResult: TypeAlias = Annotated[
    EnforcementCase | Refusal,
    strawberry.union("EnforcementCaseResult", description="The case, or why you do not see it. 案件查询结果"),
]
OutstandingResult: TypeAlias = Annotated[
    OutstandingAmount | Refusal,
    strawberry.union("OutstandingResult", description="What is owed, or why you do not see it. 尚欠金额查询结果"),
]
EnforcementCasesResult: TypeAlias = Annotated[
    Connection[EnforcementCase] | Refusal,
    strawberry.union("EnforcementCasesResult", description="A page of cases, or why there is none. 案件列表结果"),
]


@strawberry.type
class CaseQuery:
    """Own cases."""

    @strawberry.field(description="One case of this court; handlers see their own. 执行案件")
    async def enforcement_case(
        self,
        info: InfoNode,
        case_number: Annotated[CaseNumber, strawberry.argument(description="Its number. 案号")],
    ) -> EnforcementCaseResult:
        try:
            return case_of(await cases.open_file(info.context.court, info.context.caller, case_number))
        except RuleBroken as refusal:
            return cast("EnforcementCaseResult", problem_of(refusal, info.context.language))

    @strawberry.field(description="What is owed in a case of this court at the end of a day. 尚欠金额")
    async def outstanding(
        self,
        info: InfoNode,
        case_number: Annotated[CaseNumber, strawberry.argument(description="Its number. 案号")],
        as_of: Annotated[date | None, strawberry.argument(description="The day; else today. 截至日期")] = None,
    ) -> OutstandingResult:
        try:
            file = await cases.open_file(info.context.court, info.context.caller, case_number)
            return outstanding_of(await owing.outstanding_at(file, as_of))
        except RuleBroken as refusal:
            return cast("OutstandingResult", problem_of(refusal, info.context.language))

    @strawberry.field(description="Cases of this court, newest first; handlers see their own. 执行案件列表")
    async def enforcement_cases(
        self,
        info: InfoNode,
        filter: Annotated[CaseFilter | None, strawberry.argument(description="Which. 筛选")] = None,  # noqa: A002
        first: Annotated[int, strawberry.argument(description="At most so many, up to 100. 条数")] = 20,
        after: Annotated[str | None, strawberry.argument(description="The last page's cursor. 游标")] = None,
    ) -> EnforcementCasesResult:
        status = None if filter is None else filter.status
        court, caller = info.context.court, info.context.caller
        try:
            position = cursors.read(_FIELD, after, date.fromisoformat, UUID)
            found, more = await cases.page(court, caller, status=status, after=position, first=first)
        except RuleBroken as refusal:
            return cast("EnforcementCasesResult", problem_of(refusal, info.context.language))
        places = [cursors.written(_FIELD, file.case.filed_on, file.case.id) for file in found]
        lists = CaseLists(found)
        return connection([case_of(file, lists) for file in found], places, has_next=more)
