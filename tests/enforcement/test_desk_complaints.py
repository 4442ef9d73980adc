"""What the gateway hears of complaints: listed for the courts above, and a dispute brought before them by itself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from db import complaints as complaint_rows
from db.clock import SetClock
from db.ids import new_id
from db.pool import Pool
from enforcement.desk import escalating
from enforcement.rules.rights import Caller, Role
from federation.wire.header import Header, Track
from tests.enforcement.desk_zone import TASK, header, tell, tell_story
from tests.enforcement.framework_desk import ADMIN, HUANGSHAN, Door, officer, open_door
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
ABOVE_SHEXIAN = officer(HUANGSHAN, Role.SUPERVISOR)
LIST = """query ($open: Boolean, $trackId: UUID) { trackedComplaints(open: $open, trackId: $trackId) {
    ... on TrackedComplaintConnection { nodes { trackId ground delegatingCourt { code } entrustedCourt { code }
        openedAt answeredAt closedAt } } ... on Problem { code } } }"""
EVENTS = """query ($id: UUID!) { trackedTask(id: $id) { ... on TrackedTask { status version events { type } } } }"""
SUPERVISIONS = """query { supervisions(open: true) { ... on SupervisionRecordConnection {
    nodes { raisedBy ground origin court { code } } } } }"""


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock, zone: Zone) -> AsyncIterator[Door]:
    async with open_door(gateway_pool, clock, zone) as opened:
        await tell_story(gateway_pool, clock.now(), upto=3)
        yield opened


def saying(
    event: str,
    clock: SetClock,
    *,
    sender: str = KAIHUA,
    status: str = "SIGNED_FOR",
    seq: int = 3,
    about: UUID | None = None,
) -> Header:
    """The header of a statement about the task; `about` is the complaint that it names."""
    track = Track(
        task=TASK,
        seq=seq,
        event=event,
        status=status,
        holder=SHEXIAN if status == "SIGNED_FOR" else sender,
        due_on=None,
        urgent=False,
        matter="INVESTIGATE_ASSETS",
    )
    to = SHEXIAN if sender == KAIHUA else KAIHUA
    now = clock.now()
    named: dict[str, Any] = {} if about is None else {"re": about, "re_digest": "0" * 64}
    return header(1, now, id=new_id(now), sender=sender, to=to, issued=now, track=track, **named)


async def listed(door: Door, caller: Caller, **only: Any) -> list[Any]:
    return list((await door.ask(caller, LIST, **only))["nodes"])


async def test_superior_court_reads_the_ground(door: Door, clock: SetClock, gateway_pool: Pool) -> None:
    clock.advance(timedelta(days=16))
    await tell(gateway_pool, saying("COMPLAINT_NOT_BEGUN", clock), clock.now())
    (found,) = await listed(door, ABOVE_SHEXIAN, open=True)
    clock.advance(timedelta(days=1))
    await tell(gateway_pool, saying("COMPLAINT_ANSWERED", clock, sender=SHEXIAN), clock.now())
    (answered,) = await listed(door, ABOVE_SHEXIAN, trackId=str(TASK))
    tracked = await door.ask(officer(KAIHUA), EVENTS, id=str(TASK))

    assert (found["ground"], found["delegatingCourt"]["code"], found["entrustedCourt"]["code"]) == (
        "NOT_BEGUN",
        KAIHUA,
        SHEXIAN,
    )
    assert found["answeredAt"] is None
    assert answered["answeredAt"] is not None
    assert await listed(door, ABOVE_SHEXIAN, open=True) == []
    assert {each["type"] for each in tracked["events"]} >= {"COMPLAINED", "COMPLAINT_ANSWERED"}
    assert tracked["status"] == "SIGNED_FOR"  # a complaint moves nothing


async def test_two_complaints_of_one_task_are_told_apart(door: Door, clock: SetClock, gateway_pool: Pool) -> None:
    """The answer to the first comes when the second is open already; they may even bear one instant."""
    first, second = new_id(clock.now()), new_id(clock.now())
    for complaint in (first, second):
        await tell(gateway_pool, saying("COMPLAINT_HANDLING", clock, about=complaint), clock.now())
    clock.advance(timedelta(hours=1))
    await tell(gateway_pool, saying("COMPLAINT_ANSWERED", clock, sender=SHEXIAN, about=first), clock.now())

    assert len(await listed(door, ABOVE_SHEXIAN)) == 2
    assert len(await listed(door, ABOVE_SHEXIAN, open=True)) == 1
    async with gateway_pool.acquire() as conn:
        rows = await conn.fetch("SELECT id FROM complaints WHERE answered_at IS NULL")
        (page,) = await complaint_rows.page(
            conn, parties=None, track_id=None, is_open=None, after=(clock.now(), second), limit=1
        )
    assert [row["id"] for row in rows] == [second]
    assert page.track_id == TASK


async def test_who_reads_of_a_complaint(door: Door, clock: SetClock, gateway_pool: Pool) -> None:
    await tell(gateway_pool, saying("COMPLAINT_HANDLING", clock), clock.now())

    for caller in (officer(KAIHUA), officer(SHEXIAN), ABOVE_SHEXIAN, ADMIN):
        assert len(await listed(door, caller)) == 1
    for caller in (officer(CHANGSHAN), officer("赣11", Role.SUPERVISOR)):
        assert await listed(door, caller) == []
    assert (await door.ask(None, LIST))["code"] == "NOT_SIGNED_IN"
    assert (await door.ask(officer(KAIHUA, Role.HANDLER), LIST))["code"] == "FORBIDDEN"


async def test_complaint_about_a_return_is_heard_after_the_end(door: Door, clock: SetClock, gateway_pool: Pool) -> None:
    async with gateway_pool.acquire() as conn:
        await conn.execute("UPDATE tracks SET status = 'RETURNED', holder = NULL, due_on = NULL")
    await tell(gateway_pool, saying("COMPLAINT_RETURNED_WITHOUT_GROUND", clock, status="RETURNED"), clock.now())

    (found,) = await listed(door, ABOVE_SHEXIAN)

    assert found["ground"] == "RETURNED_WITHOUT_GROUND"


async def test_word_of_a_newer_release_is_no_text(door: Door, clock: SetClock, gateway_pool: Pool) -> None:
    await tell(gateway_pool, saying("COMPLAINT_SOMETHING_NEW", clock), clock.now())

    (found,) = await listed(door, ABOVE_SHEXIAN)

    assert found["ground"] is None


async def test_dispute_is_brought_before_the_superiors_once(door: Door, clock: SetClock, gateway_pool: Pool) -> None:
    await tell(gateway_pool, saying("COMPLAINT_DISPUTE", clock), clock.now())

    for _ in range(2):
        await escalating.escalate(door.desk)
    rows = (await door.ask(officer(KAIHUA), SUPERVISIONS))["nodes"]

    assert {(row["raisedBy"], row["court"]["code"]) for row in rows} == {("皖", SHEXIAN), ("浙", KAIHUA)}
    assert {(row["ground"], row["origin"]) for row in rows} == {("DISPUTE", "DISPUTE")}


async def test_superior_supervises_upon_a_complaint(door: Door, clock: SetClock, gateway_pool: Pool) -> None:
    await tell(gateway_pool, saying("COMPLAINT_NOT_BEGUN", clock), clock.now())

    made = await door.do(
        ABOVE_SHEXIAN,
        "superviseTask",
        "... on SupervisionRecord { ground court { code } }",
        trackId=str(TASK),
        ground="COMPLAINT",
        respondBy="2025-07-20",
    )

    assert (made["ground"], made["court"]["code"]) == ("COMPLAINT", SHEXIAN)
