"""Asset searches (查控), with one row per unit, and the adoption of what they found."""

from datetime import datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.searches import InquiryRecord, ResultRecord, SearchRecord
from enforcement import cases, findings, measure_views, searches
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.search_results import KindCoverage
from enforcement.searches import NewSearch
from schema.case_enums import InquiryOutcome, ResultOutcome, SearchControlChannel, SearchStatus
from schema.context import NodeContext
from schema.domain_enums import AssetKind
from schema.federated import Personal
from schema.node.asset_types import Asset, Finding, asset_of, finding_of
from schema.objects import Node, node_id
from schema.problems import Refusal, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type(description="One unit's row of a search. 查询单位明细", directives=[Personal()])
class SearchInquiry:
    unit_id: str = strawberry.field(description="The unit. 协助执行单位")
    unit_name: str = strawberry.field(description="Its name. 单位名称")
    channel: SearchControlChannel = strawberry.field(description="How it is reached. 查控渠道")
    outcome: InquiryOutcome | None = strawberry.field(description="What it said; null while it is asked. 查询结果")
    reason: str | None = strawberry.field(description="A code: why it refused or did not answer. 原因代码")
    source: str | None = strawberry.field(description="The source it named. 数据来源")
    as_of: datetime | None = strawberry.field(description="The instant its answer speaks of. 截至时间")
    attempts: int = strawberry.field(description="How often it was asked. 查询次数")
    answered_at: datetime | None = strawberry.field(description="When its row was closed. 答复时间")


@strawberry.type(description="What one channel said of one kind. 渠道答复", directives=[Personal()])
class ChannelAnswer:
    channel: SearchControlChannel = strawberry.field(description="The channel. 查控渠道")
    unit_id: str | None = strawberry.field(description="The unit, if it was one of this court's county. 协助执行单位")
    unit_name: str = strawberry.field(description="Its name; empty on the spot. 单位名称")
    outcome: ResultOutcome | None = strawberry.field(description="What it said; null while it is asked. 查询结果")
    reason: str | None = strawberry.field(description="A code: why not, or FAULTY if part was unreadable. 原因代码")
    source: SearchControlChannel | None = strawberry.field(description="The source it named. 数据来源")
    as_of: datetime | None = strawberry.field(description="The instant its answer speaks of. 截至时间")
    closed_at: datetime | None = strawberry.field(description="When the row was closed. 答复时间")
    recorded_by: list[str] = strawberry.field(description="The officers who typed it in, if any did. 录入人员")


@strawberry.type(description="What a search knows of one kind of asset. 分类查询结果", directives=[Personal()])
class KindResult:
    kind: AssetKind = strawberry.field(description="The kind. 财产种类")
    outcome: ResultOutcome | None = strawberry.field(
        description="FOUND outweighs all; NOTHING is said only where a channel said it of this kind; null while "
        "somebody is asked. 查询结果"
    )
    reason: str | None = strawberry.field(description="A code beside the outcome, such as NO_UNIT. 原因代码")
    asked: int = strawberry.field(description="How many were asked, or visited. 已查询渠道数")
    answered: int = strawberry.field(description="How many of them looked. 已答复渠道数")
    is_complete: bool = strawberry.field(
        description="Everybody who keeps the kind here looked, and all that they said could be read. 是否查全"
    )
    channels: list[ChannelAnswer] = strawberry.field(description="One row per channel. 渠道答复")


def kind_result(entry: KindCoverage) -> KindResult:
    """The GraphQL object of what is known of one kind."""
    return KindResult(
        kind=AssetKind(entry.kind),
        outcome=entry.outcome,
        reason=entry.reason,
        asked=entry.asked,
        answered=entry.answered,
        is_complete=entry.is_complete,
        channels=[_channel_answer(row) for row in entry.rows],
    )


def _channel_answer(row: ResultRecord) -> ChannelAnswer:
    return ChannelAnswer(
        channel=SearchControlChannel(row.channel),
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        outcome=row.outcome,
        reason=row.reason,
        source=None if row.source is None else SearchControlChannel(row.source),
        as_of=row.as_of,
        closed_at=row.closed_at,
        recorded_by=row.recorded_by,
    )


def inquiry_of(record: InquiryRecord) -> SearchInquiry:
    """The GraphQL object of a unit's row."""
    return SearchInquiry(
        unit_id=record.unit_id,
        unit_name=record.unit_name,
        channel=SearchControlChannel(record.channel),
        outcome=record.outcome,
        reason=record.reason,
        source=record.source,
        as_of=record.as_of,
        attempts=record.attempts,
        answered_at=record.answered_at,
    )


