"""The table `asset_exemptions`: why an asset is exempt (豁免), by whom recorded."""

from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.control import ExemptionRecord

_record = mapper(ExemptionRecord)
_COLUMNS: Final = ", ".join(columns(ExemptionRecord))
_INSERT: Final = insertion("asset_exemptions", ExemptionRecord)


async def insert(conn: Conn, exemption: ExemptionRecord) -> None:
    await conn.execute(_INSERT, *values(exemption))


_GET: Final = f"SELECT {_COLUMNS} FROM asset_exemptions WHERE asset_id = $1"


async def get(conn: Conn, asset_id: UUID) -> ExemptionRecord | None:
    row = await conn.fetchrow(_GET, asset_id)
    return None if row is None else _record(row)
