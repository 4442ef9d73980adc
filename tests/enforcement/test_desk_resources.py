"""Resources over the gateway's door: offered, asked for, granted and returned; never more than there are."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from db.clock import SetClock
from db.pool import Pool, transaction
from db.resource_offers import TABLE
from enforcement.desk import lending
from enforcement.desk.lending import Which
from enforcement.rules.framework_refusals import NotEnoughLeft
from enforcement.rules.refusals import StaleVersion
from enforcement.rules.resources import Loan, left, most_at_once
from enforcement.rules.rights import Caller, Role
from tests.enforcement.framework_desk import ADMIN, QUZHOU, Door, officer, open_door
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
JULY = {"from": "2025-07-15", "to": "2025-07-31"}
WEEK = {"from": "2025-07-21", "to": "2025-07-25"}
SHOWN = """... on ResourceOffer { id court { code } kind toCourts { code } quantity leftToday from to closedOn version
    requests { no court { code } quantity from to status granted endedOn }
    history { version step item court } } ... on TransitionNotAllowed { current wanted }"""
NEW = SHOWN.replace("... on TransitionNotAllowed { current wanted }", "")
LIST = """query ($kind: ResourceKind, $open: Boolean) { resourceOffers(kind: $kind, open: $open) {
    ... on ResourceOfferConnection { nodes { id } } ... on Problem { code } } }"""


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def door(gateway_pool: Pool, clock: SetClock, zone: Zone) -> AsyncIterator[Door]:
    async with open_door(gateway_pool, clock, zone) as opened:
        yield opened


async def offer(door: Door, caller: Caller | None = None, /, **changes: Any) -> Any:
    given: dict[str, Any] = {"kind": "VEHICLES", "quantity": 3, "toCourts": [], **JULY}
    return await door.do(caller or officer(KAIHUA), "offerResource", NEW, **(given | changes))


async def request(door: Door, offer_id: str, court: str = SHEXIAN, /, **changes: Any) -> Any:
    given: dict[str, Any] = {"offerId": offer_id, "quantity": 2, **WEEK}
    return await door.do(officer(court), "requestResource", NEW, **(given | changes))


async def grant(door: Door, shown: Any, no: int, quantity: int) -> Any:
    return await door.do(
        officer(KAIHUA), "grantResource", SHOWN, offerId=shown["id"], no=no, quantity=quantity, version=shown["version"]
    )


async def end(door: Door, mutation: str, shown: Any, no: int, court: str = KAIHUA) -> Any:
    which = {"offerId": shown["id"], "no": no, "version": shown["version"]}
    return await door.do(officer(court), mutation, SHOWN, input_type="EndResourceRequestInput", **which)


async def test_whole_life_is_in_the_history(door: Door) -> None:
    made = await offer(door)

    await request(door, made["id"])
    await request(door, made["id"], CHANGSHAN)
    asked = await request(door, made["id"], CHANGSHAN, quantity=1)
    granted = await grant(door, asked, 1, 2)
    refused = await end(door, "refuseResource", granted, 2)
    early = await door.do(officer(KAIHUA), "closeResourceOffer", SHOWN, offerId=made["id"], version=refused["version"])
    withdrawn = await end(door, "withdrawResourceRequest", refused, 3, CHANGSHAN)
    returned = await end(door, "returnResource", withdrawn, 1)
    closed = await door.do(
        officer(KAIHUA), "closeResourceOffer", SHOWN, offerId=made["id"], version=returned["version"]
    )
    late = await request(door, made["id"])

    assert (early["code"], late["code"]) == ("REQUESTS_OPEN", "RECORD_CLOSED")
    assert [(r["court"]["code"], r["status"], r["granted"], r["endedOn"]) for r in closed["requests"]] == [
        (SHEXIAN, "RETURNED", 2, "2025-07-14"),
        (CHANGSHAN, "REFUSED", None, "2025-07-14"),
        (CHANGSHAN, "WITHDRAWN", None, "2025-07-14"),
    ]
    assert [(act["step"], act["item"], act["court"]) for act in closed["history"]] == [
        ("OFFERED", None, KAIHUA),
        ("REQUESTED", 1, SHEXIAN),
        ("REQUESTED", 2, CHANGSHAN),
        ("REQUESTED", 3, CHANGSHAN),
        ("GRANTED", 1, KAIHUA),
        ("REFUSED", 2, KAIHUA),
        ("WITHDRAWN", 3, CHANGSHAN),
        ("RETURNED", 1, KAIHUA),
        ("CLOSED", None, KAIHUA),
    ]


async def test_no_more_is_granted_than_is_left_on_any_day(door: Door) -> None:
    made = await offer(door)
    await request(door, made["id"])
    await request(door, made["id"], **{"from": "2025-07-25", "to": "2025-07-26"})
    asked = await request(door, made["id"], **{"from": "2025-07-26", "to": "2025-07-31"})

    first = await grant(door, asked, 1, 2)
    same_day = await grant(door, first, 2, 2)
    fewer = await grant(door, first, 2, 1)
    after = await grant(door, fewer, 3, 2)

    assert (same_day["code"], fewer["version"], after["version"]) == ("NOT_ENOUGH_LEFT", 6, 7)
    assert [each["granted"] for each in after["requests"]] == [2, 1, 2]
    back = await end(door, "returnResource", after, 1)
    assert back["requests"][0]["status"] == "RETURNED"


async def test_what_is_lent_today_is_not_left(door: Door) -> None:
    made = await offer(door, None, **{"from": "2025-07-14"})
    asked = await request(door, made["id"], **{"from": "2025-07-14", "to": "2025-07-14"})

    assert (asked["leftToday"], (await grant(door, asked, 1, 2))["leftToday"]) == (3, 1)


async def test_grants_at_once_are_never_too_many(door: Door) -> None:
    """Each of four officers grants two of three, all having read the same version: one is first."""
    made = await offer(door)
    for _ in range(4):
        asked = await request(door, made["id"])

    done = await asyncio.gather(*(grant(door, asked, no, 2) for no in range(1, 5)))
    codes = sorted(each.get("code", "GRANTED") for each in done)

    assert codes == ["GRANTED", "STALE_VERSION", "STALE_VERSION", "STALE_VERSION"]


async def test_grants_of_the_newest_version_are_never_too_many(door: Door) -> None:
    """Officers who read again until they get through: what is granted stays within what there is."""
    made = await offer(door)
    for _ in range(4):
        asked = await request(door, made["id"])

    async def insist(no: int) -> str:
        version = asked["version"]
        while True:
            try:
                await lending.grant(door.desk, officer(KAIHUA), Which(UUID(made["id"]), no, version), 2)
            except StaleVersion as stale:
                version = stale.current
            except NotEnoughLeft:
                return "NOT_ENOUGH_LEFT"
            else:
                return "GRANTED"

    assert sorted(await asyncio.gather(*map(insist, range(1, 5)))) == ["GRANTED"] + ["NOT_ENOUGH_LEFT"] * 3


REFUSED: dict[str, tuple[Caller | None, dict[str, Any], str, str | None]] = {
    "a handler": (officer(KAIHUA, Role.HANDLER), {}, "FORBIDDEN", None),
    "an admin": (ADMIN, {}, "FORBIDDEN", None),
    "nothing": (None, {"quantity": 0}, "INVALID_QUANTITY", "quantity"),
    "too much": (None, {"quantity": 10_001}, "INVALID_QUANTITY", "quantity"),
    "to an unknown court": (None, {"toCourts": ["京0101"]}, "UNKNOWN_COURT", "toCourts"),
    "to itself": (None, {"toCourts": [KAIHUA]}, "NOT_A_PARTY", "toCourts"),
    "to a court twice": (None, {"toCourts": [SHEXIAN, SHEXIAN]}, "INVALID_COURTS", "courts"),
    "in the past": (None, {"from": "2025-07-13"}, "INVALID_PERIOD", "from"),
    "dates the wrong way round": (None, {"to": "2025-07-14"}, "INVALID_PERIOD", "to"),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_refused_offer_writes_nothing(door: Door, why: str) -> None:
    caller, changes, code, part = REFUSED[why]

    refused = await offer(door, caller, **changes)

    assert (refused["code"], refused["part"]) == (code, part)
    assert set((await door.rows()).values()) == {0}


async def test_refused_request_writes_nothing(door: Door) -> None:
    made = await offer(door, None, toCourts=[SHEXIAN])
    before = await door.rows()

    for court, changes, code in (
        (CHANGSHAN, {}, "NOT_FOUND"),
        (KAIHUA, {}, "NOT_A_PARTY"),
        (SHEXIAN, {"offerId": str(uuid4())}, "NOT_FOUND"),
        (SHEXIAN, {"quantity": 4}, "NOT_ENOUGH_LEFT"),
        (SHEXIAN, {"quantity": 0}, "INVALID_QUANTITY"),
        (SHEXIAN, {"from": "2025-07-14"}, "INVALID_PERIOD"),
        (SHEXIAN, {"to": "2025-08-01"}, "INVALID_PERIOD"),
        (SHEXIAN, {"to": "2025-07-20"}, "INVALID_PERIOD"),
    ):
        assert (await request(door, made["id"], court, **changes))["code"] == code, changes

    assert await door.rows() == before


async def test_refused_change_writes_nothing(door: Door) -> None:
    made = await offer(door)
    asked = await request(door, made["id"])
    granted = await grant(door, asked, 1, 1)
    before = await door.rows()

    assert (await grant(door, granted, 1, 1))["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await grant(door, granted, 2, 1))["code"] == "NOT_FOUND"
    assert (await grant(door, asked, 1, 1))["code"] == "STALE_VERSION"
    assert (await end(door, "refuseResource", granted, 1))["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await end(door, "returnResource", granted, 1, SHEXIAN))["code"] == "NOT_A_PARTY"
    assert (await end(door, "returnResource", granted, 1, CHANGSHAN))["code"] == "NOT_FOUND"
    assert (await end(door, "withdrawResourceRequest", granted, 1))["code"] == "NOT_A_PARTY"
    assert await door.rows() == before


async def test_more_is_not_granted_than_was_asked_for(door: Door) -> None:
    made = await offer(door)
    asked = await request(door, made["id"])

    for quantity in (0, 3):
        assert (await grant(door, asked, 1, quantity))["code"] == "INVALID_QUANTITY"
    assert (await door.rows())["framework_acts"] == 2


async def test_same_key_offers_and_asks_once(door: Door) -> None:
    made = await offer(door, None, idempotencyKey="k")
    assert await offer(door, None, idempotencyKey="k") == made

    asked = await request(door, made["id"], SHEXIAN, idempotencyKey="k")
    assert await request(door, made["id"], SHEXIAN, idempotencyKey="k") == asked
    other = await request(door, made["id"], SHEXIAN, idempotencyKey="k", quantity=1)

    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (await door.rows())["resource_requests"] == 1


async def test_offers_are_there_for_those_to_whom_they_are_made(door: Door) -> None:
    for_shexian = await offer(door, None, toCourts=[SHEXIAN])
    for_all = await offer(door, None, kind="VENUE")

    async def seen(caller: Caller, **only: Any) -> set[str]:
        return {node["id"] for node in (await door.ask(caller, LIST, **only))["nodes"]}

    both = {for_shexian["id"], for_all["id"]}
    for caller in (officer(KAIHUA), officer(SHEXIAN), officer(QUZHOU, Role.SUPERVISOR), ADMIN):
        assert await seen(caller) == both
    assert await seen(officer(CHANGSHAN)) == {for_all["id"]}
    assert await seen(ADMIN, kind="VENUE", open=True) == {for_all["id"]}
    assert await seen(ADMIN, open=False) == set()
    node = "query ($id: ID!) { node(id: $id) { id } }"
    assert await door.ask(officer(CHANGSHAN), node, id=for_shexian["id"]) is None


async def test_offer_outlives_the_gateway(door: Door, gateway_pool: Pool, clock: SetClock, zone: Zone) -> None:
    made = await offer(door)
    asked = await request(door, made["id"])

    async with open_door(gateway_pool, clock, zone) as restarted:
        assert (await grant(restarted, asked, 1, 2))["version"] == 3


async def test_lock_of_an_offer_keeps_grants_waiting(door: Door) -> None:
    """A grant sees what another transaction grants before it: it waits for the offer's lock."""
    made = await offer(door)
    asked = await request(door, made["id"])

    async with transaction(door.desk.pool) as conn:
        await TABLE.lock(conn, UUID(made["id"]))
        waiting = asyncio.ensure_future(grant(door, asked, 1, 2))
        await asyncio.wait([waiting], timeout=0.2)
        assert not waiting.done()

    assert (await waiting)["version"] == 3


DAY = date(2025, 7, 1)


def loan(quantity: int, first: int, last: int) -> Loan:
    return Loan(quantity, DAY + timedelta(days=first), DAY + timedelta(days=last))


def test_what_is_left_is_that_of_the_worst_day() -> None:
    lent = [loan(2, 0, 4), loan(1, 4, 8), loan(3, 10, 10)]

    assert most_at_once(lent) == 3
    assert [left(5, lent, loan(0, *days)) for days in ((0, 3), (4, 4), (0, 9), (5, 9), (9, 9), (0, 10))] == [
        3,
        2,
        2,
        4,
        5,
        2,
    ]
