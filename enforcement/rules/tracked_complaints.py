"""Which complaints about a task the messages that crossed the gateway tell of. Pure.

Each message names its complaint; those of earlier releases name none: an answer means the one that was open when it was
said. Invariant: a function of the set of events: a message that was issued again, because its time was over, opens no
second complaint.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from db.records.complaints import ComplaintEventRecord, ComplaintRecord

_PREFIX: Final = "COMPLAINT_"
_SETTLING: Final = frozenset({"COMPLAINT_ANSWERED", "COMPLAINT_CLOSED"})


def is_about_complaints(event: str) -> bool:
    """Whether a message's track tells of a complaint."""
    return event.startswith(_PREFIX)


def fold(events: Iterable[ComplaintEventRecord], delegating: str, entrusted: str) -> Sequence[ComplaintRecord]:
    """The complaints of one task, oldest first."""
    found: list[ComplaintRecord] = []
    named: dict[UUID, int] = {}  # places in `found`
    early: list[ComplaintEventRecord] = []  # two courts' clocks differ
    for event in sorted(events, key=lambda each: (each.at, each.message_id)):
        place = named.get(event.complaint_id) if event.complaint_id is not None else None
        if place is None:
            place = _meant(event, found, set(named.values()))
        if place is not None:
            found[place] = _settled(found[place], event)
        elif event.event not in _SETTLING:
            place = len(found)
            ground, opened_by = event.event.removeprefix(_PREFIX), event.complaint_id or event.message_id
            found.append(ComplaintRecord(event.track_id, event.at, ground, delegating, entrusted, id=opened_by))
        else:
            early.append(event)
        if place is not None and event.complaint_id is not None:
            named.setdefault(event.complaint_id, place)
    for event in early:
        if event.complaint_id in named:
            place = named[event.complaint_id]
            found[place] = _settled(found[place], event)
    return found


def _meant(event: ComplaintEventRecord, found: Sequence[ComplaintRecord], named: Collection[int]) -> int | None:
    """Which complaint an event means that names none, or one that no event before it named."""
    for place in range(len(found) - 1, -1, -1):
        if event.complaint_id is not None and place in named:
            continue  # it is another one
        complaint = found[place]
        is_open = complaint.answered_at is None and complaint.closed_at is None
        match event.event:
            case "COMPLAINT_CLOSED":
                return place
            case "COMPLAINT_ANSWERED":
                return place if is_open else None
            case _:
                return place if is_open and (event.complaint_id is None or _is_same(complaint, event)) else None
    return None


def _is_same(complaint: ComplaintRecord, event: ComplaintEventRecord) -> bool:
    """Whether the event is the complaint issued again, by a node that meanwhile learnt to name it."""
    return event.event == _PREFIX + complaint.ground


def _settled(complaint: ComplaintRecord, event: ComplaintEventRecord) -> ComplaintRecord:
    """The complaint after an event that means it; what was said first stays."""
    match event.event:
        case "COMPLAINT_ANSWERED" if complaint.answered_at is None:
            return replace(complaint, answered_at=event.at)
        case "COMPLAINT_CLOSED" if complaint.closed_at is None:
            return replace(complaint, closed_at=event.at)
        case _:
            return complaint
