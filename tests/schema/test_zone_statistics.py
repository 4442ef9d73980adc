"""Statistics of delegated tasks at one court: what became of the tasks that it sent, by entrusted court."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from api.demo import fixtures
from api.demo.fixtures import FixtureTask
from db import pair_counts
from db.clock import SetClock, civil_date
from db.records.assets import AssetKind
from enforcement.court import CourtNode
from enforcement.payloads import FeedbackPayload
from enforcement.rules import deadlines
from enforcement.rules.complaint import ComplaintGround
from enforcement.rules.feedback import FeedbackResult
from enforcement.rules.objection import ObjectionKind
from enforcement.rules.refusals import Malformed
from enforcement.rules.task_status import BY_ENTRUSTED_COURT, DelegatedTaskStatus
from enforcement.tasks import complaining, evaluating, handling, objecting
from enforcement.tasks.complaining import NewComplaint
from enforcement.tasks.evaluating import NewEvaluation
from enforcement.tasks.objecting import NewObjection
from enforcement.zone.statistics import delegation_statistics
from tests.conftest import REFERENCE
from tests.enforcement.fixture_zone import one_court
from tests.enforcement.task_zone import CHIEF, HANDLER, THEIR_CENTRE, THEIR_OFFICER, NewDatabase, pair
from tests.enforcement.test_complaints import completed
from tests.federation.zone import KAIHUA, SHEXIAN
from tests.schema.zone_parts import part

pytestmark = pytest.mark.anyio
COUNTS = """dispatched signedFor signedForInTime completed completedInTime returned handled handlingMinutes
    overdue evaluated evaluationPoints complaints objections"""
RATES = "signedForInTimeRate completedInTimeRate returnRate meanHandlingMinutes"
STATISTICS = f"""
    query ($period: PeriodInput!, $scope: Scope!) {{
      delegationStatistics(period: $period, scope: $scope) {{
        ... on DelegationStatistics {{
          asOf {COUNTS} {RATES}
          pairs {{ delegatingCourt entrustedCourt figures {{ {COUNTS} {RATES} }} }}
          courts {{ court asDelegating {{ {COUNTS} }} asEntrusted {{ {COUNTS} }} }}
        }}
        ... on Refusal {{ code part }}
      }}
    }}
