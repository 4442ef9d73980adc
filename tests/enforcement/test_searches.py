"""Asset searches: a basis first, one row per unit, silence is not "nothing found", finds adopted by an officer."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import pytest

from db import cases, findings, searches
from db.clock import SetClock
from db.pool import open_pool, transaction
from db.records.assets import AssetKind
from db.records.cases import CaseStatus, ClosingMethod
from db.records.searches import InquiryOutcome, SearchRecord, SearchStatus
from enforcement import findings as finds
from enforcement import inquiries, unit_worker
from enforcement import searches as acts
from enforcement.rules.refusals import (
    AssistanceOutOfScope,
    CaseNotOpen,
    Forbidden,
    Malformed,
    NotFound,
    NotJudgmentDebtor,
    RuleBroken,
    TransitionNotAllowed,
)
from enforcement.rules.rights import Caller, Role
from enforcement.rules.search import MAX_ATTEMPTS
from enforcement.rules.task_refusals import IdempotencyKeyReused, NotAssigned
from enforcement.searches import NewSearch
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio


@pytest.fixture
def units(tmp_path: Path, clock: SetClock) -> rz.Units:
    return rz.new_units(tmp_path, clock)


@pytest.fixture
async def zone_courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[tuple[rz.Court, rz.Court]]:
    zone = Zone()
    pools = [await open_pool(await new_database("node")) for _ in range(2)]
    yield await rz.kaihua(zone, pools[0], clock), await rz.shexian(zone, pools[1], clock)
    for pool in pools:
        await pool.close()


@pytest.fixture
def home(zone_courts: tuple[rz.Court, rz.Court]) -> rz.Court:
    return zone_courts[0]


@pytest.fixture
def away(zone_courts: tuple[rz.Court, rz.Court]) -> rz.Court:
    return zone_courts[1]


def in_case(*kinds: AssetKind, number: str = rz.NUMBER) -> NewSearch:
    return NewSearch(number, None, None, kinds or (AssetKind.VEHICLE,))


async def work(court: rz.Court, units: rz.Units) -> int:
    return await unit_worker.run_once(court.node, units, lambda: 0.5)


async def ask_at_home(home: rz.Court, *kinds: AssetKind, key: str = "k") -> SearchRecord:
    return await acts.request(home.node, rz.caller(KAIHUA), in_case(*kinds), idempotency_key=key)


async def ask_away(away: rz.Court, *kinds: AssetKind, **changes: Any) -> SearchRecord:
    task = await rz.add_task(away, rz.content(), **changes)
    new = NewSearch(None, task.id, None, kinds or (AssetKind.VEHICLE,))
    return await acts.request(away.node, rz.caller(SHEXIAN), new, idempotency_key="k")


async def reread(court: rz.Court, search: SearchRecord) -> SearchRecord:
    async with court.node.pool.acquire() as conn:
        found = await searches.get(conn, search.id)
    assert found is not None
    return found


async def test_nothing_is_a_units_word(home: rz.Court, units: rz.Units) -> None:
    search = await ask_at_home(home, AssetKind.VEHICLE, AssetKind.REAL_ESTATE)
    assert search.status is SearchStatus.OPEN

    await work(home, units)

    rows = await acts.inquiries(home.node, [search.id])
    assert {(row.unit_id, row.outcome) for row in rows} == {
        ("u-330824-vehicle", InquiryOutcome.NOTHING),
        ("u-330824-land", InquiryOutcome.NOTHING),
    }
    assert all(row.as_of == home.node.clock.now() and row.source == "PROVINCIAL_NETWORK" for row in rows)
    assert (await reread(home, search)).status is SearchStatus.DONE


async def test_find_carries_source_and_instant(away: rz.Court, units: rz.Units) -> None:
    search = await ask_away(away)

    await work(away, units)

    async with away.node.pool.acquire() as conn:
        kept = await findings.of_task(conn, search.task_id or uuid4())
        found = [finds.payload(away.node.at_rest, one) for one in kept]
        looked = await finds.searched_units(conn, search.task_id or uuid4())
    assert [(f.identity, f.source, f.unit_id, f.as_of) for f in found] == [
        ({"plate": rz.PLATE, "vin": rz.VIN}, "PROVINCIAL_NETWORK", "u-341021-vehicle", away.node.clock.now())
    ]
    assert looked == ["u-341021-vehicle"]


async def test_finds_lie_encrypted(away: rz.Court, units: rz.Units) -> None:
    await ask_away(away)
    await work(away, units)

    async with away.node.pool.acquire() as conn:
        for table in ("asset_searches", "search_inquiries", "findings"):
            text = await conn.fetchval(f"SELECT string_agg(t::text, '') FROM {table} t")
            raw = await conn.fetch(f"SELECT * FROM {table}")
            everything = text + "".join(repr(value) for row in raw for value in row.values())
            for secret in (rz.PLATE, rz.VIN, rz.DEBTOR_NO, "李样甲", "执365号"):
                assert secret not in everything
                assert secret.encode().hex() not in everything


async def test_counter_units_stay_unanswered(home: rz.Court, units: rz.Units) -> None:
    search = await ask_at_home(home, AssetKind.BANK_DEPOSIT)

    assert search.status is SearchStatus.DONE
    (row,) = await acts.inquiries(home.node, [search.id])
    assert (row.outcome, row.reason, row.attempts) == (InquiryOutcome.NO_ANSWER, "NO_CHANNEL", 0)
    assert units.asked == []


async def test_silence_is_given_up_not_nothing(home: rz.Court, units: rz.Units, clock: SetClock) -> None:
    search = await ask_at_home(home)
    units.is_silent = True

    for _ in range(MAX_ATTEMPTS):
        assert await work(home, units) == 1
        assert await work(home, units) == 0  # backed off
        clock.advance(timedelta(minutes=6))

    (row,) = await acts.inquiries(home.node, [search.id])
    assert (row.outcome, row.reason, row.attempts) == (InquiryOutcome.NO_ANSWER, "TIMED_OUT", MAX_ATTEMPTS)
    assert (await reread(home, search)).status is SearchStatus.DONE
    assert len(set(units.asked)) == 1


async def test_refusal_is_recorded_as_such(home: rz.Court, units: rz.Units) -> None:
    search = await ask_at_home(home)
    units.refuses = True

    await work(home, units)

    (row,) = await acts.inquiries(home.node, [search.id])
    assert (row.outcome, row.reason) == (InquiryOutcome.REFUSED, "UNIT_OBJECTS")


async def test_killed_worker_finds_once(away: rz.Court, units: rz.Units, clock: SetClock) -> None:
    """Killed between the unit's answer and its record: the attempt is counted, the find is there once."""
    search = await ask_away(away)
    async with transaction(away.node.pool) as conn:
        (claimed,) = await searches.claim(conn, clock.now(), until=clock.now() + unit_worker.LEASE, limit=9)
    units.loses_answer = True
    with pytest.raises(Exception, match="TIMED_OUT"):
        await units.search(claimed.unit_id, _request_of(away, search, claimed.id))
    units.loses_answer = False
    assert await work(away, units) == 0  # the claim still holds

    clock.advance(unit_worker.LEASE + timedelta(seconds=1))
    await work(away, units)

    (row,) = await acts.inquiries(away.node, [search.id])
    assert (row.attempts, row.outcome) == (2, InquiryOutcome.FOUND)
    assert units.asked == [claimed.id, claimed.id]
    assert units.store.counts()["answers"] == 1
    assert await away.count("findings") == 1


