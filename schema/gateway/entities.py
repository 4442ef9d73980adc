"""`_entities` and `_service` at the gateway (Apollo Federation): its objects by key; all of its types are clear."""

from typing import Annotated, Any, Final, TypeAlias, get_args

import strawberry

from schema import subgraph
from schema.gateway import objects
from schema.gateway.context import GatewayInfo
from schema.gateway.courts import MemberCourt
from schema.gateway.liaison import LiaisonOfficer
from schema.gateway.maintenance import MaintenanceWindow
from schema.gateway.meetings import ExchangeMeeting
from schema.gateway.resources import ResourceOffer
from schema.gateway.standards import PublishedStandard
from schema.gateway.supervision import SupervisionRecord
from schema.gateway.tracked_types import TrackedTask
from schema.objects import checked
from schema.subgraph import Keys, Representation, Service

KEYS: Final[Keys] = (
    ("ExchangeMeeting", ("id",)),
    ("LiaisonOfficer", ("id",)),
    ("MaintenanceWindow", ("id",)),
    ("MemberCourt", ("id", "code")),
    ("PublishedStandard", ("id",)),
    ("ResourceOffer", ("id",)),
    ("SupervisionRecord", ("id",)),
    ("TrackedTask", ("id",)),
)

Entity: TypeAlias = Annotated[
    ExchangeMeeting
    | LiaisonOfficer
    | MaintenanceWindow
    | MemberCourt
    | PublishedStandard
    | ResourceOffer
    | SupervisionRecord
    | TrackedTask,
    strawberry.union("_Entity", description="What has a key here (Apollo Federation). 实体"),
]
Some: TypeAlias = Annotated[
    list[Representation], strawberry.argument(description="At most 100 entities, each by its key. 实体表示")
]


@strawberry.type
class EntityQuery:
    """For a router in front of the gateway."""

    @strawberry.field(name="_service", description="The schema as a subgraph (Apollo Federation). 子图服务")
    def service(self, info: GatewayInfo) -> Service:
        schema: Any = info.schema
        return Service(sdl=subgraph.text(schema.own_sdl, KEYS))

    @strawberry.field(
        name="_entities",
        description="Entities by key, in their order; null in the place of each that is not found, or that you may "
        "not know of. 实体查询",
    )
    async def entities(self, info: GatewayInfo, representations: Some) -> list[Entity | None]:
        wanted = subgraph.wanted(checked(representations), KEYS)
        found = await objects.read(info.context, [strawberry.ID(each[1] if each else "") for each in wanted])
        return [
            value if each and isinstance(value, _ENTITIES) and type(value).__name__ == each[0] else None
            for each, value in zip(wanted, found, strict=True)
        ]


_ENTITIES: Final = get_args(get_args(Entity)[0])
