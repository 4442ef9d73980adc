"""Assets of debtors in this court's cases; found by a keyed hash of their registry identity."""

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

import orjson

from db.at_rest import AtRest
from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.assets import AssetRecord, AssetStatus, ControlRecord, Owned

IDENTITY: Final = "assets.identity"
FACTS: Final = "assets.facts"
"""The contexts that bind each ciphertext to its column."""

_record = mapper(AssetRecord)

_GET: Final = """
    SELECT id, case_id, owner_id, kind, identity, identity_key, division, description, estimated_value, source,
           found_on, as_of, status, only_home, exemption, co_owned, mortgage_amount, version, synthetic, facts
      FROM assets WHERE id = $1
"""

_OF_IDS: Final = """
    SELECT id, case_id, owner_id, kind, identity, identity_key, division, description, estimated_value, source,
           found_on, as_of, status, only_home, exemption, co_owned, mortgage_amount, version, synthetic, facts
      FROM assets WHERE id = ANY ($1) ORDER BY id LIMIT 1000
"""

_PAGE_OF_CASES: Final = """
    SELECT page.*
      FROM unnest($1::uuid[]) AS wanted (id) CROSS JOIN LATERAL (
      SELECT id, case_id, owner_id, kind, identity, identity_key, division, description, estimated_value, source,
             found_on, as_of, status, only_home, exemption, co_owned, mortgage_amount, version, synthetic, facts
        FROM assets
         WHERE case_id = wanted.id AND ($2::date IS NULL OR (found_on, id) > ($2, $3::uuid))
           AND ($5::uuid IS NULL OR (owner_id = $5 AND status = ANY ($6)))
       ORDER BY found_on, id LIMIT $4
      ) AS page
     ORDER BY page.case_id, page.found_on, page.id
"""

_BY_KEY: Final = """
    SELECT id, case_id, owner_id, kind, identity, identity_key, division, description, estimated_value, source,
           found_on, as_of, status, only_home, exemption, co_owned, mortgage_amount, version, synthetic, facts
      FROM assets WHERE identity_key = $1 ORDER BY found_on, id
"""

_OF_OWNER: Final = """
    SELECT id, case_id, owner_id, kind, identity, identity_key, division, description, estimated_value, source,
           found_on, as_of, status, only_home, exemption, co_owned, mortgage_amount, facts, version, synthetic
      FROM assets WHERE owner_id = $1 ORDER BY id
"""

_EXEMPT: Final = """
    UPDATE assets SET exemption = $3, version = version + 1 WHERE id = $1 AND version = $2 RETURNING id
"""

_INSERT: Final = insertion("assets", AssetRecord)

_MOVE: Final = "UPDATE assets SET status = $3, version = version + 1 WHERE id = $1 AND version = $2 RETURNING id"

_FOLLOW: Final = """
    UPDATE assets a SET status = n.status, version = a.version + 1
      FROM (SELECT m.asset_id,
                   CASE WHEN bool_or(m.status = 'EXTINGUISHED') THEN 'DISPOSED'
                        WHEN bool_or(m.status IN ('EFFECTIVE', 'RENEWED')) THEN 'CONTROLLED'
                        WHEN bool_or(m.status IN ('LIFTED', 'EXPIRED')) THEN 'RELEASED' END AS status
              FROM measures m
             WHERE m.asset_id IN (SELECT asset_id FROM measures WHERE id = ANY ($1))
               AND m.kind NOT IN ('DEDUCT', 'EXTRACT')
             GROUP BY m.asset_id) n
     WHERE a.id = n.asset_id AND n.status IS NOT NULL AND a.status <> n.status AND a.status <> 'DISPOSED'
"""


def identity(at_rest: AtRest, asset: AssetRecord | ControlRecord) -> dict[str, str]:
    """The registry identity in clear, such as {"plate": ..., "vin": ...}: for encrypted boxes and own officers only."""
    found: dict[str, str] = orjson.loads(at_rest.decrypt(asset.identity, context=IDENTITY))
    return found


