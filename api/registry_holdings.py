"""The things in a registry's books: whose they are, what is said of them, and what stands on them.

A holding is found by the person whose name it stands under (`owner`); `registered_owner` is whom the entry names, where
that is somebody else: a car that the debtor drives and another owns.
"""

import sqlite3
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from api import registry_books
from api.registry_records import OwnedHolding, RegistryUnit
from enforcement.channels import Holding, SearchRequest
from enforcement.rules.asset_facts import AssetFacts

SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS holdings (id INTEGER PRIMARY KEY, unit TEXT REFERENCES units(id), owner TEXT, kind TEXT,
        identity TEXT, division TEXT, description TEXT, estimated_value TEXT) STRICT;
"""
_ADDED: Final = ("facts TEXT", "registered_owner TEXT", "co_owned INTEGER")
"""Columns that a store of an earlier release has not."""


def prepare(db: sqlite3.Connection) -> None:
    """Make the table, or bring that of an earlier release up to date."""
    db.executescript(SCHEMA)
    known = {row[1] for row in db.execute("PRAGMA table_info(holdings)")}
    for column in _ADDED:
        if column.split()[0] not in known:
            db.execute(f"ALTER TABLE holdings ADD COLUMN {column}")


def add(db: sqlite3.Connection, unit: RegistryUnit, holding: OwnedHolding) -> None:
    """Enter a holding with the measures on it, first come first."""
    row = (
        unit.id,
        holding.owner,
        holding.kind,
        msgspec.json.encode(holding.identity).decode(),
        unit.division,
        holding.description,
        None if holding.estimated_value is None else str(holding.estimated_value),
        None if holding.facts is None else msgspec.json.encode(holding.facts).decode(),
        holding.registered_owner or holding.owner,
        int(holding.co_owned),
    )
    number = db.execute(
        "INSERT INTO holdings (unit, owner, kind, identity, division, description, estimated_value, facts, "
        "registered_owner, co_owned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    ).lastrowid
    for rank, prior in enumerate(holding.prior, 1):
        db.execute(
            "INSERT INTO registrations (holding, rank, court, registered_at, term_years) VALUES (?, ?, ?, ?, ?)",
            (number, rank, prior.court, prior.registered_at.isoformat(), prior.term_years),
        )


def of_subject(db: sqlite3.Connection, unit_id: str, request: SearchRequest, now: datetime) -> list[Holding]:
    """What stands under the subject's name, of the kinds that are asked for."""
    rows = db.execute(
        "SELECT id, kind, identity, division, description, estimated_value, facts, registered_owner, co_owned "
        "FROM holdings WHERE unit = ? AND owner = ? ORDER BY id",
        (unit_id, request.subject.identifier),
    ).fetchall()
    return [_holding(db, row, now) for row in rows if row[1] in request.kinds]


def _holding(db: sqlite3.Connection, row: tuple[Any, ...], now: datetime) -> Holding:
    number, kind, identity, division, description, value, facts, registered_owner, co_owned = row
    prior = registry_books.named(db, number, now)
    return Holding(
        kind=kind,
        identity=msgspec.json.decode(identity, type=dict[str, str]),
        division=division,
        description=description,
        estimated_value=None if value is None else Decimal(value),
        prior_measures=len(prior),
        prior=prior,
        facts=None if facts is None else msgspec.json.decode(facts, type=AssetFacts),
        owner=registered_owner,
        co_owned=bool(co_owned),
    )
