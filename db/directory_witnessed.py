"""Table `directory_witnessed`: each directory version that this court says to have seen, written before it does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.pool import Conn


@dataclass(frozen=True, slots=True)
class WitnessedRecord:
    """One version; `listing` is the digest of its listing, `gateway_key` the key by which the gateway signed."""

    version: int
    issued_at: datetime
    listing: str
    gateway_key: str


_LOCK: Final = "LOCK TABLE directory_witnessed IN SHARE ROW EXCLUSIVE MODE"

_HIGHEST: Final = """
    SELECT version, issued_at, listing, gateway_key FROM directory_witnessed
     WHERE gateway_key = ANY($1)
     ORDER BY version DESC LIMIT 1
"""

_SAVE: Final = """
    INSERT INTO directory_witnessed (version, issued_at, listing, gateway_key, signed_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (version) DO UPDATE
       SET issued_at = excluded.issued_at, listing = excluded.listing,
           gateway_key = excluded.gateway_key, signed_at = excluded.signed_at
"""


async def lock(conn: Conn) -> None:
    """Keep other writers out until the transaction ends."""
    await conn.execute(_LOCK)


async def highest(conn: Conn, gateway_keys: list[str]) -> WitnessedRecord | None:
    """The highest version witnessed under one of these keys; None before the first."""
    row = await conn.fetchrow(_HIGHEST, gateway_keys)
    return None if row is None else WitnessedRecord(*row)


async def save(conn: Conn, record: WitnessedRecord, *, signed_at: datetime) -> None:
    """Write down what is about to be signed."""
    await conn.execute(_SAVE, record.version, record.issued_at, record.listing, record.gateway_key, signed_at)
