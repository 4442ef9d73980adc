"""Unusual look-ups are warnings, each once; nothing is refused or decided by them, and somebody takes note."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from db import audit, relatives, warnings_raised
from db.clock import SetClock
from db.pool import Pool, transaction
from db.records.audit import AuditAction, AuditEntry
from enforcement.anomalies import watch
from enforcement.audit import chain
from enforcement.rules.anomalies import Thresholds
from enforcement.rules.rights import Caller, Role
from tests.db.test_audit_tables import plan
from tests.enforcement.audit_desk import AUDITOR, ask, events
from tests.enforcement.lookup_zone import APPLICANT, CASE, DEBTOR, OTHERS_CASE, LookupZone, caller, lookup_zone
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
WARNINGS = """
    query ($filter: WarningFilter, $first: Int! = 100, $after: String) {
      warnings(filter: $filter, first: $first, after: $after) {
        ... on WarningConnection {
          nodes { id kind cause court officerId lookupId figure since acknowledgedBy acknowledgedAt version }
          pageInfo { hasNextPage endCursor }
        }
        ... on Problem { code }
      }
    }
"""
ACKNOWLEDGE = """
    mutation ($input: AcknowledgeWarningInput!) {
      acknowledgeWarning(input: $input) {
        ... on Warning { acknowledgedBy acknowledgedAt version }
        ... on Problem { code }
      }
    }
"""
DECLARE = """
    mutation ($input: DeclareRelativeInput!) {
      declareRelative(input: $input) {
        ... on RelativeDeclaration { id relation endedAt version }
        ... on Problem { code }
      }
    }
"""
END = """
    mutation ($input: EndRelativeDeclarationInput!) {
      endRelativeDeclaration(input: $input) {
        ... on RelativeDeclaration { id endedAt version }
        ... on Problem { code }
      }
    }
"""
OWN = (
    "{ relativeDeclarations { ... on RelativeDeclarations { declarations { id relation } } ... on Problem { code } } }"
)
HERE = {"courts": [KAIHUA]}
PRESIDENT = caller(KAIHUA, 4, Role.PRESIDENT)


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


async def watched(courts: LookupZone, court: str = KAIHUA) -> list[Any]:
    """The court's warnings, oldest first, after what was done was looked through."""
    await chain(courts.courts[court])
    await watch(courts.courts[court])
    found = await ask(courts.courts[court], WARNINGS)
    return list(reversed(found["nodes"]))


async def noted(courts: LookupZone, at: str, count: int, officer: str = "o-330824-01", **changes: Any) -> None:
    """So many look-ups of other persons, chained."""
    now = courts.clock.now()
    entry = AuditEntry(now, officer, AuditAction.LOOK_UP, court=None, case_number=CASE)
    async with transaction(courts.courts[at].pool) as conn:
        for n in range(count):
            await audit.note(conn, replace(entry, **(dict[str, Any](subject=bytes([n]), lookup_id=uuid4()) | changes)))


def causes(found: list[Any]) -> list[str]:
    return [warning["cause"] for warning in found]


async def test_plain_look_ups_warn_nobody(courts: LookupZone) -> None:
    await courts.presence()
    await courts.presence(case_number=OTHERS_CASE)

    assert await watched(courts) == []
    assert await watched(courts, SHEXIAN) == []


async def test_many_persons_warn_both_courts_once_a_day(courts: LookupZone) -> None:
    await noted(courts, KAIHUA, 49)
    assert await watched(courts) == []

    await courts.presence(scope=HERE)
    (warning,) = await watched(courts)
    await noted(courts, KAIHUA, 60)
    assert await watched(courts) == [warning]
    courts.clock.advance(timedelta(days=1))
    await noted(courts, KAIHUA, 60)
    await noted(courts, SHEXIAN, 50, action=AuditAction.ANSWER, court=KAIHUA)

    assert (warning["kind"], warning["cause"], warning["figure"]) == ("LOOKUP_ANOMALY", "MANY_SUBJECTS", 50)
    assert (warning["court"], warning["officerId"]) == (KAIHUA, "o-330824-01")
    assert causes(await watched(courts)) == ["MANY_SUBJECTS"] * 2
    (asked,) = await watched(courts, SHEXIAN)
    assert (asked["court"], asked["officerId"], asked["figure"]) == (KAIHUA, "o-330824-01", 50)


async def test_who_was_chained_late_counts_too(courts: LookupZone) -> None:
    await noted(courts, KAIHUA, 49)
    assert await watched(courts) == []
    courts.clock.advance(-timedelta(minutes=1))
    await noted(courts, KAIHUA, 1, subject=b"late")

    assert causes(await watched(courts)) == ["MANY_SUBJECTS"]


