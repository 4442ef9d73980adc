"""`_entities` and `_service` at a court's own node (Apollo Federation): assisting units, the clear type it keeps."""

from typing import Annotated, Any, Final, TypeAlias

import strawberry
from strawberry.types import Info

from enforcement import cases
from schema import subgraph
from schema.context import NodeContext
from schema.objects import checked
from schema.subgraph import Keys, Representation, Service
from schema.zone.unit_types import AssistingUnit, unit_of

KEYS: Final[Keys] = (("AssistingUnit", ("id",)),)

Entity: TypeAlias = Annotated[
    AssistingUnit, strawberry.union("_Entity", description="What has a key here (Apollo Federation). 实体")
]
Some: TypeAlias = Annotated[
    list[Representation], strawberry.argument(description="At most 100 entities, each by its key. 实体表示")
]


@strawberry.type
class EntityQuery:
    """For a router in front of this node; two courts behind one router are refused by its composition."""

    @strawberry.field(name="_service", description="The schema as a subgraph (Apollo Federation). 子图服务")
    def service(self, info: Info[NodeContext, None]) -> Service:
        schema: Any = info.schema
        return Service(sdl=subgraph.text(schema.as_str(), KEYS))

    @strawberry.field(
        name="_entities",
        description="Entities by key, in their order; null in the place of each that is not found, or that you may "
        "not know of. 实体查询",
    )
    async def entities(self, info: Info[NodeContext, None], representations: Some) -> list[Entity | None]:
        wanted = subgraph.wanted(checked(representations), KEYS)
        ids = sorted({each[1] for each in wanted if each})
        found = await cases.assisting_units_by_id(info.context.court, info.context.caller, ids)
        shown = {unit.id: unit_of(unit) for unit in found}
        return [shown.get(each[1]) if each else None for each in wanted]