"""
WHOLE = {"from": "2024-07-15", "to": "2025-07-14"}
TODAY = date(2025, 7, 14)
OBJECTION = NewObjection(ObjectionKind.CONDUCT, TODAY, KAIHUA, "异议人样某", "不服")


@pytest.fixture
async def court(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[CourtNode]:
    async with one_court(new_database, clock) as made:
        yield made


def counts(tasks: list[FixtureTask]) -> dict[str, int]:
    """Counted over the tasks that were loaded: none of them tells when it was signed for."""
    done = [task for task in tasks if task.status == "COMPLETED"]
    took = [task.status_at - task.received_at for task in done if task.received_at is not None]
    return {
        "dispatched": len(tasks),
        "signedFor": 0,
        "signedForInTime": 0,
        "completed": len(done),
        "completedInTime": sum(civil_date(t.status_at) <= t.answer_due_on for t in done if t.answer_due_on is not None),
        "returned": sum(task.status == "RETURNED" for task in tasks),
        "handled": len(took),
        "handlingMinutes": sum(span // timedelta(minutes=1) for span in took),
        "overdue": sum(is_overdue(task) for task in tasks),
        "evaluated": 0,
        "evaluationPoints": 0,
        "complaints": 0,
        "objections": 0,
    }


def is_overdue(task: FixtureTask) -> bool:
    status = DelegatedTaskStatus(task.status)
    missed = deadlines.due_at(status, task.status_at, task.due_on, urgent=task.urgent)
    return status in BY_ENTRUSTED_COURT and missed is not None and missed < REFERENCE


def dispatched(code: str, first: date, last: date) -> dict[str, list[FixtureTask]]:
    """The tasks that the court sent on these days, by entrusted court."""
    found = defaultdict(list)
    for task in fixtures.tasks():
        if task.delegating == code and task.dispatched_at and first <= civil_date(task.dispatched_at) <= last:
            found[task.entrusted].append(task)
    return found


@pytest.mark.parametrize(
    ("first", "last"), [(date(2024, 7, 15), TODAY), (date(2025, 6, 1), date(2025, 6, 30)), (TODAY, TODAY)]
)
async def test_figures_are_those_of_the_tasks(court: CourtNode, first: date, last: date) -> None:
    made, context = await part(court, STATISTICS, period={"from": first.isoformat(), "to": last.isoformat()})

    sent = dispatched(KAIHUA, first, last)
    told = {each["entrustedCourt"]: {k: each["figures"][k] for k in COUNTS.split()} for each in made["pairs"]}
    assert told == {code: counts(tasks) for code, tasks in sent.items()}
    assert list(told) == sorted(told)
    assert {each["delegatingCourt"] for each in made["pairs"]} <= {KAIHUA}
    assert {k: made[k] for k in COUNTS.split()} == counts([task for tasks in sent.values() for task in tasks])
    assert (context.rows, context.as_of) == (len(sent), court.clock.now())


async def test_a_year_of_the_set_has_something_of_everything(court: CourtNode) -> None:
    made, _ = await part(court, STATISTICS, period=WHOLE)

    assert made["completed"] > made["completedInTime"] > 0
    assert len(made["pairs"]) == 7
    own = next(each for each in made["courts"] if each["court"] == KAIHUA)
    assert own["asDelegating"] == {k: made[k] for k in COUNTS.split()}
    assert set(own["asEntrusted"].values()) == {0}
    assert made["signedForInTimeRate"] is None


async def test_rates_are_of_the_counts_beside_them(court: CourtNode) -> None:
    made, _ = await part(court, STATISTICS, period=WHOLE)

    for figures in (made, *(each["figures"] for each in made["pairs"])):
        expected = figures["completedInTime"] * 100 / figures["completed"] if figures["completed"] else None
        told = figures["completedInTimeRate"]
        assert (told is None) if expected is None else abs(float(told) - expected) <= 0.05
        mean = figures["handlingMinutes"] / figures["handled"] if figures["handled"] else None
        assert (
            (figures["meanHandlingMinutes"] is None)
            if mean is None
            else abs(figures["meanHandlingMinutes"] - mean) <= 0.5
        )


@pytest.mark.parametrize(
    ("period", "field"),
    [
        ({"from": "2025-07-15", "to": "2025-07-15"}, "from"),
        ({"from": "1999-12-31", "to": "2000-01-01"}, "from"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "from"),
        ({"from": "2025-07-14", "to": "2025-07-13"}, "to"),
        ({"from": "2022-07-14", "to": "2025-07-16"}, "to"),
        ({"from": "2025-07-14", "to": "9999-12-31"}, "to"),
    ],
)
async def test_impossible_period_is_refused(court: CourtNode, period: dict[str, str], field: str) -> None:
    made, context = await part(court, STATISTICS, period=period)

    assert made == {"code": "INVALID_PERIOD", "part": field}
    assert (context.rows, context.as_of) == (0, None)


async def test_longest_period_is_three_years(court: CourtNode) -> None:
    made = await delegation_statistics(court, date(2022, 7, 14), date(2025, 7, 14) + timedelta(days=1))

    assert made.pairs
    with pytest.raises(Malformed):
        await delegation_statistics(court, date(2022, 7, 14), date(2025, 7, 16))


@pytest.mark.parametrize(
    ("hours", "is_urgent", "in_time"), [(24, False, 1), (39, False, 0), (2, True, 1), (3, True, 0)]
)
async def test_signature_is_judged_by_the_term_in_the_log(
    new_database: NewDatabase, clock: SetClock, hours: int, is_urgent: bool, in_time: int
) -> None:
    """Received on Monday 09:00: to be signed for on Tuesday; an urgent task within two hours."""
    async with pair(new_database, clock) as courts:
        task = await courts.received(urgent=is_urgent)
        clock.advance(timedelta(hours=hours))
        await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, task.version)
        await courts.road.run()

        made = await delegation_statistics(courts.ours.node, TODAY, TODAY)
        theirs = await delegation_statistics(courts.theirs.node, TODAY, TODAY)

    (row,) = made.pairs
    assert (row.delegating, row.entrusted) == (KAIHUA, SHEXIAN)
    assert (row.figures.dispatched, row.figures.signed_for, row.figures.signed_for_in_time) == (1, 1, in_time)
    assert theirs.pairs == []


async def test_what_was_said_of_tasks_is_counted(new_database: NewDatabase, clock: SetClock) -> None:
    """Two tasks: one evaluated with 4; one objected to, late, and complained of. The delegating court alone reports."""
    async with pair(new_database, clock) as courts:
        rated, late = await completed(courts), await courts.in_progress(kinds=(AssetKind.REAL_ESTATE,))
        ours = courts.ours.node
        await evaluating.evaluate(ours, HANDLER, rated.id, NewEvaluation(4), idempotency_key="e")
        await objecting.forward(courts.theirs.node, THEIR_OFFICER, late.id, OBJECTION, idempotency_key="o")
        clock.advance(timedelta(days=20))
        complaint = NewComplaint(ComplaintGround.NOT_ANSWERED, "逾期")
        await complaining.complain(ours, CHIEF, late.id, complaint, idempotency_key="c")
        await courts.road.run()

        (row,) = (await delegation_statistics(ours, TODAY, TODAY)).pairs
        theirs = await delegation_statistics(courts.theirs.node, TODAY, TODAY)

    of = row.figures
    assert (of.dispatched, of.completed, of.overdue, of.complaints, of.objections) == (2, 1, 1, 1, 1)
    assert (of.evaluated, of.evaluation_points) == (1, 4)
    assert theirs.pairs == []


async def test_what_the_delegating_court_leaves_unconfirmed_is_no_delay_of_the_other(
    new_database: NewDatabase, clock: SetClock
) -> None:
    async with pair(new_database, clock) as courts:
        task = await courts.in_progress()
        nothing = FeedbackPayload(result=FeedbackResult.NOT_FOUND_ASSET, searched=["341021-VEHICLES"])
        await handling.submit_feedback(courts.theirs.node, THEIR_OFFICER, task.id, task.version, nothing)
        await courts.road.run()
        clock.advance(timedelta(days=20))

        (row,) = (await delegation_statistics(courts.ours.node, TODAY, TODAY)).pairs

    assert row.figures.overdue == 0


async def test_figures_go_by_their_index(court: CourtNode) -> None:
    async with court.pool.acquire() as conn:
        await conn.execute("SET enable_seqscan = off")
        rows = await conn.fetch(
            f"EXPLAIN {pair_counts._COUNTS}",
            REFERENCE,
            REFERENCE + timedelta(days=1),
            timedelta(hours=2),
            REFERENCE,
            sorted(BY_ENTRUSTED_COURT),
        )

    plan = "\n".join(row[0] for row in rows)
    assert "task_history_dispatched" in plan
    assert "Seq Scan" not in plan
