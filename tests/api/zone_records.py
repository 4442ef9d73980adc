"""Fixture set S as it lies in eight databases: loaded by COPY, read back with SQL, identifiers opened."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
import orjson

from api.demo import fixtures
from db.at_rest import AtRest
from db.pool import Pool, open_pool, transaction
from enforcement import loading

TODAY = date(2025, 7, 14)
TABLES = (
    "officers",
    "assisting_units",
    "parties",
    "cases",
    "case_parties",
    "assets",
    "measures",
    "vehicle_watches",
    "deferrals",
    "settlements",
    "instalments",
    "payments",
    "dishonest_entries",
    "consumption_restrictions",
    "urgings",
    "managed_lists",
    "managed_list_items",
    "unified_standards",
)


@dataclass
class ZoneRecords:
    """Every row of every court, as a dict with the court's code under "court"."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def of(self, table: str, **wanted: Any) -> list[dict[str, Any]]:
        return [row for row in self.rows[table] if all(row[key] == value for key, value in wanted.items())]

    def by_id(self, table: str) -> dict[Any, dict[str, Any]]:
        return {row["id"]: row for row in self.rows[table]}

    def implementation(self) -> list[dict[str, Any]]:
        return self.of("cases", case_class="IMPLEMENTATION")

    def debtor_links(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """(case, party) for every debtor of every case."""
        cases, parties = self.by_id("cases"), self.by_id("parties")
        for link in self.of("case_parties", role="DEBTOR"):
            yield cases[link["case_id"]], parties[link["party_id"]]

    def debtors(self) -> dict[str, list[dict[str, Any]]]:
        """The cases of each debtor, by identifier."""
        found: dict[str, list[dict[str, Any]]] = {}
        for case, party in self.debtor_links():
            found.setdefault(party["number"], []).append(case)
        return found


def at_rest(court: str) -> AtRest:
    """Keys of its own for every court."""
    return AtRest(court.encode().ljust(32, b"s")[:32], court.encode().ljust(32, b"i")[:32])


async def read_back(dsn: Callable[[str], str], template: str) -> ZoneRecords:
    """Load the set into eight databases made from `template`, read them, drop them."""
    found = ZoneRecords()
    admin = await asyncpg.connect(dsn("postgres"))
    try:
        for court in fixtures.courts():
            name = f"s_{uuid.uuid4().hex[:12]}"
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            pool = await open_pool(dsn(name), size=1)
            await _fill(pool, court.code)
            await _read(pool, court.code, found)
            await pool.close()
            await admin.execute(f'DROP DATABASE "{name}"')
    finally:
        await admin.close()
    return found


async def _fill(pool: Pool, court: str) -> None:
    async with transaction(pool) as conn:
        await loading.load(conn, at_rest(court), fixtures.rows(court), synthetic_only=True)


async def _read(pool: Pool, court: str, found: ZoneRecords) -> None:
    keys = at_rest(court)
    async with pool.acquire() as conn:
        for table in TABLES:
            for row in await conn.fetch(f"SELECT * FROM {table}"):
                values = {**dict(row), "court": court}
                if table == "parties":
                    values["number"] = keys.text(row["identifier"], context="parties.identifier")
                if table == "assets":
                    values["names"] = orjson.loads(keys.decrypt(row["identity"], context="assets.identity"))
                found.rows[table].append(values)
