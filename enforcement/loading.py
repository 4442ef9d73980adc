"""Writes a court's rows into its own database: identifiers encrypted and keyed on the way, all tables by COPY.

Invariant: all or nothing, in the caller's transaction; with `synthetic_only`, no row that is not marked synthetic.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from db import assets as asset_table
from db import parties as party_table
from db import units as unit_table
from db.at_rest import AtRest
from db.mapping import copy
from db.pool import Conn
from db.records.assets import AssetRecord, MeasureRecord, WatchRecord
from db.records.cases import CaseRecord, DeferralRecord
from db.records.money import InstalmentRecord, PaymentRecord, SettlementRecord
from db.records.officers import OfficerRecord
from db.records.parties import CasePartyRecord, PartyRecord
from db.records.sanctions import (
    DishonestEntryRecord,
    ManagedListItemRecord,
    ManagedListRecord,
    RestrictionRecord,
    UrgingRecord,
)
from db.records.zone import UnifiedStandardRecord
from enforcement.court_rows import AssetRow, CourtRows, PartyRow
from enforcement.rules.asset_identity import named_by
from enforcement.rules.refusals import RuleBroken

_SYNTHETIC_TABLES: Final = (
    "officers",
    "assisting_units",
    "parties",
    "cases",
    "deferrals",
    "assets",
    "measures",
    "vehicle_watches",
    "payments",
    "settlements",
    "dishonest_entries",
    "consumption_restrictions",
    "urgings",
    "managed_lists",
    "unified_standards",
)


@dataclass(eq=False)
class NotSynthetic(RuleBroken):
    """A row that is not marked synthetic stands in `table`, or was to be written there."""

    table: str
    code = "NOT_SYNTHETIC"


async def load(conn: Conn, at_rest: AtRest, rows: CourtRows, *, synthetic_only: bool = False) -> None:
    """Write all rows; the caller's transaction makes it all or nothing.

    Raises:
        NotSynthetic: `synthetic_only`, and a row given or already in the database is not marked synthetic.
    """
    if synthetic_only:
        _check_rows(rows)
        await _check_database(conn)
    await _write_people(conn, at_rest, rows)
    await _write_cases(conn, at_rest, rows)
    await _write_money(conn, rows)
    await _write_sanctions(conn, rows)
    await copy(conn, "unified_standards", UnifiedStandardRecord, rows.standards)


async def _write_people(conn: Conn, at_rest: AtRest, rows: CourtRows) -> None:
    await copy(conn, "officers", OfficerRecord, rows.officers)
    await unit_table.insert_all(conn, rows.units)
    await copy(conn, "parties", PartyRecord, [party_record(at_rest, row) for row in rows.parties])


async def _write_cases(conn: Conn, at_rest: AtRest, rows: CourtRows) -> None:
    await copy(conn, "cases", CaseRecord, rows.cases)
    await copy(conn, "case_parties", CasePartyRecord, rows.case_parties)
    await copy(conn, "assets", AssetRecord, [asset_record(at_rest, row) for row in rows.assets])
    await copy(conn, "measures", MeasureRecord, rows.measures)
    await copy(conn, "vehicle_watches", WatchRecord, rows.watches)
    await copy(conn, "deferrals", DeferralRecord, rows.deferrals)


async def _write_money(conn: Conn, rows: CourtRows) -> None:
    await copy(conn, "settlements", SettlementRecord, rows.settlements)
    await copy(conn, "instalments", InstalmentRecord, rows.instalments)
    await copy(conn, "payments", PaymentRecord, rows.payments)


async def _write_sanctions(conn: Conn, rows: CourtRows) -> None:
    await copy(conn, "dishonest_entries", DishonestEntryRecord, rows.dishonest_entries)
    await copy(conn, "consumption_restrictions", RestrictionRecord, rows.restrictions)
    await copy(conn, "urgings", UrgingRecord, rows.urgings)
    await copy(conn, "managed_lists", ManagedListRecord, rows.lists)
    await copy(conn, "managed_list_items", ManagedListItemRecord, rows.list_items)


def party_record(at_rest: AtRest, row: PartyRow) -> PartyRecord:
    """The row as it lies in the table: number, address and workplace encrypted, the number keyed."""
    return PartyRecord(
        id=row.id,
        kind=row.kind,
        name=row.name,
        identifier_kind=row.identifier_kind,
        identifier=at_rest.encrypt(row.identifier, context=party_table.IDENTIFIER),
        identifier_key=party_table.identifier_key(at_rest, row.identifier_kind, row.identifier),
        gender=row.gender,
        birth_on=row.birth_on,
        domicile_division=row.domicile_division,
        address=None if row.address is None else at_rest.encrypt(row.address, context=party_table.ADDRESS),
        workplace=None if row.workplace is None else at_rest.encrypt(row.workplace, context=party_table.WORKPLACE),
        is_minor=row.is_minor,
        synthetic=row.synthetic,
    )


def asset_record(at_rest: AtRest, row: AssetRow) -> AssetRecord:
    """The row as it lies in the table: the registry identity encrypted, and keyed by its strongest name."""
    return AssetRecord(
        id=row.id,
        case_id=row.case_id,
        owner_id=row.owner_id,
        kind=row.kind,
        identity=asset_table.encrypted_identity(at_rest, row.identity),
        identity_key=at_rest.blind(*named_by(row.kind, row.identity)),
        division=row.division,
        description=row.description,
        estimated_value=row.estimated_value,
        source=row.source,
        found_on=row.found_on,
        as_of=row.as_of,
        status=row.status,
        only_home=row.only_home,
        exemption=row.exemption,
        co_owned=row.co_owned,
        mortgage_amount=row.mortgage_amount,
        version=1,
        synthetic=row.synthetic,
    )


def _check_rows(rows: CourtRows) -> None:
    given: dict[str, Iterable[Any]] = {
        "officers": rows.officers,
        "assisting_units": rows.units,
        "parties": rows.parties,
        "cases": rows.cases,
        "deferrals": rows.deferrals,
        "assets": rows.assets,
        "measures": rows.measures,
        "vehicle_watches": rows.watches,
        "payments": rows.payments,
        "settlements": rows.settlements,
        "dishonest_entries": rows.dishonest_entries,
        "consumption_restrictions": rows.restrictions,
        "urgings": rows.urgings,
        "managed_lists": rows.lists,
        "unified_standards": rows.standards,
    }
    for table, records in given.items():
        if not all(record.synthetic for record in records):
            raise NotSynthetic(table)


async def _check_database(conn: Conn) -> None:
    for table in _SYNTHETIC_TABLES:
        if await conn.fetchval(f"SELECT EXISTS (SELECT FROM {table} WHERE NOT synthetic)"):  # noqa: S608  # our names
            raise NotSynthetic(table)
