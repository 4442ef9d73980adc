"""Orders of this court that renew, lift, or end by disposal a measure of its own.

Invariant: one open order for each measure (a unique index holds it); an order that is closed never changes again.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.measure_life import OrderRecord, OrderStatus

REASON: Final = "measure_orders.reason"

_record = mapper(OrderRecord)
_COLUMNS: Final = ", ".join(columns(OrderRecord))
_INSERT: Final = insertion("measure_orders", OrderRecord)
_OPEN: Final = f"SELECT {_COLUMNS} FROM measure_orders WHERE measure_id = $1 AND status IN ('ORDERED', 'NOTICE_SENT')"
_LOCK: Final = f"SELECT {_COLUMNS} FROM measure_orders WHERE id = $1 FOR UPDATE"
_OF_MEASURES: Final = f"""
    SELECT {_COLUMNS} FROM measure_orders WHERE measure_id = ANY ($1) ORDER BY measure_id, ordered_at, id LIMIT 1000
"""
_CLOSE: Final = """
    UPDATE measure_orders SET status = $2, receipt_id = $3, done_at = $4
     WHERE id = $1 AND status IN ('ORDERED', 'NOTICE_SENT')
"""


async def insert(conn: Conn, order: OrderRecord) -> None:
    """Raises asyncpg.UniqueViolationError while another order for the measure is open."""
    await conn.execute(_INSERT, *values(order))


async def open_of(conn: Conn, measure_id: UUID) -> OrderRecord | None:
    """The order that waits for its receipt."""
    row = await conn.fetchrow(_OPEN, measure_id)
    return None if row is None else _record(row)


async def lock(conn: Conn, order_id: UUID) -> OrderRecord | None:
    """The order, locked until the transaction ends."""
    row = await conn.fetchrow(_LOCK, order_id)
    return None if row is None else _record(row)


async def of_measures(conn: Conn, measure_ids: list[UUID]) -> list[OrderRecord]:
    """The orders about these measures, oldest first: one query for a loader."""
    return [_record(row) for row in await conn.fetch(_OF_MEASURES, measure_ids)]


async def close(conn: Conn, order_id: UUID, status: OrderStatus, *, receipt_id: UUID | None, at: datetime) -> None:
    """Write how the order ended."""
    await conn.execute(_CLOSE, order_id, status, receipt_id, at)
