"""What a court does about a delegated task's shared log: each decision as a pure function.

The use-cases of enforcement/tasks read what a decision needs, ask it, and write what it says, in one transaction. The
model checker (tests/model) asks the same functions in every order of messages, losses, crashes and restored backups.

receiving   recall -> begin | take -> follows          requests   take_request -> grant; take_answer
appending   check_confirmed -> check_append             endings    settle_event, settle_request, settle_answer
restored    take_back; lacks -> what was left undone is done
lost        takes_pen -> yield_pen at the court that was lost, if it comes back; is_void of what it had written since

Invariant: nothing here depends on time, and no decision but `check_append` lets a court append.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from enforcement.rules import task_log
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.task_log import EMPTY, EventType, Head, LogEvent, Side
from enforcement.rules.task_refusals import CourtLost, NotTheHolder, Resyncing, TaskDisputed
from enforcement.rules.task_status import ENDED, WITHDRAWABLE, DelegatedTaskStatus


class Do(StrEnum):
    """What is done about something that came from the other court."""

    NOTHING = "NOTHING"  # it was done before
    APPLY = "APPLY"
    WAIT = "WAIT"  # it may become right
    REFUSE = "REFUSE"  # for ever
    DISPUTE = "DISPUTE"  # refused, and both events are kept: nobody appends any more
    VOID = "VOID"  # refused, and kept beside the log as evidence


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision, why not, and to which head it leads."""

    do: Do
    code: str = ""
    head: Head | None = None


class Then(StrEnum):
    """What is done about the end of an own message."""

    NOTHING = "NOTHING"
    SEND_AGAIN = "SEND_AGAIN"  # the same statement in a new message
    TAKE_BACK = "TAKE_BACK"  # the event and all that was appended after it are out of the log
    CLOSE = "CLOSE"  # the request is refused
    MARK = "MARK"  # kept beside the log, for people to settle


WITHDRAW: Final = "WITHDRAW"
SUPPLEMENT: Final = "SUPPLEMENT"

GRANTS: Final[Mapping[str, tuple[EventType, frozenset[DelegatedTaskStatus]]]] = {
    WITHDRAW: (EventType.WITHDRAWN, WITHDRAWABLE),
    SUPPLEMENT: (EventType.SUPPLEMENTED, frozenset({DelegatedTaskStatus.SUPPLEMENT_REQUESTED})),
}
"""Kind of request -> the event that grants it, and from which states."""

ASKED_FROM: Final[Mapping[str, frozenset[DelegatedTaskStatus]]] = {
    WITHDRAW: WITHDRAWABLE | {DelegatedTaskStatus.DISPATCHED},
    SUPPLEMENT: frozenset({DelegatedTaskStatus.SUPPLEMENT_REQUESTED}),
}
"""Kind of request -> the states, as far as the delegating court knows them, in which it may be made."""

MISSING: Final = "EARLIER_EVENT_MISSING"
_NOTHING: Final = Verdict(Do.NOTHING)
_MISSING: Final = Verdict(Do.WAIT, MISSING)
_NOT_A_PARTY: Final = Verdict(Do.REFUSE, "NOT_A_PARTY")


def recall(
    *, is_applied: bool, refused: str | None, is_earlier_refused: bool, is_taken: bool = False
) -> Verdict | None:
    """What is remembered of an event or of the one that it continues; None: nothing, so look at it.

    `refused` is the code of the tombstone, if that very event has one. `is_taken`: this court took the log back from
    the author, which is lost: whatever else it wrote is evidence.
    """
    if is_applied:
        return _NOTHING
    if refused is not None:
        return Verdict(Do.REFUSE, refused)
    if is_taken:
        return Verdict(Do.VOID, EventType.PEN_TAKEN.value)
    return Verdict(Do.REFUSE, "EARLIER_EVENT_REFUSED") if is_earlier_refused else None


