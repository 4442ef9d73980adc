"""The gateway's federated clear fields: one answer of all courts in scope, with its coverage, for those who may ask."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from db.clock import SetClock
from enforcement.rules.rights import Caller, Role
from federation.clear import admission, content
from federation.clear.admission import ClearCourt, Execute
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN
from tests.schema.clear_zone import CENTRE, ClearDesk, clear_desk, officer

pytestmark = pytest.mark.anyio
MATRIX = """
    query ($scope: Scope!) {
      crossBorderMatrix(scope: $scope) {
        __typename
        ... on CrossBorderMatrix {
          rows { sourceCourt division openCases { text } }
          coverage { inScope asked answered complete courts { court { code } status reason reportedBy } }
        }
        ... on NotCovered { code coverage { answered courts { court { code } status reason } } }
        ... on Refusal { code part }
      }
    }
"""


@pytest.fixture
async def zone(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[ClearDesk]:
    async with clear_desk(new_database, clock) as made:
        yield made


async def test_every_courts_rows_are_one_answer(zone: ClearDesk) -> None:
    answer = (await zone.ask(MATRIX))["crossBorderMatrix"]

    assert answer["__typename"] == "CrossBorderMatrix"
    rows = [(row["sourceCourt"], row["division"]) for row in answer["rows"]]
    assert rows == [(code, division) for code in sorted(DIVISIONS) for division in sorted(DIVISIONS.values())]
    assert (answer["coverage"]["inScope"], answer["coverage"]["answered"]) == (3, 3)
    assert answer["coverage"]["complete"]
    assert {court["reportedBy"] for court in answer["coverage"]["courts"]} == {"COURT"}


async def test_coverage_stands_in_the_extensions_unasked(zone: ClearDesk) -> None:
    await zone.ask("query ($scope: Scope!) { crossBorderMatrix(scope: $scope) { __typename } }")

    assert (zone.extensions["coverage"]["inScope"], zone.extensions["coverage"]["complete"]) == (3, True)


async def test_two_fields_have_two_coverages(zone: ClearDesk) -> None:
    await zone.ask(
        """query ($scope: Scope!, $one: Scope!) {
          crossBorderMatrix(scope: $scope) { __typename }
          here: crossBorderMatrix(scope: $one) { __typename }
        }""",
        one={"courts": [KAIHUA]},
    )

    told = {name: coverage["inScope"] for name, coverage in zone.extensions["coverage"].items()}
    assert told == {"crossBorderMatrix": 3, "here": 1}


async def test_two_aliases_are_two_questions_with_their_own_names(
    zone: ClearDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`@skip` and `@include` are decided before anybody is asked; aliases and fragments come back as written."""
    asked = list[tuple[str, str]]()

    async def noting(court: ClearCourt, raw: bytes, execute: Execute) -> bytes:
        asked.append((court.code, content.parse_query(raw)[1].selection))
        return await admission.admit(court, raw, execute)

    monkeypatch.setattr("api.clear_endpoints.admit", noting)
    data = await zone.ask(
        """query ($scope: Scope!, $one: Scope!, $yes: Boolean!, $no: Boolean = false) {
          all: crossBorderMatrix(scope: $scope) { ...Rows kind: __typename @skip(if: $yes) }
          here: crossBorderMatrix(scope: $one) {
            ...Rows
            ... on CrossBorderMatrix @include(if: $no) { asOf }
            ... on CrossBorderMatrix @include(if: $yes) { of: coverage { n: inScope } }
          }
        }
        fragment Rows on CrossBorderMatrix { at: rows { court: sourceCourt division @include(if: $no) } }""",
        one={"courts": [KAIHUA]},
        yes=True,
    )

    here = [{"court": KAIHUA}] * len(DIVISIONS)
    assert list(data["here"]) == ["at", "of"]
    assert data["here"] == {"at": here, "of": {"n": 1}}
    assert data["all"] == {"at": [{"court": code} for code in sorted(DIVISIONS) for _ in DIVISIONS]}
    assert sorted(code for code, _ in asked) == sorted([*DIVISIONS, KAIHUA])
    assert not any(word in text for _, text in asked for word in ("@include", "@skip(if: $", "$", "asOf", "division"))
    told = {name: (each["inScope"], each["complete"]) for name, each in zone.extensions["coverage"].items()}
    assert told == {"all": (3, True), "here": (1, True)}


async def test_scope_names_who_is_asked(zone: ClearDesk) -> None:
    answer = (await zone.ask(MATRIX, scope={"province": "皖"}))["crossBorderMatrix"]

    assert {row["sourceCourt"] for row in answer["rows"]} == {SHEXIAN}
    assert answer["coverage"]["inScope"] == 1


