"""SC-29 and SC-30 over a real zone: a task that nobody begins comes before 皖10; an objection stops disposal at both.

The zone is this module's own: its clock moves by sixteen days.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from api.demo import documents as d
from api.demo import fixtures
from api.demo.client import Client
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out
from db.clock import civil_date
from enforcement.rules.matter import DelegatedMatterType, rule
from federation.directory.document import OfficerEntry
from tests.courts.conftest import free_block, quiet
from tests.courts.desks import CENTRE, CHIEF, SECOND, Desk, Desks, paper, until
from tests.courts.test_zone_supervisors import Zones

pytestmark = pytest.mark.anyio

KAIHUA, SHEXIAN, XIUNING, HUANGSHAN = "浙0824", "皖1021", "皖1022", "皖10"
LATE_CASE, SEARCHED = "（2025）浙0824执恢24号", "EQUITY"
CASE, CAR = "（2025）浙0824执158号", "891b62f2-2d14-483a-a0e2-f09ffc0d291c"
SUPERVISOR = "o-341000-01"
PRESIDENT = "06"
MARKS = """query ($id: UUID!) { delegatedTask(id: $id) { ... on DelegatedTask {
    version status nextDeadline { isOverdue } overlays { kind code clearedAt }
    supervisions { id raisedBy clearedAt } statements { id kind refers author silence { term headSeq head } }
    timeline { seq digest } } ... on Problem { code } } }"""
WARNINGS = """query { warnings(first: 100) { ... on WarningConnection { nodes { kind taskId level } }
    ... on Problem { code } } }"""
COMPLAINTS = """query ($id: UUID!) { trackedComplaints(trackId: $id) { ... on TrackedComplaintConnection {
    nodes { ground answeredAt entrustedCourt { code } } } ... on Problem { code } } }"""
SUPERVISIONS = """query ($id: UUID!) { supervisions(trackId: $id, open: true) { ... on SupervisionRecordConnection {
    nodes { id raisedBy origin ground version answer court { code } } } ... on Problem { code } } }"""
FIGURES = """query ($scope: Scope!, $period: PeriodInput!) { delegationStatistics(period: $period, scope: $scope) {
    ... on DelegationStatistics { pairs { entrustedCourt figures { overdue complaints objections } } } } }"""


def act(name: str) -> str:
    return f"""mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{
        __typename ... on Problem {{ code message }} }} }}"""


def keyed(**given: Any) -> dict[str, Any]:
    return {"idempotencyKey": uuid4().hex} | given


@pytest.fixture(scope="module")
async def zone(anyio_backend: str) -> AsyncIterator[Zone]:
    """A zone whose clock may be moved; its courts look every half second for what is due."""
    made = lay_out(free_block(), durable=False)
    for program in made.programs.programs.values():
        if program.command == "node":
            program.environment = {**program.environment, "XIEZHI_SWEEP_SECONDS": "0.5"}
    try:
        async with aiohttp.ClientSession() as session:
            await start(made, session, "en", lambda _: None)
        await quiet(made)
        yield made
    finally:
        made.close()


@pytest.fixture
async def client(zone: Zone) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, token_minter(zone))


@pytest.fixture
async def superior(zone: Zone, client: Client) -> AsyncIterator[Desk]:
    """A supervisor of 皖10 at the gateway, listed while the test runs."""
    zones = Zones(zone, HUANGSHAN, "341000")
    zones.lists(OfficerEntry(id=SUPERVISOR, roles=["SUPERVISOR"]))
    desk = Desk(client, zone.addresses.gateway, "gateway", SUPERVISOR)

    async def is_listed() -> bool:
        return (await desk.whole({"query": "{ zone { courtCount } }"}))[0] == 200

    await until(is_listed)
    yield desk
    zones.lists()


async def standing(desk: Desk, task_id: str) -> set[str]:
    """The kinds of the marks that stand at the desk's court."""
    task = await desk.one(MARKS, id=task_id)
    return {mark["kind"] for mark in task["overlays"] if mark["clearedAt"] is None}


async def marked(desks: Desks, task_id: str, court: str, kind: str, *, is_there: bool) -> None:
    async def look() -> bool:
        return (kind in await standing(desks.at(court, CENTRE), task_id)) is is_there

    await until(look)


