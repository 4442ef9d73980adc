"""Two courts' ends of the durable road and a gateway, on real databases: over real HTTP, or in process with faults."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import uvicorn
from starlette.applications import Starlette

from api.directory_endpoints import directory_routes, held_requests
from api.message_endpoints import message_routes
from api.relay_endpoints import relay_message_routes
from db import outbox as rows
from db.at_rest import AtRest
from db.clock import SetClock
from db.pool import Conn, Pool, open_pool, transaction
from db.records.delivery import OutboxRecord
from federation.delivery import epoch, outbox, sender
from federation.delivery.mark import MarkFile
from federation.delivery.node import DeliveryNode, Hooks, NotYet, Refused
from federation.delivery.post import Post, Reply, Unreachable, post_over
from federation.directory.directory import Directory
from federation.directory.fetch import Source, fetch_from
from federation.relay import queue
from federation.relay.messages import MessageRelay
from federation.wire.header import Header, Track
from tests.federation.zone import CHANGSHAN, KAIHUA, Zone
from tests.listening import listening

A, B = KAIHUA, CHANGSHAN
MINUTE = timedelta(minutes=1)

NODE_TABLES = (
    "lives, resyncs, pairs, pair_arrivals, pair_gaps, outbox, inbox, inbox_conflicts, refused_envelopes, "
    "directory_documents, directory_versions, applied, heard"
)
GATEWAY_TABLES = "carried_messages, carried_conflicts, refused_envelopes, directory_documents, directory_versions"


class Wire:
    """POSTs between programs of one process: each base URL is an ASGI application, or down."""

    def __init__(self) -> None:
        self.apps: dict[str, Any] = {}
        self.down: set[str] = set()
        self.faults: list[str] = []  # taken one per POST: "request lost", "reply lost", "twice", "fine"
        self.sent: list[tuple[str, bytes]] = []

    async def __call__(self, url: str, body: bytes, *, timeout_s: float) -> Reply:
        base = next(base for base in self.apps if url.startswith(base + "/"))
        fault = self.faults.pop(0) if self.faults else "fine"
        if base in self.down or fault == "request lost":
            raise Unreachable("down")
        self.sent.append((url, body))
        reply = await _call(self.apps[base], url.removeprefix(base), body)
        if fault == "twice":
            reply = await _call(self.apps[base], url.removeprefix(base), body)
        if fault == "reply lost":
            raise Unreachable("cut")
        return reply


async def _call(app: Any, path: str, body: bytes) -> Reply:
    status, out = 0, bytearray()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        out.extend(message.get("body", b""))

    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "root_path": ""}
    await app({**scope, "headers": [], "query_string": b"", "http_version": "1.1", "app": app}, receive, send)
    return Reply(status, bytes(out))


@asynccontextmanager
async def served(app: Any, sock: socket.socket) -> AsyncIterator[None]:
    """`app` over HTTP on a bound socket."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
    async with listening(server, sock):
        yield


