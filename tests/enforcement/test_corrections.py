"""SC-25: a debtor disputes an entry on the list of dishonest debtors, over real HTTP between courts and gateway.

Long, because it is one correction's whole life, each of its terms and refusals on the same entry.
"""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from api import ask_endpoints
from db import answers, corrections, sanctions
from db.clock import SetClock
from db.pool import Pool
from enforcement import sweeping
from enforcement.audit_proof import prove
from enforcement.corrections.timers import warn
from enforcement.rules.rights import Caller, Role
from federation.ask import admission
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.db.test_lookup_tables import plan_of
from tests.enforcement.audit_desk import AUDITOR, ask, events
from tests.enforcement.cloning import ID, cloned
from tests.enforcement.correction_desk import (
    CHIEF,
    CLERK,
    HANDLER,
    PRESIDENT,
    act,
    decided,
    entries,
    public_list,
    requested,
    seen_everywhere,
)
from tests.enforcement.lookup_zone import FAR_CASE, LookupZone, caller, lookup_zone
from tests.federation.zone import SHEXIAN

pytestmark = pytest.mark.anyio
STANDING = ("ABLE_BUT_REFUSES", "2026-12-31", 1)
EVERYWHERE = {"list": [STANDING], "presence": True, "profile": [STANDING], "court": [STANDING]}
NOWHERE = {"list": [], "presence": False, "profile": [], "court": []}
WARNINGS = """{ warnings { ... on WarningConnection { nodes { kind cause dueOn correctionId officerId } } } }"""
ACTS = ("REQUEST_CORRECTION", "DECIDE_CORRECTION", "REQUEST_RECONSIDERATION", "RECORD_RECONSIDERATION")


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


async def rejected(courts: LookupZone) -> Any:
    made = await requested(courts)
    return await decided(courts, made, decision="REJECT", rejectionReason="LISTED_LAWFULLY")


async def reconsidered(courts: LookupZone, made: Any, who: Any = CLERK, **changes: Any) -> Any:
    given = {"id": made["id"], "version": made["version"], "servedOn": "2025-07-14", "requestedOn": "2025-07-14"}
    return await act(courts, "requestReconsideration", who, **given | changes)


async def superior(courts: LookupZone, made: Any, who: Any = PRESIDENT, **changes: Any) -> Any:
    given = {"id": made["id"], "version": made["version"], "decision": "REMOVE", "decidedOn": "2025-07-14"}
    return await act(courts, "recordReconsideration", who, **given | changes)


async def kept(courts: LookupZone) -> tuple[list[Any], list[Any]]:
    """What stands in the tables: a refusal must leave it as it was."""
    async with courts.courts[SHEXIAN].pool.acquire() as conn:
        return (
            [tuple(row) for row in await conn.fetch("SELECT * FROM corrections ORDER BY id")],
            [tuple(row) for row in await conn.fetch("SELECT * FROM dishonest_entries ORDER BY id")],
        )


async def test_sc25_upheld_request_removes_the_entry_at_every_door_at_once(courts: LookupZone) -> None:
    assert await seen_everywhere(courts) == EVERYWHERE

    made = await requested(courts)
    assert (made["status"], made["dueOn"], made["recordedBy"]) == ("PENDING", "2025-07-29", "o-341021-02")
    assert await seen_everywhere(courts) == EVERYWHERE
    courts.clock.advance(timedelta(days=4))  # Friday
    done = await decided(courts, made)

    assert (done["status"], done["decidedBy"], done["entryRevision"]) == ("REMOVED", "o-341021-03", 2)
    assert done["correctBy"] == "2025-07-23"  # three working days
    assert await seen_everywhere(courts) == NOWHERE
    courts.clock.advance(timedelta(days=20))
    assert await seen_everywhere(courts) == NOWHERE


