"""A request may use any alias: what is asked beside its selection goes by other keys, at every door."""

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from db.clock import SetClock
from enforcement.rules.rights import Caller, Role
from tests.enforcement.lookup_zone import PROFILE_OF
from tests.federation.zone import DIVISIONS, KAIHUA
from tests.schema.clear_zone import CENTRE, ClearDesk, clear_desk

pytestmark = pytest.mark.anyio
MATRIX = "crossBorderMatrix(scope: $scope)"
STATISTICS = 'delegationStatistics(period: {from: "2025-01-01", to: "2025-06-30"}, scope: $scope)'
MATRIX_ROWS = "rows { sourceCourt division }"
COURTS = "courts { court asDelegating { dispatched } }"
HANDLER = Caller("o-330824-01", KAIHUA, frozenset({Role.HANDLER}))
ALIASED = [
    (MATRIX, f"... on CrossBorderMatrix {{ _code: asOf {MATRIX_ROWS} }}"),
    (MATRIX, f"... on Problem {{ _code: message }} ... on CrossBorderMatrix {{ _code_: asOf {MATRIX_ROWS} }}"),
    (MATRIX, "... on CrossBorderMatrix { _code: rows { _code: sourceCourt _code_: division } }"),
    (MATRIX, "...One ... on CrossBorderMatrix { __typename: asOf }"),
    (STATISTICS, f"... on DelegationStatistics {{ _pairs: asOf {COURTS} }}"),
    (STATISTICS, f"... on DelegationStatistics {{ _pairs: pairs {{ delegatingCourt }} {COURTS} }}"),
    (STATISTICS, f"... on DelegationStatistics {{ _0: asOf _2: returnRate {COURTS} }}"),
    (STATISTICS, f"... on Problem {{ _0: code _1: message _code: code }} ... on DelegationStatistics {{ {COURTS} }}"),
    (STATISTICS, f"... on NotCovered {{ _0: coverage {{ asked }} }} ... on DelegationStatistics {{ {COURTS} }}"),
]


@pytest.fixture
async def zone(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[ClearDesk]:
    async with clear_desk(new_database, clock) as made:
        yield made


def plain(selected: str) -> str:
    return re.sub(r"\b_\w+: ", "", selected)


def values(data: Any) -> Any:
    """The values in their order, whatever their keys."""
    if isinstance(data, dict):
        return [values(value) for value in data.values()]
    return [values(item) for item in data] if isinstance(data, list) else data


def statuses(zone: ClearDesk) -> list[tuple[str, str, int]]:
    return [(told["court"]["code"], told["status"], told["rows"]) for told in zone.extensions["coverage"]["courts"]]


async def asked(zone: ClearDesk, call: str, selected: str, *, within: bool, who: Caller = CENTRE) -> Any:
    field = f"asked: {call} {{ {selected} }}"
    document = "query ($scope: Scope!) { " + (f"zone {{ {field} }} }}" if within else f"{field} }}")
    document += " fragment One on CrossBorderMatrix { _code: rows { sourceCourt } }" if "...One" in selected else ""
    data = await (zone.ask_node(document, caller=who) if within else zone.ask(document, who))
    assert zone.errors == []
    return (data["zone"] if within else data)["asked"]


@pytest.mark.parametrize(("call", "selected"), ALIASED, ids=[selected for _, selected in ALIASED])
async def test_any_alias_has_the_same_answer_at_every_door(zone: ClearDesk, call: str, selected: str) -> None:
    expected = await asked(zone, call, plain(selected), within=False)
    told = statuses(zone)

    at_gateway = await asked(zone, call, selected, within=False)
    told_at_gateway = statuses(zone)
    at_node = await asked(zone, call, selected, within=True)

    assert {status for _, status, _ in told} <= {"ANSWERED", "EMPTY"}
    assert len(told) == len(DIVISIONS)
    assert values(at_gateway) == values(expected)
    assert at_node == at_gateway
    assert statuses(zone) == told_at_gateway == told


@pytest.mark.parametrize("key", ["_code", "_code_", "__typename", "_0"])
async def test_any_alias_of_a_refusal_is_answered(zone: ClearDesk, key: str) -> None:
    for within in (False, True):
        refused = await asked(zone, MATRIX, f"... on Problem {{ {key}: code }}", within=within, who=HANDLER)

        assert refused == {key: "FORBIDDEN"}


@pytest.mark.parametrize(
    "selected",
    [
        "... on DebtorProfile { _code: lookupId cases { sourceCourt caseNumber } }",
        "... on Problem { _code: message } ... on DebtorProfile { cases { _code: sourceCourt _code_: caseNumber } }",
        "_code: __typename ... on DebtorProfile { _code_: cases { sourceCourt caseNumber } }",
    ],
)
async def test_any_alias_is_looked_up(zone: ClearDesk, selected: str) -> None:
    told: list[dict[str, Any]] = [{}, {}]
    expected, answer = [
        (await zone.courts.ask(PROFILE_OF % text, extensions=extensions, sections=["CASES"]))["debtorProfile"]
        for text, extensions in zip((plain(selected), selected), told, strict=True)
    ]

    cases = next(value for value in answer.values() if isinstance(value, list))
    assert len(cases) >= 2
    assert values(cases) == values(expected["cases"])
    assert len(answer) == len(expected)
    before, after = ([(c["court"]["code"], c["status"]) for c in each["coverage"]["courts"]] for each in told)
    assert after == before
    assert {status for _, status in after} == {"ANSWERED", "EMPTY"}
