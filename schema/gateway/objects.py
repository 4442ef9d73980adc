"""`node` and `nodes` at the gateway: courts, tasks, maintenance windows, the framework's records."""

from collections.abc import Sequence

import strawberry

from enforcement.desk import maintenance, tracked_tasks
from federation.wire.errors import UnknownCourt
from schema.gateway import framework_objects
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.courts import member
from schema.gateway.maintenance import MaintenanceWindow
from schema.gateway.tracked_types import TrackedTask
from schema.objects import Node, OneId, SomeIds, checked, uuid_of


@strawberry.type
class ObjectQuery:
    """At the root alone: under `zone`, a node's own objects would be possible types of the answer."""

    @strawberry.field(
        description="An object of the gateway by its id, as its own field shows it; null when there is none, "
        "or none that you may know of. 按标识读取"
    )
    async def node(self, info: GatewayInfo, id: OneId) -> Node | None:  # noqa: A002  # Relay's name
        (found,) = await read(info.context, [id])
        return found

    @strawberry.field(
        description="The same for several ids, in their order, read together; null in the place of each that is not "
        "found. 按标识批量读取"
    )
    async def nodes(self, info: GatewayInfo, ids: SomeIds) -> list[Node | None]:
        return await read(info.context, checked(ids))


async def read(context: GatewayContext, ids: Sequence[strawberry.ID]) -> list[Node | None]:
    """The object of each id, in their order; a read for each type, however many they are."""
    wanted = sorted({each for each in map(uuid_of, ids) if each is not None})
    shown: dict[str, Node] = {}
    if wanted and context.caller is not None:
        tracked = await tracked_tasks.several(context.gateway, context.caller, wanted)
        shown |= {str(task.track.id): TrackedTask.of(task, context) for task in tracked}
    if wanted and context.caller is not None and not context.caller.is_running_off:
        windows = await maintenance.several(context.gateway, context.caller, wanted)
        shown |= {str(window.id): MaintenanceWindow.of(window, context) for window in windows}
        shown |= await framework_objects.read(context, context.caller, wanted)
    return [shown.get(each) or _court(context, each) for each in ids]


def _court(context: GatewayContext, code: str) -> Node | None:
    try:
        return member(context, code)
    except UnknownCourt:
        return None