def _request_of(court: rz.Court, search: SearchRecord, request_id: Any) -> Any:
    return inquiries.request_for(court.node, search, request_id)


async def test_concurrent_workers_share_the_rows(home: rz.Court, units: rz.Units) -> None:
    for n in range(5):
        await ask_at_home(home, AssetKind.VEHICLE, AssetKind.REAL_ESTATE, key=f"k{n}")

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(work, home, units)

    assert len(units.asked) == len(set(units.asked)) == 10


async def test_same_key_same_search(home: rz.Court) -> None:
    first, again = await ask_at_home(home), await ask_at_home(home)

    assert again == first
    assert await home.count("asset_searches") == 1


BAD: list[tuple[Caller, NewSearch, type[RuleBroken]]] = [
    (rz.caller(KAIHUA, 4, Role.CLERK), in_case(), Forbidden),
    (rz.caller(KAIHUA, 7, Role.COMMAND_CENTRE), in_case(), Forbidden),
    (rz.caller(KAIHUA, 2), in_case(), NotAssigned),
    (rz.caller(KAIHUA, 2, Role.HANDLER, Role.CLERK), in_case(), NotAssigned),
    (rz.caller(KAIHUA), in_case(number="（2025）浙0824执999号"), NotFound),
    (rz.caller(KAIHUA), in_case(number="执365"), Malformed),
    (rz.caller(KAIHUA), NewSearch(None, None, None, (AssetKind.VEHICLE,)), Malformed),
    (rz.caller(KAIHUA), NewSearch(rz.NUMBER, uuid4(), None, (AssetKind.VEHICLE,)), Malformed),
    (rz.caller(KAIHUA), NewSearch(rz.NUMBER, None, None, ()), Malformed),
    (rz.caller(KAIHUA), NewSearch(rz.NUMBER, None, uuid4(), (AssetKind.VEHICLE,)), NotJudgmentDebtor),
    (rz.caller(KAIHUA), NewSearch(None, uuid4(), None, (AssetKind.VEHICLE,)), NotFound),
    (rz.caller(KAIHUA), in_case(AssetKind.EQUITY), AssistanceOutOfScope),
]


