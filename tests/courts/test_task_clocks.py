"""What time does at real courts: to a task that nobody begins, to papers, to a queue of measures, to a plan."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import aiohttp
import asyncpg
import pytest

from api.demo import documents as d
from api.demo.client import Client
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out
from db.clock import SHANGHAI, civil_date
from enforcement.rules.deadlines import DEFAULT_TERMS, end_of
from enforcement.rules.distribution import last_day
from tests.courts import queue_stage
from tests.courts.conftest import free_block
from tests.courts.desks import CENTRE, CHIEF, HANDLER, Desk, Desks, connected, court_of, division_of, stopped, until
from tests.courts.dockets import Docket, docket
from tests.courts.money_case import CASE as NEW_CASE
from tests.courts.money_case import act as money_act
from tests.courts.queue_stage import QUEUE, THINGS, WHERE, Stage

pytestmark = pytest.mark.anyio

CASE, THERE = "（2025）浙0824执365号", "皖1021"
HERE = court_of(CASE)
_PROBLEM = "... on Problem { code message }"
TASK = f"""
query Task($id: UUID!) {{
  delegatedTask(id: $id) {{
    ... on DelegatedTask {{
      status version nextDeadline {{ dueOn dueAt isOverdue }}
      overlays {{ kind code clearedAt }}
      statements {{ kind author deliveredAt readAt silence {{ term headSeq head messages {{ event state receipt }} }} }}
      timeline {{ seq digest }}
    }}
    {_PROBLEM}
  }}
}}"""
POST = f"mutation M($input: PostTaskNoteInput!) {{ postTaskNote(input: $input) {{ __typename {_PROBLEM} }} }}"
SUPPLEMENT = f"""
mutation M($input: RequestSupplementInput!) {{
  requestSupplement(input: $input) {{ ... on DelegatedTask {{ status }} {_PROBLEM} }}
}}"""
RETURN = f"""
mutation M($input: ReturnDelegatedTaskInput!) {{
  returnDelegatedTask(input: $input) {{ ... on DelegatedTask {{ status }} {_PROBLEM} }}
}}"""
WARNINGS = f"""
query W($filter: WarningFilter) {{
  warnings(filter: $filter, first: 100) {{
    ... on WarningConnection {{ nodes {{ kind taskId level dueOn }} }}
    {_PROBLEM}
  }}
}}"""


@pytest.fixture(scope="module")
async def zone(anyio_backend: str) -> AsyncIterator[Zone]:
    """A zone of its own: its clock is moved, and its courts look every half second for what is due."""
    made = lay_out(free_block(), durable=False)
    for program in made.programs.programs.values():
        if program.command == "node":
            program.environment = {**program.environment, "XIEZHI_SWEEP_SECONDS": "0.5"}
    queue_stage.put_on_the_books(made)
    try:
        async with aiohttp.ClientSession() as session:
            await start(made, session, "en", lambda _: None)
        yield made
    finally:
        made.close()


@pytest.fixture
async def client(zone: Zone) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, token_minter(zone))


async def at(desk: Desk, task_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await desk.one(TASK, id=task_id)
    return found


async def act(desk: Desk, mutation: str, task_id: str, **given: Any) -> dict[str, Any]:
    version = (await at(desk, task_id))["version"]
    return await desk.one(d.task_act(mutation), input={"id": task_id, "version": version, **given})


async def signed_for(desks: Desks, kind: str, *, urgent: bool) -> str:
    """A search that 开化 delegated and 歙县 signed for."""
    task_id = await desks.delegate_search(CASE, THERE, kind, urgent=urgent)
    await desks.reached(THERE, task_id, "RECEIVED")
    await act(desks.at(THERE, CENTRE), "signForDelegatedTask", task_id)
    await desks.reached(HERE, task_id, "SIGNED_FOR")
    return task_id


async def marked(desk: Desk, task_id: str, *mark: str) -> None:
    async def stands() -> bool:
        overlays = (await at(desk, task_id))["overlays"]
        return any((each["kind"], each["code"], each["clearedAt"]) == (*mark, None) for each in overlays)

    await until(stands)


async def test_urgent_task_that_nobody_begins_warns_both(zone: Zone, client: Client) -> None:
    """SC-31: first act within 24 hours, else a warning to both courts."""
    desks = Desks(zone, client)
    task_id = await signed_for(desks, "VEHICLE", urgent=True)
    due_at = datetime.fromisoformat((await at(desks.at(HERE, CENTRE), task_id))["nextDeadline"]["dueAt"])
    assert timedelta(hours=23) < due_at - zone.clock.now() <= timedelta(hours=24)

    zone.clock.set(due_at)

    for court in (HERE, THERE):
        await marked(desks.at(court, CENTRE), task_id, "OVERDUE", "FIRST_ACT")
        nodes = (await desks.at(court, CHIEF).one(WARNINGS))["nodes"]
        (warning,) = [each for each in nodes if each["taskId"] == task_id and each["kind"] == "FIRST_ACT_OVERDUE"]
        assert warning["level"] == "URGENT"
    officer = f"o-{desks.at(THERE).tenant}-{HANDLER}"
    await act(desks.at(THERE, CHIEF), "assignDelegatedTask", task_id, officerId=officer)
    step = {"kind": "OTHER", "at": zone.clock.now().isoformat(), "officers": [officer], "note": "已核实"}
    await act(desks.at(THERE), "recordHandlingStep", task_id, **step)
    for desk in (desks.at(HERE, CENTRE), desks.at(THERE, CENTRE)):
        await until(partial(cleared, desk, task_id))


async def cleared(desk: Desk, task_id: str) -> bool:
    return all(each["clearedAt"] for each in (await at(desk, task_id))["overlays"] if each["kind"] == "OVERDUE")


async def test_return_needs_a_word_and_three_days_of_silence(zone: Zone, client: Client) -> None:
    """SC-22: refused without a word; after asking and three days' silence accepted, and the silence is on record."""
    desks = Desks(zone, client)
    centre, chief, ours = desks.at(THERE, CENTRE), desks.at(THERE, CHIEF), desks.at(HERE, CENTRE)
    task_id = await signed_for(desks, "REAL_ESTATE", urgent=False)

    async def returned() -> str | None:
        given = {"id": task_id, "version": (await at(centre, task_id))["version"]}
        return await chief.code(RETURN, input={**given, "reason": "SUPPLEMENT_NOT_PROVIDED"})

    assert await returned() == "COMMUNICATION_REQUIRED_BEFORE_RETURN"
    await centre.one(POST, input={"id": task_id, "idempotencyKey": task_id, "text": "裁定书不清晰，请补正。"})
    await until(partial(heard, centre, task_id))
    papers = {"id": task_id, "version": (await at(centre, task_id))["version"], "papers": ["RULING"]}
    await centre.one(SUPPLEMENT, input=papers)
    await desks.reached(HERE, task_id, "SUPPLEMENT_REQUESTED")
    asked = civil_date(zone.clock.now())
    deadline = (await at(centre, task_id))["nextDeadline"]
    due_on, due_at = date.fromisoformat(deadline["dueOn"]), datetime.fromisoformat(deadline["dueAt"])
    assert due_on == DEFAULT_TERMS.calendar.due(asked, DEFAULT_TERMS.supplement) >= asked + timedelta(days=3)
    assert due_at == end_of(due_on)
    zone.clock.set(due_at - timedelta(minutes=1))
    assert await returned() == "COMMUNICATION_REQUIRED_BEFORE_RETURN"

    zone.clock.set(due_at)
    await marked(ours, task_id, "OVERDUE", "SUPPLEMENT_DEADLINE_PASSED")
    await until(partial(proved, ours, task_id))
    assert await returned() is None
    await desks.reached(HERE, task_id, "RETURNED")

    here, there = await at(ours, task_id), await at(centre, task_id)
    assert here["timeline"] == there["timeline"]
    (silence,) = [each for each in here["statements"] if each["kind"] == "SILENCE"]
    assert (silence["author"], silence["silence"]["term"]) == (THERE, "SUPPLEMENT")
    (head,) = [each for each in here["timeline"] if each["seq"] == silence["silence"]["headSeq"]]
    assert head["digest"] == silence["silence"]["head"]
    proofs = {each["event"]: each for each in silence["silence"]["messages"]}
    proof = proofs["SUPPLEMENT_REQUESTED"]
    assert (proof["state"], len(proof["receipt"])) == ("DELIVERED", 64)
    codes = {(each["kind"], each["code"]) for each in there["overlays"]}
    assert ("OVERDUE", "ANSWER") not in codes  # the entrusted court's clock stood while papers were awaited