async def test_sc29_task_not_begun_comes_before_the_superior_court(zone: Zone, client: Client, superior: Desk) -> None:
    desks = Desks(zone, client)
    task_id = await desks.delegate_search(LATE_CASE, SHEXIAN, SEARCHED)
    await desks.reached(SHEXIAN, task_id, "RECEIVED")
    await until(partial(warned, desks.at(SHEXIAN, CHIEF), task_id, "TASK_DUE"))
    chief, today = desks.at(KAIHUA, CHIEF), civil_date(zone.clock.now())
    complaint = {"id": task_id, "ground": "NOT_BEGUN", "reason": "自送达之日起十六日未开始办理"}
    zone.clock.set(zone.clock.now() + timedelta(days=15))
    on_day_15 = await chief.code(act("complainDelegatedTask"), input=keyed(**complaint))
    zone.clock.set(zone.clock.now() + timedelta(days=1))
    await chief.one(act("complainDelegatedTask"), input=keyed(**complaint))

    for court in (KAIHUA, SHEXIAN):
        await marked(desks, task_id, court, "COMPLAINED", is_there=True)
        await marked(desks, task_id, court, "SUPERVISED", is_there=True)
        await marked(desks, task_id, court, "OVERDUE", is_there=True)
        await until(partial(warned, desks.at(court, CHIEF), task_id, "TASK_OVERDUE"))
        await until(partial(proved, desks.at(court, CENTRE), task_id))
    late = await desks.at(SHEXIAN, CENTRE).one(MARKS, id=task_id)
    (heard,) = (await superior.one(COMPLAINTS, id=task_id))["nodes"]
    raised = (await superior.one(SUPERVISIONS, id=task_id))["nodes"]
    period = {"from": today.isoformat(), "to": today.isoformat()}
    figures = (await superior.one(FIGURES, scope={"courts": [KAIHUA]}, period=period))["pairs"]

    assert on_day_15 == "COMPLAINT_TOO_EARLY"
    assert late["nextDeadline"] == {"isOverdue": True}
    assert (heard["ground"], heard["answeredAt"], heard["entrustedCourt"]["code"]) == ("NOT_BEGUN", None, SHEXIAN)
    assert {(row["raisedBy"], row["origin"], row["ground"]) for row in raised} == {
        (HUANGSHAN, "DEADLINE", "NOT_SIGNED_FOR"),
        ("皖", "DEADLINE", "NOT_SIGNED_FOR"),
    }
    (told,) = [pair["figures"] for pair in figures if pair["entrustedCourt"] == SHEXIAN]
    assert (told["overdue"] >= 1, told["complaints"]) == (True, 1)

    (said,) = [each for each in late["statements"] if each["kind"] == "COMPLAINED"]
    answer = {"id": task_id, "complaintId": said["id"], "text": "今日签收并开始办理"}
    await desks.at(SHEXIAN, CHIEF).one(act("answerComplaint"), input=keyed(**answer))
    for row in raised:
        given = {"id": row["id"], "answer": "IN_HAND", "version": row["version"]}
        await desks.gateway(SHEXIAN, CENTRE).one(act("answerSupervision"), input=given)
    for court in (KAIHUA, SHEXIAN):
        for kind in ("COMPLAINED", "SUPERVISED"):
            await marked(desks, task_id, court, kind, is_there=False)
    (heard,) = (await superior.one(COMPLAINTS, id=task_id))["nodes"]
    assert heard["answeredAt"] is not None
    ours, theirs = [await silences(desks.at(court, CENTRE), task_id) for court in (KAIHUA, SHEXIAN)]
    assert ours == theirs
    assert {each["silence"]["term"] for each in ours} == {"SIGN_FOR", "BEGIN"}
    assert {each["author"] for each in ours} == {KAIHUA}


async def warned(desk: Desk, task_id: str, kind: str) -> bool:
    """Whether the desk's court was warned of the task."""
    nodes = (await desk.one(WARNINGS))["nodes"]
    return any((each["taskId"], each["kind"]) == (task_id, kind) for each in nodes)


async def silences(desk: Desk, task_id: str) -> list[dict[str, Any]]:
    """The evidence of silence that the desk's court keeps, each at a head of the shared log."""
    task = await desk.one(MARKS, id=task_id)
    heads = {event["seq"]: event["digest"] for event in task["timeline"]}
    kept = [each for each in task["statements"] if each["kind"] == "SILENCE"]
    assert all(heads[each["silence"]["headSeq"]] == each["silence"]["head"] for each in kept)
    return kept


