"""Illegal look-ups: each is refused by its code, written down, and sends nothing."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from db import lookups
from db.clock import SetClock
from db.pool import transaction
from db.records.lookups import LookupRecord
from enforcement.rules.rights import Role
from tests.enforcement.lookup_zone import (
    APPLICANT,
    CASE,
    CLOSED_CASE,
    DEBTOR,
    OTHERS_CASE,
    PRESENCE,
    PROFILE_OF,
    LookupZone,
    caller,
    dumped,
    lookup_zone,
)
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio

PROFILE = PROFILE_OF % "... on Refusal { code part message }"
STRANGER, MISTYPED = "330824199211209990", "341021197903159973"

ILLEGAL: dict[str, tuple[dict[str, Any], str, str | None]] = {
    "no such case": ({"case_number": "（2025）浙0824执9999号"}, "LEGAL_BASIS_REQUIRED", None),
    "a case of another court": ({"case_number": "（2025）皖1021执7号"}, "LEGAL_BASIS_REQUIRED", None),
    "another officer's case": ({"case_number": OTHERS_CASE}, "LEGAL_BASIS_REQUIRED", None),
    "another officer's case, no debtor": (
        {"case_number": OTHERS_CASE, "number": STRANGER},
        "LEGAL_BASIS_REQUIRED",
        None,
    ),
    "a closed case": ({"case_number": CLOSED_CASE}, "CASE_NOT_OPEN", None),
    "the applicant": ({"number": APPLICANT}, "NOT_JUDGMENT_DEBTOR", None),
    "a stranger": ({"number": STRANGER}, "NOT_JUDGMENT_DEBTOR", None),
    "nothing to read": ({"sections": []}, "INVALID_SECTIONS", "sections"),
    "the wrong purpose": ({"purpose": "SANCTION_CHECK", "sections": ["PAYMENTS"]}, "PURPOSE_NOT_PERMITTED", None),
    "a mistyped number": ({"number": MISTYPED}, "INVALID_ID_NUMBER", "CHECK_DIGIT"),
    "no number": ({"number": None}, "INVALID_IDENTITY", "FORM"),
    "two numbers": ({"identity": {"residentId": DEBTOR, "creditCode": "x"}}, "INVALID_IDENTITY", "FORM"),
    "a malformed case number": ({"case_number": "执365"}, "INVALID_CASE_NUMBER", "FORM"),
    "no scope": ({"scope": {}}, "INVALID_SCOPE", "FORM"),
    "two scopes": ({"scope": {"wholeZone": True, "province": "皖"}}, "INVALID_SCOPE", "FORM"),
    "an empty scope": ({"scope": {"courts": []}}, "INVALID_SCOPE", "COURTS"),
    "a court twice": ({"scope": {"courts": [SHEXIAN, SHEXIAN]}}, "INVALID_SCOPE", "COURTS"),
    "a province without courts": ({"scope": {"province": "琼"}}, "INVALID_SCOPE", "PROVINCE"),
    "no time": ({"scope": {"wholeZone": True, "deadlineMs": 1}}, "INVALID_SCOPE", "DEADLINE"),
    "a required court out of scope": (
        {"scope": {"courts": [KAIHUA], "requiredCourts": [SHEXIAN]}},
        "INVALID_SCOPE",
        "REQUIRED_COURTS",
    ),
    "an unknown court": ({"scope": {"courts": ["京0101"]}}, "UNKNOWN_COURT", "COURTS"),
}


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


async def test_illegal_look_ups_are_refused_and_logged(courts: LookupZone) -> None:
    for what, (given, code, part) in ILLEGAL.items():
        before = await courts.rows(KAIHUA, "lookups")

        refusal = (await courts.ask(PROFILE, **given))["debtorProfile"]

        assert (refusal["code"], refusal["part"]) == (code, part), what
        assert given.get("number") is None or given["number"].encode() not in dumped(refusal), what
        rows = await courts.rows(KAIHUA, "lookups")
        assert len(rows) == len(before) + 1, what
        assert [row["outcome"] for row in rows if row not in before] == [code], what
    await nothing_was_sent(courts)


async def nothing_was_sent(courts: LookupZone) -> None:
    assert courts.noted == []
    for court in (CHANGSHAN, SHEXIAN):
        assert await courts.rows(court, "access_log") == []
        assert await courts.rows(court, "refused_envelopes") == []


async def test_malformed_values_stay_out_of_the_log(courts: LookupZone) -> None:
    await courts.ask(PROFILE, number=MISTYPED, case_number="李样甲")

    (row,) = await courts.rows(KAIHUA, "lookups")
    assert (row["case_number"], row["subject_kind"], row["subject_key"]) == (None, None, None)


async def test_office_decides_who_may_look_up(courts: LookupZone) -> None:
    for role, code in ((Role.CLERK, "FORBIDDEN"), (Role.BUREAU_CHIEF, "FORBIDDEN"), (Role.HANDLER, None)):
        answer = await courts.presence(who=caller(KAIHUA, 1, role), scope={"courts": [KAIHUA]})
        assert answer.get("code") == code
    outcomes = [row["outcome"] for row in await courts.rows(KAIHUA, "lookups")]
    assert sorted(outcomes) == ["DONE", "FORBIDDEN", "FORBIDDEN"]


async def test_command_centre_serves_every_case(courts: LookupZone) -> None:
    centre = caller(KAIHUA, 4, Role.COMMAND_CENTRE)

    answer = await courts.presence(who=centre, case_number=OTHERS_CASE)

    assert answer["__typename"] == "DebtorPresence"


async def test_the_201st_look_up_in_an_hour_is_refused(courts: LookupZone) -> None:
    past = LookupRecord(
        id=uuid4(),
        at=courts.clock.now(),
        officer_id="o-330824-01",
        field="debtorPresence",
        case_number=CASE,
        purpose="PROPERTY_INVESTIGATION",
        sections=[],
        subject_kind=None,
        subject_key=None,
        scope={},
        outcome="DONE",
    )
    async with transaction(courts.courts[KAIHUA].pool) as conn:
        for _ in range(199):
            await lookups.add(conn, replace(past, id=uuid4()))
    here = {"courts": [KAIHUA]}

    codes = [(await courts.presence(scope=here)).get("code") for _ in range(3)]
    another = (await courts.presence(scope=here, who=caller(KAIHUA, 2), case_number=OTHERS_CASE)).get("code")
    courts.clock.advance(timedelta(hours=1, seconds=1))
    later = (await courts.presence(scope=here)).get("code")

    assert codes == [None, "RATE_LIMITED", "RATE_LIMITED"]
    assert (another, later) == (None, None)
    outcomes = [row["outcome"] for row in await courts.rows(KAIHUA, "lookups")]
    assert outcomes.count("RATE_LIMITED") == 2


async def test_suspended_court_looks_nobody_up(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(new_database, clock, states={KAIHUA: "SUSPENDED"}) as courts:
        answer = await courts.presence()

        assert answer["code"] == "MEMBERSHIP_SUSPENDED"
        assert [row["outcome"] for row in await courts.rows(KAIHUA, "lookups")] == ["MEMBERSHIP_SUSPENDED"]
        await nothing_was_sent(courts)


async def test_outdated_directory_asks_nobody(courts: LookupZone) -> None:
    courts.clock.advance(timedelta(days=31))

    answer = await courts.presence()

    assert answer["code"] == "DIRECTORY_OUTDATED"
    await nothing_was_sent(courts)


async def test_live_twin_refuses_like_the_query(courts: LookupZone) -> None:
    document = PRESENCE.replace("query", "subscription", 1)

    seen = [data["debtorPresence"] async for data in courts.live(document, number=STRANGER)]

    assert seen == [{"__typename": "Refusal", "code": "NOT_JUDGMENT_DEBTOR", "part": None}]
    assert [row["outcome"] for row in await courts.rows(KAIHUA, "lookups")] == ["NOT_JUDGMENT_DEBTOR"]
