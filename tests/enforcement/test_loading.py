"""Loading a court's records: encrypted on the way, all or nothing, and only what is marked synthetic if so asked."""

from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from api.demo import fixtures
from api.demo.fixtures.facts import READER_DEBTOR, SHEXIAN, STORY_CASE, STORY_DEBTOR
from db import assets, cases, measures, officers, parties, sanctions, settlements, units
from db.at_rest import AtRest
from db.pool import Conn, Pool, transaction
from db.records.assets import AssetKind, AssetStatus, MeasureStatus
from db.records.cases import CaseStatus
from db.records.parties import IdentifierKind, PartyRole
from db.records.units import UnitKind
from enforcement import loading
from enforcement.court_rows import CourtRows
from enforcement.rules.asset_identity import named_by

pytestmark = pytest.mark.anyio
KEYS = AtRest(b"s" * 32, b"i" * 32)
TODAY = date(2025, 7, 14)
KAIHUA = "浙0824"


async def load(pool: Pool, rows: CourtRows, *, synthetic_only: bool = True) -> None:
    async with transaction(pool) as conn:
        await loading.load(conn, KEYS, rows, synthetic_only=synthetic_only)


async def count(conn: Conn, table: str) -> int:
    return int(await conn.fetchval(f"SELECT count(*) FROM {table}"))


async def test_loaded_rows_are_found(node_pool: Pool) -> None:
    await load(node_pool, fixtures.rows(KAIHUA))

    async with node_pool.acquire() as conn:
        case = await cases.by_number(conn, STORY_CASE)
        assert case is not None
        assert await cases.get(conn, case.id) == case
        found = await parties.of_case(conn, case.id)
        assert [(p.party.name, p.role) for p in found] == [
            ("周样甲", PartyRole.APPLICANT),
            ("李样甲", PartyRole.DEBTOR),
        ]
        key = parties.identifier_key(KEYS, IdentifierKind.ID_NUMBER, STORY_DEBTOR)
        debtor = await parties.by_identifier_key(conn, key)
        assert debtor is not None
        assert parties.identifier(KEYS, debtor) == STORY_DEBTOR
        assert await cases.has_role(conn, case.id, debtor.id, PartyRole.DEBTOR)
        assert [c.number for c in await cases.of_party(conn, debtor.id)] == [STORY_CASE]
        assert {o.id for o in await officers.listed(conn, role="HANDLER")} == {f"o-330824-0{n}" for n in (1, 2, 3)}
        assert len(await units.listed(conn, kind=UnitKind.BANK)) == 2


async def test_presence_counts_and_flags(node_pool: Pool) -> None:
    await load(node_pool, fixtures.rows(SHEXIAN))

    async with node_pool.acquire() as conn:
        key = parties.identifier_key(KEYS, IdentifierKind.ID_NUMBER, READER_DEBTOR)
        debtor = await parties.by_identifier_key(conn, key)
        assert debtor is not None
        own = await cases.presence(conn, debtor.id, court=SHEXIAN, on=TODAY)
        others = await cases.presence(conn, debtor.id, court=KAIHUA, on=TODAY)

    assert (own.open_cases, own.terminated_cases, own.controlled_assets) == (1, 0, 1)
    assert others.controlled_assets == 0  # a measure is its ordering court's to report


async def test_entry_past_its_term_is_not_shown(node_pool: Pool) -> None:
    rows = fixtures.rows(SHEXIAN)
    await load(node_pool, rows)
    entry = rows.dishonest_entries[0]
    last_day = entry.until_on

    async with node_pool.acquire() as conn:
        shown = await sanctions.valid_entries(conn, entry.party_id, on=last_day)
        later = await sanctions.valid_entries(conn, entry.party_id, on=date(2099, 1, 1))

    assert entry.id in {each.id for each in shown}
    assert later == []


async def test_no_identifier_lies_in_clear(node_pool: Pool) -> None:
    rows = fixtures.rows(KAIHUA)
    await load(node_pool, rows)
    secrets = {party.identifier.encode() for party in rows.parties}
    secrets |= {value.encode() for asset in rows.assets for key, value in asset.identity.items() if key != "item"}

    async with node_pool.acquire() as conn:
        for table in ("parties", "assets", "cases", "measures"):
            for row in await conn.fetch(f"SELECT * FROM {table}"):
                stored = b"\0".join(v if isinstance(v, bytes) else str(v).encode() for v in row.values())
                assert not [secret for secret in secrets if len(secret) > 6 and secret in stored]


async def test_asset_is_found_by_its_registry_name(node_pool: Pool) -> None:
    rows = fixtures.rows(KAIHUA)
    await load(node_pool, rows)
    car = next(asset for asset in rows.assets if asset.kind is AssetKind.VEHICLE)

    async with node_pool.acquire() as conn:
        (found,) = await assets.by_identity_key(conn, KEYS.blind(*named_by(car.kind, car.identity)))

    assert found.id == car.id
    assert assets.identity(KEYS, found) == car.identity


