"""What messages tell the gateway of delegated tasks.

The life of a track (委托事项跟踪): a task's message crosses the gateway; when its destination has accepted it, the
relay calls `record_event` in the transaction that stores the receipt. The first accepted message opens the track, each
one is added to its timeline, and the event of the shared log with the highest number tells the state. Receipts come in
any order and more than once: a track is a function of the *set* of accepted messages. Status, deadline, holder and
urgency are the header's alone; requests and overlays stand in the timeline and move nothing.
"""

from datetime import datetime
from typing import Final

from db import tracks
from db.pool import Conn
from db.records.tracks import TrackEventRecord
from enforcement.desk import complaints
from enforcement.rules.task_log import EDGES, EventType, Side, holder_in
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus
from federation.wire.header import Header, Track

_STATUSES: Final = frozenset(status.value for status in DelegatedTaskStatus)


async def record_event(conn: Conn, header: Header, now: datetime) -> None:
    """Take in what an accepted message says of its task.

    A message without a track, or one that names a task of other courts, changes nothing.
    """
    told = header.track
    if told is None:
        return
    delegating = _delegating(header, told) or await _known(conn, header, told)
    if delegating is None:
        return
    entrusted = _other(header, delegating)
    event = _event(header, told)
    await tracks.open_track(conn, event, delegating=delegating, entrusted=entrusted, matter=told.matter, now=now)
    track = await tracks.lock(conn, told.task)
    if track is None or (track.delegating_court, track.entrusted_court) != (delegating, entrusted):
        return
    if await tracks.add_event(conn, event):
        await tracks.settle(conn, told.task, now)
    await complaints.take(conn, header, told, track)


async def _known(conn: Conn, header: Header, told: Track) -> str | None:
    """Which court delegated, of a task that is tracked already: what is said after its end does not tell."""
    track = await tracks.find(conn, told.task)
    between = {header.sender, header.to}
    return track.delegating_court if track is not None and between == track.courts and told.holder in between else None


def _event(header: Header, told: Track) -> TrackEventRecord:
    return TrackEventRecord(
        track_id=told.task,
        seq=told.seq,
        type=told.event,
        author=header.sender,
        message_id=header.id,
        at=header.issued,
        is_of_log=_is_of_log(header, told),
        status=told.status,
        holder=None if told.status in ENDED else told.holder,
        due_on=told.due_on,
        urgent=told.urgent,
    )


def _other(header: Header, court: str) -> str:
    return header.to if court == header.sender else header.sender


def _is_of_log(header: Header, told: Track) -> bool:
    """Whether the sender could append: a request may bear an event's name, but not from who holds the pen."""
    edge = EDGES.get(EventType(told.event)) if told.event in EDGES else None
    if edge is None:
        return False
    return edge.holder is None or (told.holder == header.sender) == (edge.holder is edge.author)


def _delegating(header: Header, told: Track) -> str | None:
    """Which of the two courts delegated: by the author of an event of the log, or else by who acts next in the status.

    None when the message does not tell: a word that this release does not know, or no court of the two acts next.
    """
    if told.holder not in {header.sender, header.to}:
        return None
    if _is_of_log(header, told):
        side, court = EDGES[EventType(told.event)].author, header.sender
    elif told.status in _STATUSES and (next_side := holder_in(DelegatedTaskStatus(told.status))):
        side, court = next_side, told.holder
    else:
        return None
    return court if side is Side.DELEGATING else _other(header, court)
