"""The gateway's fields through GraphQL: by role, in both languages, and no name anywhere."""

import base64
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import anyio
import pytest
from strawberry.types import ExecutionResult

from db import carried_traffic
from db.clock import SetClock
from db.pool import Pool
from enforcement.desk import health
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller, Role
from schema import sdl
from schema.gateway.context import GatewayContext, Language
from schema.gateway.schema import SCHEMA
from tests.enforcement.desk_zone import (
    ADMIN,
    TASK,
    centre,
    header,
    officer,
    open_desk,
    tell,
    tell_story,
    when_listening,
    when_watched,
)
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

TASK_QUERY = """query ($id: UUID!) { trackedTask(id: $id) {
  __typename ... on Refusal { code message }
  ... on TrackedTask {
    status matter urgent overdue nextDeadline delegatingCourt { code name } entrustedCourt { code } holder { code }
    events { type at author { code } } urges { at } delivery { state } } } }"""
LIST_QUERY = """query ($first: Int, $after: String, $status: TrackedTaskStatus) {
  trackedTasks(first: $first, after: $after, status: $status) { __typename ... on Refusal { code }
    ... on TrackedTaskConnection { nodes { id } pageInfo { hasNextPage endCursor } } } }"""
ROUTE_QUERY = """query ($from: CourtCode!, $division: String!) {
  delegationRoute(from: $from, matter: INVESTIGATE_ASSETS, division: $division) { __typename
    ... on Refusal { code message }
    ... on DelegationRoute {
      entrustedCourt { code name } agreement { validFrom validUntil } papers approval inNationalList
      signForWithin { days unit } signForWithinUrgentMinutes answerWithinDays dutyOfficers { officerId hours }
      health { state since } } } }"""
URGE = """mutation ($input: UrgeTaskInput!) { urgeTask(input: $input) {
  __typename ... on Refusal { code } ... on TrackedTask { urges { at } } } }"""


ANNOUNCE = """mutation ($input: AnnounceMaintenanceInput!) { announceMaintenance(input: $input) {
  __typename ... on Problem { code } ... on Refusal { part }
  ... on MaintenanceWindow { id court { code } from to withdrawnAt version } } }"""
WITHDRAW = """mutation ($input: WithdrawMaintenanceInput!) { withdrawMaintenance(input: $input) {
  __typename ... on Problem { code message } ... on StaleVersion { current }
  ... on MaintenanceWindow { withdrawnAt version } } }"""
WINDOWS = """query ($from: CourtCode!, $division: String!) {
  federationHealth { ... on FederationHealth { nodes { court { code } maintenance { from to court { code } } } } }
  delegationRoute(from: $from, matter: INVESTIGATE_ASSETS, division: $division) {
    ... on DelegationRoute { health { maintenance { from to } } } } }"""


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, Zone()) as opened:
        yield opened


async def _ask(
    desk: GatewayDesk, query: str, caller: Caller | None, language: Language = "en", **variables: Any
) -> dict[str, Any]:
    """The data of a query that must not fail."""
    context = GatewayContext(desk, caller, language)
    result = await SCHEMA.execute(query, variable_values=variables, context_value=context)
    assert result.errors is None
    assert result.data is not None
    return result.data


async def test_anybody_reads_the_zone(desk: GatewayDesk) -> None:
    query = """{ zone { code name courtCount counties agreements { asking asked validUntil } }
      courts { code } court(code: "皖1021") { name level county province parent state since }
      no: court(code: "川0101") { code } }"""

    english = await _ask(desk, query, None)
    chinese = await _ask(desk, query, None, "zh")

    assert english["zone"]["courtCount"] == 3
    assert english["zone"]["agreements"] == [{"asking": KAIHUA, "asked": SHEXIAN, "validUntil": "2025-12-31"}]
    assert [court["code"] for court in english["courts"]] == [KAIHUA, CHANGSHAN, SHEXIAN]
    assert english["court"]["name"] == "She County People's Court"
    assert chinese["court"]["name"] == "歙县人民法院"
    assert (chinese["court"]["level"], chinese["court"]["state"]) == ("GRASSROOTS", "ACTIVE")
    assert english["no"] is None


async def test_the_route_names_papers_and_terms(desk: GatewayDesk) -> None:
    variables: Any = {"from": KAIHUA, "division": "341021"}

    found = (await _ask(desk, ROUTE_QUERY, centre(KAIHUA), "zh", **variables))["delegationRoute"]

    assert found == {
        "__typename": "DelegationRoute",
        "entrustedCourt": {"code": SHEXIAN, "name": "歙县人民法院"},
        "agreement": {"validFrom": "2025-01-01", "validUntil": "2025-12-31"},
        "papers": ["DELEGATION_LETTER", "OFFICER_CERTIFICATE", "INVESTIGATION_NOTICE"],
        "approval": "BUREAU_CHIEF",
        "inNationalList": True,
        "signForWithin": {"days": 1, "unit": "WORKING_DAYS"},
        "signForWithinUrgentMinutes": 120,
        "answerWithinDays": 10,
        "dutyOfficers": [{"officerId": "o-341021-09", "hours": "08:30-17:30"}],
        "health": {"state": "NOT_CHECKED", "since": None},
    }


