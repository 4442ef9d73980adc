"""Liaison officers' duty hours over the gateway's door: registered, shown by the route, changed, ended."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from db.clock import SetClock
from db.pool import Pool
from enforcement.rules.rights import Caller, Role
from tests.enforcement.framework_desk import ADMIN, QUZHOU, Door, officer, open_door
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
WEEK = [
    {"weekday": day, "fromMinute": 510, "toMinute": 1050}
    for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
]
SHOWN = """... on LiaisonOfficer { id officerId court { code } hours { weekday fromMinute toMinute } holidays from to
    reachableNow version history { version step court officerId at item } }"""
ROUTE = """query ($from: CourtCode!, $division: String!) {
  delegationRoute(from: $from, matter: INVESTIGATE_ASSETS, division: $division) {
    ... on DelegationRoute { dutyOfficers { officerId reachableNow holidays dutyHours { weekday } } } } }"""
LIST = """query ($court: CourtCode, $on: Date, $first: Int!, $after: String) {
  liaisonOfficers(court: $court, on: $on, first: $first, after: $after) {
    ... on LiaisonOfficerConnection { nodes { id court { code } } pageInfo { hasNextPage endCursor } }
    ... on Problem { code } } }"""


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock, zone: Zone) -> AsyncIterator[Door]:
    async with open_door(gateway_pool, clock, zone) as opened:
        yield opened


async def register(door: Door, caller: Caller | None = None, /, **changes: Any) -> Any:
    given = {"officerId": "o-341021-09", "hours": WEEK, "holidays": "WORKING_DAYS_ONLY", "from": "2025-07-01"}
    return await door.do(caller or officer(SHEXIAN), "registerLiaisonOfficer", SHOWN, **(given | changes))


async def on_duty(door: Door) -> list[bool | None]:
    found = await door.ask(officer(KAIHUA), ROUTE, **{"from": KAIHUA, "division": "341021"})
    return [each["reachableNow"] for each in found["dutyOfficers"]]


async def test_whole_life_is_in_the_history(door: Door, clock: SetClock) -> None:
    made = await register(door)
    night = [{"weekday": "SUNDAY", "fromMinute": 0, "toMinute": 1440}]

    changed = await door.do(
        officer(SHEXIAN, Role.LIAISON_OFFICER),
        "changeDutyHours",
        SHOWN,
        id=made["id"],
        hours=night,
        holidays="EVERY_DAY",
        version=1,
    )
    ended = await door.do(officer(SHEXIAN), "endLiaisonOfficer", SHOWN, id=made["id"], lastDay="2025-07-20", version=2)
    clock.set(datetime(2025, 7, 21, 1, tzinfo=UTC))
    late = await door.do(officer(SHEXIAN), "endLiaisonOfficer", SHOWN, id=made["id"], lastDay="2025-07-21", version=3)

    assert (made["court"], made["hours"], made["reachableNow"]) == ({"code": SHEXIAN}, WEEK, True)
    assert (changed["hours"], changed["holidays"], changed["reachableNow"]) == (night, "EVERY_DAY", False)
    assert (ended["to"], ended["version"]) == ("2025-07-20", 3)
    assert [(act["version"], act["step"], act["court"], act["officerId"]) for act in ended["history"]] == [
        (1, "REGISTERED", SHEXIAN, "o-341021-07"),
        (2, "HOURS_CHANGED", SHEXIAN, "o-341021-07"),
        (3, "ENDED", SHEXIAN, "o-341021-07"),
    ]
    assert late["code"] == "RECORD_CLOSED"


async def test_route_says_who_is_on_duty_now(door: Door, clock: SetClock) -> None:
    assert await on_duty(door) == [None]
    await register(door)

    told = {}
    for name, at in {
        "monday morning": datetime(2025, 7, 14, 1, tzinfo=UTC),
        "before half past eight": datetime(2025, 7, 15, 0, 29, tzinfo=UTC),
        "at half past five": datetime(2025, 7, 15, 9, 30, tzinfo=UTC),
        "saturday": datetime(2025, 7, 19, 2, tzinfo=UTC),
        "national day": datetime(2025, 10, 1, 2, tzinfo=UTC),
        "sunday worked in exchange": datetime(2025, 9, 28, 2, tzinfo=UTC),
    }.items():
        clock.set(at)
        told[name] = await on_duty(door)

    assert told == {
        "monday morning": [True],
        "before half past eight": [False],
        "at half past five": [False],
        "saturday": [False],
        "national day": [False],
        "sunday worked in exchange": [True],
    }


async def test_same_key_registers_once(door: Door) -> None:
    first = await register(door, idempotencyKey="k")
    again = await register(door, idempotencyKey="k")
    other = await register(door, idempotencyKey="k", to="2025-08-01")

    assert (again, other["code"]) == (first, "IDEMPOTENCY_KEY_REUSED")
    assert (await door.rows())["liaison_officers"] == 1


REFUSED: dict[str, tuple[Caller | None, dict[str, Any], str, str | None]] = {
    "a handler": (officer(SHEXIAN, Role.HANDLER), {}, "FORBIDDEN", None),
    "an admin": (ADMIN, {}, "FORBIDDEN", None),
    "a court without a node": (officer(QUZHOU), {}, "UNKNOWN_COURT", "court"),
    "another court's officer": (officer(KAIHUA), {}, "UNKNOWN_OFFICER", "officerId"),
    "no liaison officer": (officer(SHEXIAN), {"officerId": "o-341021-01"}, "UNKNOWN_OFFICER", "officerId"),
    "no hours": (officer(SHEXIAN), {"hours": []}, "INVALID_HOURS", "COUNT"),
    "hours backwards": (
        officer(SHEXIAN),
        {"hours": [{"weekday": "MONDAY", "fromMinute": 600, "toMinute": 600}]},
        "INVALID_HOURS",
        "SPAN",
    ),
    "hours twice": (officer(SHEXIAN), {"hours": [WEEK[0], WEEK[0]]}, "INVALID_HOURS", "OVERLAP"),
    "dates the wrong way round": (officer(SHEXIAN), {"to": "2025-06-30"}, "INVALID_PERIOD", "to"),
    "an empty key": (officer(SHEXIAN), {"idempotencyKey": " "}, "INVALID_KEY", "idempotencyKey"),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_refused_registration_writes_nothing(door: Door, why: str) -> None:
    caller, changes, code, part = REFUSED[why]

    refused = await register(door, caller, **changes)

    assert (refused["code"], refused["part"]) == (code, part)
    assert set((await door.rows()).values()) == {0}


async def test_nobody_signed_in_is_refused(door: Door) -> None:
    given: dict[str, Any] = {
        "officerId": "o-341021-09",
        "hours": WEEK,
        "holidays": "EVERY_DAY",
        "from": "2025-07-01",
    }

    refused = await door.do(None, "registerLiaisonOfficer", SHOWN, **given)

    assert refused["code"] == "NOT_SIGNED_IN"
    assert set((await door.rows()).values()) == {0}


async def test_hours_of_one_officer_never_overlap(door: Door) -> None:
    await register(door, to="2025-07-31")

    refused = await register(door, None, **{"from": "2025-07-31"})
    follows = await register(door, None, **{"from": "2025-08-01"})

    assert (refused["code"], follows["version"]) == ("PERIODS_OVERLAP", 1)
    assert (await door.rows())["liaison_officers"] == 2


async def test_changes_of_others_and_of_old_versions_are_refused(door: Door) -> None:
    made = await register(door)
    before = await door.rows()

    for caller, record, version, day, code in (
        (officer(KAIHUA), made["id"], 1, "2025-07-20", "NOT_FOUND"),
        (officer(SHEXIAN), str(uuid4()), 1, "2025-07-20", "NOT_FOUND"),
        (officer(SHEXIAN), made["id"], 7, "2025-07-20", "STALE_VERSION"),
        (officer(SHEXIAN), made["id"], 1, "2025-07-13", "INVALID_PERIOD"),
    ):
        refused = await door.do(caller, "endLiaisonOfficer", SHOWN, id=record, lastDay=day, version=version)
        assert refused["code"] == code

    assert await door.rows() == before


async def test_list_is_paged_and_filtered(door: Door, clock: SetClock) -> None:
    theirs = await register(door, to="2025-07-31")
    clock.set(clock.now() + timedelta(seconds=1))
    ours = await register(door, officer(KAIHUA), officerId="o-330824-09")

    first = await door.ask(officer(KAIHUA), LIST, first=1)
    second = await door.ask(officer(KAIHUA), LIST, first=1, after=first["pageInfo"]["endCursor"])
    of_court = await door.ask(ADMIN, LIST, first=20, court=SHEXIAN)
    in_august = await door.ask(ADMIN, LIST, first=20, on="2025-08-01")

    assert [[node["id"] for node in page["nodes"]] for page in (first, second, of_court, in_august)] == [
        [ours["id"]],
        [theirs["id"]],
        [theirs["id"]],
        [ours["id"]],
    ]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    for caller, changes, code in (
        (None, {}, "NOT_SIGNED_IN"),
        (officer(KAIHUA, Role.HANDLER), {}, "FORBIDDEN"),
        (ADMIN, {"court": "京0101"}, "UNKNOWN_COURT"),
        (ADMIN, {"first": 101}, "INVALID_PAGE"),
        (ADMIN, {"after": "x"}, "INVALID_CURSOR"),
    ):
        assert (await door.ask(caller, LIST, **({"first": 1} | changes)))["code"] == code


async def test_history_can_not_be_changed(door: Door) -> None:
    await register(door)

    async with door.desk.pool.acquire() as conn:
        for statement in (
            "UPDATE framework_acts SET item = 1",
            "DELETE FROM framework_acts",
            "TRUNCATE framework_acts",
        ):
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                await conn.execute(statement)
    assert (await door.rows())["framework_acts"] == 1


async def test_record_outlives_the_gateway(door: Door, gateway_pool: Pool, clock: SetClock, zone: Zone) -> None:
    made = await register(door)

    async with open_door(gateway_pool, clock, zone) as restarted:
        found = await restarted.ask(
            officer(KAIHUA), f"query ($id: ID!) {{ node(id: $id) {{ __typename {SHOWN} }} }}", id=made["id"]
        )

    assert found == made
