"""Delegated tasks end to end between two courts' nodes, with fsync on, beside the bare round trips that they need.

A task is drafted, approved and sent at one court, signed for, assigned and answered at the other, and confirmed: eight
acts of officers, each after a look at the task, and the messages that carry them, every one over the gateway with its
signed receipt. The floor makes as many signed HTTP round trips and commits, as many at a time. Both in turns.
"""

import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from uuid import uuid4

import aiohttp
import anyio
import asyncpg
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.demo import documents as d
from api.demo.client import Client
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out
from bench import children, process_facts, report, set_l, trips
from bench.searches import Case, open_cases
from bench.setting import Setting
from db.clock import monotonic_s

FROM, TO = "浙0824", "皖1021"
MATTER: Final = "INTERVIEW_AND_URGE"
_CENTRE, _CHIEF, _HANDLER = "07", "05", "02"
_AT_ONCE: Final = 8
_POLL_S: Final = 0.05
_LONGEST_S: Final = 120.0
_ASK_BYTES: Final = 1_500
_MESSAGES: Final = "SELECT count(*) FROM outbox"
_STAND: Final = "SELECT status FROM tasks WHERE id = $1"
_HOPS: Final = 2
"""From court to gateway and from there to the other court: two round trips, and a commit at the end of each."""


@dataclass(slots=True)
class Side:
    """Seconds and CPU seconds per round."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)


@dataclass(slots=True)
class _Trips:
    """What the product's rounds were made of."""

    reads: int = 0
    acts: int = 0
    messages: int = 0


async def measure(setting: Setting) -> str:
    """The table. The first round of both warms up."""
    setting.say("starting a zone for tasks ...")
    zone, product, floor = lay_out(setting.port), Side(), Side()
    cases = open_cases()
    made = _Trips()
    try:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            await start(zone, session, "en", lambda _: None)
            desk = await _desk(zone, session, stack)
            bare = await _floor(zone, session, stack)
            for turn in range(setting.rounds + 1):
                setting.say(f"tasks, round {turn} ...")
                made = await desk.counted(cases, product if turn else Side())
                await bare.round(made, floor if turn else Side())
    finally:
        await anyio.to_thread.run_sync(zone.close, abandon_on_cancel=False)
    return _told(len(cases), made, product, floor, setting)


@dataclass(slots=True)
class _Desk:
    """The officers of both courts, and the two courts' databases."""

    zone: Zone
    client: Client
    databases: dict[str, "asyncpg.Pool[asyncpg.Record]"]
    trips: _Trips = field(default_factory=_Trips)

    def cpu_s(self) -> float:
        """Of the two nodes, the gateway and PostgreSQL."""
        running = [self.zone.programs.programs[name].process for name in (FROM, TO, "gateway")]
        return process_facts.cpu_s([*(each.pid for each in running if each), self.zone.server.process.pid])

    async def counted(self, cases: list[Case], side: Side) -> _Trips:
        """One round: a task of each case, some at a time; what it was made of."""
        self.trips = _Trips()
        messages, cpu_before, began_s = await self._messages(), self.cpu_s(), monotonic_s()
        await _some_at_a_time([partial(self._life, case) for case in cases])
        side.wall_s.append(monotonic_s() - began_s)
        side.cpu_s.append(self.cpu_s() - cpu_before)
        self.trips.messages = await self._messages() - messages
        return self.trips

    async def _messages(self) -> int:
        return sum([int(await pool.fetchval(_MESSAGES)) for pool in self.databases.values()])

    async def _life(self, case: Case) -> None:
        given = {
            "caseNumber": case.number,
            "entrustedCourt": TO,
            "matter": MATTER,
            "documents": [{"kind": kind, "number": "样1号", "sha256": "0" * 64} for kind in _PAPERS],
            "idempotencyKey": str(uuid4()),
        }
        self.trips.acts += 1
        task_id = (await self._one(FROM, case.handler, d.CREATE_TASK, input=given))["id"]
        await self._act(FROM, case.handler, "submitDelegatedTask", task_id)
        await self._act(FROM, _CHIEF, "approveDelegatedTask", task_id)
        await self._act(FROM, _CENTRE, "dispatchDelegatedTask", task_id)
        await self._stands(TO, task_id, "RECEIVED")
        await self._act(TO, _CENTRE, "signForDelegatedTask", task_id)
        await self._act(TO, _CHIEF, "assignDelegatedTask", task_id, officerId=f"o-{set_l.DIVISIONS[TO]}-{_HANDLER}")
        await self._act(TO, _HANDLER, "submitFeedback", task_id, result="DONE_FULL", note="已约谈")
        await self._stands(FROM, task_id, "FED_BACK")
        await self._act(FROM, case.handler, "confirmDelegatedTask", task_id)
        await self._stands(TO, task_id, "COMPLETED")

    async def _act(self, court: str, office: str, name: str, task_id: str, **given: Any) -> None:
        self.trips.reads += 1
        self.trips.acts += 1
        task = await self._one(court, _CENTRE, d.TASK, id=task_id)
        given |= {"id": task_id, "version": task["version"]}
        await self._one(court, office, d.task_act(name), input=given)

    async def _one(self, court: str, office: str, document: str, **variables: Any) -> dict[str, Any]:
        division = set_l.DIVISIONS[court]
        url, officer = self.zone.addresses.node(division), f"o-{division}-{office}"
        return await self.client.one(url, division, officer, document, variables)

    async def _stands(self, court: str, task_id: str, status: str) -> None:
        """Return once the task stands there in that state: looked for in the database, at nobody's expense."""
        while await self.databases[court].fetchval(_STAND, task_id) != status:  # noqa: ASYNC110 - another process writes
            await anyio.sleep(_POLL_S)