@strawberry.type(
    description="A search for a debtor's assets, one row per assisting unit. 财产查询", directives=[Personal()]
)
class AssetSearch(Node):
    record: strawberry.Private[SearchRecord]
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    kinds: list[AssetKind] = strawberry.field(description="What is searched for. 财产种类")
    status: SearchStatus = strawberry.field(description="Whether every row is closed. 查询状态")
    requested_at: datetime = strawberry.field(description="When it was asked for. 发起时间")
    done_at: datetime | None = strawberry.field(description="When the last row was closed. 完成时间")

    @strawberry.field(description="One row per unit: who found, who has nothing, who refused, who is silent. 单位明细")
    async def inquiries(self, info: InfoNode) -> list[SearchInquiry]:
        return [inquiry_of(row) for row in await searches.inquiries(info.context.court, [self.record.id])]

    @strawberry.field(description="What is known of each kind, and who said so: one entry per kind. 分类查询结果")
    async def results(self, info: InfoNode) -> list[KindResult]:
        return [kind_result(entry) for entry in await searches.results(info.context.court, self.record)]

    @strawberry.field(description="What was found. 发现财产")
    async def findings(self, info: InfoNode) -> list[Finding]:
        found = await cases.findings_in(info.context.court, info.context.caller, self.record.id)
        return [finding_of(view) for view in found]


def search_of(record: SearchRecord) -> AssetSearch:
    """The GraphQL object of a search; its rows are read when they are selected."""
    return AssetSearch(
        record=record,
        id=node_id(record.id),
        kinds=[AssetKind(kind) for kind in record.kinds],
        status=record.status,
        requested_at=record.requested_at,
        done_at=record.done_at,
    )


@strawberry.input(description="A search in an own open case, or for a task in your hands: exactly one. 发起财产查询")
class RequestAssetSearchInput:
    kinds: list[AssetKind] = strawberry.field(description="What to search for. 财产种类")
    idempotency_key: str = strawberry.field(description="The same key again gives the same search. 幂等键")
    case_number: CaseNumber | None = strawberry.field(default=None, description="The own case. 案号")
    task_id: UUID | None = strawberry.field(default=None, description="The task of another court. 委托事项")
    debtor_id: UUID | None = strawberry.field(default=None, description="Which debtor, if several. 被执行人")


@strawberry.input(description="Which find becomes an asset. 采纳发现财产")
class AdoptFindingInput:
    finding_id: UUID = strawberry.field(description="The find. 发现财产")
    idempotency_key: str = strawberry.field(description="The same key again gives the same asset. 幂等键")


AssetSearchResult: TypeAlias = Annotated[
    AssetSearch | Refusal, strawberry.union("AssetSearchResult", description="A search, or why none. 查询结果")
]
RequestAssetSearchResult: TypeAlias = Annotated[
    AssetSearch | Refusal | TransitionNotAllowed,
    strawberry.union("RequestAssetSearchResult", description="The new search, or why there is none. 发起结果"),
]
AdoptFindingResult: TypeAlias = Annotated[
    Asset | Refusal, strawberry.union("AdoptFindingResult", description="The asset, or why there is none. 采纳结果")
]


@strawberry.type
class SearchQuery:
    """Searches of this court."""

    @strawberry.field(description="One asset search of this court. 财产查询")
    async def asset_search(
        self,
        info: InfoNode,
        id: Annotated[UUID, strawberry.argument(description="The search. 编号")],  # noqa: A002
    ) -> AssetSearchResult:
        try:
            return search_of(await searches.read(info.context.court, info.context.caller, id))
        except RuleBroken as refusal:
            return cast("AssetSearchResult", problem_of(refusal, info.context.language))


@strawberry.type
class SearchMutation:
    """Asking for a search, and adopting what it found."""

    @strawberry.mutation(description="Have the assisting units search for a debtor's assets. 发起财产查询")
    async def request_asset_search(
        self,
        info: InfoNode,
        input: Annotated[RequestAssetSearchInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RequestAssetSearchResult:
        new = NewSearch(input.case_number, input.task_id, input.debtor_id, tuple(input.kinds))
        try:
            made = await searches.request(
                info.context.court, info.context.caller, new, idempotency_key=input.idempotency_key
            )
        except RuleBroken as refusal:
            return cast("RequestAssetSearchResult", problem_of(refusal, info.context.language))
        return search_of(made)

    @strawberry.mutation(description="Take a find over as an asset of the case. 采纳发现财产")
    async def adopt_finding(
        self,
        info: InfoNode,
        input: Annotated[AdoptFindingInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> AdoptFindingResult:
        court, caller = info.context.court, info.context.caller
        try:
            asset = await findings.adopt(court, caller, input.finding_id, idempotency_key=input.idempotency_key)
            return asset_of(await measure_views.asset_view_for(court, caller, asset))
        except RuleBroken as refusal:
            return cast("AdoptFindingResult", problem_of(refusal, info.context.language))
