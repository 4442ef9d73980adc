"""Conformance runs: one at a time, finished once, differences as codes."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db import conformance_runs, membership_acts
from db.pool import Conn, Pool
from enforcement.desk.membership import conformance
from enforcement.desk.membership.conformance import Difference, Report
from enforcement.rules.membership_refusals import ConformanceRunning
from enforcement.rules.refusals import NotFound
from tests.conftest import REFERENCE
from tests.enforcement.desk_zone import ADMIN

pytestmark = pytest.mark.anyio
COURT = "浙0881"
DIGEST = "a" * 64


@pytest.fixture
async def conn(gateway_pool: Pool) -> AsyncIterator[Conn]:
    async with gateway_pool.acquire() as lent, lent.transaction():
        yield lent


async def test_a_court_has_one_run_at_a_time(conn: Conn) -> None:
    first = await conformance.begin(conn, COURT, DIGEST, ADMIN, REFERENCE)
    other = await conformance.begin(conn, "浙0882", DIGEST, ADMIN, REFERENCE + timedelta(seconds=1))

    with pytest.raises(ConformanceRunning):
        await conformance.begin(conn, COURT, DIGEST, ADMIN, REFERENCE)

    assert await conformance_runs.claim_open(conn) == first
    assert (await conformance_runs.of_courts(conn, [COURT, "浙0882"])) == {COURT: [first], "浙0882": [other]}


async def test_a_red_run_keeps_each_difference(conn: Conn) -> None:
    run = await conformance.begin(conn, COURT, DIGEST, ADMIN, REFERENCE)
    report = Report(
        [Difference("CONTRACT", "SERVED", "MISSING", "Query.debtorPresence"), Difference("CLOCK", "5", "9")]
    )

    made = await conformance.record_run(conn, COURT, report, REFERENCE + timedelta(minutes=1))

    assert (made.id, made.is_green, made.finished_at) == (run.id, False, REFERENCE + timedelta(minutes=1))
    found = (await conformance_runs.findings(conn, [run.id]))[run.id]
    assert [(f.position, f.check_code, f.expected, f.found, f.path) for f in found] == [
        (1, "CONTRACT", "SERVED", "MISSING", "Query.debtorPresence"),
        (2, "CLOCK", "5", "9", ""),
    ]
    acts = (await membership_acts.of_courts(conn, [COURT]))[COURT]
    assert [(act.act, act.by_court, act.officer_id) for act in acts] == [("RECORD_RED", "gateway", None)]


async def test_a_nodes_own_words_are_not_kept(conn: Conn) -> None:
    run = await conformance.begin(conn, COURT, DIGEST, ADMIN, REFERENCE)

    await conformance.record_run(
        conn, COURT, Report([Difference("CONTRACT", "SERVED", "李样甲 欠款", "x y")]), REFERENCE
    )

    (found,) = (await conformance_runs.findings(conn, [run.id]))[run.id]
    assert (found.found, found.path) == (conformance.UNREADABLE, conformance.UNREADABLE)


async def test_a_finished_run_is_not_finished_again(conn: Conn) -> None:
    await conformance.begin(conn, COURT, DIGEST, ADMIN, REFERENCE)
    made = await conformance.record_run(conn, COURT, Report([]), REFERENCE)

    with pytest.raises(NotFound):
        await conformance.record_run(conn, COURT, Report([Difference("CLOCK", "5", "9")]), REFERENCE)

    assert made.is_green
    assert (await conformance_runs.of_courts(conn, [COURT]))[COURT] == [made]
    assert await conformance_runs.claim_open(conn) is None
