"""The table `disposal_notices`: auction notices and sales of assets, by which their disposal has begun in public."""

from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.transfers import DisposalNoticeRecord

_record = mapper(DisposalNoticeRecord)
_COLUMNS: Final = ", ".join(columns(DisposalNoticeRecord))
_INSERT: Final = insertion("disposal_notices", DisposalNoticeRecord)


async def insert(conn: Conn, notice: DisposalNoticeRecord) -> None:
    await conn.execute(_INSERT, *values(notice))


_OF_ASSETS: Final = f"""
    SELECT {_COLUMNS} FROM disposal_notices WHERE asset_id = ANY ($1) ORDER BY published_on, id LIMIT 100
"""


async def of_assets(conn: Conn, asset_ids: list[UUID]) -> list[DisposalNoticeRecord]:
    return [_record(row) for row in await conn.fetch(_OF_ASSETS, asset_ids)]


_GET: Final = f"SELECT {_COLUMNS} FROM disposal_notices WHERE id = $1"


async def get(conn: Conn, notice_id: UUID) -> DisposalNoticeRecord | None:
    row = await conn.fetchrow(_GET, notice_id)
    return None if row is None else _record(row)