def begin(event_type: EventType, seq: int) -> Verdict:
    """An event of a task that is not known here: only a dispatch begins one."""
    if event_type is EventType.DISPATCHED and seq == 1:
        return Verdict(Do.APPLY, head=EMPTY)
    return _MISSING


@dataclass(frozen=True, slots=True)
class Twin:
    """The event that the log has under the number of one that arrives."""

    author: Side
    prev: str


def take(head: Head, event: LogEvent, author: Side, *, twin: Twin | None, is_disputed: bool) -> Verdict:
    """An event of the other court for a log that has come to `head`.

    Two events of one author that continue the same one are a fork. An event that continues another one than the log
    has there came late: its author has taken back what it continues. Else somebody acted out of turn.
    """
    try:
        following = task_log.accept(head, event, author)
    except task_log.Gap:
        return _MISSING
    except task_log.Behind:
        if twin is not None and twin.author is author:
            is_fork = twin.prev == event.prev
            return Verdict(Do.DISPUTE, "FORKED") if is_fork else Verdict(Do.REFUSE, task_log.PreviousMismatch.code)
        return Verdict(Do.REFUSE, task_log.AuthorNotHolder.code)
    except task_log.LogBroken as error:
        return Verdict(Do.REFUSE, error.code)
    return Verdict(Do.WAIT, "TASK_DISPUTED") if is_disputed else Verdict(Do.APPLY, head=following)


def follows(event_type: str, *, is_pending: bool) -> EventType | None:
    """What this court appends at once after it applied an event of the other one.

    `is_pending`: this court's database was restored and the other court has not confirmed the heads; the life that
    it forgot may have appended it already.
    """
    return EventType.RECEIVED if event_type == EventType.DISPATCHED and not is_pending else None


def check_confirmed(*, is_pending: bool) -> None:
    """Return if this court's copy of the log may be built upon.

    Raises:
        Resyncing: the database was restored and the other court has not confirmed its head yet.
    """
    if is_pending:
        raise Resyncing


def check_append(
    head: Head, side: Side, event_type: EventType, *, is_disputed: bool, is_lost: bool = False
) -> tuple[DelegatedTaskStatus, Side | None]:
    """The state after an event that `side` appends to its own copy, and who appends next.

    `is_lost`: the entrusted court was declared lost, as far as this court's directory says.

    Raises:
        TaskDisputed: the log forked.
        TransitionNotAllowed: the task has ended, or its state has no such edge.
        NotTheHolder: the other court acts next.
        CourtLost: the entrusted court is, and would write the event or the next one.
    """
    if event_type is EventType.PEN_TAKEN and takes_pen(head, side, is_lost=is_lost):
        return task_log.outcome(head, event_type)
    if is_disputed:
        raise TaskDisputed
    if head.holder is None or head.status in ENDED:
        raise TransitionNotAllowed(head.status, event_type.value)
    if head.holder is not side:
        raise NotTheHolder
    try:
        status, holder = task_log.outcome(head, event_type)
    except task_log.EdgeMissing:
        raise TransitionNotAllowed(head.status, event_type.value) from None
    if is_lost and Side.ENTRUSTED in {side, holder}:
        raise CourtLost
    return status, holder


def takes_pen(head: Head, side: Side, *, is_lost: bool) -> bool:
    """Whether `side` takes the log back: the entrusted court holds it, and the directory declares that court lost.

    Disputed or not: whoever would have to settle it with this court is not there.
    """
    return is_lost and side is Side.DELEGATING and head.holder is Side.ENTRUSTED


def yield_pen(before: Head | None, event: LogEvent, author: Side, *, is_lost: bool) -> Verdict:
    """A PEN_TAKEN that comes to the court it took the log from.

    `before` is where this court's log stood before the event's number, None if it is shorter; what this court has under
    that number and after it is void, for the delegating court's copy decides.
    """
    if not is_lost:
        return Verdict(Do.REFUSE, "COURT_NOT_LOST")
    if before is None:
        return _MISSING
    try:
        return Verdict(Do.APPLY, head=task_log.accept(before, event, author))
    except task_log.LogBroken as error:
        return Verdict(Do.REFUSE, error.code)


