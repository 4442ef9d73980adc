"""The statistics' derived fields follow from what two courts report, whatever the request selects."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import orjson
import pytest

from db.clock import SetClock
from enforcement.court import CourtNode
from enforcement.rules.delegation_figures import Figures, PairFigures, by_court, total
from federation.ask.content import Ask
from federation.graph import derive, selection
from federation.graph.contract import BadContract
from federation.graph.derive import Formula
from schema.engine import engine_of
from schema.gateway.published import published
from schema.gateway.schema import SCHEMA
from schema.gateway.statistics_formulas import FORMULAS
from schema.node.zone_part import PART_SCHEMA, ZonePartContext
from tests.enforcement.fixture_zone import one_court
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA, SHEXIAN
from tests.schema.test_zone_statistics import COUNTS, WHOLE

pytestmark = pytest.mark.anyio
FIELD = "delegationStatistics"
RATES = "signedForInTimeRate completedInTimeRate returnRate meanHandlingMinutes"


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[list[CourtNode]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(one_court(new_database, clock, code)) for code in (KAIHUA, SHEXIAN)]


@pytest.mark.parametrize(
    ("field", "siblings"),
    [("dispatched", ("returned", "dispatched")), ("returnRate", ("returned", "coverage")), ("nothing", ("returned",))],
)
def test_with_a_wrong_formula_nothing_is_published(
    monkeypatch: pytest.MonkeyPatch, field: str, siblings: tuple[str, ...]
) -> None:
    wrong = {("DelegationStatistics", field): Formula(siblings, lambda _: None)}
    monkeypatch.setattr("schema.gateway.published.FORMULAS", {**FORMULAS, **wrong})

    with pytest.raises(BadContract, match=rf"DelegationStatistics\.{field}"):
        published.__wrapped__(SCHEMA)


async def reported(courts: list[CourtNode], text: str) -> dict[str, dict[str, Any]]:
    """The parts of the courts for that selection."""
    parts = {}
    for court in courts:
        context = ZonePartContext(court, "en")
        asked = Ask(field=FIELD, contract=1, arguments={"period": WHOLE}, selection=text, mandate=b"")
        told = await engine_of(PART_SCHEMA).part(asked, context, context, given={"scope": {"courts": [court.code]}})
        parts[court.code] = orjson.loads(bytes(told.data))
    return parts


def figures(data: dict[str, Any]) -> Figures:
    return Figures(*(int(data[name]) for name in COUNTS.split()))


def rates(of: Figures) -> dict[str, Any]:
    return {
        "signedForInTimeRate": of.signed_for_in_time_rate,
        "completedInTimeRate": of.completed_in_time_rate,
        "returnRate": of.return_rate,
        "meanHandlingMinutes": of.mean_handling_minutes,
    }


def test_every_derived_field_has_its_formula() -> None:
    contract = published(SCHEMA).contract

    derive.check(contract, FORMULAS)
    derived = {key for key, rule in contract.rules.items() if key[0] == "DelegationStatistics" and rule == "DERIVED"}
    assert derived - FORMULAS.keys() == {("DelegationStatistics", "coverage")}


@pytest.mark.parametrize(
    "beside",
    [
        "",
        COUNTS,
        "pairs { delegatingCourt }",
        "pairs { figures { returnRate } }",
        "_pairs: asOf _code: asOf",
        "_pairs: pairs { delegatingCourt }",
        "_0: pairs { _1: delegatingCourt } _2: asOf",
        "} ... on Problem { _0: code _1: message",
    ],
)
async def test_rates_and_roles_are_of_all_courts(courts: list[CourtNode], beside: str) -> None:
    engine = engine_of(SCHEMA)
    pairs = f"pairs {{ delegatingCourt entrustedCourt figures {{ {COUNTS} }} }}"
    whole = await reported(courts, f"{{ ... on DelegationStatistics {{ {pairs} }} }}")
    chosen = selection.read(
        f"{{ ... on DelegationStatistics {{ {RATES} courts {{ court asDelegating {{ {COUNTS} }} }} {beside} }} }}"
    )
    sent = engine.widened(FIELD, chosen, FORMULAS)

    derived = engine.derived(FIELD, sent, await reported(courts, sent.text), FORMULAS)

    told = [
        PairFigures(pair["delegatingCourt"], pair["entrustedCourt"], figures(pair["figures"]))
        for part in whole.values()
        for pair in part["pairs"]
    ]
    assert {pair.delegating for pair in told} == {KAIHUA, SHEXIAN}
    assert {name: derived[name] for name in RATES.split()} == rates(total(pair.figures for pair in told))
    assert derived["completedInTimeRate"] is not None
    assert derived["meanHandlingMinutes"] > 0
    assert [
        (court["court"], figures(court["asDelegating"]), figures(court["asEntrusted"])) for court in derived["courts"]
    ] == [(court.court, court.as_delegating, court.as_entrusted) for court in by_court(told)]
