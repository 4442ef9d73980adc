"""Where each delegated task stands (委托事项跟踪), read by the command centres and liaison officers of its courts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db import carried_messages, tracks, urges
from db.clock import civil_date
from db.pool import Conn, snapshot
from db.records.delivery import DeliveryStatus
from db.records.tracks import TrackEventRecord, TrackRecord, UrgeRecord
from enforcement.desk import access
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.paging import check_first
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Caller
from enforcement.rules.task_status import ENDED

Position = tuple[datetime, UUID]
"""Where a page ends: `recorded_at` and id of its last track."""


@dataclass(frozen=True, slots=True)
class TrackedTask:
    """A track with its timeline, the urges, and where its messages stand."""

    track: TrackRecord
    events: Sequence[TrackEventRecord]
    urges: Sequence[UrgeRecord]
    delivery: DeliveryStatus | None
    today: date

    @property
    def is_overdue(self) -> bool:
        """The next deadline has passed, and the task has not ended."""
        due = self.track.due_on
        return due is not None and self.track.status not in ENDED and self.today > due


@dataclass(frozen=True, slots=True)
class Page:
    """Some tracks, newest first, and whether there are more behind them."""

    tasks: Sequence[TrackedTask]
    has_next: bool


async def load(conn: Conn, records: Sequence[TrackRecord], now: datetime) -> list[TrackedTask]:
    """The tracks with all that is shown of them, in three queries."""
    ids = [record.id for record in records]
    events = await tracks.events(conn, ids)
    urged = await urges.of_tracks(conn, ids)
    delivered = await tracks.deliveries(conn, ids)
    today = civil_date(now)
    return [TrackedTask(r, events[r.id], urged[r.id], delivered.get(r.id), today) for r in records]


async def tracked_task(desk: GatewayDesk, caller: Caller | None, track_id: UUID) -> TrackedTask:
    """One task.

    Raises:
        NotSignedIn: no token.
        NotFound: there is none, or none that the caller may know of.
    """
    who = access.recognised(caller)
    async with snapshot(desk.pool) as conn:
        record = access.check_sees(who, await tracks.find(conn, track_id))
        (found,) = await load(conn, [record], desk.clock.now())
    return found


async def several(desk: GatewayDesk, caller: Caller, track_ids: list[UUID]) -> list[TrackedTask]:
    """Those of the tasks that the caller may know of, in no order."""
    if not access.follows_tasks(caller):
        return []
    async with snapshot(desk.pool) as conn:
        records = [record for record in await tracks.several(conn, track_ids) if access.sees(caller, record)]
        return await load(conn, records, desk.clock.now())


async def tracked_tasks(
    desk: GatewayDesk, caller: Caller | None, *, status: str | None, first: int, after: Position | None
) -> Page:
    """The tasks of the caller's court, newest first; an empty page for an office that follows none.

    Raises:
        NotSignedIn: no token.
        Malformed: PAGE; `first` is not from 1 to 100.
    """
    who = access.recognised(caller)
    size = check_first(first)
    if not access.follows_tasks(who):
        return Page((), has_next=False)
    async with snapshot(desk.pool) as conn:
        hidden = ENDED if who.is_running_off else ()
        records = await tracks.page(conn, who.court, status=status, hidden=hidden, after=after, limit=size + 1)
        return Page(await load(conn, records[:size], desk.clock.now()), has_next=len(records) > size)


async def delivery_status(desk: GatewayDesk, caller: Caller | None, message_or_task: UUID) -> list[DeliveryStatus]:
    """Where a message, or each message of a task, stands: those from or to the caller's court, oldest first.

    Raises:
        NotSignedIn: no token.
        NotFound: there is none, or none that the caller may know of.
    """
    who = access.recognised(caller)
    if not access.follows_tasks(who):
        raise NotFound
    async with desk.pool.acquire() as conn:
        carried = await carried_messages.delivery_status(conn, message_or_task)
    own = [status for status in carried if who.court in {status.sender, status.destination}]
    if not own:
        raise NotFound
    return own
