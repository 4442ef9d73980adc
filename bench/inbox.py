"""The inbox of a court with ten thousand open tasks: a page of it and its counts, beside the bare statements.

The product answers as a front end asks: rights, filter, page, cursor, what happens next and by when, all rendered as a
response. The floor sends the same two statements to the same database. Both in turns, in one process.
"""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any, Final

import anyio
import asyncpg
import msgspec
import orjson

from api.graphql.execution import Engine, GraphQLRequest
from bench import report, set_l, set_l_tasks
from bench.setting import Setting
from db import embedded, migrate, task_lists
from db.at_rest import AtRest
from db.clock import SetClock, monotonic_s
from db.pool import Pool, open_pool, transaction
from db.records.tasks import TaskOrder
from db.task_lists import TaskFilter
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from enforcement.tasks import loading
from federation.wire import keyfile
from schema.context import NodeContext
from schema.node.schema import SCHEMA

COURT: Final = "皖1021"
SHARE: Final = 3.17
"""Of set L's tasks, so that ten thousand of those that came to one court are open, beside twice as many that ended."""
_NOW: Final = datetime(2025, 7, 14, 1, tzinfo=UTC)
_CENTRE: Final = Caller("o-341021-07", COURT, frozenset({Role.COMMAND_CENTRE}))
_FIRST: Final = 20
_TIMES: Final = 400
_P50, _P99 = 49, 98

PAGE: Final = """{ delegatedTasks(direction: INBOUND, order: DUE, first: 20) { ... on DelegatedTaskConnection {
  nodes { id matter status urgent holder officer version nextStep nextStepBy nextDeadline { dueOn dueAt isOverdue } }
  pageInfo { hasNextPage endCursor } } ... on Problem { code } } }"""
COUNTS: Final = """{ delegatedTaskCounts(direction: INBOUND) { ... on DelegatedTaskCounts {
  asOf counts { direction status tasks overdue heldHere } } ... on Problem { code } } }"""
_INBOX: Final = TaskFilter(direction="INBOUND")
_PAGE_SQL: Final = task_lists.page_sql(_INBOX, TaskOrder.DUE, behind=False)
_COUNT_SQL: Final = task_lists.count_sql(_INBOX)
_OPEN: Final = "SELECT count(*) FROM tasks WHERE status NOT IN ('COMPLETED', 'RETURNED', 'WITHDRAWN')"

Act = Callable[[], Awaitable[Any]]


@dataclass(slots=True)
class Timed:
    """Milliseconds of each answer, and of the bare statement beside it."""

    product: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    def row(self, name: str) -> tuple[str, ...]:
        """p50 and p99 of both, and the ratio of the medians."""
        ours, bare = quantiles(self.product, n=100), quantiles(self.floor, n=100)
        figures = [f"{found[cut]:.2f}" for found in (ours, bare) for cut in (_P50, _P99)]
        return (name, *figures, f"{ours[_P50] / bare[_P50]:.2f}")


async def measure(setting: Setting) -> str:
    """The table."""
    folder = embedded.new_folder()
    server = await anyio.to_thread.run_sync(embedded.start, folder / "postgresql-data")
    try:
        conn = await asyncpg.connect(server.dsn())
        await conn.execute('CREATE DATABASE "node"')
        await conn.close()
        await anyio.to_thread.run_sync(migrate.upgrade, server.dsn("node"), "node")
        pool = await open_pool(server.dsn("node"))
        setting.say("filling an inbox ...")
        court, open_tasks = await _filled(pool, SHARE * setting.scale)
        found = await _compared(court, setting)
        await pool.close()
    finally:
        await anyio.to_thread.run_sync(server.stop)
        shutil.rmtree(folder, ignore_errors=True)
    head = ("measure", "p50 ms", "p99 ms", "floor: p50 ms", "floor: p99 ms", "p50 over floor")
    rows = [timed.row(name) for name, timed in found.items()]
    note = f"{setting.rounds * _TIMES:,} answers of each, every one beside its bare statement."
    return f"## An inbox of {open_tasks:,} open tasks\n\n{report.table(head, rows)}\n\n{note}"


async def _filled(pool: Pool, scale: float) -> tuple[CourtNode, int]:
    """The court with the tasks that came to it, and how many of them are open."""
    keys = {code: keyfile.generate(code) for code in set_l.COURTS}
    own = keys[COURT]
    court = _court(pool, AtRest(own.storage, own.index))
    signers = {code: each.signing for code, each in keys.items()}
    came = (replace(task, synthetic=True) for task in set_l_tasks.tasks(COURT, scale) if task.entrusted == COURT)
    async with transaction(pool) as conn:
        await loading.load(COURT, conn, court.at_rest, came, signers, directory_version=1)
    async with pool.acquire() as conn:
        await conn.execute("VACUUM ANALYZE", timeout=600)
        return court, await conn.fetchval(_OPEN)


def _court(pool: Pool, at_rest: AtRest) -> CourtNode:
    """A court of which a list needs the database, the clock and the key of what is stored."""
    given: dict[str, Any] = dict.fromkeys(("directory", "signer", "box", "asks", "zone"))
    return CourtNode(
        code=COURT, division=set_l.DIVISIONS[COURT], pool=pool, clock=SetClock(_NOW), at_rest=at_rest, **given
    )


async def _compared(court: CourtNode, setting: Setting) -> dict[str, Timed]:
    engine = Engine(SCHEMA, may_introspect=lambda _: False)
    given = task_lists._arguments(_INBOX)  # noqa: SLF001  (the very arguments of the statements)
    acts: dict[str, tuple[Act, Act]] = {
        f"page of {_FIRST}, by due day": (
            lambda: _answer(engine, court, PAGE),
            lambda: court.pool.fetch(_PAGE_SQL, *given, _FIRST + 1),
        ),
        "counts by state": (
            lambda: _answer(engine, court, COUNTS),
            lambda: court.pool.fetch(_COUNT_SQL, _NOW, COURT, *given),
        ),
    }
    found = {name: Timed() for name in acts}
    for turn in range(setting.rounds + 1):
        setting.say(f"inbox, round {turn} ...")
        for name, (product, floor) in acts.items():
            timed = found[name] if turn else Timed()  # the first round warms up
            for _ in range(_TIMES):
                timed.product.append(await _ms(product))
                timed.floor.append(await _ms(floor))
    return found


async def _answer(engine: Engine, court: CourtNode, document: str) -> bytes:
    """The response, as the door writes it.

    Raises:
        RuntimeError: it is none that was asked for.
    """
    context = NodeContext(court, _CENTRE, "en")
    prepared = engine.prepare(GraphQLRequest(document, variables=msgspec.Raw(b"{}")), context)
    answer = await engine.run(prepared, context)
    if "errors" in answer or any("code" in root for root in answer["data"].values()):
        raise RuntimeError(answer)
    return orjson.dumps(answer)


async def _ms(act: Act) -> float:
    began_s = monotonic_s()
    await act()
    return (monotonic_s() - began_s) * 1000