async def test_refused_attempts_count_among_many(courts: LookupZone) -> None:
    await noted(courts, KAIHUA, 50, outcome="NOT_JUDGMENT_DEBTOR")

    assert causes(await watched(courts)) == ["MANY_SUBJECTS"]


async def test_night_hours_warn_both_courts_once_a_night(courts: LookupZone) -> None:
    courts.clock.set(datetime(2025, 7, 14, 15, 30, tzinfo=UTC))  # 23:30 in China
    answer = await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})
    courts.clock.advance(timedelta(hours=2))
    await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})

    for court in (KAIHUA, SHEXIAN):
        (warning,) = await watched(courts, court)
        assert (warning["cause"], warning["officerId"]) == ("NIGHT_HOURS", "o-330824-01")
        assert (warning["lookupId"], warning["since"]) == (answer["lookupId"], "2025-07-14T15:30:00+00:00")
    courts.clock.advance(timedelta(hours=24))
    await courts.presence(scope=HERE)
    assert causes(await watched(courts)) == ["NIGHT_HOURS"] * 2


async def test_figures_are_the_courts_own(courts: LookupZone) -> None:
    courts.courts[KAIHUA] = replace(
        courts.courts[KAIHUA], anomalies=Thresholds(subjects=2, night_from=9, night_until=10)
    )
    await courts.presence(scope=HERE)
    await courts.presence(scope=HERE, number=APPLICANT)

    assert sorted(causes(await watched(courts))) == ["MANY_SUBJECTS", "NIGHT_HOURS"]


@pytest.mark.parametrize(("name", "cause"), [("李样甲", "SAME_NAME"), ("李某", "SAME_FAMILY_NAME"), ("周某", None)])
async def test_officers_name_warns_the_asking_court_once(courts: LookupZone, name: str, cause: str | None) -> None:
    async with courts.courts[KAIHUA].pool.acquire() as conn:
        await conn.execute("UPDATE officers SET name = $1 WHERE id = 'o-330824-01'", name)
    for _ in range(2):
        await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})

    found = await watched(courts)

    assert causes(found) == ([] if cause is None else [cause])
    assert name not in str(found)
    assert await watched(courts, SHEXIAN) == []


async def declared(courts: LookupZone, who: Caller | None = None, number: str = DEBTOR, key: str = "k") -> Any:
    given = {"identity": {"residentId": number}, "relation": "SIBLING", "idempotencyKey": key}
    return await ask(courts.courts[KAIHUA], DECLARE, who or caller(), input=given)


async def test_declared_relative_warns_each_time_and_refuses_nothing(courts: LookupZone) -> None:
    made = await declared(courts)
    answers = [await courts.presence(scope=HERE) for _ in range(2)]

    found = await watched(courts)

    assert [answer["__typename"] for answer in answers] == ["DebtorPresence"] * 2
    assert causes(found) == ["DECLARED_RELATIVE"] * 2
    assert {warning["lookupId"] for warning in found} == {answer["lookupId"] for answer in answers}
    ended = await ask(courts.courts[KAIHUA], END, caller(), input={"id": made["id"], "version": 1})
    assert (ended["version"], ended["endedAt"] is None) == (2, False)
    await courts.presence(scope=HERE)
    assert len(await watched(courts)) == 2


async def test_declaration_is_the_officers_own(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]
    made = await declared(courts)

    assert await declared(courts) == made
    assert await declared(courts, key="other") == {"code": "DUPLICATE_OF"}
    assert await declared(courts, number=APPLICANT) == {"code": "IDEMPOTENCY_KEY_REUSED"}
    assert await declared(courts, number="341021197903159973", key="third") == {"code": "INVALID_ID_NUMBER"}
    assert await declared(courts, AUDITOR) == {"code": "FORBIDDEN"}
    assert await ask(court, OWN, caller()) == {"declarations": [{"id": made["id"], "relation": "SIBLING"}]}
    assert await ask(court, OWN, caller(KAIHUA, 2)) == {"declarations": []}
    assert await ask(court, OWN, AUDITOR) == {"code": "FORBIDDEN"}
    async with court.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM relatives") == 1
    (event,) = await events(court, "DECLARE_RELATIVE")
    assert event["outcome"] == "SIBLING"