async def test_sc25_upheld_request_corrects_the_entry_with_its_next_revision(courts: LookupZone) -> None:
    made = await requested(courts, ground="INACCURATE")

    corrected = {"ground": "VIOLATES_REPORT_SYSTEM", "untilOn": "2025-12-31"}
    done = await decided(courts, made, decision="CORRECT", corrected=corrected)

    now = ("VIOLATES_REPORT_SYSTEM", "2025-12-31", 2)
    assert (done["status"], done["entryRevision"]) == ("CORRECTED", 2)
    assert await seen_everywhere(courts) == {"list": [now], "presence": True, "profile": [now], "court": [now]}
    again = await requested(courts, idempotencyKey="again")
    assert (await decided(courts, again))["entryRevision"] == 3
    assert await seen_everywhere(courts) == NOWHERE


async def test_sc25_entry_past_its_term_never_appears(courts: LookupZone) -> None:
    async with courts.courts[SHEXIAN].pool.acquire() as conn:
        past = await conn.fetchval("SELECT id FROM dishonest_entries WHERE until_on = $1", date(2025, 7, 13))

    assert await seen_everywhere(courts) == EVERYWHERE
    assert await requested(courts, entryId=str(past)) == {"code": "NOT_FOUND", "part": None}
    courts.clock.set(courts.clock.now().replace(year=2027))
    async with courts.courts[SHEXIAN].pool.acquire() as conn:
        assert (
            await sanctions.valid_entries(
                conn, await conn.fetchval("SELECT party_id FROM dishonest_entries LIMIT 1"), on=date(2027, 7, 14)
            )
            == []
        )
    assert (await entries(courts))["entries"] == []


async def test_sc25_ask_that_is_sent_again_is_answered_anew(
    courts: LookupZone, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    answered: list[bytes] = []
    admit = admission.admit

    async def recorded(asked: Any, raw: bytes, execute: Any) -> bytes:
        async def noted(admitted: Any, conn: Any) -> Any:
            answer = await execute(admitted, conn)
            answered.append(bytes(answer.data))
            return answer

        sent.append(raw)
        return await admit(asked, raw, noted)

    monkeypatch.setattr(ask_endpoints, "admit", recorded)
    await courts.presence(scope={"courts": [SHEXIAN]})
    url = f"http://127.0.0.1:{courts.ports[SHEXIAN]}/federation/ask"
    async with aiohttp.ClientSession() as session:

        async def again() -> bytes:
            async with session.post(url, data=sent[0]) as response:
                assert response.status == 200
                return await response.read()

        before = [await again(), await again()]
        await decided(courts, await requested(courts))
        after = await again()

    assert before[0] == before[1] != after
    first, last = answered
    assert b'"dishonest":true' in first
    assert b'"dishonest":false' in last


async def test_sc25_cursor_from_before_shows_nothing_removed(courts: LookupZone) -> None:
    async with courts.courts[SHEXIAN].pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO dishonest_entries SELECT gen_random_uuid(), party_id, case_id, ground, decision_no,"
            " published_on + 1, until_on, removed_on, synthetic FROM dishonest_entries WHERE until_on > '2026-01-01'"
        )
    page = await public_list(courts, first=1)
    older = (await entries(courts))["entries"][0]["id"]
    assert page["pageInfo"]["hasNextPage"] is True

    await decided(courts, await requested(courts, entryId=older))

    rest = await public_list(courts, after=page["pageInfo"]["endCursor"])
    assert rest["nodes"] == []
    assert len((await public_list(courts))["nodes"]) == 1


async def test_sc25_an_entrys_id_opens_nothing(courts: LookupZone) -> None:
    entry = (await entries(courts))["entries"][0]["id"]

    document = "query ($id: ID!) { node(id: $id) { __typename } }"
    for who in (HANDLER, CHIEF):
        context = NodeContext(courts.courts[SHEXIAN], who, "en")
        assert (await SCHEMA.execute(document, {"id": entry}, context)).data == {"node": None}


