"""Answers that officers bring home: written once into the row that waits, with who was there; two on the spot."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import anyio
import pytest

from db.clock import SetClock
from db.pool import open_pool
from db.records.assets import AssetKind
from db.records.searches import InquiryOutcome, ResultOutcome, SearchRecord
from enforcement import findings as finds
from enforcement import search_entries as entries
from enforcement import searches as acts
from enforcement.rules.refusals import (
    AssistanceOutOfScope,
    DuplicateOf,
    Forbidden,
    Malformed,
    NotFound,
    RuleBroken,
    TransitionNotAllowed,
)
from enforcement.rules.rights import Caller, Role
from enforcement.rules.search_entries import EnteredOutcome, VisitChannel
from enforcement.rules.task_refusals import IdempotencyKeyReused, NotAssigned, TwoOfficersRequired, UnknownOfficer
from enforcement.search_entries import NewEntry
from enforcement.searches import NewSearch
from tests.enforcement import registry_zone as rz
from tests.enforcement.holdings_samples import holding
from tests.enforcement.test_search_results import known
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
BANK = rz.BANK.format("330824")
_D, _M = AssetKind.BANK_DEPOSIT, AssetKind.MOVABLE
FOUND, NOTHING = EnteredOutcome.FOUND, EnteredOutcome.NOTHING
COLLEAGUE = "o-330824-02"


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def search_of(home: rz.Court, *kinds: AssetKind) -> SearchRecord:
    new = NewSearch(rz.NUMBER, None, None, kinds or (_D, _M))
    return await acts.request(home.node, rz.caller(KAIHUA), new, idempotency_key="s")


def at_counter(home: rz.Court, search: SearchRecord, **changes: Any) -> NewEntry:
    new = NewEntry(
        search_id=search.id,
        kind=_D,
        channel=VisitChannel.COUNTER,
        outcome=NOTHING,
        as_of=home.node.clock.now(),
        unit_id=BANK,
    )
    return replace(new, **changes)


def on_the_spot(home: rz.Court, search: SearchRecord, **changes: Any) -> NewEntry:
    new = NewEntry(
        search_id=search.id,
        kind=_M,
        channel=VisitChannel.ONSITE,
        outcome=FOUND,
        as_of=home.node.clock.now(),
        place="城关镇样例路1号",
        officers=(COLLEAGUE,),
        holdings=(holding(_M),),
    )
    return replace(new, **changes)


async def enter(home: rz.Court, new: NewEntry, who: Caller | None = None, key: str = "e") -> SearchRecord:
    return await entries.record(home.node, who or rz.caller(KAIHUA), new, idempotency_key=key)


async def test_a_counter_fills_the_row_that_waits(home: rz.Court) -> None:
    search = await search_of(home)

    await enter(home, at_counter(home, search))

    entry = (await known(home, search))[_D]
    (row,) = entry.rows
    assert (row.outcome, row.channel, row.source, row.as_of) == (
        ResultOutcome.NOTHING,
        "COUNTER",
        "COUNTER",
        home.node.clock.now(),
    )
    assert row.recorded_by == ["o-330824-01"]
    assert entry.is_complete
    (inquiry,) = await acts.inquiries(home.node, [search.id])
    assert (inquiry.outcome, inquiry.source) == (InquiryOutcome.NOTHING, "COUNTER")


async def test_a_find_at_a_counter_is_adopted(home: rz.Court) -> None:
    search = await search_of(home)

    await enter(home, at_counter(home, search, outcome=FOUND, holdings=(holding(_D),)))

    async with home.node.pool.acquire() as conn:
        find_id = await conn.fetchval("SELECT id FROM findings WHERE search_id = $1", search.id)
    asset = await finds.adopt(home.node, rz.caller(KAIHUA), find_id, idempotency_key="a")
    assert (asset.kind, asset.source, finds.facts_of(home.node.at_rest, asset)) == (_D, "COUNTER", holding(_D).facts)


async def test_on_the_spot_needs_no_unit(home: rz.Court) -> None:
    search = await search_of(home, _M)

    await enter(home, on_the_spot(home, search))

    entry = (await known(home, search))[_M]
    (row,) = entry.rows
    assert (row.outcome, row.channel, row.unit_id) == (ResultOutcome.FOUND, "ONSITE", None)
    assert row.recorded_by == ["o-330824-01", COLLEAGUE]
    async with home.node.pool.acquire() as conn:
        raw = await conn.fetchval("SELECT place FROM search_results WHERE search_id = $1", search.id)
    assert "城关镇".encode() not in raw
    assert home.node.at_rest.text(raw, context="search_results.place") == "城关镇样例路1号"


async def test_a_counter_elsewhere_is_named_by_its_place(home: rz.Court) -> None:
    search = await search_of(home, AssetKind.INSURANCE_VALUE)
    new = at_counter(
        home,
        search,
        kind=AssetKind.INSURANCE_VALUE,
        unit_id=None,
        place="样例保险杭州分公司",
        outcome=FOUND,
        holdings=(holding(AssetKind.INSURANCE_VALUE),),
    )

    await enter(home, new)

    assert (await known(home, search))[AssetKind.INSURANCE_VALUE].outcome is ResultOutcome.FOUND


async def test_same_key_writes_once(home: rz.Court) -> None:
    search = await search_of(home)
    new = on_the_spot(home, search)

    first, again = await enter(home, new), await enter(home, new)
    with pytest.raises(IdempotencyKeyReused):
        await enter(home, replace(new, place="别处"))

    assert first == again
    assert await home.count("findings") == 1
    assert len((await known(home, search))[_M].rows) == 1


async def test_a_word_at_the_counter_stands(home: rz.Court) -> None:
    search = await search_of(home)
    await enter(home, at_counter(home, search))

    with pytest.raises(DuplicateOf):
        await enter(home, at_counter(home, search, outcome=FOUND, holdings=(holding(_D),)), key="f")

    assert await home.count("findings") == 0
    assert (await known(home, search))[_D].outcome is ResultOutcome.NOTHING


async def test_two_officers_type_at_once(home: rz.Court) -> None:
    search = await search_of(home)
    done = list[str]()

    async def type_in(key: str) -> None:
        try:
            await enter(home, at_counter(home, search, outcome=FOUND, holdings=(holding(_D),)), key=key)
        except DuplicateOf:
            done.append("refused")
        else:
            done.append("written")

    async with anyio.create_task_group() as group:
        for key in ("a", "b", "c"):
            group.start_soon(type_in, key)

    assert sorted(done) == ["refused", "refused", "written"]
    assert await home.count("findings") == 1


async def test_the_counter_of_a_silent_registry_completes_the_search(home: rz.Court) -> None:
    """It is the same unit: it was asked once, and looked."""
    search = await search_of(home, AssetKind.VEHICLE)
    cars = rz.CARS.format("330824")
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE search_results SET outcome = 'NO_ANSWER', closed_at = now()")

    await enter(home, at_counter(home, search, kind=AssetKind.VEHICLE, unit_id=cars))

    entry = (await known(home, search))[AssetKind.VEHICLE]
    assert {(row.channel, row.outcome) for row in entry.rows} == {
        ("PROVINCIAL_NETWORK", ResultOutcome.NO_ANSWER),
        ("COUNTER", ResultOutcome.NOTHING),
    }
    assert (entry.outcome, entry.asked, entry.answered, entry.is_complete) == (ResultOutcome.NOTHING, 1, 1, True)


COUNTER: list[tuple[dict[str, Any], type[RuleBroken]]] = [
    ({"kind": AssetKind.VEHICLE}, Malformed),
    ({"outcome": FOUND}, Malformed),
    ({"outcome": NOTHING, "holdings": (holding(_D),)}, Malformed),
    ({"unit_id": None}, Malformed),
    ({"unit_id": "u-330824-land"}, AssistanceOutOfScope),
    ({"unit_id": "u-none"}, AssistanceOutOfScope),
    ({"officers": ("o-none",)}, UnknownOfficer),
    ({"outcome": FOUND, "holdings": (holding(_M),)}, Malformed),
    ({"outcome": FOUND, "holdings": (holding(_D, identity={"account": "6299993308240000017"}),)}, Malformed),
    ({"place": "x" * 201}, Malformed),
    ({"search_id": uuid4()}, NotFound),
]
SPOT: list[tuple[dict[str, Any], type[RuleBroken]]] = [
    ({"officers": ()}, TwoOfficersRequired),
    ({"officers": ("o-330824-01",)}, TwoOfficersRequired),
    ({"outcome": EnteredOutcome.REFUSED, "holdings": ()}, Malformed),
    ({"place": " "}, Malformed),
    ({"unit_id": BANK}, Malformed),
]


@pytest.mark.parametrize(
    ("make", "changes", "refusal"),
    [(at_counter, *row) for row in COUNTER] + [(on_the_spot, *row) for row in SPOT],
)
async def test_what_is_not_whole_writes_nothing(
    home: rz.Court, make: Callable[..., NewEntry], changes: dict[str, Any], refusal: type[RuleBroken]
) -> None:
    search = await search_of(home)
    before = await state(home)

    with pytest.raises(refusal):
        await enter(home, make(home, search, **changes))

    assert await state(home) == before


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(hours=-1)])
async def test_neither_ahead_nor_before_the_search(home: rz.Court, off: timedelta) -> None:
    search = await search_of(home)
    before = await state(home)

    with pytest.raises(Malformed) as refusal:
        await enter(home, at_counter(home, search, as_of=home.node.clock.now() + off))

    assert (refusal.value.code, refusal.value.part) == ("INVALID_PERIOD", "asOf")
    assert await state(home) == before


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (rz.caller(KAIHUA, 2), NotAssigned),
        (rz.caller(KAIHUA, 4, Role.CLERK), Forbidden),
        (rz.caller(KAIHUA, 7, Role.COMMAND_CENTRE), Forbidden),
    ],
)
async def test_only_whose_case_it_is(home: rz.Court, who: Caller, refusal: type[RuleBroken]) -> None:
    search = await search_of(home)
    before = await state(home)

    with pytest.raises(refusal):
        await enter(home, at_counter(home, search), who)

    assert await state(home) == before


async def state(court: rz.Court) -> list[Any]:
    async with court.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT * FROM search_results ORDER BY id")
    return [[tuple(row) for row in rows], *[await court.count(name) for name in ("findings", "events", "idempotency")]]


async def test_for_anothers_case_no_case_is_made(new_database: Callable[..., Any], clock: SetClock) -> None:
    """Asked and answered inside an entrusted task: under that court's number, and this court has no case of it."""
    pool = await open_pool(await new_database("node"))
    away = await rz.shexian(Zone(), pool, clock)
    task = await rz.add_task(away, rz.content())
    officer = rz.caller(SHEXIAN)
    cases = [await away.count(name) for name in ("cases", "case_parties", "parties", "assets")]

    new = NewSearch(None, task.id, None, (_M,))
    search = await acts.request(away.node, officer, new, idempotency_key="s")
    entry = on_the_spot(away, search, officers=("o-341021-02",))
    await entries.record(away.node, officer, entry, idempotency_key="e")

    assert away.node.at_rest.text(search.case_number, context="asset_searches.case_number") == rz.NUMBER
    assert search.case_id is None
    assert [await away.count(name) for name in ("cases", "case_parties", "parties", "assets")] == cases
    async with pool.acquire() as conn:
        await conn.execute("UPDATE tasks SET status = 'FED_BACK'")
    with pytest.raises(TransitionNotAllowed):
        await entries.record(away.node, officer, entry, idempotency_key="late")
    await pool.close()
