"""Parties of this court's cases; found by a keyed hash of their number, never by name."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from db.at_rest import AtRest
from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.parties import IdentifierKind, PartyRecord, PartyRole

IDENTIFIER: Final = "parties.identifier"
ADDRESS: Final = "parties.address"
WORKPLACE: Final = "parties.workplace"
"""The contexts that bind each ciphertext to its column."""

_record = mapper(PartyRecord)

_GET: Final = """
    SELECT id, kind, name, identifier_kind, identifier, identifier_key, gender, birth_on, domicile_division,
           address, workplace, is_minor, synthetic
      FROM parties WHERE id = $1
"""

_ANY: Final = """
    SELECT id, kind, name, identifier_kind, identifier, identifier_key, gender, birth_on, domicile_division,
           address, workplace, is_minor, synthetic
      FROM parties LIMIT 1
"""

_BY_KEY: Final = """
    SELECT id, kind, name, identifier_kind, identifier, identifier_key, gender, birth_on, domicile_division,
           address, workplace, is_minor, synthetic
      FROM parties WHERE identifier_key = $1
"""

_OF_CASE: Final = """
    SELECT p.id, p.kind, p.name, p.identifier_kind, p.identifier, p.identifier_key, p.gender, p.birth_on,
           p.domicile_division, p.address, p.workplace, p.is_minor, p.synthetic, cp.role
      FROM case_parties cp JOIN parties p ON p.id = cp.party_id
     WHERE cp.case_id = $1
     ORDER BY cp.role, p.id
     LIMIT 500
"""

_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT cp.case_id, p.id, p.kind, p.name, p.identifier_kind, p.identifier, p.identifier_key, p.gender, p.birth_on,
             p.domicile_division, p.address, p.workplace, p.is_minor, p.synthetic, cp.role
        FROM case_parties cp JOIN parties p ON p.id = cp.party_id
       WHERE cp.case_id = wanted.id
       ORDER BY cp.role, p.id LIMIT 500
      ) AS page
     ORDER BY page.case_id, page.role, page.id
"""

_INSERT: Final = insertion("parties", PartyRecord)


@dataclass(frozen=True, slots=True)
class PartyInCase:
    """A party together with its role in the case that was asked for."""

    party: PartyRecord
    role: PartyRole


def identifier_key(at_rest: AtRest, kind: IdentifierKind, number: str) -> bytes:
    """The key under which this court finds `number` (canonical form)."""
    return at_rest.blind(kind, number)


def identifier(at_rest: AtRest, party: PartyRecord) -> str:
    """The party's number in clear: for masking, matching and encrypted boxes only."""
    return at_rest.text(party.identifier, context=IDENTIFIER)


async def get(conn: Conn, party_id: UUID) -> PartyRecord | None:
    row = await conn.fetchrow(_GET, party_id)
    return None if row is None else _record(row)


async def any_one(conn: Conn) -> PartyRecord | None:
    """Some party, if there is one."""
    row = await conn.fetchrow(_ANY)
    return None if row is None else _record(row)


async def by_identifier_key(conn: Conn, key: bytes) -> PartyRecord | None:
    """The one party with that number, see `identifier_key`."""
    row = await conn.fetchrow(_BY_KEY, key)
    return None if row is None else _record(row)


async def of_case(conn: Conn, case_id: UUID) -> list[PartyInCase]:
    return [_in_case(dict(row)) for row in await conn.fetch(_OF_CASE, case_id)]


async def of_cases(conn: Conn, case_ids: list[UUID]) -> list[tuple[UUID, PartyInCase]]:
    """The parties of each case with its id, by case, role and id: one query for a loader."""
    rows = [dict(row) for row in await conn.fetch(_OF_CASES, case_ids)]
    return [(row.pop("case_id"), _in_case(row)) for row in rows]


def _in_case(fields: dict[str, Any]) -> PartyInCase:
    role = PartyRole(fields.pop("role"))
    return PartyInCase(_record(fields), role)


async def insert(conn: Conn, party: PartyRecord) -> None:
    await conn.execute(_INSERT, *values(party))


_ARE_SYNTHETIC: Final = "SELECT coalesce(bool_or(synthetic), false) FROM (SELECT synthetic FROM parties LIMIT 1) one"


async def are_synthetic(conn: Conn) -> bool:
    """Whether this court's people are samples: then so is whoever is written down next."""
    return bool(await conn.fetchval(_ARE_SYNTHETIC))
