"""Which complaints about a task the messages that crossed the gateway tell of. Pure.

Invariant: a function of the set of events: a message that was issued again, because its time was over, opens no second
complaint; an answer settles the complaint that was open when it was said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from db.records.complaints import ComplaintEventRecord, ComplaintRecord

_PREFIX: Final = "COMPLAINT_"


def is_about_complaints(event: str) -> bool:
    """Whether a message's track tells of a complaint."""
    return event.startswith(_PREFIX)


def fold(events: Iterable[ComplaintEventRecord], delegating: str, entrusted: str) -> Sequence[ComplaintRecord]:
    """The complaints of one task, oldest first."""
    found: list[ComplaintRecord] = []
    for event in sorted(events, key=lambda each: (each.at, each.message_id)):
        last = found[-1] if found else None
        is_open = last is not None and last.answered_at is None and last.closed_at is None
        match event.event:
            case "COMPLAINT_ANSWERED" if last is not None and is_open:
                found[-1] = replace(last, answered_at=event.at)
            case "COMPLAINT_CLOSED" if last is not None and last.closed_at is None:
                found[-1] = replace(last, closed_at=event.at)
            case "COMPLAINT_ANSWERED" | "COMPLAINT_CLOSED":
                pass
            case _ if not is_open:
                ground = event.event.removeprefix(_PREFIX)
                found.append(ComplaintRecord(event.track_id, event.at, ground, delegating, entrusted))
    return found
