"""Loaded tasks are real ones: one signed event, equal at both courts, and a next act on each status."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from api.demo import fixtures
from api.demo.fixtures import FixtureTask
from db import task_events, tasks
from db.clock import SetClock
from db.pool import open_pool
from db.records.tasks import TaskRecord
from enforcement.basis import content_of
from enforcement.court import CourtNode
from enforcement.payloads import DocumentRef, HandlingStep
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_status import INTERNAL, DelegatedTaskStatus
from enforcement.tasks import concluding, dispatching, drafting, handling, messages, requests
from enforcement.tasks.contents import SupplementPayload
from federation.wire import statement
from tests.enforcement.fixture_zone import FixtureZone, new_keys, node
from tests.enforcement.task_zone import DIGEST, NewDatabase, Road

pytestmark = pytest.mark.anyio
S = DelegatedTaskStatus
NEXT = {
    S.DRAFT: S.PENDING_APPROVAL,
    S.PENDING_APPROVAL: S.APPROVED,
    S.DISPATCHED: S.RECEIVED,
    S.RECEIVED: S.SIGNED_FOR,
    S.SIGNED_FOR: S.IN_PROGRESS,
    S.SUPPLEMENT_REQUESTED: S.RECEIVED,
    S.IN_PROGRESS: S.IN_PROGRESS,
    S.FED_BACK: S.COMPLETED,
}


@dataclass(slots=True)
class Loaded:
    """Both courts of one loaded task."""

    row: FixtureTask
    road: Road

    @property
    def ours(self) -> CourtNode:
        return self.road.courts[self.row.delegating]

    @property
    def theirs(self) -> CourtNode:
        return self.road.courts[self.row.entrusted]

    async def task(self, court: CourtNode) -> TaskRecord:
        async with court.pool.acquire() as conn:
            task = await tasks.find(conn, self.row.id)
        assert task is not None
        return task

    async def log(self, court: CourtNode) -> list[tuple[bytes, bytes]]:
        async with court.pool.acquire() as conn:
            events = await task_events.of_tasks(conn, [self.row.id])
        return [(event.statement, event.salt) for event in events]


@asynccontextmanager
async def loaded(row: FixtureTask, new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Loaded]:
    zone = FixtureZone(keys=new_keys())
    pools = {code: await open_pool(await new_database("node")) for code in (row.delegating, row.entrusted)}
    try:
        yield Loaded(row, Road({code: await node(zone, code, pool, clock) for code, pool in pools.items()}))
    finally:
        for pool in pools.values():
            await pool.close()


def one_of(status: DelegatedTaskStatus) -> FixtureTask:
    return next(task for task in fixtures.tasks() if task.status == status)


def as_(court: CourtNode, *roles: Role, officer: str | None = None) -> Caller:
    return Caller(officer or f"o-{court.division}-11", court.code, frozenset(roles))


async def act_of_delegating(both: Loaded) -> TaskRecord:
    ours, row = both.ours, both.row
    handler = as_(ours, Role.HANDLER, officer=row.created_by)
    own = await both.task(ours)
    if row.status == S.DRAFT:
        return await drafting.submit(ours, handler, own.id, own.version)
    if row.status == S.PENDING_APPROVAL:
        return await drafting.approve(ours, as_(ours, Role.PRESIDENT), own.id, own.version)
    if row.status == S.FED_BACK:
        return await concluding.confirm(ours, handler, own.id, own.version)
    papers = [DocumentRef(kind=kind, number="", sha256=DIGEST) for kind in row.papers_asked]
    return await requests.supplement(ours, handler, own.id, own.version, SupplementPayload(documents=papers))


async def act_of_entrusted(both: Loaded) -> TaskRecord:
    theirs, row = both.theirs, both.row
    other = await both.task(theirs)
    if row.status == S.DISPATCHED:
        assert await dispatching.receive_left_over(theirs) >= 1
        return await both.task(theirs)
    if row.status == S.RECEIVED:
        return await handling.sign_for(theirs, as_(theirs, Role.COMMAND_CENTRE), other.id, other.version)
    if row.status == S.SIGNED_FOR:
        officer = f"o-{theirs.division}-02"
        return await handling.assign(theirs, as_(theirs, Role.BUREAU_CHIEF), other.id, other.version, officer)
    step = HandlingStep(kind="OTHER", at=theirs.clock.now(), officers=[row.assigned_to or ""])
    officer_of = as_(theirs, Role.HANDLER, officer=row.assigned_to)
    return await handling.record_step(theirs, officer_of, other.id, other.version, step)


DELEGATING_ACTS = {S.DRAFT, S.PENDING_APPROVAL, S.FED_BACK, S.SUPPLEMENT_REQUESTED}


@pytest.mark.parametrize("status", list(NEXT))
async def test_next_act_on_a_loaded_task(
    status: DelegatedTaskStatus, new_database: NewDatabase, clock: SetClock
) -> None:
    async with loaded(one_of(status), new_database, clock) as both:
        await (act_of_delegating if status in DELEGATING_ACTS else act_of_entrusted)(both)
        await both.road.run()

        own = await both.task(both.ours)
        assert own.status == (both.row.resume or NEXT[status])
        assert both.road.refusals == []
        if status not in INTERNAL:
            other = await both.task(both.theirs)
            assert (other.status, other.head_digest) == (own.status, own.head_digest)
            assert await both.log(both.ours) == await both.log(both.theirs)
            assert own.head_seq == 2


async def test_returned_task_is_cloned(new_database: NewDatabase, clock: SetClock) -> None:
    async with loaded(one_of(S.RETURNED), new_database, clock) as both:
        own = await both.task(both.ours)
        handler = as_(both.ours, Role.HANDLER, officer=both.row.created_by)

        copy = await drafting.clone(both.ours, handler, own.id, own.version, idempotency_key="c-1")

        assert (copy.status, copy.matter) == ("DRAFT", own.matter)
        assert content_of(both.ours, copy) == content_of(both.ours, own)


@pytest.mark.parametrize("status", [S.COMPLETED, S.WITHDRAWN])
async def test_ended_task_stays_ended(status: DelegatedTaskStatus, new_database: NewDatabase, clock: SetClock) -> None:
    async with loaded(one_of(status), new_database, clock) as both:
        own = await both.task(both.ours)
        handler = as_(both.ours, Role.HANDLER, officer=both.row.created_by)

        with pytest.raises(TransitionNotAllowed):
            await drafting.clone(both.ours, handler, own.id, own.version, idempotency_key="c-1")
        with pytest.raises(TransitionNotAllowed):
            await requests.withdraw(both.ours, handler, own.id, own.version, reason="已履行")

        assert await both.task(both.ours) == own


async def test_loaded_event_is_equal_and_verifiable(new_database: NewDatabase, clock: SetClock) -> None:
    row = one_of(S.FED_BACK)
    async with loaded(row, new_database, clock) as both:
        ours, theirs = await both.log(both.ours), await both.log(both.theirs)
        assert ours == theirs
        ((raw, salt),) = ours
        claim = statement.parse(raw)
        both.ours.directory.verify_statement(claim)
        body = messages.event_body(claim)
        async with both.theirs.pool.acquire() as conn:
            (event,) = await task_events.of_tasks(conn, [row.id])
        payload = both.theirs.at_rest.decrypt(event.payload, context=task_events.CONTEXT)

        assert (body.type, body.author, body.status) == ("LOADED", row.delegating, "FED_BACK")
        assert statement.commitment(salt, payload) == body.commitment
        own, other = await both.task(both.ours), await both.task(both.theirs)
        assert (own.direction, other.direction) == ("OUTBOUND", "INBOUND")
        assert other.case_id is None
        assert other.created_by is None
        assert (own.due_on, own.due_at) == (other.due_on, other.due_at)


async def test_every_court_has_its_part(new_database: NewDatabase, clock: SetClock) -> None:
    async with loaded(one_of(S.RECEIVED), new_database, clock) as both:
        for court in both.road.courts.values():
            mine = [row for row in fixtures.tasks() if row.delegating == court.code]
            entrusted = [row for row in fixtures.tasks() if row.entrusted == court.code and row.status not in INTERNAL]
            async with court.pool.acquire() as conn:
                rows = await conn.fetch("SELECT direction, count(*) AS n FROM tasks GROUP BY direction")
                unmarked = await conn.fetchval("SELECT count(*) FROM tasks WHERE NOT synthetic")
            assert {found["direction"]: found["n"] for found in rows} == {
                "OUTBOUND": len(mine),
                "INBOUND": len(entrusted),
            }
            assert unmarked == 0