async def heard(desk: Desk, task_id: str) -> bool:
    """Whether the other court's receipt of what was said is here."""
    statements = (await at(desk, task_id))["statements"]
    return bool(statements) and all(each["deliveredAt"] for each in statements)


async def proved(desk: Desk, task_id: str) -> bool:
    return any(each["kind"] == "SILENCE" for each in (await at(desk, task_id))["statements"])


ORDERING = ("浙0127", "赣1130", "皖1021")


async def test_sc15_the_second_takes_effect_at_the_lapse(zone: Zone, client: Client) -> None:
    """SC-15, and of SC-18 the tasks: 休宁 is down when the first court's are sent, and carries each out once."""
    stage = Stage(Desks(zone, client))
    async with AsyncExitStack() as stack:
        first, second, third = [await stack.enter_async_context(docket(zone, court, **THINGS)) for court in ORDERING]
        async with stopped(zone, WHERE):
            tasks = await stage.all_delegated(first)
            assert {each["status"] for each in (await stage.measures(first)).values()} == {"RULED"}
        await stage.carried_out(first, tasks)
        await _arrived_once(zone, tasks)
        for court in (second, third):
            await stage.carried_out(court, await stage.all_delegated(court))

        known = [
            await stage.stands(court, set(THINGS), _ranked(rank))
            for rank, court in enumerate((first, second, third), 1)
        ]
        car = known[0]["car"]
        assert car["proofs"] == {"inventory": True, "registration": True, "bindsOthers": True}
        assert (car["executingCourt"], car["status"]) == (WHERE, "EFFECTIVE")
        ends = {each["expiresOn"] for each in known[0].values()}
        lapse = datetime.combine(date.fromisoformat(ends.pop()) + timedelta(days=1), time(), SHANGHAI)
        assert ends == set()

        zone.clock.set(lapse + timedelta(hours=5))

        lapsed = await stage.stands(first, set(THINGS), lambda each: each["history"][-1]["status"] == "EXPIRED")
        in_force = await stage.stands(second, set(THINGS), lambda each: each["status"] == "EFFECTIVE")
        waiting = await stage.stands(third, set(THINGS), _ranked(2))
        assert {each["status"] for each in waiting.values()} == {"WAITING"}
        for name in THINGS:
            taken, over = in_force[name], lapsed[name]
            assert (taken["rank"], taken["expiresOn"]) == (1, lapse.date().replace(year=lapse.year + 1).isoformat())
            assert datetime.fromisoformat(taken["effectiveAt"]) == lapse
            assert [each["status"] for each in taken["history"]][-2:] == ["WAITING", "EFFECTIVE"]
            assert datetime.fromisoformat(over["history"][-1]["at"]) == lapse
            await _all_say(stage, (first, second, third), name)
        async with connected(zone, division_of(WHERE)) as conn:
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                await conn.execute("DELETE FROM measure_events")


