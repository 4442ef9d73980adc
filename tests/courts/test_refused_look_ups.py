"""SC-19: a look-up without a lawful ground is refused by its code, logged, and asks nobody anything."""

import json
from typing import Any

import anyio
import pytest

from api.demo import fixtures
from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.desks import CENTRE, CHIEF, CLERK, HANDLER, SECOND, Desk, Desks, connected
from tests.courts.spellings import found_in

pytestmark = pytest.mark.anyio

CHANGSHAN, CHUNAN = "浙0822", "浙0127"
CASE, DEBTOR = "（2024）浙0822执288号", "330822200006309995"
CLOSED_CASE, CLOSED_DEBTOR = "（2024）浙0822执332号", "330822196705129978"
ANOTHERS_DEBTOR = "330822198603179981"
BUSY_CASE = "（2024）浙0127执272号"
LIMIT = 200
_AT_ONCE = 8
TOUCHED = ("access_log", "answers", "refused_envelopes", "inbox", "outbox", "tasks")

PROFILE = """
query Profile(
  $identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!, $sections: [ProfileSection!]!
) {
  debtorProfile(identity: $identity, basis: $basis, sections: $sections, scope: $scope) {
    ... on DebtorProfile { lookupId coverage { inScope asked answered complete } }
    ... on Refusal { code message part }
    ... on NotCovered { code message }
  }
}"""
LOG = """
query Log { lookupLog(first: 1) {
  ... on LookupLog { entries { officerId field caseNumber purpose sections outcome answered } }
  ... on Problem { code message }
} }"""
TRAIL = """
query Trail { auditTrail(filter: { action: LOOK_UP }, first: 1) {
  ... on AuditTrail { entries { officerId roles outcome caseNumber purpose subject hash } head { digest } }
  ... on Problem { code message }
} }"""
ACCESS = """
query Access { accessLog(first: 1) { ... on AccessLog { entries { outcome } } ... on Problem { code message } } }"""


def asked(**changes: Any) -> dict[str, Any]:
    """A look-up that would be lawful, with changes."""
    given = {
        "resident": DEBTOR,
        "case": CASE,
        "purpose": "PROPERTY_INVESTIGATION",
        "sections": ["CASES"],
        "scope": {"wholeZone": True},
        **changes,
    }
    return {
        "identity": {"residentId": given["resident"]},
        "basis": {"caseNumber": given["case"], "purpose": given["purpose"]},
        "sections": given["sections"],
        "scope": given["scope"],
    }


