"""Assisting units (协助执行单位): whom a court can write to. Public facts only: nobody who works there is named."""

from datetime import datetime
from typing import Annotated, Final, TypeAlias

import strawberry

from db.records.units import UnitRecord
from federation.graph.contract import Merge
from schema.case_enums import SearchControlChannel, UnitKind
from schema.domain_enums import AssetKind
from schema.problems import Refusal
from schema.scalars import CourtCode
from schema.zone.coverage_types import Coverage, NotCovered
from schema.zone.merging import merged

UNITS: Final = "Units that the courts can write to, with what they help with; public facts only. 协助执行单位"
OfKind = Annotated[UnitKind | None, strawberry.argument(description="Of this kind only. 种类")]
OfDivision = Annotated[
    str | None, strawberry.argument(description="Of this county only, GB/T 2260, six digits. 行政区划代码")
]


@strawberry.type(description="One service of an assisting unit. 协作事项")
class AssistanceItem:
    code: str = strawberry.field(description="Its code: SEARCH, CONTROL, INQUIRE. 事项代码")
    asset_kinds: list[AssetKind] = strawberry.field(description="The kinds of asset it covers. 财产种类")
    documents: list[str] = strawberry.field(description="The papers it wants. 所需文书")


@strawberry.type(description="A unit that helps in enforcement. 协助执行单位")
class AssistingUnit:
    id: str = strawberry.field(description="Its id in the zone. 编号")
    name: str = strawberry.field(description="Its name. 名称")
    kind: UnitKind = strawberry.field(description="Its kind. 种类")
    division: str = strawberry.field(description="Its county. 所在地")
    channel: SearchControlChannel = strawberry.field(description="How it is reached. 渠道")
    promised_days: int = strawberry.field(description="Within how many days it promises to answer. 承诺办理天数")
    items: list[AssistanceItem] = strawberry.field(description="What it helps with. 协作事项")


def unit_of(record: UnitRecord) -> AssistingUnit:
    """The GraphQL object of a unit."""
    return AssistingUnit(
        id=record.id,
        name=record.name,
        kind=record.kind,
        division=record.division,
        channel=SearchControlChannel(record.channel),
        promised_days=record.promised_days,
        items=[
            AssistanceItem(
                code=item["code"],
                asset_kinds=[AssetKind(kind) for kind in item["asset_kinds"]],
                documents=item["documents"],
            )
            for item in record.items
        ],
    )


@strawberry.type(description="An assisting unit, as one court lists it. 法院登记的协助执行单位")
class CourtUnit:
    source_court: CourtCode = strawberry.field(description="Who lists it. 来源法院")
    unit: AssistingUnit = strawberry.field(description="The unit. 单位")


@strawberry.type(description="The assisting units of the courts that answered. 协助执行单位列表")
class AssistingUnits:
    as_of: datetime = merged(Merge.EARLIEST, "The oldest instant that a row speaks of. 截至时间")
    units: list[CourtUnit] = merged(Merge.CONCAT, "The units, by court, then by id. 单位")
    has_more: bool = merged(
        Merge.ANY, "Whether a court lists more than can be shown: ask by kind or county then. 是否还有更多"
    )
    coverage: Coverage = merged(Merge.DERIVED, "For which courts this speaks. 覆盖情况")


AssistingUnitsResult: TypeAlias = Annotated[
    AssistingUnits | Refusal | NotCovered,
    strawberry.union("AssistingUnitsResult", description="The units, or why there are none. 协助执行单位查询结果"),
]
