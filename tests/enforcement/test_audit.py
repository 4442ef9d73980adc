"""The audit trail of a court: both sides of every look-up, refused ones too, in one chain that proves itself.

Long, because every act that the trail tells, and every way to tamper with it, starts from the same two courts.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import anyio
import pytest

from db import access_log, audit
from db.clock import SetClock
from db.pool import Pool, transaction
from db.records.audit import AuditAction, AuditEntry, Head
from db.records.lookups import AccessRecord
from enforcement.audit import chain
from enforcement.audit_proof import prove
from enforcement.rules.audit_chain import chained
from enforcement.rules.rights import Role
from tests.enforcement.audit_desk import AUDITOR, ask, events, trail
from tests.enforcement.lookup_zone import (
    APPLICANT,
    CASE,
    DEBTOR,
    OTHERS_CASE,
    PROFILE_OF,
    LookupZone,
    caller,
    document,
    dumped,
    lookup_zone,
)
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


async def test_both_sides_chain_a_look_up(courts: LookupZone) -> None:
    answer = await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})

    begun, ended = await events(courts.courts[KAIHUA], "LOOK_UP", "LOOK_UP_ENDED")
    (received,) = await events(courts.courts[SHEXIAN], "ANSWER")
    told = {"lookupId": answer["lookupId"], "caseNumber": CASE, "purpose": "PROPERTY_INVESTIGATION", "sections": []}
    told |= {"court": KAIHUA, "officerId": "o-330824-01", "roles": ["HANDLER"]}
    for event in (begun, ended, received):
        assert event.items() >= told.items()
    assert (begun["outcome"], ended["outcome"], received["outcome"]) == ("STARTED", "DONE", "ANSWERED")
    assert (begun["rows"], ended["rows"], received["rows"]) == (None, 2, 1)
    assert begun["subject"] == ended["subject"] != received["subject"]
    assert DEBTOR.encode() not in dumped([begun, ended, received])


async def test_refused_look_ups_are_chained_with_their_codes(courts: LookupZone) -> None:
    await courts.presence(case_number=OTHERS_CASE)
    await courts.presence(number="330824199211209990")
    await courts.presence(who=caller(KAIHUA, 2, Role.CLERK))

    found = await events(courts.courts[KAIHUA], "LOOK_UP", "LOOK_UP_ENDED")

    assert [(event["officerId"], event["roles"], event["outcome"]) for event in found] == [
        ("o-330824-01", ["HANDLER"], "LEGAL_BASIS_REQUIRED"),
        ("o-330824-01", ["HANDLER"], "NOT_JUDGMENT_DEBTOR"),
        ("o-330824-02", ["CLERK"], "FORBIDDEN"),
    ]
    assert (await prove(courts.courts[KAIHUA].pool)).is_whole


async def test_sc19_each_refusal_is_audited(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(new_database, clock, looks_per_hour=4) as courts:
        profile = PROFILE_OF % "... on Refusal { code }"
        illegal: list[tuple[dict[str, Any], str]] = [
            ({"case_number": OTHERS_CASE}, "LEGAL_BASIS_REQUIRED"),
            ({"purpose": "SANCTION_CHECK", "sections": ["PAYMENTS"]}, "PURPOSE_NOT_PERMITTED"),
            ({"number": APPLICANT}, "NOT_JUDGMENT_DEBTOR"),
        ]
        for given, code in illegal:
            assert (await courts.ask(profile, **given))["debtorProfile"] == {"code": code}
        await courts.presence(scope={"courts": [KAIHUA]})
        assert (await courts.presence())["code"] == "RATE_LIMITED"
        clock.advance(timedelta(hours=2))
        await courts.publish(2, states={KAIHUA: "SUSPENDED"})
        assert (await courts.presence())["code"] == "MEMBERSHIP_SUSPENDED"

        found = await events(courts.courts[KAIHUA], "LOOK_UP")

        refused = [event for event in found if event["outcome"] != "STARTED"]
        assert [event["outcome"] for event in refused] == [
            *(code for _, code in illegal),
            "RATE_LIMITED",
            "MEMBERSHIP_SUSPENDED",
        ]
        assert all(event["officerId"] == "o-330824-01" and event["subject"] for event in refused)
        assert courts.noted == []


async def test_sc19_asked_court_notes_who_is_suspended(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(new_database, clock) as courts:
        asked = courts.courts[SHEXIAN]
        newer = courts.zone.signed(2, **document(courts.zone, courts.ports, states={KAIHUA: "SUSPENDED"}))
        async with asked.pool.acquire() as conn:
            await asked.directory.accept(conn, newer, clock.now())

        await courts.presence(scope={"courts": [SHEXIAN]})

        (entry,) = (await ask(asked, REFUSED))["entries"]
        assert (entry["code"], entry["claimedCourt"]) == ("MEMBERSHIP_SUSPENDED", KAIHUA)
        assert await events(asked, "ANSWER") == []


async def test_asked_court_chains_what_its_admission_refused(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(new_database, clock) as courts:
        agreed = courts.zone.everybody(KAIHUA, purposes=["SANCTION_CHECK"], sections=["CASES"])
        asker = courts.courts[KAIHUA]
        newer = courts.zone.signed(2, **document(courts.zone, courts.ports, agreements=agreed))
        async with courts.courts[SHEXIAN].pool.acquire() as conn:
            await courts.courts[SHEXIAN].directory.accept(conn, newer, clock.now())

        await courts.presence(scope={"courts": [SHEXIAN]})

        (refused,) = await events(courts.courts[SHEXIAN], "ANSWER")
        assert (refused["outcome"], refused["officerId"], refused["rows"]) == ("PURPOSE_NOT_AGREED", "o-330824-01", 0)
        assert (await prove(asker.pool)).is_whole
        assert (await prove(courts.courts[SHEXIAN].pool)).is_whole


async def test_trail_is_read_by_office(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    await courts.presence(scope={"courts": [KAIHUA]})
    await courts.presence(who=caller(KAIHUA, 2), case_number=OTHERS_CASE, scope={"courts": [KAIHUA]})

    for role in (Role.AUDITOR, Role.SUPERVISOR, Role.PRESIDENT, Role.BUREAU_CHIEF, Role.COMMAND_CENTRE):
        officers = {entry["officerId"] for entry in (await trail(court, caller(KAIHUA, 9, role)))["entries"]}
        assert officers == {"o-330824-01", "o-330824-02", "o-330824-09"}, role
    own = (await trail(court, caller(KAIHUA, 1)))["entries"]
    assert {entry["officerId"] for entry in own} == {"o-330824-01"}
    assert await trail(court, caller(KAIHUA, 1), filter={"officerId": "o-330824-02"}) == {"code": "FORBIDDEN"}
    for role in (Role.CLERK, Role.LIAISON_OFFICER, Role.DEVELOPER, Role.GATEWAY_ADMIN):
        before = (await prove(court.pool)).head
        assert await trail(court, caller(KAIHUA, 3, role)) == {"code": "FORBIDDEN"}, role
        assert (await prove(court.pool)).head == before
        assert await chain(court) == 0
    assert await trail(court, None) == {"code": "FORBIDDEN"}


async def test_reading_the_trail_is_in_the_trail(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]

    (newest, *_) = (await trail(court))["entries"]

    assert (newest["action"], newest["officerId"], newest["roles"]) == ("READ_AUDIT", "o-330824-09", ["AUDITOR"])


async def test_filter_picks_what_it_names(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    answer = await courts.presence(scope={"courts": [KAIHUA]})
    courts.clock.advance(timedelta(hours=1))
    later = courts.clock.now().isoformat()
    await courts.presence(who=caller(KAIHUA, 2), case_number=OTHERS_CASE, scope={"courts": [KAIHUA]})
    await courts.presence(case_number=OTHERS_CASE)

    async def seqs(**wanted: Any) -> list[int]:
        found = await trail(court, filter={"until": (courts.clock.now() + timedelta(seconds=1)).isoformat()} | wanted)
        return [entry["seq"] for entry in found["entries"] if entry["action"] != "READ_AUDIT"]

    assert await seqs() == [5, 4, 3, 2, 1]
    assert await seqs(officerId="o-330824-02") == [4, 3]
    assert await seqs(action="LOOK_UP_ENDED") == [4, 2]
    assert await seqs(caseNumber=CASE) == [2, 1]
    assert await seqs(lookupId=answer["lookupId"]) == [2, 1]
    assert await seqs(outcome="LEGAL_BASIS_REQUIRED") == [5]
    assert await seqs(since=later) == [5, 4, 3]
    assert await seqs(until=later) == [2, 1]
    assert await seqs(court=CHANGSHAN) == []


async def test_pages_walk_the_whole_trail(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    for _ in range(3):
        await courts.presence(scope={"courts": [KAIHUA]})

    seen, after, more = [], None, True
    while more:
        found = await trail(court, first=2, after=after)
        seen += [entry["seq"] for entry in found["entries"]]
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]

    assert seen == [7, 6, 5, 4, 3, 2, 1]
    for forged in ("x", "bG9va3VwTG9nIDEgMg", "YXVkaXRUcmFpbCAwIDA"):
        assert await trail(court, after=forged) == {"code": "INVALID_CURSOR"}
    assert await trail(court, first=101) == {"code": "INVALID_PAGE"}


async def test_every_entry_is_chained_once_by_many_at_once(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    async with transaction(court.pool) as conn:
        for _ in range(2500):
            await audit.note(conn, AuditEntry(court.clock.now(), "o-330824-01", AuditAction.TASK_ACT))

    moved = await asyncio.gather(*(chain(court) for _ in range(3)))

    assert sum(moved) == 2500
    proof = await prove(court.pool)
    assert (proof.is_whole, proof.head.seq) == (True, 2500)


async def test_killed_worker_leaves_no_gap_and_no_double(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    await courts.presence(scope={"courts": [KAIHUA]})
    async with court.pool.acquire() as conn:
        killed = conn.transaction()
        await killed.start()
        assert len(await audit.take(conn, 10)) == 2
        await killed.rollback()

    assert await chain(court) == 2
    assert await chain(court) == 0
    assert (await prove(court.pool)).head.seq == 2


async def test_whoever_chains_waits_for_the_one_before(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    async with transaction(court.pool) as conn:
        await audit.note(conn, AuditEntry(court.clock.now(), "o-330824-01", AuditAction.TASK_ACT))

    async with transaction(court.pool) as first:
        await audit.lock(first)
        with anyio.move_on_after(0.5) as waited:
            await chain(court)

    assert waited.cancelled_caught
    assert await chain(court) == 1


async def test_what_is_not_committed_is_not_chained(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    async with court.pool.acquire() as conn, conn.transaction():
        await audit.note(conn, AuditEntry(court.clock.now(), "o-330824-01", AuditAction.TASK_ACT))
        await audit.note(conn, AuditEntry(court.clock.now(), "o-330824-02", AuditAction.TASK_ACT))
        await courts.presence(scope={"courts": [KAIHUA]})
        assert await chain(court) == 2

    assert await chain(court) == 2
    assert [e["officerId"] for e in await events(court, "LOOK_UP", "TASK_ACT")] == [
        "o-330824-01",
        "o-330824-01",
        "o-330824-02",
    ]


async def test_repeated_ask_is_chained_once(courts: LookupZone) -> None:
    court = courts.courts[SHEXIAN]
    entry = AccessRecord(court.clock.now(), KAIHUA, uuid4(), "d", "STALE")
    async with transaction(court.pool) as conn:
        await access_log.add(conn, entry)
        await access_log.add(conn, entry)

    assert await chain(court) == 1
    assert (await prove(court.pool)).is_whole


TAMPERING = {
    "an event's outcome": ("UPDATE audit_events SET outcome = 'DONE' WHERE seq = 1", ["CHANGED"]),
    "an event's officer": ("UPDATE audit_events SET officer = 'o-330824-04' WHERE seq = 2", ["CHANGED"]),
    "an event's offices": ("UPDATE audit_events SET roles = '{PRESIDENT}' WHERE seq = 3", ["CHANGED"]),
    "an event gone": ("DELETE FROM audit_events WHERE seq = 2", ["MISSING"]),
    "the first gone": ("DELETE FROM audit_events WHERE seq = 1", ["MISSING"]),
    "the last gone": ("DELETE FROM audit_events WHERE seq = 4", ["HEAD"]),
    "all gone": ("DELETE FROM audit_events", ["HEAD"]),
    "two in each other's place": (
        """
        UPDATE audit_events SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3);
        UPDATE audit_events SET seq = seq - 100 WHERE seq > 100
        """,
        ["UNCHAINED", "CHANGED", "UNCHAINED", "CHANGED", "UNCHAINED"],
    ),
}


@pytest.mark.parametrize("what", TAMPERING)
async def test_tampering_with_the_chain_is_found(node_pool: Pool, clock: SetClock, what: str) -> None:
    statement, faults = TAMPERING[what]
    entry = AuditEntry(clock.now(), "o-330824-01", AuditAction.TASK_ACT, "STARTED", KAIHUA, ["HANDLER"])
    async with transaction(node_pool) as conn:
        await audit.append(conn, chained(Head(), [replace(entry, rows=n) for n in range(4)]))
    head = (await prove(node_pool)).head
    assert (await prove(node_pool, head)).is_whole
    async with node_pool.acquire() as conn:
        await conn.execute("ALTER TABLE audit_events DISABLE TRIGGER USER")
        await conn.execute(statement)

    proof = await prove(node_pool, head)

    assert [found.fault.value for found in proof.broken] == faults
    assert not proof.is_whole


LOG_TAMPERING = [
    (KAIHUA, "UPDATE lookups SET case_number = NULL"),
    (KAIHUA, "UPDATE lookups SET subject_key = '\\x00'"),
    (KAIHUA, "UPDATE lookups SET outcome = 'FORBIDDEN'"),
    (KAIHUA, "DELETE FROM lookups"),
    (SHEXIAN, "UPDATE access_log SET officer_id = 'o-330824-04'"),
    (SHEXIAN, "UPDATE access_log SET outcome = 'EMPTY'"),
    (SHEXIAN, "DELETE FROM access_log"),
]


async def test_tampering_with_a_log_is_found(courts: LookupZone) -> None:
    await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})
    for court, statement in LOG_TAMPERING:
        pool = courts.courts[court].pool
        await chain(courts.courts[court])
        assert (await prove(pool)).is_whole
        async with pool.acquire() as conn:
            await conn.execute("CREATE TABLE kept_lookups AS TABLE lookups; CREATE TABLE kept_asks AS TABLE access_log")
            await conn.execute(statement)

            proof = await prove(pool)

            assert proof.broken == [], statement
            assert (proof.lookups_astray > 0, proof.accesses_astray > 0) == (court == KAIHUA, court == SHEXIAN)
            await conn.execute("TRUNCATE lookups; INSERT INTO lookups TABLE kept_lookups; TRUNCATE access_log")
            await conn.execute("INSERT INTO access_log OVERRIDING SYSTEM VALUE TABLE kept_asks")
            await conn.execute("DROP TABLE kept_lookups; DROP TABLE kept_asks")


async def test_chain_refuses_changes(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    await courts.presence(scope={"courts": [KAIHUA]})
    await chain(court)

    async with court.pool.acquire() as conn:
        for statement in (
            "UPDATE audit_events SET outcome = 'DONE'",
            "DELETE FROM audit_events",
            "TRUNCATE audit_events",
        ):
            with pytest.raises(Exception, match="append-only"):
                await conn.execute(statement)

    assert (await prove(court.pool)).head.seq == 2


async def test_head_that_never_was_is_told(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    await trail(court)

    proof = await prove(court.pool, Head(1, "0" * 64))

    assert [(found.seq, found.fault.value) for found in proof.broken] == [(1, "HEAD")]


async def test_head_is_that_of_the_trail(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    await courts.presence(scope={"courts": [KAIHUA]})

    found = await trail(court)

    assert found["head"] == {"seq": found["entries"][0]["seq"], "digest": found["entries"][0]["hash"]}
    assert [event["prevHash"] for event in found["entries"]] == [*(e["hash"] for e in found["entries"][1:]), ""]


REFUSED = """
    query ($first: Int! = 20, $after: String) {
      refusedEnvelopes(first: $first, after: $after) {
        ... on RefusedEnvelopes { entries { claimedCourt code sizeBytes } pageInfo { hasNextPage endCursor } }
        ... on Problem { code }
      }
    }