@pytest.mark.parametrize(("who", "new", "refusal"), BAD)
async def test_no_basis_no_search(home: rz.Court, who: Caller, new: NewSearch, refusal: type[RuleBroken]) -> None:
    with pytest.raises(refusal):
        await acts.request(home.node, who, new, idempotency_key="k")

    for table in ("asset_searches", "search_inquiries", "events", "idempotency"):
        assert await home.count(table) == 0


async def test_applicant_is_never_searched(home: rz.Court) -> None:
    applicant = home.rows.parties[1].id

    with pytest.raises(NotJudgmentDebtor):
        await acts.request(
            home.node,
            rz.caller(KAIHUA),
            NewSearch(rz.NUMBER, None, applicant, (AssetKind.VEHICLE,)),
            idempotency_key="k",
        )
    assert await home.count("asset_searches") == 0


async def test_closed_case_is_no_basis(home: rz.Court) -> None:
    async with transaction(home.node.pool) as conn:
        method = ClosingMethod.FULLY_ENFORCED
        await cases.move(conn, home.case, CaseStatus.CLOSED, closing_method=method, closed_on=home.case.filed_on)

    with pytest.raises(CaseNotOpen):
        await ask_at_home(home)
    assert await home.count("asset_searches") == 0


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"officer": "o-341021-02"}, NotAssigned),
        ({"officer": None, "status": "SIGNED_FOR"}, NotAssigned),
        ({"status": "FED_BACK"}, TransitionNotAllowed),
        ({"status": "WITHDRAWN", "holder": None}, TransitionNotAllowed),
    ],
)
async def test_task_must_be_in_hand(away: rz.Court, changes: dict[str, object], refusal: type[RuleBroken]) -> None:
    with pytest.raises(refusal):
        await ask_away(away, **changes)
    assert await away.count("asset_searches") == 0


