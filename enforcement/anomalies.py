"""Looking through the audit trail for what is unusual, behind the look-ups: each anomaly is a warning, once.

A worker takes the events behind the place it came to -> own look-ups and other courts' asks are held against the
thresholds, the officer's name and the officer's declarations -> warnings and the new place are one transaction.

Invariant: nothing is refused, changed or decided here. A warning says no name; who may read it looks for themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from db import audit, officers, parties, relatives, warnings_raised
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.audit import AuditAction, AuditEntry, AuditEvent
from db.records.parties import PartyKind
from db.records.warnings_raised import WarningCause, WarningKind, WarningRecord
from enforcement.court import CourtNode
from enforcement.rules.anomalies import crowds, likeness, night_of
from enforcement.warnings_raised import add

_BATCH: Final = 500
_LOOKS: Final = (AuditAction.LOOK_UP, AuditAction.ANSWER)


@dataclass(frozen=True, slots=True)
class _Look:
    """An event by which a known officer asked, or tried to."""

    court: str
    officer: str
    entry: AuditEntry


async def watch(court: CourtNode) -> int:
    """Look through what was chained since; how many warnings were raised."""
    raised = 0
    while True:
        async with transaction(court.pool) as conn:
            place = await warnings_raised.lock_watched(conn)
            events = await audit.after(conn, place, _BATCH)
            if events:
                raised += await _examine(court, conn, events)
                await warnings_raised.set_watched(conn, events[-1].seq)
        if len(events) < _BATCH:
            return raised


async def _examine(court: CourtNode, conn: Conn, events: list[AuditEvent]) -> int:
    looks = [
        _Look(entry.court, entry.officer, entry)
        for entry in (event.entry for event in events)
        if entry.action in _LOOKS and entry.court is not None and entry.officer is not None
    ]
    found = [*_by_night(court, looks), *await _by_number(court, conn, looks), *await _by_person(court, conn, looks)]
    return sum([await add(conn, warning) for warning in found])


def _by_night(court: CourtNode, looks: Iterable[_Look]) -> list[WarningRecord]:
    """Once per officer and night."""
    nights = ((look, night_of(look.entry.at, court.anomalies)) for look in looks)
    return [_warning(court, WarningCause.NIGHT_HOURS, look, str(night)) for look, night in nights if night is not None]


async def _by_number(court: CourtNode, conn: Conn, looks: list[_Look]) -> list[WarningRecord]:
    """Once per officer and civil day, with how many persons that were when it was noticed."""
    found, limits = [], court.anomalies
    for code, officer in dict.fromkeys((look.court, look.officer) for look in looks):
        own = {look.entry.at: look for look in looks if (look.court, look.officer) == (code, officer)}
        asked = await audit.subjects(
            conn, code, officer, after=min(own) - limits.window, until=max(own) + limits.window, actions=_LOOKS
        )
        for crowd in crowds(asked, limits):
            look = own.get(crowd.at) or own[max(own)]  # an event that was chained late can make an earlier one the last
            warning = _warning(court, WarningCause.MANY_SUBJECTS, look, str(civil_date(crowd.at)))
            found.append(replace(warning, since=crowd.since, figure=crowd.figure))
    return found


async def _by_person(court: CourtNode, conn: Conn, looks: Iterable[_Look]) -> list[WarningRecord]:
    """Of own officers, whose names and declarations are known: each look-up of who was declared, each likeness once."""
    found = []
    for look in looks:
        subject = look.entry.subject
        if look.court != court.code or subject is None:
            continue
        if await relatives.in_force(conn, look.officer, subject) is not None:
            found.append(_warning(court, WarningCause.DECLARED_RELATIVE, look, str(look.entry.lookup_id)))
        cause = await _likeness(conn, look.officer, subject)
        if cause is not None:
            found.append(_warning(court, cause, look, subject.hex()))
    return found


async def _likeness(conn: Conn, officer_id: str, subject: bytes) -> WarningCause | None:
    officer, person = await officers.get(conn, officer_id), await parties.by_identifier_key(conn, subject)
    if officer is None or person is None or person.kind is not PartyKind.NATURAL:
        return None
    return likeness(officer.name, person.name)


def _warning(court: CourtNode, cause: WarningCause, look: _Look, once: str) -> WarningRecord:
    now = court.clock.now()
    return WarningRecord(
        id=new_id(now),
        at=now,
        kind=WarningKind.LOOKUP_ANOMALY,
        cause=cause,
        once_key=f"{cause} {look.court} {look.officer} {once}",
        court=look.court,
        officer=look.officer,
        lookup_id=look.entry.lookup_id,
        since=look.entry.at,
    )
