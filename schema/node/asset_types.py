"""Assets and finds as the node shows them: identities masked by the use-cases, never here."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import cast

import strawberry

from enforcement.cases import AssetView, FindingView
from enforcement.payloads import PriorMeasure
from schema.case_enums import AssetStatus, OwnerMatch, SearchControlChannel
from schema.domain_enums import AssetKind
from schema.federated import Personal
from schema.node.asset_details import AssetDetails, details_of
from schema.node.control_enums import ExemptionGround
from schema.objects import Node, node_id
from schema.scalars import CourtCode, Money


@strawberry.type(
    description="One part of what names an asset in its registry, such as plate or vin. 财产标识",
    directives=[Personal()],
)
class AssetIdentityPart:
    part: str = strawberry.field(description="Which part: plate, vin, unit_no, account, ... 标识项")
    value: str = strawberry.field(description="Its value, masked unless your office reads identities. 标识值")


def identity_parts(identity: Mapping[str, str]) -> list[AssetIdentityPart]:
    """The identity in a stable order."""
    return [AssetIdentityPart(part=part, value=value) for part, value in sorted(identity.items())]


@strawberry.type(description="A measure that stood on an asset before, by its registry's word. 在先措施")
class StandingMeasure:
    court: CourtCode = strawberry.field(description="Whose measure. 采取措施的法院")
    rank: int = strawberry.field(description="1 is the first seizure, 2 and more wait. 顺位")
    registered_at: datetime | None = strawberry.field(description="Since when; null when it was not said. 登记时间")


def standing_measures(prior: Iterable[PriorMeasure]) -> list[StandingMeasure]:
    """The measures as they were named."""
    return [StandingMeasure(court=CourtCode(m.court), rank=m.rank, registered_at=m.registered_at) for m in prior]


@strawberry.type(description="An asset of a debtor in a case of this court. 财产", directives=[Personal()])
class Asset(Node):
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    kind: AssetKind = strawberry.field(description="Its kind. 财产种类")
    identity: list[AssetIdentityPart] = strawberry.field(description="What names it in its registry. 财产标识")
    details: AssetDetails = strawberry.field(description="What is known of it, by its kind. 财产要素")
    division: str = strawberry.field(description="The county where it lies. 所在地")
    description: str = strawberry.field(description="In words. 描述")
    estimated_value: Money | None = strawberry.field(description="Estimated value. 估值")
    mortgage_amount: Money | None = strawberry.field(description="What is mortgaged on it. 抵押金额")
    source: SearchControlChannel = strawberry.field(description="By which channel it was found. 查控渠道")
    as_of: datetime = strawberry.field(description="The instant at which it was there. 截至时间")
    found_on: date = strawberry.field(description="The day it was found. 发现日期")
    status: AssetStatus = strawberry.field(description="Its status. 财产状态")
    is_only_home: bool = strawberry.field(description="The debtor's only home: sealed, but not sold. 唯一住房")
    is_co_owned: bool = strawberry.field(description="Others own a share. 共有")
    exemption: ExemptionGround | None = strawberry.field(description="Why the law exempts it, if so. 豁免事由")


def asset_of(view: AssetView) -> Asset:
    """The GraphQL object of an asset as its reader may see it."""
    record = view.asset
    return Asset(
        id=node_id(record.id),
        kind=record.kind,
        identity=identity_parts(view.identity),
        details=details_of(record.kind, view.identity, view.facts),
        division=record.division,
        description=record.description,
        estimated_value=cast("Money | None", record.estimated_value),
        mortgage_amount=cast("Money | None", record.mortgage_amount),
        source=SearchControlChannel(record.source),
        as_of=record.as_of,
        found_on=record.found_on,
        status=record.status,
        is_only_home=record.only_home,
        is_co_owned=record.co_owned,
        exemption=None if record.exemption is None else ExemptionGround(record.exemption),
    )


@strawberry.type(
    description="Something that a search found; an asset of the case once an officer adopts it. 发现财产",
    directives=[Personal()],
)
class Finding(Node):
    id: strawberry.ID = strawberry.field(description="The same at both courts. 编号")
    kind: AssetKind = strawberry.field(description="Its kind. 财产种类")
    identity: list[AssetIdentityPart] = strawberry.field(description="What names it in its registry. 财产标识")
    details: AssetDetails = strawberry.field(description="What is known of it, by its kind. 财产要素")
    division: str = strawberry.field(description="The county where it lies. 所在地")
    description: str = strawberry.field(description="In words. 描述")
    estimated_value: Money | None = strawberry.field(description="The unit's estimate. 估值")
    prior_measures: int = strawberry.field(description="Measures on it already, by the unit's word. 已有措施数")
    standing_measures: list[StandingMeasure] = strawberry.field(
        description="Those of them that the unit named, by rank. 在先措施"
    )
    owner: OwnerMatch = strawberry.field(description="Whose the unit's books say it is. 权属核对")
    unit_id: str = strawberry.field(description="Which unit found it. 协助执行单位")
    unit_name: str = strawberry.field(description="The unit's name. 单位名称")
    court: CourtCode = strawberry.field(description="Which court searched. 查询法院")
    source: SearchControlChannel = strawberry.field(description="By which channel. 查控渠道")
    as_of: datetime = strawberry.field(description="The instant at which it was there. 截至时间")
    adopted_at: datetime | None = strawberry.field(description="When it became an asset of the case. 采纳时间")


def finding_of(view: FindingView) -> Finding:
    """The GraphQL object of a find as its reader may see it."""
    content = view.content
    return Finding(
        id=node_id(content.id),
        kind=AssetKind(content.kind),
        identity=identity_parts(view.identity),
        details=details_of(AssetKind(content.kind), view.identity, view.facts),
        division=content.division,
        description=content.description,
        estimated_value=cast("Money | None", content.estimated_value),
        prior_measures=content.prior_measures,
        standing_measures=standing_measures(content.prior),
        owner=OwnerMatch(content.owner),
        unit_id=content.unit_id,
        unit_name=content.unit_name,
        court=CourtCode(view.finding.court),
        source=SearchControlChannel(content.source),
        as_of=content.as_of,
        adopted_at=view.finding.adopted_at,
    )