async def refusal(desk: Desk, variables: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The refusal, and the whole answer as it came."""
    status, raw = await desk.whole({"query": PROFILE, "variables": variables})
    answer = json.loads(raw)
    assert status == 200
    assert "errors" not in answer, answer
    assert set(answer["extensions"]) == {"cost"}  # no court was in scope of anything
    found: dict[str, Any] = answer["data"]["debtorProfile"]
    return found, raw


async def elsewhere(zone: Zone) -> dict[str, int]:
    """What all eight courts and the gateway's queue hold of what others sent, and of what they would send."""
    found: dict[str, int] = {}
    for facts in fixtures.courts():
        async with connected(zone, facts.division) as conn:
            for table in TOUCHED:
                found[f"{facts.code} {table}"] = await conn.fetchval(f"SELECT count(*) FROM {table}")
    async with connected(zone, "gateway") as conn:
        found["gateway"] = await conn.fetchval("SELECT count(*) FROM carried_messages")
    return found


async def newest_entry(desks: Desks, court: str) -> dict[str, Any]:
    """The newest row of a court's look-up log, as its command centre reads it."""
    (entry,) = (await desks.at(court, CENTRE).one(LOG))["entries"]
    found: dict[str, Any] = entry
    return found


async def newest_event(desks: Desks, court: str) -> dict[str, Any]:
    """The newest look-up in a court's audit trail, as its command centre reads it."""
    (event,) = (await desks.at(court, CENTRE).one(TRAIL))["entries"]
    found: dict[str, Any] = event
    return found


@pytest.mark.parametrize(
    ("office", "changes", "code", "part"),
    [
        (HANDLER, {"case": "（2025）浙0822执9999号"}, "LEGAL_BASIS_REQUIRED", None),
        (HANDLER, {"case": "（2025）浙0824执366号"}, "LEGAL_BASIS_REQUIRED", None),  # another court's
        (SECOND, {}, "LEGAL_BASIS_REQUIRED", None),  # not on the case
        (CLERK, {}, "FORBIDDEN", None),
        (CHIEF, {}, "FORBIDDEN", None),
        (HANDLER, {"case": CLOSED_CASE, "resident": CLOSED_DEBTOR}, "CASE_NOT_OPEN", None),
        (HANDLER, {"resident": ANOTHERS_DEBTOR}, "NOT_JUDGMENT_DEBTOR", None),
        (HANDLER, {"purpose": "SANCTION_CHECK", "sections": ["PAYMENTS"]}, "PURPOSE_NOT_PERMITTED", None),
        (HANDLER, {"sections": []}, "INVALID_SECTIONS", "sections"),
        (HANDLER, {"sections": ["CASES", "WHEREABOUTS"]}, "PURPOSE_NOT_PERMITTED", None),
        (HANDLER, {"scope": {"courts": ["浙0824", "京0101"]}}, "UNKNOWN_COURT", "COURTS"),
        (HANDLER, {"scope": {"province": "京"}}, "INVALID_SCOPE", "PROVINCE"),
        (HANDLER, {"scope": {}}, "INVALID_SCOPE", "FORM"),
        (HANDLER, {"scope": {"wholeZone": True, "deadlineMs": 1}}, "INVALID_SCOPE", "DEADLINE"),
        (HANDLER, {"case": "（2024）浙0822执0288号"}, "INVALID_CASE_NUMBER", None),
    ],
)
async def test_an_unlawful_look_up_asks_nobody(
    zone: Zone, client: Client, office: str, changes: dict[str, Any], code: str, part: str | None
) -> None:
    desks = Desks(zone, client)
    before = await elsewhere(zone)

    refused, _ = await refusal(desks.at(CHANGSHAN, office), asked(**changes))

    assert refused["code"] == code
    if part is not None:
        assert refused["part"] == part
    assert await elsewhere(zone) == before
    entry = await newest_entry(desks, CHANGSHAN)
    assert (entry["officerId"], entry["field"], entry["outcome"]) == (f"o-330822-{office}", "debtorProfile", code)
    assert entry["answered"] is None
    event = await newest_event(desks, CHANGSHAN)
    assert (event["officerId"], event["outcome"]) == (f"o-330822-{office}", code)
    assert (event["caseNumber"], event["purpose"]) == (entry["caseNumber"], entry["purpose"])


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("330822200006309996", "CHECK_DIGIT"),
        ("33082220000630999", "LENGTH"),
        ("3308222000063099950", "LENGTH"),
        ("330822200013319995", "BIRTH_DATE"),
        ("330822200002309995", "BIRTH_DATE"),
        ("330822209906309993", "BIRTH_DATE"),  # not born yet
        ("33082220000630999A", "CHARACTERS"),
        ("３３０８２２２０００００６３０９９９５"[:18], "CHARACTERS"),  # full-width digits
        ("样本的身份号码格式不对共十八个汉字呀"[:18], "CHARACTERS"),
    ],
)
async def test_a_malformed_number_is_explained_and_never_repeated(
    zone: Zone, client: Client, number: str, part: str
) -> None:
    desks = Desks(zone, client)
    before = await elsewhere(zone)

    refused, raw = await refusal(desks.at(CHANGSHAN), asked(resident=number))

    assert (refused["code"], refused["part"]) == ("INVALID_ID_NUMBER", part)
    assert found_in(raw, number) == []
    assert await elsewhere(zone) == before
    assert (await newest_entry(desks, CHANGSHAN))["outcome"] == "INVALID_ID_NUMBER"
    assert (await newest_event(desks, CHANGSHAN)).items() >= {"outcome": "INVALID_ID_NUMBER", "subject": None}.items()
    assert found_in(zone.programs.programs[CHANGSHAN].log.read_bytes(), number) == []


@pytest.mark.parametrize("value", [[["330822200006309996"]], {"a": "330822200006309996"}, 330822200006309996, True])
async def test_a_number_of_another_type_is_not_repeated_either(zone: Zone, client: Client, value: object) -> None:
    before = await elsewhere(zone)

    _, raw = await Desks(zone, client).at(CHANGSHAN).whole({"query": PROFILE, "variables": asked(resident=value)})

    assert json.loads(raw)["errors"]
    assert found_in(raw, "330822200006309996") == []
    assert await elsewhere(zone) == before


