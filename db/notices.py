"""Assistance notices and the receipts that answer them.

Invariant: one receipt per notice, one unanswered notice per measure or task; an attempt is counted and committed before
the unit is asked.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from db.at_rest import AtRest
from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.searches import NoticeRecord, ReceiptRecord

REQUEST: Final = "assistance_notices.request"
RULING_NO: Final = "assistance_receipts.ruling_no"

_notice = mapper(NoticeRecord)
_receipt = mapper(ReceiptRecord)

_INSERT: Final = insertion("assistance_notices", NoticeRecord)
_INSERT_RECEIPT: Final = insertion("assistance_receipts", ReceiptRecord) + " ON CONFLICT DO NOTHING RETURNING id"

_GET: Final = """
    SELECT id, measure_id, task_id, unit_id, unit_name, request, served_by, served_at, status, attempts,
           next_attempt_at, reason, act, order_id
      FROM assistance_notices WHERE id = $1
"""

_OF_MEASURES: Final = """
    SELECT id, measure_id, task_id, unit_id, unit_name, request, served_by, served_at, status, attempts,
           next_attempt_at, reason, act, order_id
      FROM assistance_notices WHERE measure_id = ANY ($1) ORDER BY served_at, id LIMIT 1000
"""

_OF_TASK: Final = """
    SELECT id, measure_id, task_id, unit_id, unit_name, request, served_by, served_at, status, attempts,
           next_attempt_at, reason, act, order_id
      FROM assistance_notices WHERE task_id = $1 ORDER BY served_at, id LIMIT 100