async def proved(desk: Desk, task_id: str) -> bool:
    """Whether both missed terms are on record: nobody signed for it, and nobody began in fifteen days."""
    return {each["silence"]["term"] for each in await silences(desk, task_id)} == {"SIGN_FOR", "BEGIN"}


async def delivering(desks: Desks) -> tuple[str, str]:
    """A seized car that 休宁 is to hand over for 开化: the task, in progress there, and the measure."""
    handler = desks.handler_of(CASE)
    given = keyed(caseNumber=CASE, assetId=CAR, kind="SEIZE", rulingNo=f"{CASE}之一")
    measure = (await handler.one(d.RULE_MEASURE, input=given))["id"]
    task_id = await drafted(desks, "ASSIST_DELIVERY", measure)
    for mutation, desk in (
        ("submitDelegatedTask", handler),
        ("approveDelegatedTask", desks.at(KAIHUA, CHIEF)),
        ("dispatchDelegatedTask", desks.at(KAIHUA, CENTRE)),
    ):
        await moved(desks, KAIHUA, desk, mutation, task_id)
    await desks.reached(XIUNING, task_id, "RECEIVED")
    await moved(desks, XIUNING, desks.at(XIUNING, CENTRE), "signForDelegatedTask", task_id)
    officer = desks.at(XIUNING, SECOND).officer
    await moved(desks, XIUNING, desks.at(XIUNING, CHIEF), "assignDelegatedTask", task_id, officerId=officer)
    return task_id, measure


async def drafted(desks: Desks, matter: str, measure: str) -> str:
    papers = [paper(kind) for kind in sorted(rule(DelegatedMatterType(matter)).papers)]
    owner = next(asset.owner_id for asset in fixtures.rows(KAIHUA).assets if str(asset.id) == CAR)
    given = keyed(caseNumber=CASE, entrustedCourt=XIUNING, matter=matter, measureId=measure, documents=papers)
    given |= {"debtorId": str(owner)}
    task_id: str = (await desks.handler_of(CASE).one(d.CREATE_TASK, input=given))["id"]
    return task_id


async def moved(desks: Desks, court: str, desk: Desk, mutation: str, task_id: str, **given: Any) -> str | None:
    """The code with which the act is refused, None when it is done."""
    version = (await desks.at(court, CENTRE).one(d.TASK, id=task_id))["version"]
    return await desk.code(d.task_act(mutation), input={"id": task_id, "version": version} | given)


async def test_sc30_objection_stops_disposal_at_both_courts(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    task_id, measure = await delivering(desks)
    viewing = await drafted(desks, "ASSIST_VIEWING", measure)
    officer, handler = desks.at(XIUNING, SECOND), desks.handler_of(CASE)
    today = civil_date(zone.clock.now()).isoformat()
    objection = {
        "kind": "THIRD_PARTY",
        "filedOn": today,
        "decidedBy": KAIHUA,
        "objector": "案外人样某",
        "reason": "车辆系其所有",
    }
    await officer.one(act("forwardObjection"), input=keyed(id=task_id, **objection))
    for court in (KAIHUA, XIUNING):
        await marked(desks, task_id, court, "OBJECTION_PENDING", is_there=True)

    done = {"result": "DONE_FULL", "note": "已交付"}
    barred = [
        await moved(desks, XIUNING, officer, "submitFeedback", task_id, **done),
        await moved(desks, KAIHUA, handler, "submitDelegatedTask", viewing),
    ]
    statements = (await desks.at(KAIHUA, PRESIDENT).one(MARKS, id=task_id))["statements"]
    (filed,) = [each["id"] for each in statements if each["kind"] == "OBJECTION"]
    decision = {
        "id": task_id,
        "objectionId": filed,
        "outcome": "NOT_ADMITTED",
        "decidedOn": today,
        "rulingNo": f"{CASE}之二",
    }
    await desks.at(KAIHUA, PRESIDENT).one(act("decideObjection"), input=keyed(**decision))
    for court in (KAIHUA, XIUNING):
        await marked(desks, task_id, court, "OBJECTION_PENDING", is_there=False)
    free = [
        await moved(desks, XIUNING, officer, "submitFeedback", task_id, **done),
        await moved(desks, KAIHUA, handler, "submitDelegatedTask", viewing),
    ]

    assert barred == ["OBJECTION_PENDING", "OBJECTION_PENDING"]
    assert free == [None, None]