def bound() -> tuple[socket.socket, str]:
    """A free loopback port, held, and its base URL."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock, f"http://127.0.0.1:{sock.getsockname()[1]}"


async def handler(conn: Conn, head: Header, payload: bytes) -> None:
    """Writes down what it applies. `refuse:X` is refused as X; `n:3` waits until `n:2` was applied."""
    if payload.startswith(b"refuse:"):
        await conn.execute("INSERT INTO applied (sender, payload) VALUES ('must not stay', '')")
        raise Refused(payload.removeprefix(b"refuse:").decode())
    kind, _, number = payload.partition(b":")
    if kind == b"n" and number != b"1":
        before = b"n:%d" % (int(number) - 1)
        if not await conn.fetchval("SELECT EXISTS (SELECT FROM applied WHERE payload = $1)", before):
            raise NotYet
    await conn.execute("INSERT INTO applied (sender, id, payload) VALUES ($1, $2, $3)", head.sender, head.id, payload)


async def on_receipt(conn: Conn, row: OutboxRecord, outcome: str, code: str | None) -> None:
    await conn.execute("INSERT INTO heard (id, outcome, code) VALUES ($1, $2, $3)", row.id, outcome, code)


async def on_returned(conn: Conn, head: Header, payload: bytes) -> None:
    await conn.execute("INSERT INTO heard (id, outcome) VALUES ($1, 'RETURNED')", head.id)


@dataclass
class Court:
    """One court's end: its node, its application, its database."""

    node: DeliveryNode
    app: Any

    @property
    def pool(self) -> Pool:
        return self.node.pool

    async def enqueue(
        self, to: str, payload: bytes, track: Track | None = None, about: outbox.Reference | None = None
    ) -> Any:
        now = self.node.clock.now()
        async with transaction(self.pool) as conn:
            return await outbox.enqueue(
                conn, to=to, payload=payload, at_rest=self.node.at_rest, track=track, now=now, about=about
            )

    async def row(self, message_id: Any) -> OutboxRecord:
        async with self.pool.acquire() as conn:
            row = await rows.by_id(conn, message_id)
        assert row is not None
        return row

    async def applied(self) -> list[bytes]:
        return [bytes(row["payload"]) for row in await self.pool.fetch("SELECT payload FROM applied ORDER BY number")]

    async def heard(self) -> list[tuple[str, str | None]]:
        found = await self.pool.fetch("SELECT outcome, code FROM heard ORDER BY number")
        return [(row["outcome"], row["code"]) for row in found]

    async def refused(self) -> list[str]:
        return [r["reason"] for r in await self.pool.fetch("SELECT reason FROM refused_envelopes ORDER BY number")]

    async def count(self, table: str) -> int:
        found: int = await self.pool.fetchval(f"SELECT count(*) FROM {table}")
        return found


@dataclass
class Road:
    """Everything between court A and court B."""

    zone: Zone
    clock: SetClock
    wire: Wire
    relay: MessageRelay
    gateway_app: Any
    courts: dict[str, Court]
    accepted: list[Header]
    carried: list[dict[str, Any]]
    urls: dict[str, str]
    sockets: dict[str, socket.socket] = field(default_factory=dict)

    @property
    def a(self) -> Court:
        return self.courts[A]

    @property
    def b(self) -> Court:
        return self.courts[B]

    def court(self, node: DeliveryNode) -> Court:
        """An end that serves `node`; takes the place of the one before."""
        court = Court(node, Starlette(routes=message_routes(node, handler)))
        self.courts[node.code] = court
        self.wire.apps[self.urls[node.code]] = court.app
        return court

    def change(self, code: str, **changes: Any) -> Court:
        """The same end with other properties, as after a restart."""
        return self.court(replace(self.courts[code].node, **changes))

    async def publish(self, version: int, **changes: Any) -> None:
        """A new directory version, accepted everywhere; `changes` are those of A's and B's entries, by code."""
        raw = sign(self.zone, self.urls, version, **changes)
        for pool, directory in [(self.relay.pool, self.relay.directory)] + [
            (court.pool, court.node.directory) for court in self.courts.values()
        ]:
            async with pool.acquire() as conn:
                await directory.accept(conn, raw, self.clock.now())


async def raw_of(road: Road, message_id: UUID) -> bytes:
    """The bytes of a message's first attempt, which have not left."""
    return await sender._first_bytes(road.a.node, message_id)


async def pump(road: Road, turns: int = 1) -> None:
    """Let every worker take `turns` turns, time enough for each pause passing between them."""
    for _ in range(turns):
        for court in list(road.courts.values()):
            await sender.offer_due(court.node)
        await queue.deliver_due(road.relay)
        await queue.push_due(road.relay)
        road.clock.advance(8 * MINUTE)


