"""What a search knows of each kind: from which channel, since when, and never "nothing" where nobody said so."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from runpy import run_path
from typing import Any
from uuid import UUID

import anyio
import msgspec
import pytest

from db.clock import SetClock
from db.pool import open_pool
from db.records.assets import AssetKind
from db.records.searches import ResultOutcome, SearchRecord
from enforcement import findings as finds
from enforcement import searches as acts
from enforcement import unit_worker
from enforcement.channels import Holding, KindAnswer, NoticeAnswer, NoticeRequest, SearchAnswer, SearchRequest
from enforcement.payloads import FindingPayload, PriorMeasure
from enforcement.rules.refusals import NotDebtorsAsset
from enforcement.rules.search_results import KindCoverage
from enforcement.rules.task_refusals import NotAssigned
from enforcement.searches import NewSearch
from tests.enforcement import registry_zone as rz
from tests.enforcement.holdings_samples import holding
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio
_V, _R, _D, _W = AssetKind.VEHICLE, AssetKind.REAL_ESTATE, AssetKind.BANK_DEPOSIT, AssetKind.WEALTH_PRODUCT
LAND = rz.LAND.format("330824")
FOUND, NOTHING, REFUSED = ResultOutcome.FOUND, ResultOutcome.NOTHING, ResultOutcome.REFUSED
NO_ANSWER, NOT_ASKED = ResultOutcome.NO_ANSWER, ResultOutcome.NOT_ASKED


@dataclass(slots=True)
class Says:
    """A channel whose units all give one answer."""

    answer: SearchAnswer

    async def search(self, unit_id: str, request: SearchRequest) -> SearchAnswer:
        return self.answer

    async def serve(self, unit_id: str, request: NoticeRequest) -> NoticeAnswer:
        raise AssertionError(unit_id)


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    court = await rz.kaihua(Zone(), pool, clock)
    await keeps(court, LAND, *AssetKind)
    await keeps(court, rz.CARS.format("330824"))
    yield court
    await pool.close()


async def keeps(court: rz.Court, unit_id: str, *kinds: AssetKind) -> None:
    """The unit answers for these kinds from now on."""
    async with court.node.pool.acquire() as conn:
        await conn.execute(
            "UPDATE assisting_units SET items = $2 WHERE id = $1",
            unit_id,
            [{"code": "SEARCH", "asset_kinds": [kind.value for kind in kinds], "documents": []}],
        )


def says(court: rz.Court, *holdings: Holding, **changes: Any) -> SearchAnswer:
    outcome = "found" if holdings else "nothing"
    given: dict[str, Any] = {"outcome": outcome, "source": "PROVINCIAL_NETWORK", "as_of": court.node.clock.now()}
    return SearchAnswer(**(given | {"holdings": list(holdings)} | changes))


async def ask(court: rz.Court, *kinds: AssetKind) -> SearchRecord:
    new = NewSearch(rz.NUMBER, None, None, kinds)
    return await acts.request(court.node, rz.caller(KAIHUA), new, idempotency_key="k")


async def answered(court: rz.Court, answer: SearchAnswer, *kinds: AssetKind) -> SearchRecord:
    search = await ask(court, *kinds)
    await unit_worker.run_once(court.node, Says(answer), lambda: 0.5)
    return search


async def known(court: rz.Court, search: SearchRecord) -> dict[str, KindCoverage]:
    return {entry.kind: entry for entry in await acts.results(court.node, search)}


async def found(court: rz.Court, search: SearchRecord) -> list[FindingPayload]:
    async with court.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT content FROM findings WHERE search_id = $1 ORDER BY id", search.id)
    return [
        msgspec.json.decode(court.node.at_rest.decrypt(row["content"], context="findings.content"), type=FindingPayload)
        for row in rows
    ]


async def test_each_kind_has_its_own_word(home: rz.Court) -> None:
    words = [
        KindAnswer(kind=_D, outcome="refused", reason="UNIT_OBJECTS"),
        KindAnswer(kind=_W, outcome="no_answer", reason="BOOKS_CLOSED"),
    ]
    answer = says(home, holding(_R), kinds=words)

    search = await answered(home, answer, _R, AssetKind.EQUITY, _D, _W)

    said = {kind: (entry.outcome, entry.reason) for kind, entry in (await known(home, search)).items()}
    assert said == {
        _R: (FOUND, None),
        AssetKind.EQUITY: (NOTHING, None),
        _D: (REFUSED, "UNIT_OBJECTS"),
        _W: (NO_ANSWER, "BOOKS_CLOSED"),
    }


async def test_rows_name_channel_source_and_instant(home: rz.Court) -> None:
    search = await answered(home, says(home), _R)

    entry = (await known(home, search))[_R]
    (row,) = entry.rows
    assert (row.unit_id, row.channel, row.source, row.as_of) == (
        LAND,
        "PROVINCIAL_NETWORK",
        "PROVINCIAL_NETWORK",
        home.node.clock.now(),
    )
    assert (entry.asked, entry.answered, entry.is_complete) == (1, 1, True)


async def test_nobody_asked_is_not_nothing(home: rz.Court) -> None:
    await keeps(home, LAND, _R)

    search = await answered(home, says(home), _R, AssetKind.SHIP, _D)

    said = await known(home, search)
    assert (said[AssetKind.SHIP].outcome, said[AssetKind.SHIP].reason) == (NOT_ASKED, "NO_UNIT")
    assert (said[_D].outcome, said[_D].reason, said[_D].is_complete) == (NOT_ASKED, "NO_CHANNEL", False)


async def test_nothing_of_some_is_not_complete(home: rz.Court) -> None:
    """The land registry looked for deposits too, the bank behind its counter did not."""
    search = await answered(home, says(home), _D)

    entry = (await known(home, search))[_D]
    assert (entry.outcome, entry.asked, entry.answered, entry.is_complete) == (NOTHING, 1, 1, False)


async def test_still_asked_is_no_verdict(home: rz.Court) -> None:
    search = await ask(home, _R)

    entry = (await known(home, search))[_R]
    assert (entry.outcome, entry.asked, entry.answered) == (None, 1, 0)


@pytest.mark.parametrize("kind", list(AssetKind))
async def test_a_find_keeps_what_is_said_of_its_kind(home: rz.Court, kind: AssetKind) -> None:
    one = holding(kind)

    search = await answered(home, says(home, one), kind)

    (find,) = await found(home, search)
    assert (find.kind, find.identity, find.facts) == (kind, one.identity, one.facts)


BAD: list[tuple[AssetKind, dict[str, Any]]] = [
    (_V, {"identity": {"plate": "浙H0"}}),
    (_V, {"identity": {"plate": "浙HX0001", "vin": "SHORT"}}),
    (_V, {"identity": {"engine_no": "SAMPLE-E1"}}),
    (_R, {"identity": {"unit_no": "330824001001GB00001F0001000"}}),
    (_D, {"identity": {"account": "6299993308240000017"}}),
    (AssetKind.EQUITY, {"identity": {"uscc": "91330824FAKE000138"}}),
    (AssetKind.MOVABLE, {"identity": {}}),
    (AssetKind.MOVABLE, {"identity": {"item": "x" * 201}}),
    (_V, {"facts": holding(_R).facts}),
    (_V, {"division": "33"}),
    (_V, {"description": "x" * 501}),
    (_V, {"estimated_value": Decimal("NaN")}),
    (_V, {"prior_measures": -1}),
    (_V, {"prior": [PriorMeasure(court="没有", rank=1)]}),
    (_V, {"prior": [PriorMeasure(court="浙0127", rank=0)]}),
]


@pytest.mark.parametrize(("kind", "changes"), BAD)
async def test_what_cannot_be_read_is_faulty(home: rz.Court, kind: AssetKind, changes: dict[str, Any]) -> None:
    bad = holding(kind, **changes)

    search = await answered(home, says(home, bad), kind)

    entry = (await known(home, search))[kind]
    assert (entry.outcome, entry.reason) == (NO_ANSWER, "FAULTY")
    assert await home.count("findings") == 0


async def test_the_good_beside_the_bad_is_kept(home: rz.Court) -> None:
    bad = holding(_V, identity={"plate": "浙H0"})

    search = await answered(home, says(home, holding(_V), bad), _V)

    entry = (await known(home, search))[_V]
    assert (entry.outcome, entry.is_complete) == (FOUND, False)
    assert any(row.reason == "FAULTY" for row in entry.rows)
    assert {find.identity["plate"] for find in await found(home, search)} == {"浙HX0001"}


UNSOUND: list[dict[str, Any]] = [
    {"source": "HEARSAY"},
    {"as_of": datetime(2099, 1, 1, tzinfo=UTC)},
    {"outcome": "found"},
    {"kinds": [KindAnswer(kind=_R, outcome="nothing"), KindAnswer(kind=_R, outcome="refused")]},
    {"kinds": [KindAnswer(kind=_R, outcome="found")]},
]


@pytest.mark.parametrize("changes", UNSOUND)
async def test_an_answer_that_contradicts_itself_is_faulty(home: rz.Court, changes: dict[str, Any]) -> None:
    search = await answered(home, says(home, **changes), _R)

    entry = (await known(home, search))[_R]
    assert (entry.outcome, entry.reason) == (NO_ANSWER, "FAULTY")
    assert await home.count("findings") == 0


async def test_a_mistyped_vin_is_a_find(home: rz.Court) -> None:
    typed = holding(_V, identity={"vin": "LFAKE0A11R0000001"})

    search = await answered(home, says(home, typed), _V)

    assert (await known(home, search))[_V].outcome is FOUND


async def test_prose_of_a_unit_is_not_kept(home: rz.Court) -> None:
    search = await answered(home, says(home, outcome="refused", reason="李样甲 has no car"), _R)

    entry = (await known(home, search))[_R]
    assert (entry.outcome, entry.reason) == (REFUSED, "OTHER")
    (inquiry,) = [row for row in await acts.inquiries(home.node, [search.id]) if row.unit_id == LAND]
    assert inquiry.reason == "OTHER"


async def test_measures_before_are_named(home: rz.Court) -> None:
    since = datetime(2025, 1, 2, tzinfo=UTC)
    prior = [PriorMeasure(court="赣1130", rank=2), PriorMeasure(court="浙0127", rank=1, registered_at=since)]

    search = await answered(home, says(home, holding(_V, prior=prior)), _V)

    (find,) = await found(home, search)
    assert find.prior_measures == 2
    assert [(one.court, one.rank, one.registered_at) for one in find.prior] == [
        ("浙0127", 1, since),
        ("赣1130", 2, None),
    ]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({}, "UNSTATED"),
        ({"owner": rz.DEBTOR_NO}, "DEBTOR"),
        ({"owner": rz.OTHER_NO}, "OTHER"),
        ({"owner": rz.OTHER_NO, "co_owned": True}, "CO_OWNED"),
    ],
)
async def test_whose_it_is_is_compared_and_not_kept(home: rz.Court, changes: dict[str, Any], match: str) -> None:
    search = await answered(home, says(home, holding(_V, **changes)), _V)

    (find,) = await found(home, search)
    assert find.owner == match
    assert rz.OTHER_NO not in repr(find)


async def one_find(home: rz.Court, **changes: Any) -> UUID:
    search = await answered(home, says(home, holding(_V, **changes)), _V)
    (find,) = await found(home, search)
    return find.id


async def test_somebody_elses_car_is_not_adopted(home: rz.Court) -> None:
    find_id = await one_find(home, owner=rz.OTHER_NO)

    with pytest.raises(NotDebtorsAsset):
        await finds.adopt(home.node, rz.caller(KAIHUA), find_id, idempotency_key="a")

    assert await home.count("assets") == 0
    async with home.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT adopted_by FROM findings WHERE id = $1", find_id) is None


async def test_adopted_twice_at_once_is_one_asset(home: rz.Court) -> None:
    """The handler in two windows, and a colleague who has another case: one asset, and a refusal."""
    find_id = await one_find(home)
    assets, refused = list[UUID](), list[type[Exception]]()

    async def adopt(number: int, key: str) -> None:
        try:
            asset = await finds.adopt(home.node, rz.caller(KAIHUA, number), find_id, idempotency_key=key)
        except NotAssigned as error:
            refused.append(type(error))
        else:
            assets.append(asset.id)

    async with anyio.create_task_group() as group:
        group.start_soon(adopt, 1, "a")
        group.start_soon(adopt, 1, "b")
        group.start_soon(adopt, 2, "c")

    assert len(assets) == 2
    assert len(set(assets)) == 1
    assert refused == [NotAssigned]
    assert await home.count("assets") == 1


async def test_an_asset_keeps_what_was_found(home: rz.Court) -> None:
    search = await answered(home, says(home, holding(_R, co_owned=True)), _R)
    (find,) = await found(home, search)

    asset = await finds.adopt(home.node, rz.caller(KAIHUA), find.id, idempotency_key="a")

    assert finds.facts_of(home.node.at_rest, asset) == holding(_R).facts
    assert (asset.only_home, asset.co_owned) == (True, True)


async def test_facts_lie_encrypted(home: rz.Court) -> None:
    search = await answered(home, says(home, holding(AssetKind.MOVABLE)), AssetKind.MOVABLE)
    (find,) = await found(home, search)
    await finds.adopt(home.node, rz.caller(KAIHUA), find.id, idempotency_key="a")

    async with home.node.pool.acquire() as conn:
        for name in ("assets", "findings", "search_results"):
            rows = await conn.fetch(f"SELECT * FROM {name}")
            everything = "".join(repr(value) for row in rows for value in row.values())
            assert "样例仓库" not in everything
            assert "样例仓库".encode().hex() not in everything


async def test_late_is_not_future(home: rz.Court) -> None:
    ahead = home.node.clock.now() + timedelta(minutes=4)

    search = await answered(home, says(home, as_of=ahead), _R)

    assert (await known(home, search))[_R].outcome is NOTHING


async def test_a_kind_that_the_unit_was_not_known_to_keep(home: rz.Court) -> None:
    await keeps(home, LAND, _R)

    search = await answered(home, says(home, holding(AssetKind.SHIP)), _R, AssetKind.SHIP)

    said = await known(home, search)
    assert (said[_R].outcome, said[AssetKind.SHIP].outcome) == (NOTHING, FOUND)


async def test_what_was_not_asked_for_is_not_kept(home: rz.Court) -> None:
    search = await answered(home, says(home, holding(_R), holding(AssetKind.SHIP)), _R)

    assert [find.kind for find in await found(home, search)] == [_R]


async def test_rows_of_an_older_release_are_told_again(home: rz.Court) -> None:
    """What n19 makes of searches that have only a row per unit."""
    revision = run_path("alembic/node/n19_searches_whole.py")
    told = next(sql for sql in revision["UP"] if "INSERT INTO search_results" in sql)
    search = await answered(home, says(home, holding(_R)), _R, AssetKind.EQUITY, _D)
    before = await known(home, search)

    async with home.node.pool.acquire() as conn:
        await conn.execute("DELETE FROM search_results")
        await conn.execute(told)

    after = await known(home, search)
    assert {kind: (e.outcome, e.asked, e.answered, e.is_complete) for kind, e in after.items()} == {
        kind: (e.outcome, e.asked, e.answered, e.is_complete) for kind, e in before.items()
    }
