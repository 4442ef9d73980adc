"""A court's own case of one test, written beside its fixtures and gone when the test is over."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from api.demo import fixtures
from api.demo.zone import Zone
from db.at_rest import AtRest
from db.clock import civil_date
from db.pool import open_pool, transaction
from db.records.assets import AssetKind, AssetStatus
from db.records.cases import CaseRecord, CaseStatus
from db.records.parties import CasePartyRecord, PartyRole
from enforcement.court_rows import AssetRow, CourtRows
from enforcement.loading import load
from tests.courts.desks import HANDLER, connected, division_of

_TRACES = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name IN ('case_id', 'asset_id', 'measure_id')
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that the debtor owns."""

    kind: AssetKind
    identity: Mapping[str, str]
    value: str
    division: str


@dataclass(frozen=True, slots=True)
class Docket:
    """The case, and the things of its debtor by what the test calls them."""

    court: str
    case: CaseRecord
    things: Mapping[str, UUID]


def _asset(case: CaseRecord, owner: UUID, at: datetime, thing: Thing) -> AssetRow:
    return AssetRow(
        id=uuid4(),
        case_id=case.id,
        owner_id=owner,
        kind=thing.kind,
        identity=dict(thing.identity),
        division=thing.division,
        description="样",
        estimated_value=Decimal(thing.value),
        source="PROVINCIAL_NETWORK",
        found_on=civil_date(at),
        as_of=at,
        status=AssetStatus.FOUND,
        only_home=False,
        exemption=None,
        co_owned=False,
        mortgage_amount=None,
        synthetic=True,
    )


@asynccontextmanager
async def docket(zone: Zone, court: str, **things: Thing) -> AsyncIterator[Docket]:
    """Exactly 100,000.00 is owed in the case, its fee of 1,379.00 included; it is gone when the context ends."""
    rows, now, division = fixtures.rows(court), zone.clock.now(), division_of(court)
    model = next(case for case in rows.cases if case.status is CaseStatus.IN_PROGRESS)
    case = replace(
        model,
        id=uuid4(),
        number=f"（2025）{court}执9901号",
        handler_id=f"o-{division}-{HANDLER}",
        amount_applied=Decimal("98600.00"),
        principal=Decimal("98621.00"),
        general_interest=Decimal("0.00"),
        costs=Decimal("0.00"),
        performance_due_on=None,
        resumed_from=None,
    )
    owned = {asset.owner_id for asset in rows.assets}
    debtor = next(
        each.party_id for each in rows.case_parties if each.role is PartyRole.DEBTOR and each.party_id not in owned
    )
    found = {name: _asset(case, debtor, now, thing) for name, thing in things.items()}
    keys = zone.keys[court]
    made = CourtRows(
        cases=[case],
        case_parties=[CasePartyRecord(case.id, debtor, PartyRole.DEBTOR)],
        assets=list(found.values()),
    )
    pool = await open_pool(zone.server.dsn(f"node_{division}"), size=1)
    try:
        async with transaction(pool) as conn:
            await load(conn, AtRest(keys.storage, keys.index), made)
    finally:
        await pool.close()
    known = Docket(court, case, {name: asset.id for name, asset in found.items()})
    try:
        yield known
    finally:
        await _gone(zone, division, case.id, list(known.things.values()))


async def _gone(zone: Zone, division: str, case_id: UUID, assets: list[UUID]) -> None:
    async with connected(zone, division) as conn, conn.transaction():
        await conn.execute("SET LOCAL session_replication_role = replica")
        measures = [row["id"] for row in await conn.fetch("SELECT id FROM measures WHERE case_id = $1", case_id)]
        ids = [case_id, *assets, *measures]
        for row in await conn.fetch(_TRACES):
            await conn.execute(f'DELETE FROM "{row["table_name"]}" WHERE "{row["column_name"]}" = ANY ($1)', ids)
        await conn.execute("DELETE FROM assets WHERE id = ANY ($1)", ids)
        await conn.execute("DELETE FROM measures WHERE id = ANY ($1)", ids)
        await conn.execute("DELETE FROM cases WHERE id = $1", case_id)
