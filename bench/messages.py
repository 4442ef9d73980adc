"""Messages per second, end to end: from the sender's outbox through the gateway to the receiver's signed receipt.

A backlog of delegated tasks is dispatched while the pair's lease is held here, so that nothing leaves; then the lease
is given back and the clock runs until both outboxes are closed. Each task is two messages: DISPATCHED one way, RECEIVED
the other, each with its receipt.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import uuid4

import aiohttp
import anyio

from bench import set_l
from bench.zone_l import LZone
from db import outbox, pairs
from db.at_rest import AtRest
from db.clock import monotonic_s
from db.pool import Pool, open_pool
from db.records.assets import AssetKind
from db.records.parties import IdentifierKind
from enforcement.court import CourtNode
from enforcement.payloads import DocumentRef
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import DuplicateOf
from enforcement.rules.rights import Caller, Role
from enforcement.tasks import dispatching, drafting
from enforcement.tasks.grounds import Debtor, NewTask
from federation.ask.client import AskClient
from federation.clear.passing import ZoneClient
from federation.directory.directory import Directory

FROM, TO = "浙0824", "皖1021"
TASKS: Final = 200
_LEASE: Final = timedelta(minutes=10)
_LONGEST_S: Final = 90.0
_POLL_S: Final = 0.02
_OPEN: Final = "SELECT count(*) FROM outbox WHERE peer = $1 AND receipt IS NULL"
_PAPERS: Final = ("DELEGATION_LETTER", "INVESTIGATION_NOTICE", "OFFICER_CERTIFICATE")


@dataclass(frozen=True, slots=True)
class Carried:
    """How many messages, in what time, for how much CPU of all processes."""

    messages: int
    per_second: float
    cpu_ms: float


async def measure(zone: LZone, say: Callable[[str], None]) -> Carried:
    """Two nodes and the gateway, one pair of courts, both directions."""
    say(f"dispatching up to {TASKS} delegated tasks ...")
    async with _court(zone, FROM) as court, _database(zone, TO) as other:
        holder = uuid4()
        async with court.pool.acquire() as conn:
            if not await pairs.lease(conn, TO, holder, _LEASE):
                raise RuntimeError("the pair is busy")
        for subject in set_l.subjects(FROM, zone.scale, TASKS, everybody=True):
            with suppress(DuplicateOf):  # set L has an open task for the same already
                await _dispatch(court, subject)
        async with court.pool.acquire() as conn:
            waiting = await conn.fetchval(_OPEN, TO)
            cpu_before, began_s = zone.cpu_s(), monotonic_s()
            await pairs.release(conn, TO, holder)
            await conn.execute(f"SELECT pg_notify('{outbox.CHANNEL}', '')")
        with anyio.fail_after(_LONGEST_S):
            await _closed(court.pool, other, waiting)
        took_s = monotonic_s() - began_s
        cpu = zone.cpu_s() - cpu_before
    return Carried(2 * waiting, 2 * waiting / took_s, cpu / (2 * waiting) * 1000)


async def _closed(sender: Pool, receiver: Pool, messages: int) -> None:
    """Return when every message has its receipt, and every RECEIVED that they caused has its own."""
    while True:
        caused = await receiver.fetchval("SELECT count(*) FROM outbox WHERE peer = $1", FROM)
        left = await sender.fetchval(_OPEN, TO) + await receiver.fetchval(_OPEN, FROM)
        if caused >= messages and not left:
            return
        await anyio.sleep(_POLL_S)


@asynccontextmanager
async def _database(zone: LZone, court: str) -> AsyncIterator[Pool]:
    pool = await open_pool(zone.zone.server.dsn(f"node_{set_l.DIVISIONS[court]}"), size=2)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def _court(zone: LZone, code: str) -> AsyncIterator[CourtNode]:
    """The court as its own use-cases see it, beside its running node."""
    keys = zone.zone.keys[code]
    async with _database(zone, code) as pool, aiohttp.ClientSession() as session:
        directory = Directory(zone.zone.root, zone.zone.clock)
        async with pool.acquire() as conn:
            await directory.load(conn)
        yield CourtNode(
            code=code,
            division=set_l.DIVISIONS[code],
            pool=pool,
            clock=zone.zone.clock,
            at_rest=AtRest(keys.storage, keys.index),
            directory=directory,
            signer=keys.signing,
            box=keys.box,
            asks=AskClient(session, zone.zone.addresses.gateway),
            zone=ZoneClient(session, zone.zone.addresses.gateway),
        )


async def _dispatch(court: CourtNode, subject: set_l.Subject) -> None:
    """One search for a vehicle, from its draft to the outbox, each step by the officer who may."""

    def by(number: int, role: Role) -> Caller:
        return Caller(f"o-{court.division}-{number:02d}", court.code, frozenset({role}))

    handler = Caller(subject.officer, court.code, frozenset({Role.HANDLER}))
    new = NewTask(
        case_number=subject.case_number,
        debtor=Debtor(identifier_kind=IdentifierKind.ID_NUMBER, identifier=subject.identifier),
        entrusted_court=TO,
        matter=DelegatedMatterType.INVESTIGATE_ASSETS,
        documents=tuple(DocumentRef(kind=paper, number=subject.case_number, sha256="0" * 64) for paper in _PAPERS),
        kinds=(AssetKind.VEHICLE,),
    )
    task = await drafting.create(court, handler, new, idempotency_key=str(uuid4()))
    task = await drafting.submit(court, handler, task.id, task.version)
    task = await drafting.approve(court, by(5, Role.BUREAU_CHIEF), task.id, task.version)
    await dispatching.dispatch(court, by(7, Role.COMMAND_CENTRE), task.id, task.version)
