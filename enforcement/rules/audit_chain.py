"""The chain of the audit trail: what an event's digest covers, and how a chain is proven.

An event's digest is the SHA-256, in lower-case hex, of the compact UTF-8 JSON array
    [prev, seq, at, court, officer, roles, action, outcome, subject, caseNumber, purpose, sections, lookupId, objectId,
     rows]
where `at` is RFC 3339 in UTC and `subject` is hex; what is not known is null. `prev` is the digest of the event before,
empty for the first.

Invariant: numbers begin with 1 and have no gap. Whoever holds an old head (number and digest) can tell that no event up
to it was changed, left out or put in since.
Source: docs/safeguards.md, point 5.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum

import msgspec

from db.records.audit import AuditEntry, AuditEvent, Head


class Fault(StrEnum):
    """What is wrong at a place of a chain."""

    MISSING = "MISSING"  # the place's number is not there
    CHANGED = "CHANGED"  # the event is not what its digest was made of
    UNCHAINED = "UNCHAINED"  # it does not follow the event before
    HEAD = "HEAD"  # the chain does not hold the head that is known to have stood in it


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain is broken, and how."""

    seq: int
    fault: Fault


def digest(prev: str, seq: int, entry: AuditEntry) -> str:
    """The digest of `entry` at the place `seq`, behind the event of digest `prev`."""
    told = [
        prev,
        seq,
        entry.at.astimezone(UTC),
        entry.court,
        entry.officer,
        entry.roles,
        entry.action,
        entry.outcome,
        None if entry.subject is None else entry.subject.hex(),
        entry.case_number,
        entry.purpose,
        entry.sections,
        entry.lookup_id,
        entry.object_id,
        entry.rows,
    ]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def chained(head: Head, entries: Sequence[AuditEntry]) -> list[AuditEvent]:
    """`entries` in their order, behind `head`."""
    events = []
    for entry in entries:
        event = AuditEvent(head.seq + 1, head.digest, digest(head.digest, head.seq + 1, entry), entry)
        events.append(event)
        head = Head(event.seq, event.digest)
    return events


def check(head: Head, events: Iterable[AuditEvent]) -> Iterator[Broken]:
    """Where `events`, by number, do not follow `head` or one another."""
    for event in events:
        if event.seq != head.seq + 1:
            yield Broken(head.seq + 1, Fault.MISSING)
        elif event.prev != head.digest:
            yield Broken(event.seq, Fault.UNCHAINED)
        if digest(event.prev, event.seq, event.entry) != event.digest:
            yield Broken(event.seq, Fault.CHANGED)
        head = Head(event.seq, event.digest)