"""

_CLAIM: Final = """
    UPDATE assistance_notices SET attempts = attempts + 1, next_attempt_at = $2
     WHERE id IN (SELECT id FROM assistance_notices WHERE next_attempt_at <= $1
                   ORDER BY next_attempt_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING id, measure_id, task_id, unit_id, unit_name, request, served_by, served_at, status, attempts,
              next_attempt_at, reason, act, order_id
"""

_ANSWERED: Final = """
    UPDATE assistance_notices SET status = 'ANSWERED', next_attempt_at = NULL, reason = NULL
     WHERE id = $1 AND status = 'SERVED'
    RETURNING id
"""

_SILENT: Final = """
    SELECT n.id, n.served_at FROM assistance_notices n JOIN assisting_units u ON u.id = n.unit_id
      LEFT JOIN unit_objections o ON o.notice_id = n.id AND o.decision = 'DISMISS'
     WHERE n.status = 'SERVED' AND ($2::timestamptz IS NULL OR (n.served_at, n.id) > ($2, $3::uuid))
       AND NOT EXISTS (SELECT FROM unit_objections w WHERE w.notice_id = n.id AND w.decision IS NULL)
     GROUP BY n.id, n.served_at, u.promised_days
    HAVING (greatest(n.served_at, max(o.decided_at)) AT TIME ZONE 'Asia/Shanghai')::date + u.promised_days < $1
     ORDER BY n.served_at, n.id LIMIT $4
"""

_BY_HAND: Final = (
    "UPDATE assistance_notices SET next_attempt_at = NULL, reason = NULL WHERE id = $1 AND status = 'SERVED'"
)

_POSTPONE: Final = """
    UPDATE assistance_notices SET next_attempt_at = $2, reason = $3 WHERE id = $1 AND status = 'SERVED'
"""

_RECEIPT_OF: Final = """
    SELECT id, notice_id, measure_id, task_id, court, unit_id, unit_name, result, receipt_no, rank, registered_at,
           reason, ruling_no, received_at, recorded_by, brought_by, paper
      FROM assistance_receipts WHERE notice_id = $1
"""

_RECEIPTS_OF_TASK: Final = """
    SELECT id, notice_id, measure_id, task_id, court, unit_id, unit_name, result, receipt_no, rank, registered_at,
           reason, ruling_no, received_at, recorded_by, brought_by, paper
      FROM assistance_receipts WHERE task_id = $1 ORDER BY received_at, id LIMIT 100
"""

_RECEIPTS_OF_MEASURES: Final = """
    SELECT id, notice_id, measure_id, task_id, court, unit_id, unit_name, result, receipt_no, rank, registered_at,
           reason, ruling_no, received_at, recorded_by, brought_by, paper
      FROM assistance_receipts WHERE measure_id = ANY ($1) ORDER BY measure_id, received_at, id LIMIT 1000
"""


def request(at_rest: AtRest, notice: NoticeRecord) -> bytes:
    """The notice as JSON in clear: for the unit on which it is served only."""
    return at_rest.decrypt(notice.request, context=REQUEST)


async def insert(conn: Conn, notice: NoticeRecord) -> None:
    """Raises asyncpg.UniqueViolationError while another notice for the same measure or task is unanswered."""
    await conn.execute(_INSERT, *values(notice))


async def get(conn: Conn, notice_id: UUID) -> NoticeRecord | None:
    row = await conn.fetchrow(_GET, notice_id)
    return None if row is None else _notice(row)


async def of_measures(conn: Conn, measure_ids: list[UUID]) -> list[NoticeRecord]:
    return [_notice(row) for row in await conn.fetch(_OF_MEASURES, measure_ids)]


async def of_task(conn: Conn, task_id: UUID) -> list[NoticeRecord]:
    return [_notice(row) for row in await conn.fetch(_OF_TASK, task_id)]


async def claim(conn: Conn, now: datetime, *, until: datetime, limit: int) -> list[NoticeRecord]:
    """Take at most `limit` due notices; nobody else gets them before `until`."""
    return [_notice(row) for row in await conn.fetch(_CLAIM, now, until, limit)]


_UNQUEUED: Final = """
    SELECT n.id, n.measure_id, n.task_id, n.unit_id, n.unit_name, n.request, n.served_by, n.served_at, n.status,
           n.attempts, n.next_attempt_at, n.reason, n.act, n.order_id
      FROM assistance_notices n
     WHERE NOT n.is_queued AND n.status = 'ANSWERED' AND n.act = 'CONTROL' AND n.task_id IS NOT NULL
     ORDER BY n.id LIMIT $1 FOR UPDATE SKIP LOCKED
"""
_SET_QUEUED: Final = "UPDATE assistance_notices SET is_queued = true WHERE id = ANY ($1)"


async def unqueued(conn: Conn, *, limit: int) -> list[NoticeRecord]:
    """Lock at most `limit` answered notices, of measures of other courts, that were not looked at for a queue yet."""
    return [_notice(row) for row in await conn.fetch(_UNQUEUED, limit)]


async def set_queued(conn: Conn, notice_ids: list[UUID]) -> None:
    """What these notices registered stands in its queue."""
    await conn.execute(_SET_QUEUED, notice_ids)


async def mark_answered(conn: Conn, notice_id: UUID) -> bool:
    """False when the notice was answered before."""
    return await conn.fetchval(_ANSWERED, notice_id) is not None


async def silent(
    conn: Conn, today: date, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[tuple[datetime, UUID]]:
    """(served at, id) of notices whose units are beyond the days that they promise, and to which none objects now.

    Those served first come first, behind `after`.
    """
    at, last = after or (None, None)
    return [(row["served_at"], row["id"]) for row in await conn.fetch(_SILENT, today, at, last, limit)]


async def wait_for_hand(conn: Conn, notice_id: UUID) -> None:
    """No worker asks about the notice any more: a person will."""
    await conn.execute(_BY_HAND, notice_id)


async def postpone(conn: Conn, notice_id: UUID, *, until: datetime, reason: str) -> None:
    await conn.execute(_POSTPONE, notice_id, until, reason)


async def insert_receipt(conn: Conn, receipt: ReceiptRecord) -> bool:
    """Write the receipt once; False when it, or another of the same notice, is known already."""
    return await conn.fetchval(_INSERT_RECEIPT, *values(receipt)) is not None


async def receipt_of(conn: Conn, notice_id: UUID) -> ReceiptRecord | None:
    """What the unit answered to the notice."""
    row = await conn.fetchrow(_RECEIPT_OF, notice_id)
    return None if row is None else _receipt(row)


async def receipts_of_task(conn: Conn, task_id: UUID) -> list[ReceiptRecord]:
    return [_receipt(row) for row in await conn.fetch(_RECEIPTS_OF_TASK, task_id)]


async def receipts_of_measures(conn: Conn, measure_ids: list[UUID]) -> list[ReceiptRecord]:
    """The receipts of all these measures: one query for a loader."""
    return [_receipt(row) for row in await conn.fetch(_RECEIPTS_OF_MEASURES, measure_ids)]
