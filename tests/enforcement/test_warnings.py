"""Warnings of cases and tasks are the handler's too; who watches over the court reads all."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from db import events, warnings_raised
from db.clock import SetClock
from db.pool import Pool, transaction
from db.records.warnings_raised import About, WarningKind, WarningLevel
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from enforcement.warnings_raised import TOPIC, raise_
from tests.db.test_audit_tables import plan
from tests.enforcement.audit_desk import AUDITOR, ask
from tests.enforcement.lookup_zone import caller, lookup_zone
from tests.enforcement.test_anomalies import ACKNOWLEDGE
from tests.federation.zone import KAIHUA

pytestmark = pytest.mark.anyio
LIST = """
    query ($filter: WarningFilter) {
      warnings(filter: $filter) {
        ... on WarningConnection {
          nodes { id kind level cause officerId dueOn caseId taskId measureId noticeId searchId clueId version }
        }
        ... on Problem { code }
      }
    }
"""
HANDLER, OTHER, CHIEF = caller(), caller(KAIHUA, 2), caller(KAIHUA, 4, Role.BUREAU_CHIEF)
CASE, TASK, MEASURE = uuid4(), uuid4(), uuid4()
NEXT_WEEK = date(2025, 7, 21)


@pytest.fixture
async def court(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[CourtNode]:
    async with lookup_zone(new_database, clock) as made:
        yield made.courts[KAIHUA]


async def raised(court: CourtNode, kind: WarningKind = WarningKind.TASK_DUE, **changes: Any) -> bool:
    given: dict[str, Any] = {"once": str(TASK), "officer": HANDLER.officer_id, "due_on": NEXT_WEEK} | changes
    async with transaction(court.pool) as conn:
        return await raise_(court, conn, kind, given.pop("about", About(task_id=TASK, case_id=CASE)), **given)


async def kinds(court: CourtNode, who: Caller, **wanted: Any) -> list[str]:
    return [each["kind"] for each in (await ask(court, LIST, who, filter=wanted))["nodes"]]


async def test_it_is_raised_once_and_announced(court: CourtNode) -> None:
    assert [await raised(court), await raised(court), await raised(court, once="another")] == [True, False, True]

    found = (await ask(court, LIST, CHIEF))["nodes"]
    assert [(each["taskId"], each["caseId"], each["level"]) for each in found] == [
        (str(TASK), str(CASE), "WARNING")
    ] * 2
    async with court.pool.acquire() as conn:
        for each in found:
            (told,) = await events.after(conn, topic=TOPIC, ref=UUID(each["id"]), last_id=0)
            assert told.kind == "TASK_DUE"
        assert await conn.fetchval("SELECT count(*) FROM events WHERE topic = $1", TOPIC) == 2


async def test_it_leads_to_what_it_is_about(court: CourtNode) -> None:
    ids = {name: uuid4() for name in ("case_id", "task_id", "measure_id", "notice_id", "search_id", "clue_id")}
    await raised(court, about=About(**ids), level=WarningLevel.URGENT)

    (found,) = (await ask(court, LIST, CHIEF))["nodes"]

    names = ("caseId", "taskId", "measureId", "noticeId", "searchId", "clueId")
    assert [found[name] for name in names] == [str(each) for each in ids.values()]
    assert (found["level"], found["cause"], found["dueOn"]) == ("URGENT", "TERM", "2025-07-21")


async def test_handlers_read_their_own(court: CourtNode) -> None:
    await raised(court)
    await raised(court, WarningKind.MEASURE_EXPIRING, about=About(measure_id=MEASURE), officer=None)
    await raised(court, WarningKind.LOOKUP_ANOMALY, about=About())

    assert await kinds(court, HANDLER) == ["TASK_DUE"]
    assert await kinds(court, HANDLER, kinds=["LOOKUP_ANOMALY", "TASK_DUE"]) == ["TASK_DUE"]
    assert await kinds(court, HANDLER, kind="LOOKUP_ANOMALY") == []
    assert await kinds(court, OTHER) == []
    assert sorted(await kinds(court, AUDITOR)) == ["LOOKUP_ANOMALY", "MEASURE_EXPIRING", "TASK_DUE"]
    assert await ask(court, LIST, caller(KAIHUA, 4, Role.CLERK)) == {"code": "FORBIDDEN"}


async def test_handlers_take_note_of_their_own(court: CourtNode) -> None:
    await raised(court)
    await raised(court, WarningKind.LOOKUP_ANOMALY, about=About())
    task, anomaly = sorted((await ask(court, LIST, CHIEF))["nodes"], key=lambda each: each["kind"], reverse=True)

    async def noted(which: Any, who: Caller) -> Any:
        return await ask(court, ACKNOWLEDGE, who, input={"id": which["id"], "version": 1})

    assert await noted(task, OTHER) == {"code": "NOT_FOUND"}
    assert await noted(anomaly, HANDLER) == {"code": "NOT_FOUND"}
    assert len(await kinds(court, CHIEF, onlyOpen=True)) == 2
    assert (await noted(task, HANDLER))["acknowledgedBy"] == HANDLER.officer_id
    assert await kinds(court, HANDLER, onlyOpen=True) == []
    assert await kinds(court, HANDLER) == ["TASK_DUE"]
    both = caller(KAIHUA, 1, Role.HANDLER, Role.PRESIDENT)
    assert await noted(anomaly, both) == {"code": "SELF_APPROVAL_FORBIDDEN"}


async def test_filters_narrow_together(court: CourtNode) -> None:
    await raised(court)
    await raised(court, WarningKind.TASK_OVERDUE, due_on=date(2025, 7, 13))
    await raised(court, WarningKind.PAYOUT_OVERDUE, due_on=None)

    assert await kinds(court, CHIEF, dueWithinDays=0) == ["TASK_OVERDUE"]
    assert await kinds(court, CHIEF, dueWithinDays=6) == ["TASK_OVERDUE"]
    assert sorted(await kinds(court, CHIEF, dueWithinDays=7)) == ["TASK_DUE", "TASK_OVERDUE"]
    assert await kinds(court, CHIEF, kinds=["TASK_DUE", "PAYOUT_OVERDUE"], dueWithinDays=7) == ["TASK_DUE"]
    assert await kinds(court, CHIEF, kinds=["TASK_DUE"], kind="TASK_OVERDUE") == []
    assert await kinds(court, CHIEF, kinds=[]) == []
    for days in (-1, 3661):
        assert await ask(court, LIST, CHIEF, filter={"dueWithinDays": days}) == {"code": "INVALID_PERIOD"}


@pytest.mark.parametrize("statement", [warnings_raised._OF_OFFICER, warnings_raised._OPEN_OF_OFFICER])
async def test_own_warnings_go_by_an_index(node_pool: Pool, statement: str) -> None:
    found = await plan(node_pool, statement, None, None, None, None, 21, "o-330824-01")

    assert "warnings_officer" in found
    assert "Seq Scan" not in found
