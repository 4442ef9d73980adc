"""Courts whose releases are one contract apart answer one another, on both carriers, and never with a guess."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import strawberry

from db.clock import SetClock
from db.pool import transaction
from db.records.zone import StandardMatter, StandardPractice, UnifiedStandardRecord
from enforcement.court_rows import CourtRows
from enforcement.lookup_parts import Partner
from federation.ask.content import Answer
from federation.graph import contract
from federation.graph.skew import succession
from schema.context import NodeContext
from schema.engine import engine_of
from schema.gateway.context import GatewayContext
from schema.gateway.schema import SCHEMA as GATEWAY_SCHEMA
from schema.lookup_engine import part as part_of
from schema.snapshots import snapshot
from tests.enforcement.lookup_zone import OURS, ROWS, SCHEMA, LookupZone, Release, caller, lookup_zone, variables_of
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN
from tests.schema.clear_zone import CENTRE
from tests.schema.releases import IN_CLEAR, IN_LOOKUPS, LATER, LATER_GATEWAY
from tests.schema.test_partner_parts import MANDATE, ask

pytestmark = pytest.mark.anyio
COVERAGE = "coverage { courts { court { code } status reason reportedBy narrowed } }"
PRESENCE = """
    query ($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
      debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
        ... on DebtorPresence { courts { sourceCourt matchLevel %s } %s }
      }
    }
"""
STANDARDS = """
    query ($scope: Scope!) {
      unifiedStandards(scope: $scope, matter: PRIORITY_OF_FIRST_SEIZURE) {
        ... on UnifiedStandards { standards { sourceCourt practice %s } %s }
      }
    }
"""
FAR = replace(LATER, contract=3)
BOTH = {SHEXIAN: [1, 2]}


def standards(court: str) -> CourtRows:
    """The rows of look-ups, and one standard at two of the courts."""
    standard = UnifiedStandardRecord(
        id=uuid4(),
        matter=StandardMatter.PRIORITY_OF_FIRST_SEIZURE,
        province=court[0],
        amount=None,
        days=None,
        practice=StandardPractice.PRO_RATA,
        effective_from=date(2025, 1, 1),
        effective_to=None,
        synthetic=True,
    )
    return replace(ROWS[court](), standards=[] if court == CHANGSHAN else [standard])


def test_the_later_contract_succeeds_ours() -> None:
    newer = contract.read(snapshot(1) + IN_LOOKUPS + IN_CLEAR)

    assert succession(contract.read(snapshot(1)), newer).is_lawful


async def look_up(zone: LookupZone, schema: strawberry.Schema = SCHEMA, more: str = "") -> tuple[Any, Any]:
    """The rows by court, and what became of each court; the extensions say the same."""
    context = NodeContext(zone.courts[KAIHUA], caller(), "en")
    document = PRESENCE % (more, COVERAGE)
    result = await schema.execute(document, variable_values=variables_of(), context_value=context)
    assert result.errors is None
    assert result.data is not None
    answer = result.data["debtorPresence"]
    return {row.pop("sourceCourt"): row for row in answer["courts"]}, told(answer, context.extensions)


async def ask_clear(zone: LookupZone, schema: strawberry.Schema = GATEWAY_SCHEMA, more: str = "") -> tuple[Any, Any]:
    """The same of a clear field, at the gateway."""
    context = GatewayContext(zone.desk, CENTRE, "en")
    given = {"scope": {"wholeZone": True}}
    result = await schema.execute(STANDARDS % (more, COVERAGE), variable_values=given, context_value=context)
    assert result.errors is None
    assert result.data is not None
    answer = result.data["unifiedStandards"]
    return {row.pop("sourceCourt"): row for row in answer["standards"]}, told(answer, context.extensions)


def told(answer: Any, extensions: dict[str, Any]) -> dict[str, tuple[str, str | None, str, bool]]:
    def entry(court: Any) -> tuple[str, str | None, str, bool]:
        return court["status"], court["reason"], court["reportedBy"], court["narrowed"]

    selected = {court["court"]["code"]: entry(court) for court in answer["coverage"]["courts"]}
    assert selected == {court["court"]["code"]: entry(court) for court in extensions["coverage"]["courts"]}
    return selected


async def test_court_ahead_narrows_its_part(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(new_database, clock, releases={SHEXIAN: LATER}, contracts=BOTH) as zone:
        rows, courts = await look_up(zone)

    assert rows == {KAIHUA: {"matchLevel": "EXACT_ID"}, SHEXIAN: {"matchLevel": "OTHER"}}
    assert courts == {
        KAIHUA: ("ANSWERED", None, "COURT", False),
        CHANGSHAN: ("EMPTY", None, "COURT", False),
        SHEXIAN: ("ANSWERED", None, "COURT", True),
    }


async def test_court_behind_answers_what_it_has(new_database: Callable[..., Any], clock: SetClock) -> None:
    releases = {KAIHUA: LATER, CHANGSHAN: LATER}
    async with lookup_zone(new_database, clock, releases=releases, contracts={CHANGSHAN: [1, 2]}) as zone:
        rows, courts = await look_up(zone, LATER.lookups)
        later_rows, later_courts = await look_up(zone, LATER.lookups, "remark")

    assert rows == {KAIHUA: {"matchLevel": "SIMILAR_NAME"}, SHEXIAN: {"matchLevel": "EXACT_ID"}}
    assert courts[SHEXIAN] == ("ANSWERED", None, "COURT", False)
    assert later_rows == {KAIHUA: {"matchLevel": "SIMILAR_NAME", "remark": "later"}}
    assert later_courts == {
        KAIHUA: ("ANSWERED", None, "COURT", False),
        CHANGSHAN: ("EMPTY", None, "COURT", False),
        SHEXIAN: ("UNSUPPORTED", "UNSUPPORTED_FIELD", "COURT", False),
    }


@pytest.mark.parametrize(
    ("release", "contracts", "outcome"),
    [
        (FAR, [1], ("UNSUPPORTED", "UNSUPPORTED_CONTRACT", "COURT", False)),
        (FAR, [2, 3], ("NOT_ASKED", "UNSUPPORTED_CONTRACT", "ASKER", False)),
        (OURS, [], ("NOT_ASKED", "UNSUPPORTED_CONTRACT", "ASKER", False)),
    ],
)
async def test_court_too_far_away_is_named(
    new_database: Callable[..., Any], clock: SetClock, release: Release, contracts: list[int], outcome: Any
) -> None:
    async with lookup_zone(new_database, clock, releases={SHEXIAN: release}, contracts={SHEXIAN: contracts}) as zone:
        rows, courts = await look_up(zone)
        answers = len(await zone.rows(SHEXIAN, "access_log"))

    assert rows.keys() == {KAIHUA}
    assert courts[SHEXIAN] == outcome
    assert answers == (outcome[0] == "UNSUPPORTED")


@pytest.mark.parametrize(
    ("named", "text", "status", "code"),
    [
        (1, "matchLevel", "ANSWERED", None),
        (2, "matchLevel remark", "ANSWERED", None),
        (3, "remark", "ANSWERED", None),
        (1, "remark", "UNSUPPORTED", "UNSUPPORTED_FIELD"),
        (3, "soon", "UNSUPPORTED", "UNSUPPORTED_FIELD"),
        (1, "matchLevel } } { a", "REFUSED", "MALFORMED"),
    ],
)
async def test_ask_is_answered_in_the_words_of_its_contract(
    new_database: Callable[..., Any], clock: SetClock, named: int, text: str, status: str, code: str | None
) -> None:
    async with lookup_zone(new_database, clock, releases={SHEXIAN: LATER}, contracts=BOTH) as zone:
        made = await part(zone, f"courts {{ {text} }}", contract=named)

    assert (made.status, made.code) == (status, code)
    assert made.narrowed == (named == 1 and status == "ANSWERED")


async def test_what_has_no_word_in_the_older_contract_is_not_served(
    new_database: Callable[..., Any], clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = contract.read(snapshot(1).replace("  EXACT_ID\n  OTHER\n", "  EXACT_ID\n"))
    monkeypatch.setattr("schema.older_contracts.contract_of", {1: closed}.get)
    async with lookup_zone(new_database, clock, releases={SHEXIAN: LATER}, contracts=BOTH) as zone:
        made = await part(zone, "courts { matchLevel }", contract=1)

    assert (made.status, made.code, bytes(made.data)) == ("UNSUPPORTED", "UNSUPPORTED_CONTRACT", b"null")


async def part(zone: LookupZone, text: str, **changes: Any) -> Answer:
    """歙县's part of a look-up as its engine makes it."""
    court = zone.courts[SHEXIAN]
    asked = ask(f"{{ ... on DebtorPresence {{ {text} }} }}", **changes)
    async with transaction(court.pool) as conn:
        return await part_of(engine_of(LATER.lookups, 2), court, Partner(MANDATE, conn), asked)


