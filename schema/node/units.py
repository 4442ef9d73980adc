"""Assisting units (协助执行单位) at the node's door."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from db.records.units import UnitRecord
from enforcement import cases
from schema.case_enums import SearchControlChannel, UnitKind
from schema.context import NodeContext
from schema.domain_enums import AssetKind


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


@strawberry.type
class UnitQuery:
    """Whom this court can write to."""

    @strawberry.field(description="Units that this court can write to; none without a sign-in. 协助执行单位")
    async def assisting_units(
        self,
        info: Info[NodeContext, None],
        kind: Annotated[UnitKind | None, strawberry.argument(description="Of this kind only. 种类")] = None,
        division: Annotated[str | None, strawberry.argument(description="Of this county only. 所在地")] = None,
    ) -> list[AssistingUnit]:
        found = await cases.assisting_units(info.context.court, info.context.caller, kind=kind, division=division)
        return [unit_of(record) for record in found]
