"""A suspended court asks nobody and delegates nothing (SC-19); one that joins is asked: by the directory alone."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import anyio
import msgspec
import pytest

from api.demo import directory as demo_directory
from api.demo import fixtures
from api.demo.client import Client
from api.demo.stage import ORDER
from api.demo.zone import REFERENCE, Zone
from tests.courts.desks import CENTRE, PATIENCE_S, Desk, Desks, connected, stopped, until

pytestmark = pytest.mark.anyio

WUYUAN, CHANGSHAN = "赣1130", "浙0822"
CASE, CASE_OF_CHANGSHAN = "（2024）赣1130执94号", "（2024）浙0822执288号"
LOOK = """
query Look($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
  debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
    ... on DebtorPresence { coverage { answered complete courts { court { code } status reason } } }
    ... on Refusal { code message } ... on NotCovered { code message }
  }
}"""
LOG = """{
  lookupLog(first: 1) { ... on LookupLog { entries { caseNumber outcome } } ... on Problem { code message } }
}"""
TRACKED = "{ trackedTasks(first: 100) { ... on TrackedTaskConnection { nodes { id status } } } }"
COUNTED = """query Counted($scope: Scope!) {
  crossBorderMatrix(scope: $scope) { ... on CrossBorderMatrix { rows { sourceCourt } } ... on Problem { code message } }
}"""
STATE = """query State($code: CourtCode!) { court(code: $code) { state } }"""


def publish(zone: Zone, version: int, state: str | None) -> None:
    """Put a new directory where the programs read it: 婺源 is in `state`, or not yet a member; the rest as it was."""
    document = demo_directory.content(zone.addresses, zone.keys, zone.gateway_key, REFERENCE)
    courts = [
        msgspec.structs.replace(entry, state=state) if entry.code == WUYUAN and state is not None else entry
        for entry in document.courts
    ]
    later = {"effective_at": REFERENCE + timedelta(days=3650)}
    issued = REFERENCE + timedelta(minutes=version)
    members = {} if state is not None else {WUYUAN: later}
    zone.publish(msgspec.structs.replace(document, version=version, issued_at=issued, courts=courts, members=members))


async def is_known(desks: Desks, state: str) -> bool:
    """Whether the gateway tells of that state."""
    _, body = await desks.gateway(None).whole({"query": STATE, "variables": {"code": WUYUAN}})
    told: str = json.loads(body)["data"]["court"]["state"]
    return told == state


@pytest.fixture
async def suspended(zone: Zone, client: Client) -> AsyncIterator[Desks]:
    """婺源 is suspended by directory version 2 while the test runs; version 3 takes it back."""
    desks = Desks(zone, client)
    publish(zone, 2, "SUSPENDED")
    async with stopped(zone, WUYUAN):
        await until(lambda: is_known(desks, "SUSPENDED"))
    yield desks
    publish(zone, 3, "ACTIVE")
    async with stopped(zone, WUYUAN):
        await until(lambda: is_known(desks, "ACTIVE"))


def debtor_of(case: str, court: str) -> str:
    rows = fixtures.rows(court)
    record = next(record for record in rows.cases if record.number == case)
    debtor = next(
        link.party_id for link in rows.case_parties if link.case_id == record.id and link.role.value == "DEBTOR"
    )
    return next(party.identifier for party in rows.parties if party.id == debtor)


def look(case: str, court: str) -> dict[str, Any]:
    return {
        "identity": {"residentId": debtor_of(case, court)},
        "basis": {"caseNumber": case, "purpose": "PROPERTY_INVESTIGATION"},
        "scope": {"wholeZone": True},
    }


async def asks_heard(zone: Zone) -> int:
    """How many asks of 婺源 the other courts have heard."""
    heard = 0
    for facts in fixtures.courts():
        async with connected(zone, facts.division) as conn:
            heard += await conn.fetchval("SELECT count(*) FROM access_log WHERE asking_court = $1", WUYUAN)
    return heard


async def test_a_suspended_court_neither_asks_nor_is_asked(suspended: Desks) -> None:
    zone, own = suspended.zone, suspended.handler_of(CASE)
    before = await asks_heard(zone)

    code = await own.code(LOOK, **look(CASE, WUYUAN))
    other = await suspended.handler_of(CASE_OF_CHANGSHAN).one(LOOK, **look(CASE_OF_CHANGSHAN, CHANGSHAN))

    assert code == "MEMBERSHIP_SUSPENDED"
    (entry,) = (await suspended.at(WUYUAN, CENTRE).one(LOG))["entries"]
    assert entry == {"caseNumber": CASE, "outcome": "MEMBERSHIP_SUSPENDED"}
    assert await asks_heard(zone) == before
    silent = [court for court in other["coverage"]["courts"] if court["status"] not in {"ANSWERED", "EMPTY"}]
    assert [(court["court"]["code"], court["status"], court["reason"]) for court in silent] == [
        (WUYUAN, "NOT_ASKED", "MEMBERSHIP_SUSPENDED")
    ]
    assert (other["coverage"]["answered"], other["coverage"]["complete"]) == (7, False)
    await check_follows_open_tasks(suspended)


async def check_follows_open_tasks(suspended: Desks) -> None:
    """At the gateway its command centre reads where open tasks stand, and nothing else."""
    own, other = suspended.gateway(WUYUAN), suspended.gateway(CHANGSHAN)

    tracked = await own.one(TRACKED)

    assert {task["status"] for task in tracked["nodes"]} <= set(ORDER[3:-1])
    assert await own.code(COUNTED, scope={"wholeZone": True}) == "MEMBERSHIP_SUSPENDED"
    assert await other.code(COUNTED, scope={"wholeZone": True}) is None


async def test_afterwards_it_asks_and_is_asked_again(zone: Zone, client: Client) -> None:
    """At once: who sees an ask under a directory that it does not hold fetches it before it answers."""
    desks = Desks(zone, client)

    asking = await desks.handler_of(CASE).one(LOOK, **look(CASE, WUYUAN))
    asked = await desks.handler_of(CASE_OF_CHANGSHAN).one(LOOK, **look(CASE_OF_CHANGSHAN, CHANGSHAN))

    assert asking["coverage"]["complete"], asking
    assert asked["coverage"]["complete"], asked


MATRIX = """query Matrix($scope: Scope!) {
  zone { crossBorderMatrix(scope: $scope) { ... on CrossBorderMatrix { rows { sourceCourt } } } }
}"""


CHANGED = "subscription { trackedTaskChanged { cursor } }"


async def closed_with(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    with anyio.fail_after(PATIENCE_S):
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    return socket.close_code


async def courts_of(desk: Desk) -> set[str]:
    """The courts in the coverage of the zone's matrix, once all of them have their rows."""
    _, body = await desk.whole({"query": MATRIX, "variables": {"scope": {"wholeZone": True}}})
    answer = json.loads(body)
    if "errors" in answer or not answer["extensions"]["coverage"]["complete"]:
        return set()  # somebody has not heard of the directory yet
    found = {court["court"]["code"] for court in answer["extensions"]["coverage"]["courts"]}
    assert {row["sourceCourt"] for row in answer["data"]["zone"]["crossBorderMatrix"]["rows"]} == found
    return found


async def test_a_court_that_joins_appears_without_a_restart(zone: Zone, client: Client) -> None:
    """Neither the gateway nor a node starts again, no schema is read again, and the document is the same."""
    desks, whole = Desks(zone, client), {facts.code for facts in fixtures.courts()}
    doors = (desks.gateway(CHANGSHAN), desks.at(CHANGSHAN, CENTRE))

    async def are(courts: set[str]) -> bool:
        return [await courts_of(door) for door in doors] == [courts, courts]

    async with desks.gateway(WUYUAN).subscribed(CHANGED) as held:
        publish(zone, 4, None)
        try:
            await until(lambda: are(whole - {WUYUAN}))
            assert await closed_with(held) == 4403  # its officer is listed no more
        finally:
            publish(zone, 5, "ACTIVE")

    await until(lambda: are(whole))
