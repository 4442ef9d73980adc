"""That a seized vehicle was handed over to the ordering court, as both courts keep it."""

from datetime import datetime

import msgspec

from db.pool import Conn
from db.records.tasks import StatementRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import Payload


class HandOverPayload(Payload, frozen=True, kw_only=True):
    """扣押车辆移交: when, where, by whom, to whom, and in which state."""

    at: datetime
    place: str
    handed_by: list[str]  # officers of the entrusted court
    received_by: list[str]  # officers of the ordering court
    keys: int | None = None
    mileage_km: int | None = None
    photos: list[str] = msgspec.field(default_factory=list)


async def handed_over(
    court: CourtNode, conn: Conn, task: TaskRecord, _said: StatementRecord, payload: HandOverPayload
) -> None:
    """At the ordering court the seizure has its hand-over."""
    from enforcement import seizures  # noqa: PLC0415 (seizures speak through this package)

    if task.delegating_court == court.code:
        await seizures.take_hand_over(court, conn, task, payload)