_PAPERS: Final = ("DELEGATION_LETTER", "OFFICER_CERTIFICATE")


async def _some_at_a_time(acts: list[Callable[[], Awaitable[None]]]) -> None:
    """All of them, as many at once as officers work."""
    waiting = iter(acts)

    async def lane() -> None:
        for act in waiting:
            await act()

    with anyio.fail_after(_LONGEST_S):
        async with anyio.create_task_group() as group:
            for _ in range(_AT_ONCE):
                group.start_soon(lane)


async def _desk(zone: Zone, session: aiohttp.ClientSession, stack: AsyncExitStack) -> _Desk:
    databases = {
        court: await stack.enter_async_context(
            asyncpg.create_pool(zone.server.dsn(f"node_{set_l.DIVISIONS[court]}"), min_size=1, max_size=_AT_ONCE)
        )
        for court in (FROM, TO)
    }
    return _Desk(zone, Client(session, token_minter(zone)), databases)


@dataclass(frozen=True, slots=True)
class _Floor:
    """The bare program, and who calls it."""

    zone: Zone
    session: aiohttp.ClientSession
    url: str
    pid: int
    key: Ed25519PrivateKey

    def cpu_s(self) -> float:
        """Of the program, of this one, which calls it as nodes call each other, and of PostgreSQL."""
        times = os.times()
        return process_facts.cpu_s([self.pid, self.zone.server.process.pid]) + times.user + times.system

    async def round(self, made: _Trips, side: Side) -> None:
        """As many round trips and commits as the product's round was made of, as many at a time."""
        committed = made.acts + _HOPS * made.messages
        paths = ["/read"] * made.reads + [trips.COMMITTED] * committed
        cpu_before, began_s = self.cpu_s(), monotonic_s()
        await _some_at_a_time([partial(self._trip, path) for path in paths])
        side.wall_s.append(monotonic_s() - began_s)
        side.cpu_s.append(self.cpu_s() - cpu_before)

    async def _trip(self, path: str) -> None:
        body = bytes(_ASK_BYTES)
        async with self.session.post(self.url + path, data=self.key.sign(body) + body) as answer:
            answer.raise_for_status()
            await answer.read()


async def _floor(zone: Zone, session: aiohttp.ClientSession, stack: AsyncExitStack) -> _Floor:
    conn = await asyncpg.connect(zone.server.dsn())
    try:
        await conn.execute('CREATE DATABASE "trips"')
    finally:
        await conn.close()
    caller, own, listener = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate(), children.listening()
    config = trips.Config(
        listener.fileno(),
        zone.server.dsn("trips"),
        caller.public_key().public_bytes_raw(),
        own.private_bytes_raw(),
    )
    command = children.module("bench.trips", msgspec.json.encode(config).decode())
    child = stack.enter_context(children.started(command, zone.folder / "logs" / "trips.log", sockets=[listener]))
    stack.enter_context(listener)
    return _Floor(zone, session, children.url_of(listener), child.pid, caller)


def _told(tasks: int, made: _Trips, product: Side, floor: Side, setting: Setting) -> str:
    over = [ours / bare for ours, bare in zip(product.wall_s, floor.wall_s, strict=True)]
    cpu_over = [ours / bare for ours, bare in zip(product.cpu_s, floor.cpu_s, strict=True)]
    each = f"{made.acts / tasks:.0f}, {made.reads / tasks:.0f}, {made.messages / tasks:.1f}"
    rows = [
        ("acts of officers, looks at the task, messages: per task", each),
        (f"tasks per second, {_AT_ONCE} at a time", report.spread([tasks / s for s in product.wall_s])),
        (
            "CPU of two nodes, gateway and PostgreSQL, ms per task",
            report.spread([s / tasks * 1e3 for s in product.cpu_s]),
        ),
        ("floor: as many trips and commits, per second", report.spread([tasks / s for s in floor.wall_s])),
        ("floor: CPU, ms", report.spread([s / tasks * 1e3 for s in floor.cpu_s], 0)),
        ("time over floor", report.spread(over, 1)),
        ("CPU over floor", report.spread(cpu_over, 1)),
    ]
    note = f"Medians of {setting.rounds} alternated rounds of {tasks} tasks, with the lowest and the highest."
    return f"## Delegated tasks, end to end\n\n{report.table(('measure', 'found'), rows)}\n\n{note}"
