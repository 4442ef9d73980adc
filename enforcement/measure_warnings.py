"""Warnings before a measure's term runs out: where it was ordered, where its asset lies, and where its case is now.

A renewal that is ordered, or comes to the entrusted court, with too few days left is warned of there and then.

Invariant: each stage is warned of once for one last day; a renewal makes a new last day, a lift none. A node that slept
warns of the stage that it wakes up in, not of those that it missed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from db import measure_expiry
from db.clock import civil_date
from db.measure_expiry import Expiring
from db.pool import Conn, transaction
from db.records.warnings_raised import About, WarningKind, WarningLevel
from enforcement import warnings_raised
from enforcement.court import CourtNode
from enforcement.rules.measure_orders import is_late

BATCH: Final = 500
_URGENT_DAYS: Final = 3
_WARNING_DAYS: Final = 7


async def warn(court: CourtNode, *, batch: int = BATCH) -> int:
    """Raise what is due at its stage; how many warnings were raised."""
    today, stages = civil_date(court.clock.now()), sorted(court.limits.expiry_warning_days)
    raised = 0
    for find in (measure_expiry.own, measure_expiry.entrusted, measure_expiry.elsewhere):
        found: Sequence[Expiring] = ()
        while not found or len(found) == batch:
            async with transaction(court.pool) as conn:
                found = await find(conn, court.code, WarningKind.MEASURE_EXPIRING, today, stages, limit=batch)
                raised += sum([await _raised(court, conn, one) for one in found])
            if not found:
                break
    return raised


async def _raised(court: CourtNode, conn: Conn, one: Expiring) -> bool:
    about = About(case_id=one.case_id, task_id=one.task_id, measure_id=one.measure_id)
    return await warnings_raised.raise_(
        court,
        conn,
        WarningKind.MEASURE_EXPIRING,
        about,
        once=one.once,
        level=_level(one.days_left),
        officer=one.officer,
        due_on=one.expires_on,
        figure=one.stage,
    )


def _level(days_left: int) -> WarningLevel:
    if days_left <= _URGENT_DAYS:
        return WarningLevel.URGENT
    return WarningLevel.WARNING if days_left <= _WARNING_DAYS else WarningLevel.NOTICE


async def renewed_late(
    court: CourtNode, conn: Conn, about: About, expires_on: date | None, *, once: str, officer: str | None
) -> bool:
    """Raise RENEWAL_LATE if so few days are left that the unit may not register the renewal in time; whether they are.

    `once` is the id of what carries the renewal: the order, or the task.
    """
    if not is_late(expires_on, civil_date(court.clock.now()), court.limits.renew_warn_days):
        return False
    await warnings_raised.raise_(
        court,
        conn,
        WarningKind.RENEWAL_LATE,
        about,
        once=once,
        level=WarningLevel.URGENT,
        officer=officer,
        due_on=expires_on,
    )
    return True
