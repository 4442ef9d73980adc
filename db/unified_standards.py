"""The table `unified_standards` (统一标准): what holds in a province, from when, until when."""

from datetime import date
from typing import Final

from db.mapping import mapper
from db.pool import Conn
from db.records.zone import StandardMatter, UnifiedStandardRecord

_record = mapper(UnifiedStandardRecord)

_STANDING: Final = """
    SELECT id, matter, province, amount, days, practice, effective_from, effective_to, synthetic
      FROM unified_standards
     WHERE ($1::text IS NULL OR matter = $1) AND (effective_to IS NULL OR effective_to >= $2)
     ORDER BY matter, province, effective_from
     LIMIT $3
"""


async def standing(conn: Conn, matter: StandardMatter | None, *, on: date, limit: int) -> list[UnifiedStandardRecord]:
    """At most `limit` standards that hold on the day `on` or are to hold later, by matter, province and first day."""
    return [_record(row) for row in await conn.fetch(_STANDING, matter, on, limit)]
