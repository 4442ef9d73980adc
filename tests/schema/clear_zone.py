"""Three courts and a gateway: the whole graph in clear over real HTTP, asked at the gateway's door or at a node's."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import strawberry
from strawberry.types import ExecutionResult

from db.clock import SetClock
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.gateway.context import GatewayContext
from schema.gateway.schema import SCHEMA
from schema.node.schema import SCHEMA as NODE_SCHEMA
from tests.enforcement.lookup_zone import LookupZone, lookup_zone
from tests.federation.zone import DIVISIONS, KAIHUA


def officer(*roles: Role, court: str = KAIHUA) -> Caller:
    return Caller(f"o-{DIVISIONS.get(court, '000000')}-07", court, frozenset(roles))


CENTRE = officer(Role.COMMAND_CENTRE)


@dataclass(slots=True)
class ClearDesk:
    """What a test acts upon; `extensions` and `errors` are the last answer's."""

    courts: LookupZone
    served: strawberry.Schema = NODE_SCHEMA
    extensions: dict[str, Any] = field(default_factory=dict)
    errors: list[Any] = field(default_factory=list)

    @property
    def desk(self) -> GatewayDesk:
        return self.courts.desk

    async def ask(self, document: str, caller: Caller | None = CENTRE, **variables: Any) -> Any:
        """The data of `document` at the gateway."""
        context = GatewayContext(self.desk, caller, "en")
        given = {"scope": {"wholeZone": True}, **variables}
        return self._told(
            await SCHEMA.execute(document, variable_values=given, context_value=context), context.extensions
        )

    async def ask_node(self, document: str, court: str = KAIHUA, caller: Caller | None = None, **variables: Any) -> Any:
        """The data of `document` at a court's node, whose schema is `served`, asked by its command centre."""
        who = caller or officer(Role.COMMAND_CENTRE, court=court)
        context = NodeContext(self.courts.courts[court], who, "en")
        given = {"scope": {"wholeZone": True}, **variables}
        return self._told(
            await self.served.execute(document, variable_values=given, context_value=context), context.extensions
        )

    async def live(
        self, document: str, caller: Caller | None = CENTRE, **variables: Any
    ) -> AsyncGenerator[tuple[Any, dict[str, Any]], None]:
        """The data of each answer to the subscription `document` at the gateway, with its extensions."""
        context = GatewayContext(self.desk, caller, "en")
        async with aclosing(self._frames(SCHEMA, document, context, variables)) as frames:
            async for data, extensions, errors in frames:
                assert errors == []
                yield data, extensions

    async def live_at_node(
        self, document: str, court: str = KAIHUA, caller: Caller | None = None, **variables: Any
    ) -> AsyncGenerator[tuple[Any, dict[str, Any], list[Any]], None]:
        """The same at a court's node, asked by its command centre; with the errors of each answer."""
        who = caller or officer(Role.COMMAND_CENTRE, court=court)
        context = NodeContext(self.courts.courts[court], who, "en")
        async with aclosing(self._frames(self.served, document, context, variables)) as frames:
            async for frame in frames:
                yield frame

    async def _frames(
        self, schema: strawberry.Schema, document: str, context: Any, variables: dict[str, Any]
    ) -> AsyncGenerator[tuple[Any, dict[str, Any], list[Any]], None]:
        given = {"scope": {"wholeZone": True}, **variables}
        source: Any = await schema.subscribe(document, variable_values=given, context_value=context)
        async with aclosing(source):
            async for result in source:
                yield result.data, dict(context.extensions), result.errors or []

    def _told(self, result: ExecutionResult, extensions: dict[str, Any]) -> Any:
        self.extensions, self.errors = extensions, result.errors or []
        return result.data


@asynccontextmanager
async def clear_desk(new_database: Callable[..., Any], clock: SetClock, **changes: Any) -> AsyncIterator[ClearDesk]:
    """The running zone; `changes` are those of the directory document, and `states` of its courts."""
    async with lookup_zone(new_database, clock, **changes) as courts:
        yield ClearDesk(courts)
