"""What the passing of time does to measures: terms run out, and who waits takes the place (查封规定 arts. 26, 27).

Two sweeps, each in batches that one transaction holds, so that any number of processes may run them at once.
    queues     measures that stand in no queue yet are taken over; queues in which a term ran out are settled
    measures   measures of this court whose asset lies elsewhere lapse too, whatever is heard from there
Then the courts whose measures stand in a queue that changed are told, and those are warned whose measures end soon.

Invariant: what a sweep writes is what was true before it ran: an instant is that of the lapse, never of the sweep.
"""

from datetime import datetime
from typing import Final

from db import assets, events, measure_events, measure_queue, measures
from db.clock import civil_date
from db.measure_events import Change
from db.pool import Conn, transaction
from db.records.assets import MeasureStatus
from enforcement import measure_queues, measure_reports, measure_warnings, registrations
from enforcement.court import CourtNode
from enforcement.measures import TOPIC
from enforcement.rules.measure_queue import lapses_at

BATCH: Final = 500


async def sweep(court: CourtNode, *, batch: int = BATCH) -> int:
    """Do all that is due; how many queues and measures changed."""
    done = 0
    while await _took_over(court, batch):
        pass
    for one in (_queues, _measures):
        while (count := await one(court, batch)) > 0:
            done += count
    await measure_reports.tell(court)
    await measure_warnings.warn(court)
    return done


async def _took_over(court: CourtNode, batch: int) -> int:
    async with transaction(court.pool) as conn:
        own = await measure_queue.take_over(conn, court.division, limit=batch)
    return own + await registrations.take_over(court, limit=batch)


async def _queues(court: CourtNode, batch: int) -> int:
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        due = await measure_queue.claim_due(conn, civil_date(now), limit=batch)
        if due:
            await measure_queues.settle(court, conn, due, now)
    return len(due)


async def _measures(court: CourtNode, batch: int) -> int:
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        lapsed = await measures.expire(conn, civil_date(now), limit=batch)
        if lapsed:
            await _note(court, conn, lapsed, now)
    return len(lapsed)


async def _note(court: CourtNode, conn: Conn, lapsed: list[measures.Lapsed], now: datetime) -> None:
    changes = [
        Change(
            measure_id=one.id,
            at=lapses_at(one.expires_on),
            status=MeasureStatus.EXPIRED,
            court=court.code,
            effective_at=one.effective_at,
            expires_on=one.expires_on,
        )
        for one in lapsed
    ]
    await measure_events.add(conn, changes, now=now)
    await assets.follow_measures(conn, [one.id for one in lapsed])
    await events.add_all(conn, topic=TOPIC, refs=[one.id for one in lapsed], kind=MeasureStatus.EXPIRED, now=now)