@pytest.mark.parametrize(
    ("scope", "code", "part"),
    [
        ({}, "INVALID_SCOPE", "FORM"),
        ({"courts": [KAIHUA], "wholeZone": True}, "INVALID_SCOPE", "FORM"),
        ({"courts": []}, "INVALID_SCOPE", "COURTS"),
        ({"province": "川"}, "INVALID_SCOPE", "PROVINCE"),
        ({"courts": ["京01"]}, "UNKNOWN_COURT", "COURTS"),
        ({"courts": [KAIHUA], "requiredCourts": [SHEXIAN]}, "INVALID_SCOPE", "REQUIRED_COURTS"),
        ({"wholeZone": True, "deadlineMs": 1}, "INVALID_SCOPE", "DEADLINE"),
    ],
)
async def test_malformed_scope_is_refused(zone: ClearDesk, scope: dict[str, Any], code: str, part: str | None) -> None:
    answer = (await zone.ask(MATRIX, scope=scope))["crossBorderMatrix"]

    assert answer == {"__typename": "Refusal", "code": code, "part": part}


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (None, "NOT_SIGNED_IN"),
        (officer(Role.HANDLER), "FORBIDDEN"),
        (officer(Role.AUDITOR, Role.CLERK), "FORBIDDEN"),
        (CENTRE, None),
        (officer(Role.LIAISON_OFFICER), None),
        (officer(Role.SUPERVISOR), None),
        (officer(Role.GATEWAY_ADMIN, court="gateway"), None),
    ],
)
async def test_offices_decide_who_reads_the_matrix(zone: ClearDesk, caller: Caller | None, code: str | None) -> None:
    answer = (await zone.ask(MATRIX, caller))["crossBorderMatrix"]

    assert answer.get("code") == code


async def test_dead_court_is_named_and_costs_no_rows(zone: ClearDesk) -> None:
    await zone.courts.stop[SHEXIAN]()

    answer = (await zone.ask(MATRIX))["crossBorderMatrix"]

    assert {row["sourceCourt"] for row in answer["rows"]} == {KAIHUA, CHANGSHAN}
    (silent,) = [court for court in answer["coverage"]["courts"] if court["status"] != "ANSWERED"]
    assert silent == {
        "court": {"code": SHEXIAN},
        "status": "UNREACHABLE",
        "reason": "NO_CONNECTION",
        "reportedBy": "GATEWAY",
    }
    assert not answer["coverage"]["complete"]


@pytest.mark.parametrize("refusing", [{"requiredCourts": [SHEXIAN]}, {"onSilence": "REFUSE"}, {"courts": [SHEXIAN]}])
async def test_silence_that_counts_gives_no_answer(zone: ClearDesk, refusing: dict[str, Any]) -> None:
    await zone.courts.stop[SHEXIAN]()
    scope = refusing if "courts" in refusing else {"wholeZone": True, **refusing}

    answer = (await zone.ask(MATRIX, scope=scope))["crossBorderMatrix"]

    assert (answer["__typename"], answer["code"]) == ("NotCovered", "NOT_COVERED")
    assert "rows" not in answer
    told = {court["court"]["code"]: court["status"] for court in answer["coverage"]["courts"]}
    assert told[SHEXIAN] == "UNREACHABLE"
    assert zone.extensions["coverage"]["complete"] is False


async def test_suspended_court_is_not_asked(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with clear_desk(new_database, clock, states={SHEXIAN: "SUSPENDED"}) as zone:
        answer = (await zone.ask(MATRIX))["crossBorderMatrix"]

    told = {court["court"]["code"]: (court["status"], court["reason"]) for court in answer["coverage"]["courts"]}
    assert told[SHEXIAN] == ("NOT_ASKED", "MEMBERSHIP_SUSPENDED")
    assert (answer["coverage"]["asked"], answer["coverage"]["answered"]) == (2, 2)
    assert answer["coverage"]["complete"] is False  # who was not asked did not look
    assert {row["sourceCourt"] for row in answer["rows"]} == {KAIHUA, CHANGSHAN}


async def test_malformed_county_asks_nobody(zone: ClearDesk) -> None:
    units = """query ($scope: Scope!, $division: String!) { assistingUnits(scope: $scope, division: $division) {
      __typename ... on Problem { code } ... on Refusal { part } } }"""

    refused = (await zone.ask(units, division="341021197903159972"))["assistingUnits"]
    nobody = (await zone.ask(units, None, division="341021197903159972"))["assistingUnits"]

    assert refused == {"__typename": "Refusal", "code": "INVALID_DIVISION", "part": "division"}
    assert nobody["code"] == "NOT_SIGNED_IN"
    assert "coverage" not in zone.extensions


async def test_outdated_directory_asks_nobody(zone: ClearDesk, clock: SetClock) -> None:
    clock.set(zone.desk.directory.current().expires_at)

    answer = (await zone.ask(MATRIX))["crossBorderMatrix"]

    assert answer["code"] == "DIRECTORY_OUTDATED"
