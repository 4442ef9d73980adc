"""Three courts and a gateway's desk: the whole graph in clear over real HTTP, each process with its own database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from db.clock import SetClock
from db.pool import open_pool
from enforcement.desk.feed import Feed
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller, Role
from federation.clear.scatter import ClearGateway
from federation.relay.calls import Calls
from schema.gateway.context import GatewayContext
from schema.gateway.schema import SCHEMA
from tests.enforcement.lookup_zone import LookupZone, lookup_zone
from tests.federation.zone import DIVISIONS, KAIHUA


def officer(*roles: Role, court: str = KAIHUA) -> Caller:
    return Caller(f"o-{DIVISIONS.get(court, '000000')}-07", court, frozenset(roles))


CENTRE = officer(Role.COMMAND_CENTRE)


@dataclass(slots=True)
class ClearDesk:
    """What a test acts upon."""

    courts: LookupZone
    desk: GatewayDesk
    extensions: dict[str, Any] = field(default_factory=dict)

    async def ask(self, document: str, caller: Caller | None = CENTRE, **variables: Any) -> dict[str, Any]:
        """The data of `document` at the gateway; its extensions stay in `extensions`."""
        context = GatewayContext(self.desk, caller, "en")
        given = {"scope": {"wholeZone": True}, **variables}
        result = await SCHEMA.execute(document, variable_values=given, context_value=context)
        assert result.errors is None, result.errors
        self.extensions = context.extensions
        data: dict[str, Any] = result.data or {}
        return data


@asynccontextmanager
async def clear_desk(new_database: Callable[..., Any], clock: SetClock, **changes: Any) -> AsyncIterator[ClearDesk]:
    """The running zone; `changes` are those of the directory document, and `states` of its courts."""
    async with AsyncExitStack() as stack:
        courts = await stack.enter_async_context(lookup_zone(new_database, clock, **changes))
        pool = await open_pool(await new_database("gateway"), size=2)
        stack.push_async_callback(pool.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        directory = courts.gateway.directory
        clear = ClearGateway(Calls(directory, session), clock, courts.zone.gateway)
        yield ClearDesk(courts, GatewayDesk(pool, clock, directory, session, Feed(pool), clear))