def answer_taken(kind: str) -> str:
    """How a pending request of `kind` ends when the log is taken back: who wanted the task ended has it ended."""
    return "GRANTED" if kind == WITHDRAW else "REFUSED"


def check_ask(kind: str, status: DelegatedTaskStatus) -> None:
    """Return if the delegating court may make a request of `kind`.

    Raises:
        TransitionNotAllowed: not from that state.
    """
    if status not in ASKED_FROM[kind]:
        raise TransitionNotAllowed(status, GRANTS[kind][0].value)


def take_request(head: Head | None, *, is_known: bool, head_seq: int, is_party: bool) -> Verdict:
    """A request that builds upon the log as it stood at `head_seq`; `head` None: the task is unknown here.

    APPLY: it is kept, and decided by `grant` unless the heads are to be confirmed first.
    """
    if is_known:
        return _NOTHING
    if head is None or head_seq > head.seq:
        return _MISSING
    return Verdict(Do.APPLY, head=head) if is_party else _NOT_A_PARTY


def grant(kind: str, head: Head, side: Side, *, is_disputed: bool) -> EventType | None:
    """The event by which `side` grants a request of `kind`; None: it is refused, with the head."""
    event_type, allowed = GRANTS[kind]
    if head.status not in allowed or head.holder is not side or is_disputed:
        return None
    return event_type


def take_answer(*, is_known: bool, is_party: bool) -> Verdict:
    """The other court's refusal of a request; a restored backup may have forgotten the request."""
    if not is_known:
        return Verdict(Do.WAIT, "REQUEST_UNKNOWN")
    return Verdict(Do.APPLY) if is_party else _NOT_A_PARTY


def settle_event(outcome: str, *, is_applied: bool, later: Collection[Side], side: Side, is_lost: bool = False) -> Then:
    """What `side` does when its event's message ended: REFUSED or EXPIRED. `later`: who wrote what follows it.

    A refused event may be taken back, because the other court stored its tombstone before it signed. What a court
    refuses that was declared lost (`is_lost`) changes nothing: its copy does not count any more.
    """
    if not is_applied:
        return Then.NOTHING
    if outcome == "EXPIRED":
        return Then.SEND_AGAIN
    if is_lost:
        return Then.MARK
    return Then.TAKE_BACK if all(author is side for author in later) else Then.MARK


def settle_request(outcome: str, *, is_open: bool) -> Then:
    """What is done when a request's message ended: REFUSED or EXPIRED."""
    if not is_open:
        return Then.NOTHING
    return Then.SEND_AGAIN if outcome == "EXPIRED" else Then.CLOSE


def settle_answer(outcome: str) -> Then:
    """What is done when the message of a refused request ended: REFUSED or EXPIRED."""
    return Then.SEND_AGAIN if outcome == "EXPIRED" else Then.MARK


def take_back(head: Head | None, event: LogEvent, side: Side) -> Verdict:
    """An own event that a restored database forgot; the other court gives it back.

    A draft that the forgotten life approved and dispatched stands, for its dispatch, as approved. Where the backup has
    another own event, the forgotten life had that one taken back: its refusal, which comes again, has to come first.
    """
    if event.type is EventType.DISPATCHED and (head is None or head.seq == 0):
        head = EMPTY
    if head is None:
        return _MISSING
    try:
        return Verdict(Do.APPLY, head=task_log.accept(head, event, side))
    except (task_log.Gap, task_log.Behind, task_log.PreviousMismatch):
        return _MISSING
    except task_log.LogBroken as error:
        return Verdict(Do.REFUSE, error.code)


def lacks(heads: Mapping[str, str], settled: Collection[str]) -> list[str]:
    """The heads (task -> digest) that the other court told and this court neither has in its logs nor refused."""
    return [digest for digest in heads.values() if digest not in settled]