async def test_refusals_are_values_in_both_languages(desk: GatewayDesk) -> None:
    variables: Any = {"from": KAIHUA, "division": "330822"}

    english = (await _ask(desk, ROUTE_QUERY, centre(KAIHUA), **variables))["delegationRoute"]
    chinese = (await _ask(desk, ROUTE_QUERY, centre(KAIHUA), "zh", **variables))["delegationRoute"]
    anonymous = (await _ask(desk, ROUTE_QUERY, None, **variables))["delegationRoute"]

    assert english["code"] == chinese["code"] == "NO_AGREEMENT"
    assert english["message"] == "No agreement of the two courts is in force."
    assert chinese["message"] == "两院之间没有现行协作协议。"
    assert anonymous["code"] == "NOT_SIGNED_IN"


async def test_the_task_is_followed_step_by_step(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=6)

    found = (await _ask(desk, TASK_QUERY, centre(KAIHUA), id=str(TASK)))["trackedTask"]
    hidden = (await _ask(desk, TASK_QUERY, centre(CHANGSHAN), id=str(TASK)))["trackedTask"]

    assert (found["status"], found["matter"], found["nextDeadline"]) == ("FED_BACK", "INVESTIGATE_ASSETS", "2025-07-17")
    assert (found["delegatingCourt"]["code"], found["entrustedCourt"]["code"]) == (KAIHUA, SHEXIAN)
    assert found["holder"] == {"code": KAIHUA}
    assert [event["type"] for event in found["events"]] == [
        "DISPATCHED",
        "RECEIVED",
        "SIGNED_FOR",
        "STARTED",
        "STEP_RECORDED",
        "FED_BACK",
    ]
    assert hidden["code"] == "NOT_FOUND"


async def test_unknown_words_become_other(desk: GatewayDesk, clock: SetClock) -> None:
    told = header(1, clock.now()).track
    assert told is not None
    odd = type(told)(**{f: getattr(told, f) for f in told.__struct_fields__} | {"matter": "LI_SI", "event": "LI_SI"})
    await tell_story(desk.pool, clock.now(), upto=1, task=uuid4())
    await tell(desk.pool, header(1, clock.now(), track=odd), clock.now())

    found = (await _ask(desk, TASK_QUERY, centre(KAIHUA), id=str(TASK)))["trackedTask"]

    assert found["matter"] is None
    assert [event["type"] for event in found["events"]] == ["OTHER"]


