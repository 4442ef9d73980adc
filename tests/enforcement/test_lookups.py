"""Looking a debtor up over three courts and a gateway: answers, coverage, silence, and what both sides write down."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from db.clock import SetClock
from enforcement.rules.rights import Role
from tests.enforcement.lookup_zone import (
    CASE,
    DEBTOR,
    FAR_CASE,
    PRESENCE,
    PROFILE_OF,
    PURPOSES,
    SECTIONS,
    LookupZone,
    caller,
    dumped,
    lookup_zone,
)
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


def statuses(coverage: Any) -> dict[str, str]:
    return {entry["court"]["code"]: entry["status"] for entry in coverage["courts"]}


async def test_presence_adds_up_what_the_courts_have(courts: LookupZone) -> None:
    told: dict[str, Any] = {}

    answer = await courts.presence(extensions=told)

    assert answer["__typename"] == "DebtorPresence"
    assert (answer["openCaseCount"], answer["controlledAssetCount"], answer["dishonest"]) == (3, 1, True)
    assert [row["sourceCourt"] for row in answer["courts"]] == [KAIHUA, SHEXIAN]
    assert statuses(answer["coverage"]) == {CHANGSHAN: "EMPTY", KAIHUA: "ANSWERED", SHEXIAN: "ANSWERED"}
    coverage = answer["coverage"]
    assert (coverage["inScope"], coverage["asked"], coverage["answered"], coverage["complete"]) == (3, 3, 3, True)
    assert {entry["reportedBy"] for entry in coverage["courts"]} == {"COURT"}
    assert told["coverage"]["complete"] is True


async def test_answer_keeps_aliases_and_order_of_the_selection(courts: LookupZone) -> None:
    document = """
        query ($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!, $no: Boolean = false) {
          mine: debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
            ... on DebtorPresence { ...Where n: openCaseCount kind: __typename dishonest @include(if: $no) }
          }
        }
        fragment Where on DebtorPresence { at: courts { court: sourceCourt } }
    """

    data = await courts.ask(document)

    assert data == {"mine": {"at": [{"court": KAIHUA}, {"court": SHEXIAN}], "n": 3, "kind": "DebtorPresence"}}
    assert list(data["mine"]) == ["at", "n", "kind"]


async def test_profile_shows_each_courts_own_rows(courts: LookupZone) -> None:
    document = (
        PROFILE_OF
        % """
        ... on DebtorProfile {
          cases { sourceCourt caseNumber amountApplied }
          assetsUnderControl { sourceCourt identity rank amount }
          sanctions { kind untilOn }
          payments { amount }
          whereabouts { address }
        }
    """
    )

    answer = (await courts.ask(document, sections=["CASES", "ASSETS_UNDER_CONTROL", "SANCTIONS"]))["debtorProfile"]

    assert [row["sourceCourt"] for row in answer["cases"]] == [KAIHUA, KAIHUA, KAIHUA, SHEXIAN]
    assert answer["cases"][-1] == {"sourceCourt": SHEXIAN, "caseNumber": FAR_CASE, "amountApplied": "100000.00"}
    assert answer["assetsUnderControl"] == [
        {"sourceCourt": SHEXIAN, "identity": "皖J****5", "rank": 1, "amount": "58000.00"}
    ]
    assert answer["sanctions"] == [{"kind": "DISHONEST_DEBTOR", "untilOn": "2026-12-31"}]
    assert answer["payments"] is None
    assert answer["whereabouts"] is None


async def test_whereabouts_serve_their_purpose_only(courts: LookupZone) -> None:
    document = PROFILE_OF % ("... on DebtorProfile { whereabouts { sourceCourt address } } ... on Refusal { code }")
    here = {"courts": [SHEXIAN]}

    allowed = await courts.ask(document, sections=["WHEREABOUTS"], purpose="WHEREABOUTS", scope=here)
    refused = await courts.ask(document, sections=["WHEREABOUTS"], scope=here)

    assert allowed["debtorProfile"] == {"whereabouts": [{"sourceCourt": SHEXIAN, "address": "歙县样例路 1 号"}]}
    assert refused["debtorProfile"] == {"code": "PURPOSE_NOT_PERMITTED"}


async def test_both_sides_write_the_look_up_down(courts: LookupZone) -> None:
    answer = await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})

    (asked,) = await courts.rows(KAIHUA, "lookups")
    (received,) = await courts.rows(SHEXIAN, "access_log")
    assert (str(asked["id"]), asked["outcome"], asked["coverage"]["answered"]) == (answer["lookupId"], "DONE", 2)
    assert received["lookup_id"] == asked["id"]
    assert (received["officer_id"], received["case_number"]) == ("o-330824-01", CASE)
    assert (received["purpose"], received["outcome"], received["rows"]) == ("PROPERTY_INVESTIGATION", "ANSWERED", 1)
    assert await courts.rows(KAIHUA, "access_log") == []
    assert DEBTOR.encode() not in dumped([{k: v for k, v in asked.items() if k != "subject_key"}])
    assert asked["subject_key"] != received["subject_key"]


async def test_gateway_notes_envelopes_and_nothing_in_them(courts: LookupZone) -> None:
    await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})

    ask, answer = courts.noted
    assert (ask["kind"], ask["sender"], ask["to"], ask["outcome"]) == ("ask", KAIHUA, SHEXIAN, "ANSWERED")
    assert (answer["kind"], answer["sender"], answer["to"], answer["outcome"]) == ("answer", SHEXIAN, KAIHUA, "CARRIED")
    assert ask["size_bytes"] // 1024 == answer["size_bytes"] // 1024 == 16


async def test_one_court_down_leaves_the_others(courts: LookupZone) -> None:
    await courts.stop[SHEXIAN]()

    answer = await courts.presence()

    assert answer["openCaseCount"] == 2
    assert statuses(answer["coverage"]) == {CHANGSHAN: "EMPTY", KAIHUA: "ANSWERED", SHEXIAN: "UNREACHABLE"}
    assert (answer["coverage"]["answered"], answer["coverage"]["complete"]) == (2, False)
    assert courts.noted[-1]["outcome"] in {"UNREACHABLE", "CARRIED"}


async def test_gateway_down_leaves_the_own_court(courts: LookupZone) -> None:
    await courts.stop["gateway"]()

    answer = await courts.presence()

    assert statuses(answer["coverage"]) == {CHANGSHAN: "UNREACHABLE", KAIHUA: "ANSWERED", SHEXIAN: "UNREACHABLE"}


@pytest.mark.parametrize(
    "scope",
    [
        {"wholeZone": True, "requiredCourts": [SHEXIAN]},
        {"wholeZone": True, "onSilence": "REFUSE"},
        {"courts": [SHEXIAN]},
    ],
)
async def test_silence_that_may_not_be_is_no_answer(courts: LookupZone, scope: dict[str, Any]) -> None:
    await courts.stop[SHEXIAN]()
    told: dict[str, Any] = {}

    answer = await courts.presence(scope=scope, extensions=told)

    assert (answer["__typename"], answer["code"]) == ("NotCovered", "NOT_COVERED")
    assert statuses(answer["coverage"])[SHEXIAN] == "UNREACHABLE"
    assert statuses(told["coverage"]) == statuses(answer["coverage"])
    assert (await courts.rows(KAIHUA, "lookups"))[0]["outcome"] == "NOT_COVERED"


async def test_scope_by_province(courts: LookupZone) -> None:
    answer = await courts.presence(scope={"province": "皖"})

    assert statuses(answer["coverage"]) == {SHEXIAN: "ANSWERED"}
    assert answer["openCaseCount"] == 1


async def test_no_agreement_is_not_asked(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(new_database, clock, agreements=[]) as courts:
        answer = await courts.presence()

        asked = {entry["court"]["code"]: (entry["status"], entry["reason"]) for entry in answer["coverage"]["courts"]}
        assert asked == {
            KAIHUA: ("ANSWERED", None),
            CHANGSHAN: ("NOT_ASKED", "NO_AGREEMENT"),
            SHEXIAN: ("NOT_ASKED", "NO_AGREEMENT"),
        }
        assert answer["coverage"]["asked"] == 1
        assert courts.noted == []


@pytest.fixture
async def without_sanctions(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    """歙县's agreement leaves sanctions out; 常山's leaves nothing out."""
    whole = {"sections": SECTIONS, "purposes": PURPOSES}
    some = {**whole, "sections": [section for section in SECTIONS if section != "SANCTIONS"]}
    agreements = [Zone().agreement(KAIHUA, court, **agreed) for court, agreed in ((SHEXIAN, some), (CHANGSHAN, whole))]
    async with lookup_zone(new_database, clock, agreements=agreements) as courts:
        yield courts


SECTIONED = (
    PROFILE_OF
    % """
    ... on DebtorProfile {
      cases { sourceCourt } assetsUnderControl { sourceCourt } sanctions { sourceCourt }
      coverage { asked answered complete courts { court { code } status reason rows reportedBy } }
    }
    ... on NotCovered { code }