async def test_unmarked_row_is_refused_and_nothing_written(node_pool: Pool) -> None:
    rows = fixtures.rows(KAIHUA)
    for name in ("officers", "parties", "cases", "assets", "payments"):
        given = getattr(rows, name)
        changed = replace(rows, **{name: [replace(given[0], synthetic=False), *given[1:]]})

        with pytest.raises(loading.NotSynthetic):
            await load(node_pool, changed)

    async with node_pool.acquire() as conn:
        assert await count(conn, "officers") == 0


async def test_database_with_an_unmarked_row_is_refused(node_pool: Pool) -> None:
    rows = fixtures.rows(KAIHUA)
    foreign = replace(fixtures.rows(SHEXIAN).officers[0], synthetic=False)
    await load(node_pool, CourtRows(officers=[foreign]), synthetic_only=False)

    with pytest.raises(loading.NotSynthetic) as refused:
        await load(node_pool, rows)

    assert refused.value.table == "officers"
    async with node_pool.acquire() as conn:
        assert (await count(conn, "officers"), await count(conn, "cases")) == (1, 0)


async def test_failure_in_the_middle_leaves_nothing(node_pool: Pool) -> None:
    rows = fixtures.rows(KAIHUA)
    broken = replace(rows, payments=[*rows.payments, rows.payments[0]])

    with pytest.raises(Exception, match="payments_pkey"):
        await load(node_pool, broken)

    async with node_pool.acquire() as conn:
        assert [await count(conn, table) for table in ("officers", "cases", "payments")] == [0, 0, 0]


async def test_every_marked_table_is_checked() -> None:
    marked = {field.name for field in fields(CourtRows)} - {"case_parties", "instalments", "list_items"}

    assert len(marked) == len(loading._SYNTHETIC_TABLES)


async def test_stale_copies_change_nothing(node_pool: Pool) -> None:
    await load(node_pool, fixtures.rows(KAIHUA))

    async with transaction(node_pool) as conn:
        case = await cases.by_number(conn, STORY_CASE)
        assert case is not None
        moved = await cases.move(conn, case, CaseStatus.SUSPENDED)
        assert moved is not None
        assert await cases.get(conn, case.id) == moved
        assert await cases.move(conn, case, CaseStatus.DEFERRED) is None

        row = fixtures.rows(KAIHUA).measures[0]
        measure = await measures.get(conn, row.id)
        assert measure is not None
        lifted = replace(measure, status=MeasureStatus.LIFTED, lifted_on=TODAY, lift_ground="OTHER")
        assert await measures.update(conn, lifted) == replace(lifted, version=2)
        assert await measures.update(conn, lifted) is None

        asset = await assets.get(conn, row.asset_id)
        assert asset is not None
        assert await assets.move(conn, asset, AssetStatus.RELEASED) is not None
        assert await assets.move(conn, asset, AssetStatus.DISPOSED) is None


async def test_settlements_come_with_their_instalments(node_pool: Pool) -> None:
    rows = fixtures.rows(KAIHUA)
    await load(node_pool, rows)
    wanted = rows.settlements[0]

    async with node_pool.acquire() as conn:
        (found,) = [s for s in await settlements.of_cases(conn, [wanted.case_id]) if s.id == wanted.id]
        terms = await settlements.instalments(conn, [found.id])

    assert found == wanted
    assert terms == [term for term in rows.instalments if term.settlement_id == wanted.id]


async def test_hot_queries_use_an_index(node_pool: Pool) -> None:
    await load(node_pool, fixtures.rows(KAIHUA))
    any_id, first, last = UUID(int=0), date(2025, 7, 14), date(2025, 8, 13)
    hot: dict[str, tuple[str, tuple[Any, ...]]] = {
        "parties_identifier_key": ("SELECT id FROM parties WHERE identifier_key = $1", (b"",)),
        "cases_number_key": ("SELECT id FROM cases WHERE number = $1", ("",)),
        "assets_identity": ("SELECT id FROM assets WHERE identity_key = $1", (b"",)),
        "case_parties_party": ("SELECT case_id FROM case_parties WHERE party_id = $1 AND role = 'DEBTOR'", (any_id,)),
        "measures_asset": ("SELECT id FROM measures WHERE asset_id = $1 ORDER BY rank", (any_id,)),
        "measures_expiring": (
            "SELECT id FROM measures WHERE status = 'EFFECTIVE' AND expires_on BETWEEN $1 AND $2",
            (first, last),
        ),
    }

    async with transaction(node_pool) as conn:
        await conn.execute("SET LOCAL enable_seqscan = off")
        for index, (query, values) in hot.items():
            plan = await conn.fetch("EXPLAIN " + query, *values)
            assert any(index in row[0] for row in plan), query