async def test_pages_follow_their_cursor(desk: GatewayDesk, clock: SetClock) -> None:
    made = [str(uuid4()) for _ in range(5)]
    for task in made:
        clock.advance(timedelta(seconds=1))
        await tell(desk.pool, header(1, clock.now(), task=cast("Any", task)), clock.now())
    seen: list[str] = []
    after = None
    while True:
        page = (await _ask(desk, LIST_QUERY, centre(SHEXIAN), first=2, after=after))["trackedTasks"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    stranger = (await _ask(desk, LIST_QUERY, centre(CHANGSHAN), first=2))["trackedTasks"]
    broken = (await _ask(desk, LIST_QUERY, centre(SHEXIAN), after="nonsense"))["trackedTasks"]

    assert seen == made[::-1]
    assert stranger["nodes"] == []
    assert broken["code"] == "INVALID_CURSOR"


@pytest.mark.parametrize("first", [-1, 0, 101])
async def test_page_of_another_size_is_refused(desk: GatewayDesk, first: int) -> None:
    page = (await _ask(desk, LIST_QUERY, centre(SHEXIAN), first=first))["trackedTasks"]

    assert page["code"] == "INVALID_PAGE"


async def test_an_urge_is_shown_and_bounded(desk: GatewayDesk, clock: SetClock) -> None:
    await tell_story(desk.pool, clock.now(), upto=3)

    def urge(key: str) -> dict[str, Any]:
        return {"input": {"trackId": str(TASK), "idempotencyKey": key}}

    urged = (await _ask(desk, URGE, centre(KAIHUA), **urge("k-1")))["urgeTask"]
    twice = (await _ask(desk, URGE, centre(KAIHUA), **urge("k-2")))["urgeTask"]
    theirs = (await _ask(desk, URGE, centre(SHEXIAN), **urge("k-3")))["urgeTask"]
    keyless = (await _ask(desk, URGE, centre(KAIHUA), **urge(" ")))["urgeTask"]
    async with desk.pool.acquire() as conn:
        kept = await conn.fetchval("SELECT string_agg(idempotency_key, ' ') FROM urges")

    assert len(urged["urges"]) == 1
    assert [twice["code"], theirs["code"], keyless["code"]] == ["ALREADY_URGED", "FORBIDDEN", "INVALID_KEY"]
    assert "k-1" not in kept


async def test_maintenance_is_announced_shown_and_withdrawn(desk: GatewayDesk, clock: SetClock) -> None:
    begins, ends = clock.now() + timedelta(hours=13), clock.now() + timedelta(hours=15)
    given = {"from": begins.isoformat(), "to": ends.isoformat(), "idempotencyKey": "nightly"}

    made = (await _ask(desk, ANNOUNCE, centre(SHEXIAN), input=given))["announceMaintenance"]
    told = await _ask(desk, WINDOWS, centre(KAIHUA), "en", **{"from": KAIHUA}, division="341021")
    gone = [
        (await _ask(desk, WITHDRAW, centre(SHEXIAN), input={"id": made["id"], "version": 1}))["withdrawMaintenance"]
        for _ in range(2)
    ]

    window = {"from": begins.isoformat(), "to": ends.isoformat()}
    assert made == {
        "__typename": "MaintenanceWindow",
        "id": made["id"],
        "court": {"code": SHEXIAN},
        **window,
        "withdrawnAt": None,
        "version": 1,
    }
    assert {n["court"]["code"]: n["maintenance"] for n in told["federationHealth"]["nodes"]} == {
        KAIHUA: [],
        CHANGSHAN: [],
        SHEXIAN: [window | {"court": {"code": SHEXIAN}}],
    }
    assert told["delegationRoute"]["health"] == {"maintenance": [window]}
    assert gone[0] == {"__typename": "MaintenanceWindow", "withdrawnAt": clock.now().isoformat(), "version": 2}
    assert (gone[1]["__typename"], gone[1]["code"], gone[1]["current"]) == ("StaleVersion", "STALE_VERSION", 2)


async def test_maintenance_refuses_by_value(desk: GatewayDesk, clock: SetClock) -> None:
    now = clock.now()
    given = {"from": now.isoformat(), "to": (now - timedelta(hours=1)).isoformat(), "idempotencyKey": "k"}

    backwards = await _ask(desk, ANNOUNCE, centre(SHEXIAN), input=given)
    handler = await _ask(desk, ANNOUNCE, officer(SHEXIAN, Role.HANDLER), input=given)
    keyless = await _ask(desk, ANNOUNCE, centre(SHEXIAN), input=given | {"idempotencyKey": " "})

    refused = [answer["announceMaintenance"] for answer in (backwards, handler, keyless)]
    assert [(each["code"], each["part"]) for each in refused] == [
        ("INVALID_PERIOD", "to"),
        ("FORBIDDEN", None),
        ("INVALID_KEY", "idempotencyKey"),
    ]


async def test_health_and_traffic_by_role(desk: GatewayDesk, clock: SetClock) -> None:
    await health.probe_all(desk)
    await carried_traffic.note(
        desk.pool, at=clock.now(), sender=KAIHUA, to=SHEXIAN, kind="ask", size_bytes=17_158, outcome="CARRIED"
    )
    query = """query ($since: DateTime!) {
      federationHealth { ... on FederationHealth { nodes { court { code } state latencyMs } } ... on Refusal { code } }
      carriedTrafficSummary(since: $since) { ... on Refusal { code }
        ... on CarriedTrafficSummary { counts { kind paddedKib envelopes outcome } } } }"""

    admin = await _ask(desk, query, ADMIN, since=clock.now().isoformat())
    handler = await _ask(desk, query, officer(KAIHUA, Role.HANDLER), since=clock.now().isoformat())
    anonymous = await _ask(desk, query, None, since=clock.now().isoformat())

    assert {node["state"] for node in admin["federationHealth"]["nodes"]} == {"UNREACHABLE"}
    assert admin["carriedTrafficSummary"]["counts"] == [
        {"kind": "ASK", "paddedKib": 16, "envelopes": 1, "outcome": "CARRIED"}
    ]
    assert handler["federationHealth"] == admin["federationHealth"]
    assert handler["carriedTrafficSummary"] == {"code": "FORBIDDEN"}
    assert anonymous["federationHealth"] == {"code": "NOT_SIGNED_IN"}


async def _first(desk: GatewayDesk, subscription: str, caller: Caller | None, **variables: Any) -> dict[str, Any]:
    """The data of a subscription's first response."""
    context = GatewayContext(desk, caller, "en")
    source = await SCHEMA.subscribe(subscription, variable_values=variables, context_value=context)
    assert not isinstance(source, ExecutionResult)
    async with aclosing(cast("Any", source)) as results:
        with anyio.fail_after(5):
            result = await anext(results)
    assert result.errors is None
    return cast("dict[str, Any]", result.data)


async def test_subscriptions_tell_tasks_and_envelopes(desk: GatewayDesk, clock: SetClock) -> None:
    await when_listening(desk)
    envelope = {"sender": KAIHUA, "to": SHEXIAN, "kind": "answer", "size_bytes": 17_158, "outcome": "CARRIED"}

    async def carry() -> None:
        await carried_traffic.note(desk.pool, at=clock.now(), **cast("Any", envelope))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(when_watched, desk, lambda: tell(desk.pool, header(1, clock.now()), clock.now()))
        changed = await _first(
            desk, "subscription { trackedTaskChanged { ... on TrackedTask { id status } } }", centre(SHEXIAN)
        )
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(when_watched, desk, carry)
        carried = await _first(
            desk, "subscription { carriedTraffic { ... on CarriedEnvelope { kind sizeBytes fromCourt } } }", ADMIN
        )

    assert changed["trackedTaskChanged"] == {"id": str(TASK), "status": "DISPATCHED"}
    assert carried["carriedTraffic"] == {"kind": "ANSWER", "sizeBytes": 17_158, "fromCourt": KAIHUA}


async def test_a_subscription_resumes_behind_its_cursor(desk: GatewayDesk, clock: SetClock) -> None:
    document = """subscription ($after: String) { trackedTaskChanged(after: $after) {
      ... on TrackedTask { status cursor } ... on Refusal { code part } } }"""
    await when_listening(desk)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(when_watched, desk, lambda: tell(desk.pool, header(1, clock.now()), clock.now()))
        first = (await _first(desk, document, centre(KAIHUA)))["trackedTaskChanged"]
    await tell(desk.pool, header(2, clock.now()), clock.now())

    second = (await _first(desk, document, centre(KAIHUA), after=first["cursor"]))["trackedTaskChanged"]
    others = (await _first(desk, document, centre(SHEXIAN), after=first["cursor"]))["trackedTaskChanged"]
    nonsense = (await _first(desk, document, centre(KAIHUA), after="nonsense"))["trackedTaskChanged"]

    assert (first["status"], second["status"]) == ("DISPATCHED", "RECEIVED")
    assert second["cursor"] != first["cursor"]
    assert others == nonsense == {"code": "INVALID_CURSOR", "part": "after"}


async def test_what_is_carried_resumes_behind_its_cursor(desk: GatewayDesk, clock: SetClock) -> None:
    document = """subscription ($after: String) { carriedTraffic(after: $after) {
      ... on CarriedEnvelope { sizeBytes cursor } ... on Refusal { code part } } }"""
    envelope: dict[str, Any] = {"at": clock.now(), "sender": KAIHUA, "to": SHEXIAN, "kind": "ask", "outcome": "CARRIED"}

    async def carry(size_bytes: int = 1) -> None:
        await carried_traffic.note(desk.pool, **envelope, size_bytes=size_bytes)

    await when_listening(desk)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(when_watched, desk, carry)
        first = (await _first(desk, document, ADMIN))["carriedTraffic"]
    await carry(2)

    second = (await _first(desk, document, ADMIN, after=first["cursor"]))["carriedTraffic"]
    others = (await _first(desk, document, centre(CHANGSHAN), after="nonsense"))["carriedTraffic"]
    feed = base64.urlsafe_b64encode(b"trackedTasks 2025-07-14T01:00:00+00:00 1").decode()
    nowhere = [
        base64.urlsafe_b64encode(f"carriedTraffic {clock.now().isoformat()} {n}".encode()).decode() for n in (0, 2**63)
    ]
    wrong = [(await _first(desk, document, ADMIN, after=each))["carriedTraffic"] for each in (feed, *nowhere)]

    assert (first["sizeBytes"], second["sizeBytes"]) == (1, 2)
    assert [others, *wrong] == [{"code": "INVALID_CURSOR", "part": "after"}] * 4


async def test_subscriptions_refuse_by_value(desk: GatewayDesk) -> None:
    anonymous = await _first(desk, "subscription { carriedTraffic { ... on Refusal { code } } }", None)
    stranger = await _first(
        desk,
        f'subscription {{ trackedTaskChanged(id: "{TASK}") {{ ... on Refusal {{ code }} }} }}',
        centre(CHANGSHAN),
    )

    assert anonymous["carriedTraffic"] == {"code": "NOT_SIGNED_IN"}
    assert stranger["trackedTaskChanged"] == {"code": "NOT_FOUND"}


@pytest.mark.parametrize("name", list(sdl.PRINTERS))
def test_committed_schemas_equal_the_code(name: str) -> None:
    assert sdl.committed(name) == sdl.PRINTERS[name]()