async def test_sc25_rejected_request_goes_to_the_superior_court(courts: LookupZone) -> None:
    made = await rejected(courts)
    assert (made["status"], made["rejectionReason"], made["entryRevision"]) == ("REJECTED", "LISTED_LAWFULLY", None)
    assert made["correctBy"] is None
    courts.clock.advance(timedelta(days=10))

    asked = await reconsidered(courts, made, requestedOn="2025-07-24")

    assert (asked["status"], asked["superiorCourt"]) == ("RECONSIDERATION", "皖10")
    assert (asked["reconsiderationOn"], asked["reconsiderationDueOn"]) == ("2025-07-24", "2025-08-08")
    assert await seen_everywhere(courts) == EVERYWHERE
    done = await superior(courts, asked, decidedOn="2025-07-24")
    assert (done["status"], done["reconsideredOn"], done["reconsideredBy"]) == ("REMOVED", "2025-07-24", "o-341021-04")
    assert (done["entryRevision"], done["decidedBy"]) == (2, "o-341021-03")
    assert await seen_everywhere(courts) == NOWHERE


async def test_superior_court_may_confirm_or_correct(courts: LookupZone) -> None:
    made = await superior(courts, await reconsidered(courts, await rejected(courts)), decision="REJECT")
    assert (made["status"], made["entryRevision"], made["rejectionReason"]) == ("CONFIRMED", None, "LISTED_LAWFULLY")
    assert await seen_everywhere(courts) == EVERYWHERE

    again = await decided(
        courts, await requested(courts, idempotencyKey="2"), decision="REJECT", rejectionReason="NOT_ENTITLED"
    )
    asked = await reconsidered(courts, again)
    done = await superior(courts, asked, decision="CORRECT", corrected={"untilOn": "2026-01-01"})
    assert (done["status"], done["entryRevision"]) == ("CORRECTED", 2)


async def party(courts: LookupZone, *, is_debtor: bool = True) -> Caller:
    """The listed debtor, or somebody else who stands in the case."""
    async with courts.courts[SHEXIAN].pool.acquire() as conn:
        entry = await conn.fetchrow("SELECT party_id, case_id FROM dishonest_entries LIMIT 1")
    assert entry is not None
    row, own = entry["party_id"] if is_debtor else uuid4(), frozenset({entry["case_id"]})
    return Caller("p-1", SHEXIAN, frozenset({Role.PARTY}), party_id=row, own_cases=own)


async def test_sc25_party_disputes_their_own_entry(courts: LookupZone) -> None:
    court, debtor, other = courts.courts[SHEXIAN], await party(courts), await party(courts, is_debtor=False)
    assert await requested(courts, other) == {"code": "NOT_FOUND", "part": None}
    assert (await kept(courts))[0] == []

    made = await requested(courts, debtor, requester="AGENT", channel="HOTLINE", requestedOn="2025-01-01")

    assert (made["requester"], made["channel"], made["requestedOn"]) == ("PARTY", "ONLINE", "2025-07-14")
    assert (made["recordedBy"], made["status"], made["dueOn"]) == ("p-1", "PENDING", "2025-07-29")
    assert await requested(courts, debtor) == made
    assert [node["id"] for node in (await ask(court, LIST, debtor))["nodes"]] == [made["id"]]
    assert (await ask(court, LIST, other))["nodes"] == []
    assert (await decided(courts, made, debtor))["code"] == "FORBIDDEN"
    done = await decided(courts, made, decision="REJECT", rejectionReason="LISTED_LAWFULLY")
    assert (await reconsidered(courts, done, debtor))["code"] == "FORBIDDEN"
    assert await events(court, *ACTS[2:]) == []
    assert (await reconsidered(courts, done))["status"] == "RECONSIDERATION"


