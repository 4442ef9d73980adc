"""The table `seizures`: what was physically seized for each measure, and handed over. One inventory per measure."""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.control import SeizureRecord

INVENTORY: Final = "seizures.inventory"
HAND_OVER: Final = "seizures.hand_over"
_record = mapper(SeizureRecord)
_COLUMNS: Final = ", ".join(columns(SeizureRecord))
_INSERT: Final = insertion("seizures", SeizureRecord) + " ON CONFLICT (measure_id) DO NOTHING RETURNING measure_id"


async def insert(conn: Conn, seizure: SeizureRecord) -> bool:
    """Write it down; False when the measure has an inventory already."""
    return await conn.fetchval(_INSERT, *values(seizure)) is not None


_OF_MEASURES: Final = f"SELECT {_COLUMNS} FROM seizures WHERE measure_id = ANY ($1) LIMIT 1000"


async def of_measures(conn: Conn, measure_ids: list[UUID]) -> list[SeizureRecord]:
    return [_record(row) for row in await conn.fetch(_OF_MEASURES, measure_ids)]


_HAND_OVER: Final = """
    UPDATE seizures SET hand_over = $2, handed_over_at = $3 WHERE measure_id = $1 AND handed_over_at IS NULL
    RETURNING measure_id
"""


async def hand_over(conn: Conn, measure_id: UUID, content: bytes, at: datetime) -> bool:
    """Write the hand-over down; False when there is no seizure, or it was handed over before."""
    return await conn.fetchval(_HAND_OVER, measure_id, content, at) is not None