async def test_declaration_is_ended_once_by_its_officer(courts: LookupZone) -> None:
    court, made = courts.courts[KAIHUA], await declared(courts)

    async def end(version: int, who: Caller, which: str = made["id"]) -> Any:
        return await ask(court, END, who, input={"id": which, "version": version})

    assert await end(1, caller(KAIHUA, 2)) == {"code": "NOT_FOUND"}
    assert await end(1, caller(), str(uuid4())) == {"code": "NOT_FOUND"}
    assert await end(2, caller()) == {"code": "STALE_VERSION"}
    assert await end(1, AUDITOR) == {"code": "FORBIDDEN"}
    assert await events(court, "END_DECLARATION") == []
    assert (await end(1, caller()))["version"] == 2
    assert await end(2, caller()) == {"code": "TRANSITION_NOT_ALLOWED"}
    assert len(await events(court, "END_DECLARATION")) == 1


async def test_warnings_are_read_by_office(courts: LookupZone) -> None:
    await noted(courts, KAIHUA, 50)
    (warning,) = await watched(courts)
    court = courts.courts[KAIHUA]

    for role in (Role.BUREAU_CHIEF, Role.PRESIDENT, Role.AUDITOR):
        assert (await ask(court, WARNINGS, caller(KAIHUA, 4, role)))["nodes"] == [warning]
    assert (await ask(court, WARNINGS, caller(KAIHUA, 1)))["nodes"] == []  # it is about them
    for role in (Role.CLERK, Role.COMMAND_CENTRE, Role.SUPERVISOR):
        assert await ask(court, WARNINGS, caller(KAIHUA, 4, role)) == {"code": "FORBIDDEN"}
    assert await ask(court, WARNINGS, None) == {"code": "FORBIDDEN"}


async def test_somebody_takes_note_once(courts: LookupZone) -> None:
    await noted(courts, KAIHUA, 50)
    (warning,) = await watched(courts)
    court = courts.courts[KAIHUA]

    async def acknowledge(version: int, who: Caller | None = PRESIDENT, which: str = warning["id"]) -> Any:
        return await ask(court, ACKNOWLEDGE, who, input={"id": which, "version": version})

    assert await acknowledge(2) == {"code": "STALE_VERSION"}
    assert await acknowledge(1, caller()) == {"code": "NOT_FOUND"}
    assert await acknowledge(1, caller(KAIHUA, 4, Role.CLERK)) == {"code": "FORBIDDEN"}
    assert await acknowledge(1, None) == {"code": "FORBIDDEN"}
    assert await acknowledge(1, which=str(uuid4())) == {"code": "NOT_FOUND"}
    assert await acknowledge(1, caller(KAIHUA, 1, Role.PRESIDENT)) == {"code": "SELF_APPROVAL_FORBIDDEN"}
    assert (await ask(court, WARNINGS))["nodes"] == [warning]
    assert await events(court, "ACKNOWLEDGE_WARNING") == []

    now = courts.clock.now().isoformat()
    assert await acknowledge(1) == {"acknowledgedBy": "o-330824-04", "acknowledgedAt": now, "version": 2}
    assert await acknowledge(2) == {"code": "TRANSITION_NOT_ALLOWED"}
    assert (await ask(court, WARNINGS, filter={"onlyOpen": True}))["nodes"] == []
    (event,) = await events(court, "ACKNOWLEDGE_WARNING")
    assert event["officerId"] == "o-330824-04"


async def test_warnings_are_walked_page_by_page(courts: LookupZone) -> None:
    for officer in (1, 2, 3):
        await noted(courts, KAIHUA, 50, f"o-330824-0{officer}")
    court, every = courts.courts[KAIHUA], await watched(courts)

    seen, after, more = [], None, True
    while more:
        found = await ask(court, WARNINGS, first=1, after=after, filter={"kind": "LOOKUP_ANOMALY"})
        seen += found["nodes"]
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]

    assert len(seen) == 3
    assert list(reversed(seen)) == every
    assert (await ask(court, WARNINGS, filter={"kind": "CORRECTION_DUE"}))["nodes"] == []
    assert await ask(court, WARNINGS, after="x") == {"code": "INVALID_CURSOR"}
    assert await ask(court, WARNINGS, first=0) == {"code": "INVALID_PAGE"}


@pytest.mark.parametrize(
    ("statement", "given", "index"),
    [
        (warnings_raised._NEWEST, (None, None, None, None, 21), "warnings_at"),
        (warnings_raised._OPEN, (None, None, None, None, 21), "warnings_open"),
        (audit._SUBJECTS, (KAIHUA, "o", datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC), ["X"]), ""),
        (relatives._IN_FORCE, ("o", b"x"), "relatives_declared"),
        (relatives._OF_OFFICER, ("o",), "relatives_officer"),
    ],
)
async def test_watching_goes_by_indexes(node_pool: Pool, statement: str, given: tuple[Any, ...], index: str) -> None:
    found = await plan(node_pool, statement, *given)

    assert (index or "audit_events_subjects") in found
    assert "Seq Scan" not in found
