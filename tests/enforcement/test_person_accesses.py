"""Who looked at this person, for which case, and what did they see: at the asked court, and at the asking one."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from db import person_accesses
from db.clock import SetClock
from db.pool import Pool
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.db.test_lookup_tables import plan_of
from tests.enforcement.audit_desk import AUDITOR, ask, events
from tests.enforcement.lookup_zone import APPLICANT, CASE, DEBTOR, OTHERS_CASE, LookupZone, caller, lookup_zone
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
WHO = """
    query ($identity: DebtorIdentityInput!, $first: Int! = 20, $after: String) {
      personAccesses(identity: $identity, first: $first, after: $after) {
        ... on PersonAccesses {
          entries { court officerId roles lookupId field caseNumber purpose sections outcome rows }
          pageInfo { hasNextPage endCursor }
        }
        ... on Refusal { code part }
      }
    }
"""


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


async def who_looked(
    courts: LookupZone, court: str, who: Caller | None = AUDITOR, number: str = DEBTOR, **more: Any
) -> Any:
    return await ask(courts.courts[court], WHO, who, identity={"residentId": number}, **more)


async def test_asked_court_says_who_looked(courts: LookupZone) -> None:
    answer = await courts.presence(scope={"courts": [SHEXIAN, CHANGSHAN]})

    for role in (Role.AUDITOR, Role.SUPERVISOR, Role.PRESIDENT):
        (entry,) = (await who_looked(courts, SHEXIAN, caller(SHEXIAN, 9, role)))["entries"]
        assert entry == {
            "court": KAIHUA,
            "officerId": "o-330824-01",
            "roles": ["HANDLER"],
            "lookupId": answer["lookupId"],
            "field": "debtorPresence",
            "caseNumber": CASE,
            "purpose": "PROPERTY_INVESTIGATION",
            "sections": [],
            "outcome": "ANSWERED",
            "rows": 1,
        }
    (nothing,) = (await who_looked(courts, CHANGSHAN))["entries"]
    assert (nothing["outcome"], nothing["rows"]) == ("EMPTY", 0)


async def test_asking_court_says_which_officers_looked(courts: LookupZone) -> None:
    await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})
    courts.clock.advance(timedelta(seconds=1))
    await courts.presence(who=caller(KAIHUA, 2), scope={"courts": [KAIHUA]})

    refused, done = (await who_looked(courts, KAIHUA))["entries"]

    assert (refused["officerId"], refused["outcome"], refused["rows"]) == ("o-330824-02", "LEGAL_BASIS_REQUIRED", None)
    assert (done["court"], done["officerId"], done["outcome"], done["rows"]) == (KAIHUA, "o-330824-01", "DONE", 2)


async def test_officers_see_their_own_look_ups_alone(courts: LookupZone) -> None:
    await courts.presence(scope={"courts": [KAIHUA]})
    await courts.presence(who=caller(KAIHUA, 2), case_number=OTHERS_CASE, scope={"courts": [KAIHUA]})

    own = (await who_looked(courts, KAIHUA, caller(KAIHUA, 2)))["entries"]
    foreign = (await who_looked(courts, SHEXIAN, caller(SHEXIAN, 1)))["entries"]

    assert [entry["officerId"] for entry in own] == ["o-330824-02"]
    assert foreign == []


async def test_nobody_else_is_listed(courts: LookupZone) -> None:
    await courts.presence(scope={"courts": [KAIHUA]})

    assert (await who_looked(courts, KAIHUA, number=APPLICANT))["entries"] == []


async def test_the_question_is_in_the_trail(courts: LookupZone) -> None:
    await courts.presence(scope={"courts": [KAIHUA]})
    await who_looked(courts, KAIHUA)
    await who_looked(courts, KAIHUA, caller(KAIHUA, 3, Role.CLERK))
    await who_looked(courts, KAIHUA, number="341021197903159973")

    looked, *asked = await events(courts.courts[KAIHUA], "LOOK_UP", "READ_ACCESSES")

    assert [(event["officerId"], event["outcome"], event["rows"]) for event in asked] == [
        ("o-330824-09", "DONE", 1),
        ("o-330824-03", "FORBIDDEN", None),
        ("o-330824-09", "INVALID_ID_NUMBER", None),
    ]
    assert [event["subject"] for event in asked] == [looked["subject"], looked["subject"], None]


@pytest.mark.parametrize("role", [Role.CLERK, Role.BUREAU_CHIEF, Role.LIAISON_OFFICER, Role.DEVELOPER])
async def test_other_offices_are_refused(courts: LookupZone, role: Role) -> None:
    assert await who_looked(courts, KAIHUA, caller(KAIHUA, 3, role)) == {"code": "FORBIDDEN", "part": None}
    assert await who_looked(courts, KAIHUA, None) == {"code": "FORBIDDEN", "part": None}


async def test_malformed_questions_are_refused(courts: LookupZone) -> None:
    court = courts.courts[KAIHUA]

    assert await ask(court, WHO, identity={}) == {"code": "INVALID_IDENTITY", "part": "FORM"}
    both = {"residentId": DEBTOR, "creditCode": "x"}
    assert await ask(court, WHO, identity=both) == {"code": "INVALID_IDENTITY", "part": "FORM"}
    assert await who_looked(courts, KAIHUA, first=0) == {"code": "INVALID_PAGE", "part": "first"}
    assert await who_looked(courts, KAIHUA, after="x") == {"code": "INVALID_CURSOR", "part": "after"}


async def test_person_is_named_by_a_variable_alone(courts: LookupZone) -> None:
    literal = f'{{ personAccesses(identity: {{ residentId: "{DEBTOR}" }}) {{ __typename }} }}'

    result = await SCHEMA.execute(literal, context_value=NodeContext(courts.courts[KAIHUA], AUDITOR, "en"))

    assert [error.extensions["code"] for error in result.errors or () if error.extensions] == [
        "IDENTIFIER_MUST_BE_VARIABLE"
    ]


async def test_pages_walk_both_sides_once(courts: LookupZone) -> None:
    for _ in range(2):
        await courts.presence(scope={"courts": [KAIHUA]})
    pool = courts.courts[KAIHUA].pool
    async with pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO access_log (at, asking_court, ask_id, digest, outcome, subject_key)"
            " SELECT at, '皖1021', gen_random_uuid(), 'd', 'EMPTY', subject_key FROM lookups"
        )

    seen, after, more = [], None, True
    while more:
        found = await who_looked(courts, KAIHUA, first=1, after=after)
        seen += [(entry["court"], entry["lookupId"]) for entry in found["entries"]]
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]

    assert len(seen) == 4
    assert [court for court, _ in seen] == [KAIHUA, KAIHUA, SHEXIAN, SHEXIAN]
    assert len({lookup for _, lookup in seen}) == 3
    pages = await events(courts.courts[KAIHUA], "READ_ACCESSES")
    assert [event["outcome"] for event in pages] == ["DONE", "PAGE", "PAGE", "PAGE"]


async def test_both_logs_are_read_by_the_persons_index(node_pool: Pool) -> None:
    found = await plan_of(
        node_pool, person_accesses._NEWEST, "bytea, text, timestamptz, text, int", "NULL, NULL, NULL, NULL, 21"
    )

    assert "Seq Scan" not in found
    assert "lookups_subject" in found
    assert "access_log_subject" in found