async def test_court_ahead_narrows_in_clear(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(new_database, clock, releases={SHEXIAN: LATER}, contracts=BOTH, rows=standards) as zone:
        rows, courts = await ask_clear(zone)

    assert rows == {KAIHUA: {"practice": "PRO_RATA"}, SHEXIAN: {"practice": "OTHER"}}
    assert courts[SHEXIAN] == ("ANSWERED", None, "COURT", True)
    assert courts[KAIHUA] == ("ANSWERED", None, "COURT", False)


async def test_court_behind_answers_in_clear_what_it_has(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with lookup_zone(
        new_database, clock, releases={KAIHUA: LATER}, contracts={KAIHUA: [1, 2]}, rows=standards
    ) as zone:
        zone.desk = replace(zone.desk, clear=replace(zone.desk.clear, contract=2))
        rows, courts = await ask_clear(zone, LATER_GATEWAY)
        later_rows, later_courts = await ask_clear(zone, LATER_GATEWAY, "remark")

    assert rows == {KAIHUA: {"practice": "BY_AGREEMENT"}, SHEXIAN: {"practice": "PRO_RATA"}}
    assert not any(narrowed for *_, narrowed in courts.values())
    assert later_rows == {KAIHUA: {"practice": "BY_AGREEMENT", "remark": "later"}}
    assert later_courts[SHEXIAN] == ("UNSUPPORTED", "UNSUPPORTED_FIELD", "COURT", False)


@pytest.mark.parametrize(
    ("contracts", "outcome"),
    [
        ([1], ("UNSUPPORTED", "UNSUPPORTED_CONTRACT", "COURT", False)),
        ([2, 3], ("NOT_ASKED", "UNSUPPORTED_CONTRACT", "GATEWAY", False)),
    ],
)
async def test_court_too_far_away_is_named_in_clear(
    new_database: Callable[..., Any], clock: SetClock, contracts: list[int], outcome: Any
) -> None:
    async with lookup_zone(
        new_database, clock, releases={SHEXIAN: FAR}, contracts={SHEXIAN: contracts}, rows=standards
    ) as zone:
        rows, courts = await ask_clear(zone)

    assert rows.keys() == {KAIHUA}
    assert courts[SHEXIAN] == outcome
