"""The chain of the audit trail: whatever was changed, left out or put in is found, at its place."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records.audit import AuditAction, AuditEntry, AuditEvent, Head
from enforcement.rules.audit_chain import Broken, Fault, chained, check, digest

AT = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
ENTRY = AuditEntry(
    at=AT,
    officer="o-330824-01",
    action=AuditAction.LOOK_UP,
    outcome="STARTED",
    court="浙0824",
    roles=["HANDLER"],
    subject=b"\1" * 32,
    case_number="（2025）浙0824执365号",
    purpose="PROPERTY_INVESTIGATION",
    sections=["CASES"],
    lookup_id=UUID(int=1),
    object_id=UUID(int=2),
    rows=3,
)
OTHER: dict[str, Any] = {
    "at": AT + timedelta(microseconds=1),
    "officer": "o-330824-02",
    "action": AuditAction.ANSWER,
    "outcome": "DONE",
    "court": "皖1021",
    "roles": ["CLERK"],
    "subject": b"\2" * 32,
    "case_number": None,
    "purpose": "WHEREABOUTS",
    "sections": [],
    "lookup_id": UUID(int=3),
    "object_id": None,
    "rows": 4,
}


def four() -> list[AuditEvent]:
    return chained(Head(), [replace(ENTRY, rows=n) for n in range(4)])


def test_chain_that_was_left_alone_is_whole() -> None:
    events = four()

    assert list(check(Head(), events)) == []
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert [event.prev for event in events] == ["", *(event.digest for event in events[:3])]


def test_chain_goes_on_behind_its_head() -> None:
    head = Head(four()[-1].seq, four()[-1].digest)

    more = chained(head, [ENTRY])

    assert list(check(Head(), [*four(), *more])) == []
    assert (more[0].seq, more[0].prev) == (5, head.digest)


def test_digest_is_the_documented_one() -> None:
    """An auditor's own program must come to the same."""
    told = (
        '["",1,"2025-07-14T01:00:00Z","浙0824","o-330824-01",["HANDLER"],"LOOK_UP","STARTED",'
        f'"{"01" * 32}","（2025）浙0824执365号","PROPERTY_INVESTIGATION",["CASES"],'
        '"00000000-0000-0000-0000-000000000001","00000000-0000-0000-0000-000000000002",3]'
    )

    assert digest("", 1, ENTRY) == hashlib.sha256(told.encode()).hexdigest()


@pytest.mark.parametrize("name", OTHER)
def test_every_changed_field_is_found(name: str) -> None:
    events = four()
    events[1] = replace(events[1], entry=replace(events[1].entry, **{name: OTHER[name]}))

    assert list(check(Head(), events)) == [Broken(2, Fault.CHANGED)]


def test_digest_made_anew_breaks_the_next_link() -> None:
    events = four()
    changed = replace(events[1].entry, outcome="DONE")
    events[1] = replace(events[1], entry=changed, digest=digest(events[1].prev, 2, changed))

    assert list(check(Head(), events)) == [Broken(3, Fault.UNCHAINED)]


@given(st.integers(0, 2))
def test_missing_event_is_found(place: int) -> None:
    events = four()
    del events[place]

    assert list(check(Head(), events)) == [Broken(place + 1, Fault.MISSING)]


def test_renumbered_events_are_found() -> None:
    events = four()
    del events[1]
    moved = [events[0], *(replace(event, seq=event.seq - 1) for event in events[1:])]

    assert [found.fault for found in check(Head(), moved)] == [Fault.UNCHAINED, Fault.CHANGED, Fault.CHANGED]
