"""The registry of statements beside the log: what each kind says, and what follows from it.

Who may say a kind, and when, stands in enforcement/rules/statements.py. A consequence runs in each transaction that
adds a statement to a court's set: its author's, its receiver's, and again when a restored court gets it back; so it is
idempotent, asks `task.own_court` whose row it is run on, and sends nothing while the other court has yet to confirm
the heads (`lives.is_pending`). Invariant: every kind has its row.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from db import task_statements
from db.pool import Conn
from db.records.tasks import StatementRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import MeasureReportPayload, Payload
from enforcement.rules import complaint
from enforcement.rules.complaint import ComplaintGround
from enforcement.rules.statements import RULES, StatementKind
from enforcement.tasks import hooks, seizure_statements, unit_statements
from enforcement.tasks import overlay_consequences as following
from enforcement.tasks.seizure_statements import HandOverPayload
from enforcement.tasks.statement_contents import (
    CallRecordPayload,
    ComplaintAnswerPayload,
    ComplaintClosedPayload,
    ComplaintPayload,
    EvaluationPayload,
    FoundPayload,
    NotePayload,
    NotesReadPayload,
    ObjectionDecisionPayload,
    ObjectionPayload,
    SilencePayload,
)
from enforcement.tasks.unit_statements import UnitObjectedPayload, UnitObjectionAnsweredPayload, UnitSilentPayload

Consequence: TypeAlias = Callable[[CourtNode, Conn, TaskRecord, StatementRecord, Any], Awaitable[None]]
"""(court, conn, task, the statement, its payload of the kind's type); the task is locked."""


async def _nothing(_court: CourtNode, _conn: Conn, _task: TaskRecord, _said: StatementRecord, _payload: Any) -> None:
    """It is said, and that is all."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a statement of the kind carries, and what follows from it."""

    payload: type[Payload]
    consequence: Consequence = _nothing
    told: Callable[[Any], str] | None = None  # what the zone is told, where the rule has several
    refused: Consequence = _nothing  # what follows at its author's when the other court does not take it


async def _read(
    _court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: NotesReadPayload
) -> None:
    """The other court's statements were read."""
    other = task.entrusted_court if said.author == task.delegating_court else task.delegating_court
    await task_statements.read(conn, task.id, other, payload.statements, said.at)


async def _found(court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: FoundPayload) -> None:
    """The delegating court has the find at once."""
    from enforcement.tasks import announcing  # noqa: PLC0415  # which says statements itself

    await announcing.take(court, conn, task, said, payload)


async def _not_taken(
    _court: CourtNode, conn: Conn, _task: TaskRecord, _said: StatementRecord, payload: FoundPayload
) -> None:
    """The feedback brings the finds."""
    from enforcement.tasks import announcing  # noqa: PLC0415

    await announcing.refused(conn, payload)


async def _measure(
    court: CourtNode, conn: Conn, task: TaskRecord, said: StatementRecord, payload: MeasureReportPayload
) -> None:
    """The measure that this court ordered stands elsewhere now."""
    if said.author != court.code:
        await hooks.take_report(court, conn, task, payload)


def _ground(payload: ComplaintPayload) -> str:
    return complaint.told(ComplaintGround(payload.ground))


def subject(kind: StatementKind, statement_id: UUID, refers: UUID | None) -> UUID | None:
    """The complaint that the zone is told by its id, which says nothing: so it tells two of one task apart."""
    if kind is StatementKind.COMPLAINED:
        return statement_id
    return refers if kind in following.COMPLAINTS else None


def told(kind: StatementKind, payload: Payload) -> str:
    """What the zone is told of a statement: a code, never a word of the shared log."""
    chosen = KINDS[kind].told
    if chosen is not None:
        return chosen(payload)
    (only,) = RULES[kind].told
    return only


KINDS: Final[Mapping[StatementKind, Kind]] = {
    StatementKind.NOTE: Kind(NotePayload),
    StatementKind.MEASURE_REPORT: Kind(MeasureReportPayload, _measure),
    StatementKind.CALL_RECORD: Kind(CallRecordPayload),
    StatementKind.NOTES_READ: Kind(NotesReadPayload, _read),
    StatementKind.FOUND: Kind(FoundPayload, _found, refused=_not_taken),
    StatementKind.EVALUATED: Kind(EvaluationPayload, following.evaluated, refused=following.evaluation_refused),
    StatementKind.COMPLAINED: Kind(ComplaintPayload, following.complained, _ground, following.complaint_refused),
    StatementKind.COMPLAINT_ANSWERED: Kind(
        ComplaintAnswerPayload, following.complaint_settled, refused=following.settling_refused
    ),
    StatementKind.COMPLAINT_CLOSED: Kind(
        ComplaintClosedPayload, following.complaint_settled, refused=following.settling_refused
    ),
    StatementKind.OBJECTION: Kind(ObjectionPayload, following.objected, refused=following.objection_refused),
    StatementKind.OBJECTION_DECIDED: Kind(ObjectionDecisionPayload, following.objection_decided),
    StatementKind.UNIT_SILENT: Kind(UnitSilentPayload, unit_statements.silent),
    StatementKind.UNIT_OBJECTED: Kind(UnitObjectedPayload, unit_statements.objected),
    StatementKind.UNIT_OBJECTION_ANSWERED: Kind(UnitObjectionAnsweredPayload),
    StatementKind.HANDED_OVER: Kind(HandOverPayload, seizure_statements.handed_over),
    StatementKind.SILENCE: Kind(SilencePayload),
}
