"""The gateway's HTTP door for tests of the framework agreement's records: three courts, and superior courts above them.

Who calls is told by the Authorization header `Bearer court role`; everything behind it is the gateway's own.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from starlette.applications import Starlette

from api.agreed_endpoints import agreed_routes
from api.graphql.over_http import graphql_routes
from api.rate_limits import RateLimits
from api.signin import SignInRefused
from api.zone_endpoint import zone_routes
from db.clock import Clock
from db.pool import Pool
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller, Role
from federation.directory.document import OfficerEntry
from schema.gateway.context import GatewayContext
from schema.gateway.schema import SCHEMA
from tests.api.graphql.server import served
from tests.enforcement.desk_zone import open_desk
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN, Zone

QUZHOU, HUANGSHAN, ZHEJIANG = "浙08", "皖10", "浙"
"""The superior courts: of 开化 and 常山, of 歙县, and of 衢州."""
TABLES = (
    "framework_acts",
    "framework_keys",
    "liaison_officers",
    "published_standards",
    "standard_revisions",
    "standard_signatures",
    "exchange_meetings",
    "meeting_agenda",
    "meeting_decisions",
    "supervisions",
    "resource_offers",
    "resource_requests",
)


def officer(court: str, role: Role = Role.COMMAND_CENTRE) -> Caller:
    return Caller(f"o-{DIVISIONS.get(court, '000000')}-07", court, frozenset({role}))


ADMIN = Caller("g-admin-01", "gateway", frozenset({Role.GATEWAY_ADMIN}))


@dataclass(slots=True)
class Door:
    """The door, and the desk behind it; `callers` are those who may come."""

    desk: GatewayDesk
    session: aiohttp.ClientSession
    url: str = ""
    callers: dict[str, Caller] = field(default_factory=dict)

    async def sign_in(self, header: str | None) -> Caller | None:
        if header is None:
            return None
        try:
            return self.callers[header.removeprefix("Bearer ")]
        except KeyError:
            raise SignInRefused("TOKEN_REJECTED") from None

    async def ask(self, caller: Caller | None, document: str, **variables: Any) -> Any:
        """The only root field of the answer."""
        headers = {"Accept-Language": "en"}
        if caller is not None:
            name = uuid4().hex
            self.callers[name] = caller
            headers["Authorization"] = f"Bearer {name}"
        body = {"query": document, "variables": variables}
        async with self.session.post(f"{self.url}/graphql", json=body, headers=headers) as response:
            answer = await response.json()
        assert "errors" not in answer, answer
        (value,) = answer["data"].values()
        return value

    async def do(self, caller: Caller | None, field_: str, shown: str, /, *, input_type: str = "", **given: Any) -> Any:
        """The result of a mutation: `shown` of its object, or a problem; a key is given unless a version is."""
        if "version" not in given:
            given.setdefault("idempotencyKey", uuid4().hex)
        kind = input_type or field_[0].upper() + field_[1:] + "Input"
        document = f"""mutation ($input: {kind}!) {{ {field_}(input: $input) {{
            __typename {shown} ... on Problem {{ code }} ... on Refusal {{ part }} }} }}"""
        return await self.ask(caller, document, input=given)

    async def rows(self) -> dict[str, int]:
        """How many rows each table of the records has."""
        async with self.desk.pool.acquire() as conn:
            return {table: await conn.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


def members() -> dict[str, Any]:
    """What the directory says of who stands above whom, and of each court's liaison officer and president."""
    return {
        code: {
            "parent": superior,
            "officers": [
                OfficerEntry(id=f"o-{DIVISIONS[code]}-09", roles=["LIAISON_OFFICER"]),
                OfficerEntry(id=f"o-{DIVISIONS[code]}-06", roles=["PRESIDENT"]),
            ],
        }
        for code, superior in ((KAIHUA, QUZHOU), (CHANGSHAN, QUZHOU), (SHEXIAN, HUANGSHAN))
    }


@asynccontextmanager
async def open_door(pool: Pool, clock: Clock, zone: Zone) -> AsyncIterator[Door]:
    """A gateway's desk over `pool` behind its HTTP door."""
    async with open_desk(pool, clock, zone, **members()) as desk, aiohttp.ClientSession() as session:
        door = Door(desk, session)

        def context(caller: Caller | None, language: str, request_id: str) -> Any:
            return GatewayContext(desk, caller, "zh" if language == "zh" else "en", request_id)

        routes = [
            *graphql_routes(SCHEMA, door.sign_in, context, anonymous=True),
            *agreed_routes(desk),
            *zone_routes(desk, SCHEMA, lambda *_: None, RateLimits(pool)),
        ]
        async with served(Starlette(routes=routes)) as address:
            door.url = f"http://{address}"
            yield door
