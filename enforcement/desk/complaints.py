"""投诉 as the gateway hears of them: the ground and the instants, for the courts of the task and those above them.

A complaint's message is accepted by the entrusted court -> its ground stands here, and the superior court's supervisors
read it -> they supervise the task, or wait for the answer. Invariant: the reason never comes here.
"""

from dataclasses import dataclass
from uuid import UUID

from db import complaints
from db.pool import Conn, snapshot
from db.records.complaints import ComplaintEventRecord, ComplaintRecord
from db.records.tracks import TrackRecord
from enforcement.desk import framework
from enforcement.desk.framework import Page, Place
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules import tracked_complaints
from enforcement.rules.paging import check_first
from enforcement.rules.rights import Caller
from federation.wire.header import Header, Track


@dataclass(frozen=True, slots=True)
class Only:
    """Which complaints a list shows: of one task; open or settled ones. None means any."""

    track_id: UUID | None = None
    is_open: bool | None = None


async def take(conn: Conn, header: Header, told: Track, track: TrackRecord) -> None:
    """Take in what a message says of a complaint about a track, which is locked."""
    if not tracked_complaints.is_about_complaints(told.event):
        return
    event = ComplaintEventRecord(header.id, track.id, told.event, header.issued, header.re)
    if await complaints.add_event(conn, event):
        every = await complaints.events(conn, track.id)
        folded = tracked_complaints.fold(every, track.delegating_court, track.entrusted_court)
        await complaints.put(conn, track.id, folded)


async def page(
    desk: GatewayDesk, caller: Caller | None, only: Only, *, first: int, after: Place | None
) -> Page[ComplaintRecord]:
    """The complaints about tasks of the caller's court, or of a supervisor's courts below; for an admin all.

    Raises:
        NotSignedIn, Forbidden.
        Malformed: PAGE.
    """
    reader, size = framework.reads(desk, caller), check_first(first)
    async with snapshot(desk.pool) as conn:
        rows = await complaints.page(
            conn,
            parties=reader.listed,
            track_id=only.track_id,
            is_open=only.is_open,
            after=after,
            limit=size + 1,
        )
    return Page(rows[:size], has_next=len(rows) > size)
