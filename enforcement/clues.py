"""Clues (线索互通): written down for a case, verified by its handler within the law's days, told on with a task alone.

Life of a clue
    submitClue      OPEN, with the day by which it is to be verified; a vague one has none
    verifyClue      VERIFIED: true, false, or nobody can tell
    the day is over a warning to the handler and to those who watch over the court, see the sweep `clues`

Invariant: who gave a clue is shown to the case's handler and to nobody else, and leaves the court in no way
(执行财产调查规定 art. 23). Another court hears of a clue only as part of a task that it is entrusted with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from db import cases, clues, events
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.audit import AuditAction
from db.records.cases import OPEN, CaseRecord
from db.records.clues import ClueKind, ClueOutcome, ClueRecord, ClueReliability, ClueSource, ClueStatus, ClueUrgency
from db.records.warnings_raised import About, WarningKind, WarningLevel
from enforcement import audit, basis, once, sweeping, warnings_raised
from enforcement.cases import CaseFile, opened
from enforcement.court import CourtNode
from enforcement.payloads import CluePayload
from enforcement.rules import case_number, rights, scopes
from enforcement.rules.clues import due_on
from enforcement.rules.lookup import LegalBasisRequired
from enforcement.rules.refusals import CaseNotOpen, Malformed, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import NotAssigned

TOPIC: Final = "clue"
LONGEST_TEXT: Final = 2_000
_FIRST: Final = (date.min, UUID(int=0))


@dataclass(frozen=True, slots=True)
class NewClue:
    """What somebody writes down. `location_court` is the court where the thing or person is; None: here."""

    case_number: str | None
    kind: ClueKind
    source: ClueSource
    text: str
    reliability: ClueReliability
    urgency: ClueUrgency = ClueUrgency.SPECIFIC
    location_court: str | None = None
    informant: str | None = None


@dataclass(frozen=True, slots=True)
class ClueView:
    """A clue as its reader may see it: no text for who reads no identities, no informant but for the handler."""

    clue: ClueRecord
    text: str | None
    informant: str | None
    note: str | None


async def submit(court: CourtNode, caller: Caller | None, new: NewClue, *, idempotency_key: str) -> ClueView:
    """The clue; the same key again gives the one it made.

    Raises:
        Forbidden.
        LegalBasisRequired: no case is named, or none of this court.
        CaseNotOpen: the case is closed, suspended or deferred.
        UnknownCourtCode: the court of the place is no member.
        Malformed: CLUE, CASE_NUMBER.
    """
    officer = rights.check(caller, Act.SUBMIT_CLUE)
    _check_text(new.text, "text")
    if new.informant is not None:
        _check_text(new.informant, "informant")
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        case = await _basis(court, conn, new.case_number)
        clue_id = new_id(now)
        made = await once.claim(court, conn, officer, idempotency_key, Act.SUBMIT_CLUE, new, result_id=clue_id, now=now)
        if made is not None:
            return _view(court, officer, case, await _known(conn, made))
        clue = _clue(court, case, new, clue_id, officer)
        await clues.insert(conn, clue)
        await events.add(conn, topic=TOPIC, ref=clue.id, kind="SUBMITTED", now=now)
        await audit.note(court, conn, officer, AuditAction.SUBMIT_CLUE, case_number=case.number, object_id=clue.id)
        return _view(court, officer, case, clue)


async def _basis(court: CourtNode, conn: Conn, number: str | None) -> CaseRecord:
    """Any officer may bring a clue to any case that is worked on; never without a case."""
    if number is None or not number.strip():
        raise LegalBasisRequired
    case = await cases.by_number(conn, case_number.canonical(number, today=civil_date(court.clock.now())))
    if case is None:
        raise LegalBasisRequired
    if case.status not in OPEN:
        raise CaseNotOpen
    return case


def _check_text(text: str, part: str) -> None:
    if not text.strip() or len(text) > LONGEST_TEXT or "\0" in text:
        raise Malformed("CLUE", part)


def _clue(court: CourtNode, case: CaseRecord, new: NewClue, clue_id: UUID, officer: Caller) -> ClueRecord:
    now, limits = court.clock.now(), court.limits
    encrypt = court.at_rest.encrypt
    return ClueRecord(
        id=clue_id,
        case_id=case.id,
        kind=new.kind,
        source=new.source,
        reliability=new.reliability,
        urgency=new.urgency,
        content=encrypt(new.text, context=clues.CONTENT),
        informant=None if new.informant is None else encrypt(new.informant, context=clues.INFORMANT),
        location_court=basis.venue(court, new.location_court, "locationCourt"),
        submitted_by=officer.officer_id,
        submitted_at=now,
        due_on=due_on(now, new.urgency, specific_days=limits.clue_days, urgent_days=limits.urgent_clue_days),
        status=ClueStatus.OPEN,
        result=None,
        verified_by=None,
        verified_at=None,
        note=None,
        version=1,
    )


async def _known(conn: Conn, clue_id: UUID) -> ClueRecord:
    clue = await clues.get(conn, clue_id)
    if clue is None:
        raise NotFound
    return clue


async def verify(
    court: CourtNode, caller: Caller | None, clue_id: UUID, version: int, result: ClueOutcome, note: str | None
) -> ClueView:
    """The clue with what came of it, by the handler of its case.

    Raises:
        Forbidden, NotFound, StaleVersion.
        NotAssigned: it is another handler's case.
        TransitionNotAllowed: it was verified before.
        Malformed: CLUE.
    """
    officer = rights.check(caller, Act.VERIFY_CLUE)
    if note is not None:
        _check_text(note, "note")
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        clue = await clues.lock(conn, clue_id)
        case = None if clue is None else await cases.get(conn, clue.case_id)
        if clue is None or case is None:
            raise NotFound
        if case.handler_id != officer.officer_id:
            raise NotAssigned
        if clue.version != version:
            raise StaleVersion(clue.version)
        kept = None if note is None else court.at_rest.encrypt(note, context=clues.NOTE)
        done = await clues.verify(conn, clue, result, officer=officer.officer_id, now=now, note=kept)
        if done is None:
            raise TransitionNotAllowed(clue.status.value, ClueStatus.VERIFIED.value)
        await events.add(conn, topic=TOPIC, ref=clue.id, kind=ClueStatus.VERIFIED.value, now=now)
        await audit.note(court, conn, officer, AuditAction.VERIFY_CLUE, case_number=case.number, object_id=clue.id)
        return _view(court, officer, case, done)


async def read(court: CourtNode, caller: Caller | None, clue_id: UUID) -> ClueView:
    """A clue of a case that the reader may open, or that they brought themselves. Raises Forbidden, NotFound."""
    officer = rights.check(caller, Act.READ_CLUES)
    async with court.pool.acquire() as conn:
        clue = await _known(conn, clue_id)
        case = await cases.get(conn, clue.case_id)
    assert case is not None  # foreign key
    if clue.submitted_by != officer.officer_id:
        opened(court, officer, case)
    return _view(court, officer, case, clue)


def view_in(file: CaseFile, clue: ClueRecord) -> ClueView:
    """A clue of an opened file."""
    return _view(file.court, file.reader, file.case, clue)


def _view(court: CourtNode, reader: Caller, case: CaseRecord, clue: ClueRecord) -> ClueView:
    clear = court.at_rest.text
    is_handler, is_whole = case.handler_id == reader.officer_id, scopes.reads_identity(reader)
    return ClueView(
        clue,
        clear(clue.content, context=clues.CONTENT) if is_whole else None,
        clear(clue.informant, context=clues.INFORMANT) if is_handler and clue.informant is not None else None,
        clear(clue.note, context=clues.NOTE) if is_whole and clue.note is not None else None,
    )


async def told(court: CourtNode, conn: Conn, case: CaseRecord, clue_ids: Sequence[UUID]) -> list[CluePayload]:
    """What the entrusted court of a task is told of these clues of the task's case: never who gave them.

    Raises:
        NotFound: one of them is none of this case.
    """
    wanted = sorted(set(clue_ids))
    found = await clues.of_case(conn, case.id, wanted) if wanted else []
    if len(found) != len(wanted):
        raise NotFound
    return [
        CluePayload(
            kind=clue.kind.value,
            reliability=clue.reliability.value,
            urgency=clue.urgency.value,
            text=court.at_rest.text(clue.content, context=clues.CONTENT),
        )
        for clue in found
    ]


async def warn(court: CourtNode) -> int:
    """Raise a warning for each clue whose day is over; how many are new."""
    today = civil_date(court.clock.now())

    async def find(conn: Conn, after: tuple[date, UUID] | None, limit: int) -> list[clues.Overdue]:
        return await clues.overdue(conn, today, after=after or _FIRST, limit=limit)

    async def look(conn: Conn, clue: clues.Overdue) -> bool:
        return await _warn_of(court, conn, clue)

    return await sweeping.each(court, find, look, key=lambda clue: (clue.due_on, clue.id))


async def _warn_of(court: CourtNode, conn: Conn, clue: clues.Overdue) -> bool:
    return await warnings_raised.raise_(
        court,
        conn,
        WarningKind.CLUE_OVERDUE,
        About(case_id=clue.case_id, clue_id=clue.id),
        once=str(clue.id),
        level=WarningLevel.URGENT,
        officer=clue.handler_id,
        due_on=clue.due_on,
    )
