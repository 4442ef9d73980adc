"""Exchange meetings over the gateway's door: recorded, decisions added and struck off, minutes filed, closed."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from db.clock import SetClock
from db.pool import Pool
from enforcement.rules.rights import Caller, Role
from tests.enforcement.framework_desk import ADMIN, HUANGSHAN, QUZHOU, Door, officer, open_door
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
DIGEST = "5e" * 32
SHOWN = """... on ExchangeMeeting { id recordedBy { code } heldOn courts { code } agenda { topic about }
    decisions { no kind owner { code } dueOn doneOn doneBy overdue } minutesDigest closedOn version
    history { version step item court officerId } }"""
LIST = """query ($open: Boolean) { exchangeMeetings(open: $open) {
    ... on ExchangeMeetingConnection { nodes { id } } ... on Problem { code } } }"""
DECISION = {"kind": "CLEAR_OVERDUE_TASKS", "owner": SHEXIAN, "dueOn": "2025-07-31"}


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock, zone: Zone) -> AsyncIterator[Door]:
    async with open_door(gateway_pool, clock, zone) as opened:
        yield opened


async def record(door: Door, caller: Caller | None = None, /, **changes: Any) -> Any:
    given = {
        "heldOn": "2025-07-10",
        "courts": [KAIHUA, SHEXIAN],
        "agenda": [{"topic": "TASK_COORDINATION"}],
        "decisions": [DECISION],
    }
    return await door.do(caller or officer(KAIHUA), "recordExchangeMeeting", SHOWN, **(given | changes))


async def test_whole_life_is_in_the_history(door: Door, clock: SetClock) -> None:
    earlier = await record(door, decisions=[])
    made = await record(door, agenda=[{"topic": "LIAISON"}, {"topic": "OTHER", "about": earlier["id"]}])
    which: dict[str, Any] = {"id": made["id"]}

    added: dict[str, Any] = {"kind": "OFFER_RESOURCES", "owner": KAIHUA, "dueOn": "2025-07-20"}
    await door.do(officer(SHEXIAN), "addMeetingDecision", SHOWN, decision=added, version=1, **which)
    early = await door.do(officer(KAIHUA), "closeExchangeMeeting", SHOWN, version=2, **which)
    struck: dict[str, Any] = {"no": 1, "doneOn": "2025-07-12"}
    await door.do(officer(SHEXIAN), "strikeOffDecision", SHOWN, version=2, **struck, **which)
    again = await door.do(officer(SHEXIAN), "strikeOffDecision", SHOWN, version=3, **struck, **which)
    await door.do(officer(KAIHUA), "strikeOffDecision", SHOWN, no=2, doneOn="2025-07-14", version=3, **which)
    await door.do(officer(KAIHUA), "fileMeetingMinutes", SHOWN, digest=DIGEST, version=4, **which)
    closed = await door.do(officer(KAIHUA), "closeExchangeMeeting", SHOWN, version=5, **which)
    late = await door.do(officer(KAIHUA), "addMeetingDecision", SHOWN, decision=added, version=6, **which)

    assert (early["code"], again["code"], late["code"]) == ("DECISIONS_OPEN", "RECORD_CLOSED", "RECORD_CLOSED")
    assert closed["agenda"] == [{"topic": "LIAISON", "about": None}, {"topic": "OTHER", "about": earlier["id"]}]
    assert [(d["owner"]["code"], d["doneOn"], d["doneBy"]) for d in closed["decisions"]] == [
        (SHEXIAN, "2025-07-12", "o-341021-07"),
        (KAIHUA, "2025-07-14", "o-330824-07"),
    ]
    assert (closed["minutesDigest"], closed["closedOn"], closed["version"]) == (DIGEST, "2025-07-14", 6)
    assert [(act["step"], act["item"], act["court"]) for act in closed["history"]] == [
        ("RECORDED", None, KAIHUA),
        ("DECISION_ADDED", 2, SHEXIAN),
        ("STRUCK_OFF", 1, SHEXIAN),
        ("STRUCK_OFF", 2, KAIHUA),
        ("MINUTES_FILED", None, KAIHUA),
        ("CLOSED", None, KAIHUA),
    ]


async def test_decision_not_done_in_time_is_overdue(door: Door, clock: SetClock) -> None:
    made = await record(door, heldOn="2025-07-01", decisions=[DECISION | {"dueOn": "2025-07-13"}])

    assert [decision["overdue"] for decision in made["decisions"]] == [True]


REFUSED: dict[str, tuple[Caller | None, dict[str, Any], str, str | None]] = {
    "a handler": (officer(KAIHUA, Role.HANDLER), {}, "FORBIDDEN", None),
    "an admin": (ADMIN, {}, "FORBIDDEN", None),
    "a court that took no part": (officer(CHANGSHAN), {}, "NOT_A_PARTY", "courts"),
    "one court alone": (None, {"courts": [KAIHUA]}, "INVALID_COURTS", "courts"),
    "a court twice": (None, {"courts": [KAIHUA, KAIHUA]}, "INVALID_COURTS", "courts"),
    "an unknown court": (None, {"courts": [KAIHUA, "京0101"]}, "UNKNOWN_COURT", "courts"),
    "a day ahead": (None, {"heldOn": "2025-07-15"}, "INVALID_PERIOD", "heldOn"),
    "no agenda": (None, {"agenda": []}, "INVALID_AGENDA", "agenda"),
    "too many decisions": (None, {"decisions": [DECISION] * 101}, "INVALID_DECISIONS", "decisions"),
    "a strange owner": (None, {"decisions": [DECISION | {"owner": CHANGSHAN}]}, "NOT_A_PARTY", "ownerCourt"),
    "due before it was held": (None, {"decisions": [DECISION | {"dueOn": "2025-07-09"}]}, "INVALID_PERIOD", "dueOn"),
    "about nothing": (None, {"agenda": [{"topic": "OTHER", "about": str(uuid4())}]}, "NOT_FOUND", None),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_refused_meeting_writes_nothing(door: Door, why: str) -> None:
    caller, changes, code, part = REFUSED[why]

    refused = await record(door, caller, **changes)

    assert (refused["code"], refused["part"]) == (code, part)
    assert set((await door.rows()).values()) == {0}


async def test_same_key_records_once(door: Door) -> None:
    first = await record(door, idempotencyKey="k")
    again = await record(door, idempotencyKey="k")
    other = await record(door, idempotencyKey="k", heldOn="2025-07-11")

    assert (again, other["code"]) == (first, "IDEMPOTENCY_KEY_REUSED")
    assert (await door.rows())["exchange_meetings"] == 1


async def test_changes_of_others_and_of_old_versions_are_refused(door: Door) -> None:
    made = await record(door)
    before, which = await door.rows(), {"id": made["id"], "version": 1}
    struck, filed = {"no": 1, "doneOn": "2025-07-12"}, {"digest": DIGEST}

    for caller, mutation, given, code in (
        (officer(CHANGSHAN), "strikeOffDecision", struck, "NOT_FOUND"),
        (officer(KAIHUA), "strikeOffDecision", struck, "NOT_A_PARTY"),
        (officer(SHEXIAN), "strikeOffDecision", struck | {"no": 2}, "NOT_FOUND"),
        (officer(SHEXIAN), "strikeOffDecision", struck | {"doneOn": "2025-07-15"}, "INVALID_PERIOD"),
        (officer(SHEXIAN), "strikeOffDecision", struck | {"version": 2}, "STALE_VERSION"),
        (officer(SHEXIAN), "fileMeetingMinutes", filed, "NOT_A_PARTY"),
        (officer(KAIHUA), "fileMeetingMinutes", {"digest": "minutes"}, "INVALID_DOCUMENT"),
        (officer(SHEXIAN), "closeExchangeMeeting", {}, "NOT_A_PARTY"),
        (officer(KAIHUA), "closeExchangeMeeting", {}, "DECISIONS_OPEN"),
        (officer(KAIHUA), "closeExchangeMeeting", {"id": str(uuid4())}, "NOT_FOUND"),
    ):
        assert (await door.do(caller, mutation, SHOWN, **(which | given)))["code"] == code, (mutation, given)

    assert await door.rows() == before


async def test_meetings_are_there_for_those_who_took_part(door: Door) -> None:
    made = await record(door)
    node = "query ($id: ID!) { node(id: $id) { id } }"

    for caller in (officer(KAIHUA), officer(SHEXIAN), officer(QUZHOU, Role.SUPERVISOR), ADMIN):
        assert (await door.ask(caller, LIST))["nodes"] == [{"id": made["id"]}]
        assert await door.ask(caller, node, id=made["id"]) == {"id": made["id"]}
    for caller in (officer(CHANGSHAN), officer("赣11", Role.SUPERVISOR)):
        assert (await door.ask(caller, LIST))["nodes"] == []
        assert await door.ask(caller, node, id=made["id"]) is None
    assert (await door.ask(officer(HUANGSHAN, Role.SUPERVISOR), LIST, open=False))["nodes"] == []
    assert (await door.ask(officer(KAIHUA, Role.CLERK), LIST))["code"] == "FORBIDDEN"
    assert await door.ask(officer(KAIHUA, Role.CLERK), node, id=made["id"]) is None


async def test_meeting_outlives_the_gateway(door: Door, gateway_pool: Pool, clock: SetClock, zone: Zone) -> None:
    made = await record(door)

    async with open_door(gateway_pool, clock, zone) as restarted:
        found = await restarted.ask(
            officer(SHEXIAN), f"query ($id: ID!) {{ node(id: $id) {{ __typename {SHOWN} }} }}", id=made["id"]
        )

    assert found == made
