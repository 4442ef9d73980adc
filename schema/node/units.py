"""Assisting units (协助执行单位) at the node's door."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from enforcement import cases
from schema.case_enums import UnitKind
from schema.context import NodeContext
from schema.zone.unit_types import AssistingUnit, unit_of


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
