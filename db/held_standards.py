"""The tables `held_standards` (what the zone's courts agreed upon) and `signed_standards` (what this court signed).

Invariant: of a standard the highest revision is kept, with the statements that prove it.
"""

from datetime import date
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.standards import HeldStandardRecord, SignedStandardRecord

_record = mapper(HeldStandardRecord)
_COLUMNS: Final = ", ".join(columns(HeldStandardRecord))
MOST: Final = 1000

_OF_MATTER: Final = f"""
    SELECT {_COLUMNS} FROM held_standards
     WHERE matter = $1 AND from_on <= $2 AND (to_on IS NULL OR to_on >= $2) ORDER BY from_on, id LIMIT 1000
"""


async def of_matter(conn: Conn, matter: str, *, on: date) -> list[HeldStandardRecord]:
    """The standards of a matter that hold on a day, of every province."""
    return [_record(row) for row in await conn.fetch(_OF_MATTER, matter, on)]


_STANDING: Final = f"""
    SELECT {_COLUMNS} FROM held_standards
     WHERE ($1::text IS NULL OR matter = $1) AND (to_on IS NULL OR to_on >= $2) ORDER BY matter, from_on, id LIMIT $3
"""


async def standing(conn: Conn, matter: str | None, *, on: date) -> list[HeldStandardRecord]:
    """At most `MOST` standards that hold on the day `on` or are to hold later."""
    return [_record(row) for row in await conn.fetch(_STANDING, matter, on, MOST)]


_REVISION: Final = "SELECT revision FROM held_standards WHERE id = $1"


async def revision(conn: Conn, standard_id: UUID) -> int:
    """The revision that is held; 0 for none."""
    return int(await conn.fetchval(_REVISION, standard_id) or 0)


_ASSIGNED: Final = ", ".join(f"{name} = excluded.{name}" for name in columns(HeldStandardRecord)[1:])
_TAKE: Final = (
    insertion("held_standards", HeldStandardRecord)
    + f" ON CONFLICT (id) DO UPDATE SET {_ASSIGNED} WHERE held_standards.revision < excluded.revision"
)


async def take(conn: Conn, standard: HeldStandardRecord) -> None:
    """Hold this revision, unless a higher one is held, or the same."""
    await conn.execute(_TAKE, *values(standard))


_SIGNED: Final = insertion("signed_standards", SignedStandardRecord) + " ON CONFLICT DO NOTHING"


async def note_signed(conn: Conn, signed: SignedStandardRecord) -> None:
    """Write down what this court signed; the same text again changes nothing."""
    await conn.execute(_SIGNED, *values(signed))