async def test_requests_that_stay_undecided_hold_up_none(courts: LookupZone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    court = courts.courts[SHEXIAN]
    await requested(courts)
    await cloned(court.pool, "dishonest_entries", 6)
    await cloned(court.pool, "corrections", 5, entry_id=ID, recorded_at="model.recorded_at - interval '1 day'")
    courts.clock.advance(timedelta(days=12))
    assert await warn(court) == 6

    await cloned(court.pool, "corrections", 1, id="gen_random_uuid()", entry_id=ID.replace("n::text", "(n + 5)::text"))

    assert [await warn(court) for _ in range(2)] == [1, 0]


async def test_sc25_terms_warn_before_and_after_they_end(courts: LookupZone) -> None:
    court = courts.courts[SHEXIAN]

    async def told() -> list[Any]:
        await warn(court)
        assert await warn(court) == 0
        found = (await ask(court, WARNINGS, CHIEF))["nodes"]
        assert all(warning["correctionId"] == made["id"] for warning in found)
        return [(warning["kind"], warning["cause"], warning["dueOn"]) for warning in reversed(found)]

    made = await requested(courts)
    courts.clock.advance(timedelta(days=11))
    assert await told() == []
    courts.clock.advance(timedelta(days=1))
    review = [("CORRECTION_DUE", "REVIEW", "2025-07-29")]
    assert await told() == review
    courts.clock.advance(timedelta(days=3))
    assert await told() == review
    courts.clock.advance(timedelta(days=1))
    review.append(("CORRECTION_OVERDUE", "REVIEW", "2025-07-29"))
    assert await told() == review

    late = await decided(courts, made, decision="REJECT", rejectionReason="INFORMATION_ACCURATE")
    courts.clock.advance(timedelta(days=5))
    assert await told() == review
    asked = await reconsidered(courts, late, servedOn="2025-07-31", requestedOn="2025-08-04")
    courts.clock.advance(timedelta(days=20))
    after = [("CORRECTION_OVERDUE", "RECONSIDERATION", asked["reconsiderationDueOn"])]
    assert await told() == review + after
    await superior(courts, asked, decidedOn="2025-08-20")
    courts.clock.advance(timedelta(days=300))
    assert await told() == review + after


async def test_every_act_is_in_the_trail(courts: LookupZone) -> None:
    await superior(courts, await reconsidered(courts, await rejected(courts)))
    court = courts.courts[SHEXIAN]

    found = await events(court, *ACTS)

    assert [(event["action"], event["officerId"], event["outcome"]) for event in found] == [
        ("REQUEST_CORRECTION", "o-341021-02", "SHOULD_NOT_BE_LISTED"),
        ("DECIDE_CORRECTION", "o-341021-03", "REJECTED"),
        ("REQUEST_RECONSIDERATION", "o-341021-02", "RECONSIDERATION"),
        ("RECORD_RECONSIDERATION", "o-341021-04", "REMOVED"),
    ]
    assert {event["caseNumber"] for event in found} == {FAR_CASE}
    assert len({event["subject"] for event in found}) == 1
    assert (await prove(court.pool)).is_whole


async def test_same_key_gives_the_same_request(courts: LookupZone) -> None:
    made = await requested(courts)

    assert await requested(courts) == made
    assert await requested(courts, ground="INACCURATE") == {"code": "IDEMPOTENCY_KEY_REUSED", "part": "idempotencyKey"}
    assert await requested(courts, idempotencyKey="other") == {"code": "DUPLICATE_OF"}
    assert len((await kept(courts))[0]) == 1


REFUSED_REQUESTS: list[tuple[Any, dict[str, Any], str, str | None]] = [
    (None, {}, "FORBIDDEN", None),
    (CHIEF, {}, "FORBIDDEN", None),
    (caller(SHEXIAN, 5, Role.COMMAND_CENTRE), {}, "FORBIDDEN", None),
    (caller(SHEXIAN, 9), {}, "NOT_ASSIGNED", None),
    (CLERK, {"entryId": str(uuid4())}, "NOT_FOUND", None),
    (CLERK, {"requestedOn": "2025-07-15"}, "INVALID_PERIOD", "requestedOn"),
    (CLERK, {"requestedOn": "2024-12-31"}, "INVALID_PERIOD", "requestedOn"),
    (CLERK, {"applicationSha256": "x"}, "INVALID_DOCUMENT", "applicationSha256"),
    (CLERK, {"applicationSha256": "A" * 64}, "INVALID_DOCUMENT", "applicationSha256"),
    (CLERK, {"idempotencyKey": " "}, "INVALID_KEY", "idempotencyKey"),
]


async def test_refused_request_writes_nothing(courts: LookupZone) -> None:
    before = await kept(courts)

    for who, changes, code, part in REFUSED_REQUESTS:
        assert await requested(courts, who, **changes) == {"code": code, "part": part}, changes

    assert await kept(courts) == before
    assert await events(courts.courts[SHEXIAN], *ACTS) == []


REFUSED_DECISIONS: list[tuple[Any, dict[str, Any], str]] = [
    (None, {}, "FORBIDDEN"),
    (CLERK, {}, "FORBIDDEN"),
    (HANDLER, {}, "FORBIDDEN"),
    (AUDITOR, {}, "FORBIDDEN"),
    (caller(SHEXIAN, 1, Role.PRESIDENT), {}, "SELF_APPROVAL_FORBIDDEN"),  # who listed the debtor
    (caller(SHEXIAN, 2, Role.BUREAU_CHIEF), {}, "SELF_APPROVAL_FORBIDDEN"),  # who wrote the request down
    (CHIEF, {"id": str(uuid4())}, "NOT_FOUND"),
    (CHIEF, {"version": 2}, "STALE_VERSION"),
    (CHIEF, {"rejectionReason": "LISTED_LAWFULLY"}, "INVALID_CORRECTION"),
    (CHIEF, {"corrected": {"untilOn": "2026-01-01"}}, "INVALID_CORRECTION"),
    (CHIEF, {"decision": "REJECT"}, "INVALID_CORRECTION"),
    (CHIEF, {"decision": "CORRECT"}, "INVALID_CORRECTION"),
    (CHIEF, {"decision": "CORRECT", "corrected": {}}, "INVALID_CORRECTION"),
    (CHIEF, {"decision": "CORRECT", "corrected": {"untilOn": "2027-01-01"}}, "INVALID_CORRECTION"),
]


async def test_refused_decision_changes_nothing(courts: LookupZone) -> None:
    made = await requested(courts)
    before = await kept(courts)

    for who, changes, code in REFUSED_DECISIONS:
        assert (await decided(courts, made, who, **changes))["code"] == code, changes

    assert await kept(courts) == before
    assert await events(courts.courts[SHEXIAN], *ACTS[1:]) == []
    assert await seen_everywhere(courts) == EVERYWHERE


async def test_decided_request_is_not_decided_again(courts: LookupZone) -> None:
    done = await decided(courts, await requested(courts))
    before = await kept(courts)

    assert (await decided(courts, done))["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await reconsidered(courts, done))["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await superior(courts, done))["code"] == "TRANSITION_NOT_ALLOWED"
    assert await requested(courts, entryId=done["entryId"], idempotencyKey="2") == {"code": "NOT_FOUND", "part": None}
    assert await kept(courts) == before


async def test_refused_reconsideration_changes_nothing(courts: LookupZone) -> None:
    made = await rejected(courts)
    courts.clock.advance(timedelta(days=11))
    before = await kept(courts)

    for who, changes, code in (
        (CHIEF, {}, "FORBIDDEN"),
        (None, {}, "FORBIDDEN"),
        (caller(SHEXIAN, 9), {}, "NOT_ASSIGNED"),
        (CLERK, {"id": str(uuid4())}, "NOT_FOUND"),
        (CLERK, {"version": 9}, "STALE_VERSION"),
        (CLERK, {"requestedOn": "2025-07-25"}, "RECONSIDERATION_TOO_LATE"),
        (CLERK, {"servedOn": "2025-07-13"}, "INVALID_PERIOD"),
        (CLERK, {"requestedOn": "2025-07-26"}, "INVALID_PERIOD"),
    ):
        assert (await reconsidered(courts, made, who, **changes))["code"] == code
    assert (await decided(courts, made))["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await superior(courts, made))["code"] == "TRANSITION_NOT_ALLOWED"
    assert await kept(courts) == before

    await requested(courts, idempotencyKey="2")
    assert (await reconsidered(courts, made))["code"] == "DUPLICATE_OF"


async def test_refused_superior_decision_changes_nothing(courts: LookupZone) -> None:
    made = await reconsidered(courts, await rejected(courts))
    before = await kept(courts)

    for who, changes, code in (
        (CLERK, {}, "FORBIDDEN"),
        (None, {}, "FORBIDDEN"),
        (caller(SHEXIAN, 1, Role.PRESIDENT), {}, "SELF_APPROVAL_FORBIDDEN"),
        (PRESIDENT, {"id": str(uuid4())}, "NOT_FOUND"),
        (PRESIDENT, {"version": 1}, "STALE_VERSION"),
        (PRESIDENT, {"decidedOn": "2025-07-13"}, "INVALID_PERIOD"),
        (PRESIDENT, {"decidedOn": "2025-07-15"}, "INVALID_PERIOD"),
        (PRESIDENT, {"decision": "CORRECT"}, "INVALID_CORRECTION"),
    ):
        assert (await superior(courts, made, who, **changes))["code"] == code
    assert (await decided(courts, made))["code"] == "TRANSITION_NOT_ALLOWED"
    assert await kept(courts) == before


PAGED = "text, uuid, timestamptz, uuid, int"
LIST = (
    "query ($filter: CorrectionFilter, $first: Int! = 20, $after: String) {"
    " corrections(filter: $filter, first: $first, after: $after) {"
    " ... on EntryCorrectionConnection { nodes { id status } pageInfo { hasNextPage endCursor } }"
    " ... on Problem { code } } }"
)


async def test_requests_are_listed_by_office(courts: LookupZone) -> None:
    court = courts.courts[SHEXIAN]
    first = await rejected(courts)
    courts.clock.advance(timedelta(seconds=1))
    second = await requested(courts, idempotencyKey="2")

    for who in (CHIEF, CLERK, HANDLER, AUDITOR):
        page = await ask(court, LIST, who, first=1)
        rest = await ask(court, LIST, who, after=page["pageInfo"]["endCursor"])
        assert [node["id"] for node in page["nodes"] + rest["nodes"]] == [second["id"], first["id"]]
        only_open = await ask(court, LIST, who, filter={"onlyOpen": True})
        assert only_open["nodes"] == [{"id": second["id"], "status": "PENDING"}]
    assert (await ask(court, LIST, caller(SHEXIAN, 9)))["nodes"] == []
    assert await ask(court, LIST, caller(SHEXIAN, 9, Role.LIAISON_OFFICER)) == {"code": "FORBIDDEN"}
    assert await ask(court, LIST, CHIEF, after="x") == {"code": "INVALID_CURSOR"}
    assert await ask(court, LIST, CHIEF, first=0) == {"code": "INVALID_PAGE"}
    assert await entries(courts, caller(SHEXIAN, 9)) == {"code": "NOT_FOUND"}
    assert await entries(courts, None) == {"code": "FORBIDDEN"}


@pytest.mark.parametrize(
    ("statement", "kinds", "given", "index"),
    [
        (corrections._PAGE, "text, uuid, timestamptz, uuid, int", "NULL, NULL, NULL, NULL, 21", "corrections_recorded"),
        (
            corrections._PAGE_WAITING,
            "text, uuid, timestamptz, uuid, int",
            "NULL, NULL, NULL, NULL, 21",
            "corrections_waiting",
        ),
        (corrections._OPEN, "uuid", "NULL", "corrections_open"),
        (corrections._DUE, "date, timestamptz, uuid, int", "NULL, NULL, NULL, 21", "corrections_"),
        (sanctions._OF_CASE, "uuid, date", "NULL, NULL", "dishonest_entries_case"),
        (answers._FORGET, "bytea", "NULL", "access_log_subject"),
    ],
)
async def test_corrections_go_by_indexes(node_pool: Pool, statement: str, kinds: str, given: str, index: str) -> None:
    found = await plan_of(node_pool, statement, kinds, given)

    assert index in found
    assert "Seq Scan" not in found