async def test_a_number_in_the_document_is_refused_unrepeated(zone: Zone, client: Client) -> None:
    document = PROFILE.replace("$identity: DebtorIdentityInput!, ", "").replace(
        "identity: $identity", f'identity: {{ residentId: "{DEBTOR}" }}'
    )
    variables = {name: value for name, value in asked().items() if name != "identity"}

    _, raw = await Desks(zone, client).at(CHANGSHAN).whole({"query": document, "variables": variables})

    assert json.loads(raw)["errors"][0]["extensions"]["code"] == "IDENTIFIER_MUST_BE_VARIABLE"
    assert found_in(raw, DEBTOR) == []
    assert found_in(zone.programs.programs[CHANGSHAN].log.read_bytes(), DEBTOR) == []


async def test_both_numbers_or_none_name_nobody(zone: Zone, client: Client) -> None:
    desk = Desks(zone, client).at(CHANGSHAN)

    for identity in ({}, {"residentId": DEBTOR, "creditCode": "91330822FAKE00013C"}):
        refused, _ = await refusal(desk, {**asked(), "identity": identity})
        assert refused["code"] == "INVALID_IDENTITY"


async def test_the_201st_look_up_in_an_hour_is_refused(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    officer = desks.handler_of(BUSY_CASE)
    debtor = _debtor_of(BUSY_CASE)
    here = asked(case=BUSY_CASE, resident=debtor, scope={"courts": [CHUNAN]})
    answered: list[bool] = []
    places = anyio.Semaphore(_AT_ONCE)

    async def look_up() -> None:
        async with places:
            answered.append((await officer.one(PROFILE, **here))["coverage"]["complete"])

    async with anyio.create_task_group() as group:
        for _ in range(LIMIT):
            group.start_soon(look_up)
    before = await elsewhere(zone)
    refused, _ = await refusal(officer, asked(case=BUSY_CASE, resident=debtor))

    assert answered == [True] * LIMIT
    assert refused["code"] == "RATE_LIMITED"
    assert (await newest_entry(desks, CHUNAN))["outcome"] == "RATE_LIMITED"
    assert await elsewhere(zone) == before
    colleague = await desks.at(CHUNAN, CENTRE).one(PROFILE, **here)
    assert colleague["coverage"]["complete"]


def _debtor_of(case: str) -> str:
    rows = fixtures.rows(CHUNAN)
    record = next(record for record in rows.cases if record.number == case)
    links = [link for link in rows.case_parties if link.case_id == record.id and link.role.value == "DEBTOR"]
    return next(party.identifier for party in rows.parties if party.id == links[0].party_id)


async def test_a_look_up_is_logged_on_both_sides(zone: Zone, client: Client) -> None:
    """What the refusals above lack: the same look-up, allowed, stands in the logs of all who were asked."""
    desks = Desks(zone, client)
    before = await elsewhere(zone)

    found = await desks.at(CHANGSHAN).one(PROFILE, **asked())
    after = await elsewhere(zone)

    assert found["coverage"] == {"inScope": 8, "asked": 8, "answered": 8, "complete": True}
    grown = {name for name, count in after.items() if count != before[name]}
    others = {facts.code for facts in fixtures.courts()} - {CHANGSHAN}
    assert grown == {f"{court} {table}" for court in others for table in ("access_log", "answers")}
    entry = await newest_entry(desks, CHANGSHAN)
    assert (entry["outcome"], entry["caseNumber"], entry["answered"]) == ("DONE", CASE, 8)
    for court in others:
        (told,) = (await desks.at(court, CENTRE).one(ACCESS))["entries"]
        assert told["outcome"] in {"ANSWERED", "EMPTY"}


async def test_logs_are_not_everybodys(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    await refusal(desks.at(CHANGSHAN, SECOND), asked())
    await refusal(desks.at(CHANGSHAN, HANDLER), asked(sections=["WHEREABOUTS"]))

    (own,) = (await desks.at(CHANGSHAN, SECOND).one(LOG))["entries"]

    assert own["officerId"] == "o-330822-02"  # the newest of the court is a colleague's
    assert await desks.at(CHANGSHAN, CLERK).code(LOG) == "FORBIDDEN"
    assert await desks.at(CHANGSHAN, HANDLER).code(ACCESS) == "FORBIDDEN"