async def test_delegating_court_cannot_search_its_task(home: rz.Court) -> None:
    task = await rz.add_task(home, rz.content())

    with pytest.raises(NotFound):
        await acts.request(
            home.node,
            rz.caller(KAIHUA),
            NewSearch(None, task.id, None, (AssetKind.VEHICLE,)),
            idempotency_key="k",
        )


async def fed_back(home: rz.Court, away: rz.Court, units: rz.Units) -> Any:
    """The find of 歙县, as it arrives at 开化."""
    search = await ask_away(away)
    await work(away, units)
    async with away.node.pool.acquire() as conn:
        kept = await findings.of_task(conn, search.task_id or uuid4())
        found = [finds.payload(away.node.at_rest, one) for one in kept]
    task = await rz.add_task(home, rz.content(), search.task_id)
    async with transaction(home.node.pool) as conn:
        assert await finds.take_findings(home.node, conn, task, found, home.node.clock.now()) == 1
        assert await finds.take_findings(home.node, conn, task, found, home.node.clock.now()) == 0
    return found[0]


async def test_received_find_becomes_an_asset(home: rz.Court, away: rz.Court, units: rz.Units) -> None:
    found = await fed_back(home, away, units)

    asset = await finds.adopt(home.node, rz.caller(KAIHUA), found.id, idempotency_key="a")
    again = await finds.adopt(home.node, rz.caller(KAIHUA), found.id, idempotency_key="a")
    other_key = await finds.adopt(home.node, rz.caller(KAIHUA), found.id, idempotency_key="b")

    assert asset == again == other_key
    assert (asset.case_id, asset.owner_id, asset.division) == (home.case.id, home.debtor.id, "341021")
    assert (asset.source, asset.as_of, asset.status) == ("ENTRUSTED", found.as_of, "FOUND")
    assert await home.count("assets") == 1


async def test_same_identity_is_one_asset(home: rz.Court, away: rz.Court, units: rz.Units) -> None:
    known = await rz.add_asset(home)
    found = await fed_back(home, away, units)

    asset = await finds.adopt(home.node, rz.caller(KAIHUA), found.id, idempotency_key="a")

    assert asset.id == known
    assert await home.count("assets") == 1


async def test_only_the_case_adopts(home: rz.Court, away: rz.Court, units: rz.Units) -> None:
    found = await fed_back(home, away, units)

    for court, who, refusal in [
        (away, rz.caller(SHEXIAN), NotFound),
        (home, rz.caller(KAIHUA, 2), NotAssigned),
        (home, rz.caller(KAIHUA, 7, Role.COMMAND_CENTRE), Forbidden),
    ]:
        with pytest.raises(refusal):
            await finds.adopt(court.node, who, found.id, idempotency_key="a")
    with pytest.raises(NotFound):
        await finds.adopt(home.node, rz.caller(KAIHUA), uuid4(), idempotency_key="a")

    assert await home.count("assets") == await away.count("assets") == 0


async def test_key_adopts_one_find_only(home: rz.Court, away: rz.Court, units: rz.Units) -> None:
    found = await fed_back(home, away, units)
    async with transaction(home.node.pool) as conn:
        record = await findings.get(conn, found.id)
        assert record is not None
        second = replace(record, id=uuid4())
        await findings.insert(conn, second)
    await finds.adopt(home.node, rz.caller(KAIHUA), found.id, idempotency_key="a")

    with pytest.raises(IdempotencyKeyReused):
        await finds.adopt(home.node, rz.caller(KAIHUA), second.id, idempotency_key="a")


async def test_worker_wakes_by_itself(home: rz.Court, units: rz.Units) -> None:
    stop = anyio.Event()

    async with anyio.create_task_group() as group:
        group.start_soon(unit_worker.run, home.node, units, stop, lambda: 0.5)
        search = await ask_at_home(home)
        with anyio.fail_after(20):
            while (await reread(home, search)).status is not SearchStatus.DONE:  # noqa: ASYNC110 (state is in the database)
                await anyio.sleep(0.01)
        stop.set()

    assert len(units.asked) == 1
