"""The tables `carried_payments` and `carried_suspensions`: what the other court of a transfer says of the case's money.

Invariant: they count in what is owed in the own case, and nowhere else; each court reports what it received itself.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.carried import CarriedPaymentRecord, CarriedSuspensionRecord

_payment = mapper(CarriedPaymentRecord)
_suspension = mapper(CarriedSuspensionRecord)
_P: Final = ", ".join(f"p.{name}" for name in columns(CarriedPaymentRecord))
_S: Final = ", ".join(f"s.{name}" for name in columns(CarriedSuspensionRecord))
MOST_PAYMENTS: Final = 10_000

_ADD_PAYMENT: Final = insertion("carried_payments", CarriedPaymentRecord) + " ON CONFLICT DO NOTHING"
_SUM: Final = "UPDATE case_transfers SET paid_there = $2 WHERE id = $1"
_PAID: Final = "SELECT coalesce(sum(amount), 0) FROM carried_payments WHERE transfer_id = $1"
_COUNT: Final = "SELECT count(*) FROM carried_payments WHERE transfer_id = $1"
_PAYMENTS: Final = f"""
    SELECT DISTINCT ON (p.id) {_P}
      FROM case_transfers t JOIN carried_payments p ON p.transfer_id = t.id
     WHERE t.case_id = ANY ($1) ORDER BY p.id, t.proposed_at LIMIT {MOST_PAYMENTS}
"""
_FORGET_SUSPENSIONS: Final = "DELETE FROM carried_suspensions WHERE transfer_id = $1"
_ADD_SUSPENSION: Final = insertion("carried_suspensions", CarriedSuspensionRecord)
_SUSPENSIONS: Final = f"""
    SELECT {_S} FROM case_transfers t JOIN carried_suspensions s ON s.transfer_id = t.id
     WHERE t.case_id = ANY ($1) ORDER BY s.from_on, s.transfer_id, s.no LIMIT 1000
"""
_COUNTING: Final = """
    SELECT counting FROM case_transfers WHERE case_id = ANY ($1) AND direction = 'INBOUND' AND counting IS NOT NULL
     ORDER BY proposed_at LIMIT 1
"""


async def add_payments(conn: Conn, transfer_id: UUID, paid: Sequence[CarriedPaymentRecord]) -> Decimal:
    """Keep them, each once; the sum of all that the transfer has."""
    await conn.executemany(_ADD_PAYMENT, [values(each) for each in paid])
    return Decimal(await conn.fetchval(_PAID, transfer_id))


async def set_sum(conn: Conn, transfer_id: UUID, amount: Decimal) -> None:
    await conn.execute(_SUM, transfer_id, amount)


async def count_payments(conn: Conn, transfer_id: UUID) -> int:
    return int(await conn.fetchval(_COUNT, transfer_id))


async def payments_of_cases(conn: Conn, case_ids: list[UUID]) -> list[CarriedPaymentRecord]:
    """What was paid at other courts in the transfers of these cases, each payment once."""
    return [_payment(row) for row in await conn.fetch(_PAYMENTS, case_ids)]


async def set_suspensions(conn: Conn, transfer_id: UUID, stood: Sequence[CarriedSuspensionRecord]) -> None:
    """These are the days on which the case stood still at the other court."""
    await conn.execute(_FORGET_SUSPENSIONS, transfer_id)
    await conn.executemany(_ADD_SUSPENSION, [values(each) for each in stood])


async def suspensions_of_cases(conn: Conn, case_ids: list[UUID]) -> list[CarriedSuspensionRecord]:
    return [_suspension(row) for row in await conn.fetch(_SUSPENSIONS, case_ids)]


async def counting_of_cases(conn: Conn, case_ids: list[UUID]) -> dict[str, Any] | None:
    """How the court that entrusted one of these cases counts days; None where none was entrusted to this one."""
    found: dict[str, Any] | None = await conn.fetchval(_COUNTING, case_ids)
    return found
