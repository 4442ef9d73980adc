"""Rules made wrong on purpose: the checker has to catch each of them. A mutation replaces a step of the product."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from enforcement.rules import task_log, task_steps
from enforcement.rules.task_log import EventType, Head, LogEvent, Side
from enforcement.rules.task_status import WITHDRAWABLE, DelegatedTaskStatus
from enforcement.rules.task_steps import Do, Then, Twin, Verdict
from federation.rules import lives
from tests.model import court
from tests.model.world import NO_FAULTS, Bounds

_D: Final = Side.DELEGATING
_E: Final = Side.ENTRUSTED
_S: Final = DelegatedTaskStatus

check_append, recall, take, settle_event = (
    task_steps.check_append,
    task_steps.recall,
    task_steps.take,
    task_steps.settle_event,
)
accept, after = task_log.accept, task_log.after


@dataclass(frozen=True, slots=True)
class Mutation:
    """What is made wrong, by which replacements, and what has to go wrong then for the checker to see it."""

    name: str
    bounds: Bounds
    replaced: Mapping[tuple[Any, str], Any]

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        for (module, name), wrong in self.replaced.items():
            patch.setattr(module, name, wrong)


def _pen_by_time(head: Head, side: Side, event_type: EventType, **known: Any) -> Any:
    """The delegating court goes on alone when it hears nothing."""
    if side is _D and event_type is EventType.COMPLETED and head.status is _S.IN_PROGRESS:
        return _S.COMPLETED, None
    return check_append(head, side, event_type, **known)


def _by_requester(head: Head, side: Side, event_type: EventType, **known: Any) -> Any:
    """The requester ends the task itself."""
    if side is _D and event_type is EventType.RETURNED and head.status in WITHDRAWABLE:
        return _S.RETURNED, None
    return check_append(head, side, event_type, **known)


def _trusting(head: Head, event: LogEvent, author: Side) -> Head:
    """An own event is not checked against the table."""
    return after(head, event) if author is _D and event.seq > 1 else accept(head, event, author)


def _no_tombstone(**known: Any) -> Verdict | None:
    return recall(**(known | {"refused": None, "is_earlier_refused": False}))


def _forgets_what_it_did(**known: Any) -> Verdict | None:
    return recall(**(known | {"is_applied": False}))


def _again(head: Head, event: LogEvent, author: Side, *, twin: Twin | None, is_disputed: bool) -> Verdict:
    if event.seq <= head.seq:
        return Verdict(Do.APPLY, head=head)
    return take(head, event, author, twin=twin, is_disputed=is_disputed)


def _over_gaps(head: Head, event: LogEvent, author: Side, *, twin: Twin | None, is_disputed: bool) -> Verdict:
    if event.seq > head.seq + 1:
        return Verdict(Do.APPLY, head=after(head, event))
    return take(head, event, author, twin=twin, is_disputed=is_disputed)


def _any_twin_forks(head: Head, event: LogEvent, author: Side, *, twin: Twin | None, is_disputed: bool) -> Verdict:
    same = None if twin is None else replace(twin, prev=event.prev)
    return take(head, event, author, twin=same, is_disputed=is_disputed)


def _back_by_time(outcome: str, **known: Any) -> Then:
    return settle_event("REFUSED" if outcome == "EXPIRED" else outcome, **known)


def _gives_up(outcome: str, **known: Any) -> Then:
    return Then.NOTHING if outcome == "EXPIRED" else settle_event(outcome, **known)


def _keeps_refused(outcome: str, **known: Any) -> Then:
    return Then.MARK if outcome == "REFUSED" else settle_event(outcome, **known)


def _no(*_: Any, **__: Any) -> None:
    return None


_GRANT_FROM_FEEDBACK: Final = {
    **task_steps.GRANTS,
    task_steps.WITHDRAW: (EventType.WITHDRAWN, WITHDRAWABLE | {_S.FED_BACK}),
}


def _grants_always(kind: str, head: Head, _side: Side, *, is_disputed: bool) -> EventType | None:
    event_type, allowed = _GRANT_FROM_FEEDBACK[kind]
    return event_type if head.status in allowed and not is_disputed else None


def _deaf(*, is_pending: bool, is_told: bool) -> bool:
    return not is_pending


def _taken_alone(head: Head, side: Side, *, is_lost: bool) -> bool:
    """Nobody asked the courts of the zone."""
    return side is _D and head.holder is _E


def _never_yields(*_: Any, **__: Any) -> Verdict:
    return Verdict(Do.WAIT)


def _always_receives(event_type: str, *, is_pending: bool) -> EventType | None:
    return EventType.RECEIVED if event_type == EventType.DISPATCHED else None


_LIFE: Final = Bounds(log=7, requests=1, faults=NO_FAULTS)
_DOUBLED: Final = Bounds(log=5, requests=1, faults=NO_FAULTS._replace(doubles=1))
_SILENT: Final = Bounds(log=5, requests=0, faults=NO_FAULTS._replace(losses=1, expiries=1))
_REFUSED: Final = Bounds(log=5, requests=0, faults=NO_FAULTS._replace(doubles=1, refusals=1))
_FORGOTTEN: Final = Bounds(log=3, requests=0, faults=NO_FAULTS._replace(doubles=1, refusals=1, restores=1))
_DECLARED: Final = Bounds(log=4, requests=0, faults=NO_FAULTS._replace(declared=1))
_RESTORED: Final = Bounds(log=5, requests=0, faults=NO_FAULTS._replace(losses=1, restores=1))

MUTATIONS: Final = (
    Mutation(
        "hand-over by time-out",
        _LIFE,
        {(task_steps, "check_append"): _pen_by_time, (task_log, "accept"): _trusting},
    ),
    Mutation(
        "request applied by the requester",
        _LIFE,
        {(task_steps, "check_append"): _by_requester, (task_log, "accept"): _trusting},
    ),
    Mutation("pen used without resync", _RESTORED, {(task_steps, "check_confirmed"): _no}),
    Mutation("refusal without tombstone", _REFUSED, {(task_steps, "recall"): _no_tombstone}),
    Mutation(
        "duplicate executed",
        _DOUBLED,
        {(task_steps, "recall"): _forgets_what_it_did, (task_steps, "take"): _again},
    ),
    Mutation("event applied over a gap", _LIFE, {(task_steps, "take"): _over_gaps}),
    Mutation("expired event taken back", _SILENT, {(task_steps, "settle_event"): _back_by_time}),
    Mutation("expired event not sent again", _SILENT, {(task_steps, "settle_event"): _gives_up}),
    Mutation("refused event kept in the log", _REFUSED, {(task_steps, "settle_event"): _keeps_refused}),
    Mutation("late event of a log that was taken back disputes", _REFUSED, {(task_steps, "take"): _any_twin_forks}),
    Mutation("withdrawal granted after the feedback", _LIFE, {(task_steps, "grant"): _grants_always}),
    Mutation(
        "dispatch received before the heads are confirmed", _RESTORED, {(task_steps, "follows"): _always_receives}
    ),
    Mutation("refusals not given back to a restored court", _FORGOTTEN, {(court, "refused_of"): lambda _: frozenset()}),
    Mutation("answer of an ended life believed", _RESTORED, {(lives, "still_stands"): lambda *_: True}),
    Mutation("pen taken without the courts' decision", _DECLARED, {(task_steps, "takes_pen"): _taken_alone}),
    Mutation(
        "pen taken because the other court is lost",
        _DECLARED,
        {(court.Copy, "is_lost"): property(lambda copy: copy.lost is not None)},
    ),
    Mutation("lost court that comes back keeps its log", _DECLARED, {(task_steps, "yield_pen"): _never_yields}),
    Mutation("messages of an ended life taken in", _RESTORED, {(lives, "is_over"): lambda *_: False}),
    Mutation("new messages wait for the heads, and the heads for them", _RESTORED, {(lives, "lets_in"): _deaf}),
)