def sign(zone: Zone, urls: dict[str, str], version: int, **changes: Any) -> bytes:
    courts = [zone.court(code, url=urls.get(code, "http://127.0.0.1:1"), **changes.get(code, {})) for code in zone.keys]
    gateway = msgspec.structs.replace(zone.document().gateway, url=urls["gateway"])
    expires_at = zone.document().expires_at + timedelta(days=3650)
    return zone.signed(version, courts=courts, gateway=gateway, expires_at=expires_at)


async def _quiet() -> None:
    """There is nothing newer."""


def life_of(zone: Zone, code: str) -> AtRest:
    return AtRest(zone.keys[code].storage, zone.keys[code].index)


@asynccontextmanager
async def open_road(
    databases: Mapping[str, str], clock: SetClock, folder: Path, *, http: bool = False
) -> AsyncIterator[Road]:
    """A zone with courts A and B and a gateway; with `http`, call `served` for what should be up."""
    zone, wire = Zone(), Wire()
    sockets = {name: bound() for name in ("gateway", A, B)} if http else {}
    urls = {name: base for name, (_, base) in sockets.items()} or {
        "gateway": "http://gateway",
        A: "http://node-a",
        B: "http://node-b",
    }
    accepted: list[Header] = []
    carried: list[dict[str, Any]] = []

    async def on_accepted(conn: Conn, head: Header, now: datetime) -> None:
        accepted.append(head)

    async def note(**fields: Any) -> None:
        carried.append(fields)

    pools = {name: await open_pool(dsn) for name, dsn in databases.items()}
    for name, pool in pools.items():
        tables = GATEWAY_TABLES if name == "gateway" else NODE_TABLES
        await pool.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    raw = sign(zone, urls, 1)
    directories = {name: Directory(zone.root, clock) for name in pools}
    for name, pool in pools.items():
        async with pool.acquire() as conn:
            await directories[name].accept(conn, raw, clock.now())
    async with aiohttp.ClientSession() as session:
        post: Post = post_over(session) if http else wire
        relay = MessageRelay(
            pool=pools["gateway"],
            clock=clock,
            directory=directories["gateway"],
            post=post,
            note=note,
            on_accepted=on_accepted,
            fetch=_quiet,
            jitter=lambda: 0.5,
        )
        app = Starlette(
            routes=[*relay_message_routes(relay), *directory_routes(relay.directory, held_requests(), clock)]
        )
        road = Road(
            zone,
            clock,
            wire,
            relay,
            app,
            {},
            accepted,
            carried,
            urls,
            {name: listening for name, (listening, _) in sockets.items()},
        )
        wire.apps[urls["gateway"]] = app
        for code in (A, B):
            state = folder / zone.court(code).division
            state.mkdir()
            fetch = (
                fetch_from(Source(urls["gateway"], session, directories[code], pools[code], clock)) if http else _quiet
            )
            road.court(await begin(road, code, pools[code], directories[code], state, post=post, fetch=fetch))
        try:
            yield road
        finally:
            for pool in [*pools.values(), *(court.pool for court in road.courts.values())]:
                await pool.close()
            for listening in road.sockets.values():
                listening.close()


async def begin(
    road: Road, code: str, pool: Pool, directory: Directory, state: Path, *, post: Post, fetch: Any = _quiet
) -> DeliveryNode:
    """What a node does as it starts."""
    keys, mark, at_rest = road.zone.keys[code], MarkFile(state), life_of(road.zone, code)
    life = await epoch.begin(code=code, pool=pool, clock=road.clock, at_rest=at_rest, directory=directory, mark=mark)
    return DeliveryNode(
        code=code,
        pool=pool,
        clock=road.clock,
        at_rest=at_rest,
        directory=directory,
        signer=keys.signing,
        boxes={keys.box.id: keys.box},
        epoch=life.epoch,
        gateway_url=road.urls["gateway"],
        post=post,
        mark=mark,
        fetch=fetch,
        jitter=lambda: 0.5,
        hooks=Hooks(on_receipt=on_receipt, on_returned=on_returned),
    )