"""
)


async def test_section_out_of_the_agreement_is_refused_and_the_others_are_there(without_sanctions: LookupZone) -> None:
    courts, sections = without_sanctions, ["CASES", "ASSETS_UNDER_CONTROL", "SANCTIONS"]

    answer = (await courts.ask(SECTIONED, sections=sections))["debtorProfile"]

    assert [row["sourceCourt"] for row in answer["cases"]].count(SHEXIAN) == 1
    assert {row["sourceCourt"] for row in answer["assetsUnderControl"]} == {SHEXIAN}
    assert {row["sourceCourt"] for row in answer["sanctions"]} <= {KAIHUA}
    coverage = {entry["court"]["code"]: entry for entry in answer["coverage"]["courts"]}
    told = coverage[SHEXIAN]
    assert (told["status"], told["reason"], told["rows"], told["reportedBy"]) == (
        "REFUSED",
        "SECTION_NOT_AGREED",
        2,
        "COURT",
    )
    assert {coverage[court]["status"] for court in (KAIHUA, CHANGSHAN)} <= {"ANSWERED", "EMPTY"}
    assert (answer["coverage"]["answered"], answer["coverage"]["complete"]) == (2, False)
    (received,) = await courts.rows(SHEXIAN, "access_log")
    assert (received["outcome"], received["rows"], set(received["sections"])) == (
        "SECTION_NOT_AGREED",
        2,
        set(sections),
    )


async def test_refused_section_is_never_shown_though_selected(without_sanctions: LookupZone) -> None:
    here = {"courts": [SHEXIAN]}

    in_part = (await without_sanctions.ask(SECTIONED, sections=["CASES", "SANCTIONS"], scope=here))["debtorProfile"]
    whole = (await without_sanctions.ask(SECTIONED, sections=["SANCTIONS"], scope=here))["debtorProfile"]
    strict = {**here, "onSilence": "REFUSE"}
    refused = (await without_sanctions.ask(SECTIONED, sections=["CASES", "SANCTIONS"], scope=strict))["debtorProfile"]

    assert ([row["sourceCourt"] for row in in_part["cases"]], in_part["sanctions"]) == ([SHEXIAN], None)
    assert whole == {"code": "NOT_COVERED"}  # nothing is left to ask for
    assert refused == {"code": "NOT_COVERED"}


async def test_suspended_partner_is_not_asked(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(new_database, clock, states={SHEXIAN: "SUSPENDED"}) as courts:
        answer = await courts.presence(scope={"courts": [KAIHUA, SHEXIAN]})

        assert answer["coverage"]["courts"][1]["reason"] == "MEMBERSHIP_SUSPENDED"


async def test_two_aliases_are_two_look_ups(courts: LookupZone) -> None:
    document = """
        query ($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
          a: debtorPresence(identity: $identity, basis: $basis, scope: $scope) { ... on DebtorPresence { lookupId } }
          b: debtorPresence(identity: $identity, basis: $basis, scope: $scope) { ... on DebtorPresence { lookupId } }
        }
    """
    told: dict[str, Any] = {}

    data = await courts.ask(document, extensions=told)

    assert data["a"]["lookupId"] != data["b"]["lookupId"]
    assert len(await courts.rows(KAIHUA, "lookups")) == 2
    assert len(await courts.rows(SHEXIAN, "access_log")) == 2
    assert told["coverage"].keys() == {"a", "b"}


async def test_live_twin_ends_with_the_querys_answer(courts: LookupZone) -> None:
    query = await courts.presence()

    seen = [data["debtorPresence"] async for data in courts.live(PRESENCE.replace("query", "subscription", 1))]

    assert len(await courts.rows(KAIHUA, "lookups")) == 2
    assert statuses(seen[-1]["coverage"]) == statuses(query["coverage"])
    assert seen[-1]["courts"] == query["courts"]
    assert all({"ANSWERED", "EMPTY"} & {*statuses(emission["coverage"]).values()} for emission in seen)
    assert {emission["lookupId"] for emission in seen} == {seen[0]["lookupId"]}


async def test_logs_are_read_by_those_who_watch(courts: LookupZone) -> None:
    await courts.presence()
    document = """
        { lookupLog {
            ... on LookupLog { entries { officerId caseNumber outcome answered inScope } }
            ... on Refusal { code }
          }
          accessLog { ... on AccessLog { entries { askingCourt } } ... on Refusal { code } } }
    """

    for number, roles in ((5, Role.BUREAU_CHIEF), (7, Role.COMMAND_CENTRE), (8, Role.AUDITOR)):
        data = await courts.ask(document, who=caller(KAIHUA, number, roles))
        assert data["lookupLog"]["entries"] == [
            {"officerId": "o-330824-01", "caseNumber": CASE, "outcome": "DONE", "answered": 3, "inScope": 3}
        ]
        assert data["accessLog"] == {"entries": []}

    other = await courts.ask(document, who=caller(KAIHUA, 2))
    assert other == {"lookupLog": {"entries": []}, "accessLog": {"code": "FORBIDDEN"}}
    clerk = await courts.ask(document, who=caller(KAIHUA, 4, Role.CLERK))
    assert clerk == {"lookupLog": {"code": "FORBIDDEN"}, "accessLog": {"code": "FORBIDDEN"}}
