"""A gateway that asks three courts in clear over real HTTP; what each court does is set by the test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.clock import SetClock
from db.pool import Pool
from federation.ask.breaker import Breaker
from federation.ask.content import Answer
from federation.ask.coverage import CourtCoverage
from federation.ask.gathering import Gathering
from federation.ask.status import Reason, Reporter, Status
from federation.clear import content
from federation.clear.content import Told
from federation.clear.scatter import ClearGateway, Question, scatter
from federation.directory.directory import Directory
from federation.graph import selection, shape
from federation.http_client.client import Implementation
from federation.relay.calls import Calls
from federation.wire import statement
from tests.enforcement.lookup_zone import listener, serving
from tests.federation.graph.sample import CONTRACT, STOCK
from tests.federation.http_client.clients import opened
from tests.federation.zone import DIVISIONS, Zone

CHOSEN = selection.read("{ ... on Stock { count } }")
Behaviour = Callable[["ClearZone", str, Request], Awaitable[Response]]


@dataclass(slots=True)
class ClearZone:
    """What a test acts upon."""

    zone: Zone
    clock: SetClock
    pool: Pool
    gateway: ClearGateway
    urls: dict[str, str]
    behaviour: dict[str, Behaviour] = field(default_factory=dict)
    received: list[tuple[str, content.ClearQuery, int]] = field(default_factory=list)

    async def ask(self, *courts: str, budget_ms: int = 2000, **question: Any) -> Gathering:
        """What comes of one question to `courts`, or to all three."""
        asked = courts or tuple(DIVISIONS)
        waiting = {code: CourtCoverage(code, code, Status.PENDING) for code in asked}
        check = lambda raw: shape.check(CONTRACT.schema, STOCK, CHOSEN, raw)  # noqa: E731
        gathering = Gathering(check, waiting, asker=Reporter.GATEWAY)
        asks = Question(**{"field": "stock", "arguments": {}, "selection": CHOSEN.text, "language": "en", **question})
        await scatter(self.gateway, gathering, asks, asked, budget_ms=budget_ms, changed=lambda: None)
        return gathering

    def answered(self, court: str, raw: bytes, told: Answer | None = None, **changes: Any) -> bytes:
        """`court`'s signed answer to the query in `raw`; `changes` are of the statement."""
        _, query = content.parse_query(raw)
        values: dict[str, Any] = {
            "re": query.id,
            "re_digest": statement.digest(raw),
            "author": court,
            "directory": 1,
            "signer": self.zone.keys[court].signing,
        }
        return content.write_answer(Told(told or stock(3)), **(values | changes))


def stock(count: int) -> Answer:
    return Answer(status=Status.ANSWERED, rows=count, data=msgspec.Raw(orjson.dumps({"count": count})))


def told(gathering: Gathering) -> dict[str, tuple[Status, Reason | None, Reporter]]:
    """What became of each court."""
    return {c.court: (c.status, c.reason, c.reported_by) for c in gathering.coverage().courts}


async def good(made: ClearZone, court: str, request: Request) -> Response:
    return Response(made.answered(court, await request.body()))


async def hang(made: ClearZone, court: str, request: Request) -> Response:
    """Nothing is said until the gateway hangs up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


@asynccontextmanager
async def clear_zone(
    pool: Pool, clock: SetClock, client: Implementation = Implementation.OWN, **changes: Any
) -> AsyncIterator[ClearZone]:
    """The gateway and its three courts; `changes` are of the directory document."""
    zone = Zone()
    async with AsyncExitStack() as stack:
        listeners = {code: stack.enter_context(listener()) for code in DIVISIONS}
        urls = {code: f"http://127.0.0.1:{sock.getsockname()[1]}" for code, sock in listeners.items()}
        directory = Directory(zone.root, clock)
        states = changes.pop("states", {})
        courts = [zone.court(code, url=urls[code], state=states.get(code, "ACTIVE")) for code in DIVISIONS]
        async with pool.acquire() as conn:
            await directory.accept(conn, zone.signed(courts=courts), clock.now())
        http = await stack.enter_async_context(opened(client))
        calls = Calls(directory, http, Breaker(threshold=2, pause_s=60.0))
        made = ClearZone(zone, clock, pool, ClearGateway(calls, clock, zone.gateway), urls)
        for code, sock in listeners.items():
            await stack.enter_async_context(serving([_door(made, code)], sock))
        yield made


def _door(made: ClearZone, code: str) -> Route:
    async def take(request: Request) -> Response:
        _, query = content.parse_query(await request.body())
        made.received.append((code, query, int(request.headers["xiezhi-budget-ms"])))
        return await made.behaviour.get(code, good)(made, code, request)

    return Route(content.PATH, take, methods=["POST"])