"""


async def test_what_was_refused_unread_is_listed(courts: LookupZone) -> None:
    court = courts.courts[SHEXIAN]
    async with aiohttp.ClientSession() as session:
        for raw in (b"x", b"longer"):
            url = f"http://127.0.0.1:{courts.ports[SHEXIAN]}/federation/ask"
            async with session.post(url, data=raw) as response:
                assert response.status == 400

    page = await ask(court, REFUSED, first=1)
    rest = await ask(court, REFUSED, after=page["pageInfo"]["endCursor"])

    assert page["entries"] == [{"claimedCourt": None, "code": "MALFORMED", "sizeBytes": 6}]
    assert page["pageInfo"]["hasNextPage"] is True
    assert rest["entries"] == [{"claimedCourt": None, "code": "MALFORMED", "sizeBytes": 1}]
    assert await ask(court, REFUSED, caller(KAIHUA, 1)) == {"code": "FORBIDDEN"}
    assert await ask(court, REFUSED, AUDITOR, after="x") == {"code": "INVALID_CURSOR"}


async def test_log_says_office_person_and_coverage(courts: LookupZone) -> None:
    await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})
    courts.clock.advance(timedelta(seconds=1))
    await courts.presence(case_number=OTHERS_CASE)
    document = """{ lookupLog { ... on LookupLog { entries {
        roles subject outcome endedAt courts { court status reason rows } } } } }"""

    refused, done = (await ask(courts.courts[KAIHUA], document))["entries"]
    access = "{ accessLog { ... on AccessLog { entries { roles subject outcome } } } }"
    (received,) = (await ask(courts.courts[SHEXIAN], access))["entries"]

    assert (refused["courts"], refused["endedAt"]) == (None, None)
    assert done["courts"] == [
        {"court": KAIHUA, "status": "ANSWERED", "reason": None, "rows": 1},
        {"court": SHEXIAN, "status": "ANSWERED", "reason": None, "rows": 1},
    ]
    assert refused["subject"] == done["subject"] != received["subject"]
    assert [len(entry["subject"]) for entry in (done, received)] == [64, 64]
    assert done["roles"] == received["roles"] == ["HANDLER"]
