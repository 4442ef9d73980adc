"""Officers at their desks: one officer at one door of the zone, and what everybody's tables hold."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import anyio
import asyncpg

from api.demo import documents as d
from api.demo import fixtures
from api.demo.client import Client, Refused
from api.demo.zone import Zone
from api.graphql.over_websocket import PROTOCOL

HANDLER, SECOND, CLERK, CHIEF, CENTRE, LIAISON = "01", "02", "04", "05", "07", "09"
PATIENCE_S = 40.0


@dataclass(frozen=True, slots=True)
class Desk:
    """One officer who asks one process."""

    client: Client
    url: str
    tenant: str
    officer: str

    async def one(self, document: str, **variables: Any) -> dict[str, Any]:
        """The document's only root field. Raises Refused."""
        return await self.client.one(self.url, self.tenant, self.officer, document, variables)

    async def code(self, document: str, **variables: Any) -> str | None:
        """The code with which the document is refused; None when it is answered."""
        try:
            await self.one(document, **variables)
        except Refused as refused:
            return refused.code
        return None

    async def whole(self, body: Mapping[str, Any], language: str = "en") -> tuple[int, bytes]:
        """Status and bytes of the answer to a request as a program sends it."""
        headers = {"Accept-Language": language}
        if self.officer:
            headers["Authorization"] = "Bearer " + self.client.token(self.url, self.tenant, self.officer)
        async with self.client.session.post(self.url + "/graphql", json=body, headers=headers) as response:
            return response.status, await response.read()

    @asynccontextmanager
    async def subscribed(self, document: str, **variables: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A socket on which one subscription runs, named "1"."""
        token = self.client.token(self.url, self.tenant, self.officer)
        url = self.url.replace("http", "ws", 1) + "/graphql"
        async with self.client.session.ws_connect(url, protocols=(PROTOCOL,)) as socket:
            await socket.send_json({"type": "connection_init", "payload": {"authorization": "Bearer " + token}})
            assert (await socket.receive_json())["type"] == "connection_ack"
            payload = {"query": document, "variables": variables}
            await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})
            yield socket


@dataclass(frozen=True, slots=True)
class Desks:
    """Every desk of a zone."""

    zone: Zone
    client: Client

    def at(self, court: str, office: str = HANDLER) -> Desk:
        """An officer of a court, by its code, at the court's node."""
        division = division_of(court)
        return Desk(self.client, self.zone.addresses.node(division), division, f"o-{division}-{office}")

    def gateway(self, court: str | None, office: str = CENTRE) -> Desk:
        """An officer of a court at the gateway; nobody without a court."""
        url = self.zone.addresses.gateway
        if court is None:
            return Desk(self.client, url, "", "")
        division = division_of(court)
        return Desk(self.client, url, division, f"o-{division}-{office}")

    def handler_of(self, case: str) -> Desk:
        """Who handles a case of the fixture set, at their own node."""
        record = next(record for record in fixtures.rows(court_of(case)).cases if record.number == case)
        assert record.handler_id is not None
        return self.at(court_of(case), record.handler_id[-2:])

    async def delegate_search(self, case: str, to: str, kind: str = "VEHICLE", *, urgent: bool = False) -> str:
        """Draft, submit, approve and dispatch a search for assets in a case; the task's id."""
        handler, court = self.handler_of(case), court_of(case)
        given = {
            "idempotencyKey": f"search-{case}-{to}-{kind}",
            "caseNumber": case,
            "entrustedCourt": to,
            "matter": "INVESTIGATE_ASSETS",
            "kinds": [kind],
            "urgent": urgent,
            "documents": [
                paper("DELEGATION_LETTER"),
                paper("OFFICER_CERTIFICATE"),
                paper("INVESTIGATION_NOTICE"),
            ],
        }
        task_id: str = (await handler.one(d.CREATE_TASK, input=given))["id"]
        for mutation, desk in (
            ("submitDelegatedTask", handler),
            ("approveDelegatedTask", self.at(court, CHIEF)),
            ("dispatchDelegatedTask", self.at(court, CENTRE)),
        ):
            task = await self.at(court, CENTRE).one(d.TASK, id=task_id)
            await desk.one(d.task_act(mutation), input={"id": task_id, "version": task["version"]})
        return task_id

    async def reached(self, court: str, task_id: str, status: str) -> dict[str, Any]:
        """The task at that court, once it stands at `status`."""

        async def look() -> dict[str, Any] | None:
            if await self.at(court, CENTRE).code(d.TASK, id=task_id) == "NOT_FOUND":
                return None
            task = await self.at(court, CENTRE).one(d.TASK, id=task_id)
            return task if task["status"] == status else None

        found: dict[str, Any] = await until(look)
        return found


def division_of(court: str) -> str:
    return next(facts.division for facts in fixtures.courts() if facts.code == court)


def court_of(case: str) -> str:
    """The court whose case it is, by its number."""
    return next(facts.code for facts in fixtures.courts() if facts.code in case)


def paper(kind: str) -> dict[str, str]:
    return {"kind": kind, "number": "样1号", "sha256": hashlib.sha256(kind.encode()).hexdigest()}


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` gives once it is neither None nor false."""
    with anyio.fail_after(PATIENCE_S):
        while not (found := await look()):  # noqa: ASYNC110 - what is waited for happens in other processes
            await anyio.sleep(0.1)
        return found


async def counts(zone: Zone, name: str) -> dict[str, int]:
    """How many rows each table of a process's database has; `name` is a division code or "gateway".

    What waits to be chained and what is chained are counted as one, `audit`: rows move from the one to the other.
    """
    async with connected(zone, name) as conn, conn.transaction(isolation="repeatable_read", readonly=True):
        found = {table: int(await conn.fetchval(f'SELECT count(*) FROM "{table}"')) for table in await tables(conn)}
    return found | {"audit": found.pop("audit_queue", 0) + found.pop("audit_events", 0)}


async def tables(conn: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    rows = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [row["tablename"] for row in rows]


@asynccontextmanager
async def connected(zone: Zone, name: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection to a process's own database."""
    conn = await asyncpg.connect(zone.server.dsn(name if name == "gateway" else f"node_{name}"))
    try:
        yield conn
    finally:
        await conn.close()


@asynccontextmanager
async def stopped(zone: Zone, court: str) -> AsyncIterator[None]:
    """The court's node is down for as long as the context lasts."""
    program = zone.programs.programs[court]
    await anyio.to_thread.run_sync(program.stop)
    try:
        yield
    finally:
        program.start()
        async with aiohttp.ClientSession() as session:
            await program.ready(session)