def _ranked(rank: int) -> Any:
    return lambda each: each["rank"] == rank


async def _arrived_once(zone: Zone, tasks: dict[str, str]) -> None:
    async with connected(zone, division_of(WHERE)) as conn:
        for task_id in tasks.values():
            arrived = await conn.fetchval("SELECT count(*) FROM inbox WHERE task = $1", task_id)
            there = await conn.fetchval("SELECT count(*) FROM tasks WHERE id = $1", task_id)
            assert (arrived, there) == (1, 1)


async def _all_say(stage: Stage, courts: tuple[Docket, ...], name: str) -> None:
    """Each court was told how the whole queue stands where the thing lies."""
    expected = [(ORDERING[0], "EXPIRED", None), (ORDERING[1], "EFFECTIVE", 1), (ORDERING[2], "WAITING", 2)]
    for here in courts:

        async def told(here: Docket = here) -> bool:
            queue = await stage.desks.at(here.court).one(QUEUE, id=str(here.things[name]))
            said = [(each["court"], each["status"], each["rank"]) for each in queue["entries"]]
            return (queue["reportedBy"], said) == (WHERE, expected)

        await until(told)


async def test_objection_to_a_plan_counts_on_the_fifteenth_day(zone: Zone, client: Client) -> None:
    """SC-17: the sixteenth is too late; the plan that stands is paid out, and what is owed falls to the cent."""
    number, desk = "（2025）浙0824执99172号", Desks(zone, client).at(HERE)
    async with connected(zone, desk.tenant) as conn:
        await conn.execute(NEW_CASE, number, 100_000)
    while last_day(served := civil_date(zone.clock.now())) != served + timedelta(days=15):
        zone.clock.set(zone.clock.now() + timedelta(days=1))
    join = money_act("recordParticipation", "... on Participation { id }")
    for court, amount in (("皖1021", "200000.00"), ("赣1181", "60000.00")):
        given = {"caseNumber": number, "theirCourt": court, "theirCaseNumber": f"（2025）{court}执7号"}
        given |= {"amount": amount, "appliedOn": served.isoformat(), "idempotencyKey": court}
        await desk.one(join, input=given)
    shown = "... on DistributionPlan { id version status shares { no share } debtors { no } }"
    draw = {"caseNumber": number, "proceeds": "174000.00", "arrivedOn": served.isoformat(), "basis": "PRO_RATA"}
    plan = await desk.one(money_act("drawDistributionPlan", shown), input={**draw, "idempotencyKey": "sc17"})
    assert [each["share"] for each in plan["shares"]] == ["48333.33", "96666.67", "29000.00"]
    step = money_act("recordDistributionStep", shown)

    async def stepped(no: int, what: str, day: date, **more: int) -> dict[str, Any]:
        given = {"id": plan["id"], "version": plan["version"], "no": no, "step": what, "on": day.isoformat()}
        return await desk.one(step, input={**given, **more})

    for no in range(1, 5):
        plan = await stepped(no, "SERVED", served)
    day = served + timedelta(days=16)
    zone.clock.set(zone.clock.now() + timedelta(days=16))
    late = {"id": plan["id"], "version": plan["version"], "no": 2, "step": "OBJECTED", "on": day.isoformat()}
    assert await desk.code(step, input=late) == "OBJECTION_TOO_LATE"
    plan = await stepped(2, "OBJECTED", served + timedelta(days=15))
    plan = await stepped(2, "OTHERS_NOTIFIED", day)
    plan = await stepped(2, "OPPOSED", day, by=plan["debtors"][0]["no"])
    plan = await stepped(2, "OPPOSITION_TOLD", day)
    zone.clock.set(zone.clock.now() + timedelta(days=30))
    one = {"id": plan["id"], "version": plan["version"]}
    plan = await desk.one(money_act("confirmDistributionPlan", shown), input=one)
    owed = """query O($number: CaseNumber!) { outstanding(caseNumber: $number) {
      ... on OutstandingAmount { lines { kind left } } ... on Problem { code message } } }"""

    paid = {"id": plan["id"], "version": plan["version"], "paidOn": civil_date(zone.clock.now()).isoformat()}
    assert (await desk.one(money_act("recordDistributionPayout", shown), input=paid))["status"] == "PAID"

    assert await desk.code(money_act("recordDistributionPayout", shown), input=paid) == "STALE_VERSION"
    lines = {line["kind"]: line["left"] for line in (await desk.one(owed, number=number))["lines"]}
    assert lines["PRINCIPAL"] == "51666.67"