def encrypted_identity(at_rest: AtRest, clear: dict[str, str]) -> bytes:
    return at_rest.encrypt(orjson.dumps(clear, option=orjson.OPT_SORT_KEYS), context=IDENTITY)


def facts(at_rest: AtRest, asset: AssetRecord) -> bytes | None:
    """What a channel said of the asset besides its identity, as JSON in clear; None when nothing was."""
    return None if asset.facts is None else at_rest.decrypt(asset.facts, context=FACTS)


async def get(conn: Conn, asset_id: UUID) -> AssetRecord | None:
    row = await conn.fetchrow(_GET, asset_id)
    return None if row is None else _record(row)


async def of_ids(conn: Conn, asset_ids: list[UUID]) -> list[AssetRecord]:
    """The assets with these ids: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_IDS, asset_ids)]


async def page_of_cases(
    conn: Conn, case_ids: list[UUID], *, after: tuple[date, UUID] | None, limit: int, owned: Owned | None = None
) -> list[AssetRecord]:
    """At most `limit` of each case, by case, oldest first, after the row that `after` names by (found_on, id).

    With `owned` those of that owner alone, in one of its states.
    """
    found_on, row_id = after or (None, None)
    owner_id, statuses = owned or (None, None)
    return [
        _record(row) for row in await conn.fetch(_PAGE_OF_CASES, case_ids, found_on, row_id, limit, owner_id, statuses)
    ]


_LOCK_IDENTITY: Final = "SELECT id FROM assets WHERE identity_key = $1 ORDER BY id FOR UPDATE"


async def lock_identity(conn: Conn, key: bytes) -> None:
    """One transaction at a time deals with the thing, in whichever cases it was found."""
    await conn.execute(_LOCK_IDENTITY, key)


async def by_identity_key(conn: Conn, key: bytes) -> list[AssetRecord]:
    """Assets of that registry identity: one per case that found it. See `rules.asset_identity.named_by`."""
    return [_record(row) for row in await conn.fetch(_BY_KEY, key)]


async def of_owner(conn: Conn, owner_id: UUID) -> list[AssetRecord]:
    """What the court knows of a party's assets, in whichever case it was found."""
    return [_record(row) for row in await conn.fetch(_OF_OWNER, owner_id)]


async def exempt(conn: Conn, asset: AssetRecord, ground: str) -> AssetRecord | None:
    """Compare-and-set on `asset.version`; None when the asset changed since it was read."""
    if await conn.fetchrow(_EXEMPT, asset.id, asset.version, ground) is None:
        return None
    return replace(asset, exemption=ground, version=asset.version + 1)


async def insert(conn: Conn, asset: AssetRecord) -> None:
    await conn.execute(_INSERT, *values(asset))


async def move(conn: Conn, asset: AssetRecord, status: AssetStatus) -> AssetRecord | None:
    """Compare-and-set on `asset.version`; None when the asset changed since it was read."""
    if await conn.fetchrow(_MOVE, asset.id, asset.version, status) is None:
        return None
    return replace(asset, status=status, version=asset.version + 1)


async def follow_measures(conn: Conn, measure_ids: list[UUID]) -> None:
    """Give the assets of these measures the state that all measures on them add up to: one statement."""
    await conn.execute(_FOLLOW, measure_ids)


_DIVISIONS_OF_DEBTORS: Final = """
    SELECT DISTINCT a.division
      FROM case_parties cp JOIN assets a ON a.owner_id = cp.party_id
     WHERE cp.case_id = $1 AND cp.role = 'DEBTOR' AND a.status NOT IN ('RELEASED', 'DISPOSED')
     ORDER BY a.division LIMIT 5000
"""


async def divisions_of_debtors(conn: Conn, case_id: UUID) -> list[str]:
    """The counties in which property of the case's debtors lies, as far as this court knows, in whatever case."""
    return [row["division"] for row in await conn.fetch(_DIVISIONS_OF_DEBTORS, case_id)]
