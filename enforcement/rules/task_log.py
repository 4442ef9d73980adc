"""The shared log of a delegated task: who may append what, and who must act next.

Invariant: at most one court may append. It passes with DISPATCHED (to the entrusted court), FED_BACK (back) and
FEEDBACK_REJECTED (to the entrusted court again); never by time. When the courts of the zone have declared the entrusted
court lost, the delegating court takes the log back with PEN_TAKEN, which ends it: the only event of a court that could
not append. Whether the court is lost is asked elsewhere (`task_steps`).

`accept` is the whole of it: from the head of a log, the next event and its author, the next head, or why not. Both
courts run it on the same bytes, so both hold prefixes of one log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from enforcement.rules.refusals import RuleBroken
from enforcement.rules.task_status import DelegatedTaskStatus


class EventType(StrEnum):
    """An event of the shared log (共享日志)."""

    DISPATCHED = "DISPATCHED"  # 发出
    RECEIVED = "RECEIVED"  # 送达
    SIGNED_FOR = "SIGNED_FOR"  # 签收
    STARTED = "STARTED"  # 开始办理; which officer stays internal
    STEP_RECORDED = "STEP_RECORDED"  # 办理步骤
    SUPPLEMENT_REQUESTED = "SUPPLEMENT_REQUESTED"  # 要求补充
    SUPPLEMENTED = "SUPPLEMENTED"  # 已补充
    FED_BACK = "FED_BACK"  # 反馈
    FEEDBACK_REJECTED = "FEEDBACK_REJECTED"  # 退回反馈
    COMPLETED = "COMPLETED"  # 确认办结
    RETURNED = "RETURNED"  # 退回
    WITHDRAWN = "WITHDRAWN"  # 撤回
    PEN_TAKEN = "PEN_TAKEN"  # 受托法院失联收回
    LOADED = "LOADED"  # 数据装载; never over the wire


class Side(StrEnum):
    """The two courts of a task."""

    DELEGATING = "DELEGATING"  # 委托法院
    ENTRUSTED = "ENTRUSTED"  # 受托法院


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of the table: from which states, by whom, to which state, and who acts next (None: nobody, it ended).

    `after` None means the state does not change; for SUPPLEMENTED it is the state that was left.
    """

    before: frozenset[DelegatedTaskStatus]
    author: Side
    after: DelegatedTaskStatus | None
    holder: Side | None


_S: Final = DelegatedTaskStatus
_OPEN: Final = frozenset({_S.RECEIVED, _S.SIGNED_FOR, _S.IN_PROGRESS})
_D: Final = Side.DELEGATING
_E: Final = Side.ENTRUSTED

EDGES: Final[Mapping[EventType, Edge]] = {
    EventType.DISPATCHED: Edge(frozenset({_S.APPROVED}), _D, _S.DISPATCHED, _E),
    EventType.RECEIVED: Edge(frozenset({_S.DISPATCHED}), _E, _S.RECEIVED, _E),
    EventType.SIGNED_FOR: Edge(frozenset({_S.RECEIVED}), _E, _S.SIGNED_FOR, _E),
    EventType.STARTED: Edge(frozenset({_S.SIGNED_FOR}), _E, _S.IN_PROGRESS, _E),
    EventType.STEP_RECORDED: Edge(frozenset({_S.IN_PROGRESS}), _E, None, _E),
    EventType.SUPPLEMENT_REQUESTED: Edge(_OPEN, _E, _S.SUPPLEMENT_REQUESTED, _E),
    EventType.SUPPLEMENTED: Edge(frozenset({_S.SUPPLEMENT_REQUESTED}), _E, None, _E),
    EventType.FED_BACK: Edge(frozenset({_S.IN_PROGRESS}), _E, _S.FED_BACK, _D),
    EventType.FEEDBACK_REJECTED: Edge(frozenset({_S.FED_BACK}), _D, _S.IN_PROGRESS, _E),
    EventType.COMPLETED: Edge(frozenset({_S.FED_BACK}), _D, _S.COMPLETED, None),
    EventType.RETURNED: Edge(_OPEN | {_S.SUPPLEMENT_REQUESTED}, _E, _S.RETURNED, None),
    EventType.WITHDRAWN: Edge(_OPEN | {_S.SUPPLEMENT_REQUESTED}, _E, _S.WITHDRAWN, None),
    EventType.PEN_TAKEN: Edge(_OPEN | {_S.DISPATCHED, _S.SUPPLEMENT_REQUESTED}, _D, _S.RETURNED, None),
}
"""LOADED has no row: the loader writes it, no court may send it."""

_HOLDER_IN: Final[Mapping[DelegatedTaskStatus, Side | None]] = {
    **dict.fromkeys(_S, _E),
    _S.DRAFT: _D,
    _S.PENDING_APPROVAL: _D,
    _S.APPROVED: _D,
    _S.FED_BACK: _D,
    _S.COMPLETED: None,
    _S.RETURNED: None,
    _S.WITHDRAWN: None,
}


def holder_in(status: DelegatedTaskStatus) -> Side | None:
    """Which side may append while a task stands in `status`; None when it has ended."""
    return _HOLDER_IN[status]


@dataclass(frozen=True, slots=True)
class Head:
    """What a log has come to. `seq` 0 and digest "" is the empty log, to which the delegating court appends."""

    seq: int
    digest: str
    status: DelegatedTaskStatus
    holder: Side | None
    resume: DelegatedTaskStatus | None = None  # the state to which a supplement leads back


EMPTY: Final = Head(0, "", DelegatedTaskStatus.APPROVED, Side.DELEGATING)


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One signed event, as far as the table is concerned."""

    seq: int
    prev: str
    digest: str
    type: EventType
    status: DelegatedTaskStatus
    holder: Side | None


class LogBroken(RuleBroken):
    """An event that does not fit the log: the author's fault, and final."""

    code = "LOG_BROKEN"


class NotAppendable(LogBroken):
    """This type of event is never accepted from a court."""

    code = "LOADED_NOT_ACCEPTED"


class AuthorNotHolder(LogBroken):
    """The author could not append after the head."""

    code = "AUTHOR_NOT_HOLDER"


class EdgeMissing(LogBroken):
    """The table has no such event after the head's state, or the event tells another outcome than the table."""

    code = "EDGE_MISSING"


class Gap(LogBroken):
    """An event before this one has not come yet: not final."""

    code = "GAP"


class Behind(LogBroken):
    """The log has an event of this number already: a repetition, or a fork if its digest is another."""

    code = "BEHIND"


class PreviousMismatch(LogBroken):
    """The event continues another log than this one."""

    code = "PREVIOUS_MISMATCH"


def outcome(head: Head, event_type: EventType) -> tuple[DelegatedTaskStatus, Side | None]:
    """The state after an event of `event_type`, and who acts next.

    Raises:
        NotAppendable: LOADED.
        EdgeMissing: the table has no such edge from the head's state.
    """
    edge = EDGES.get(event_type)
    if edge is None:
        raise NotAppendable
    if head.status not in edge.before:
        raise EdgeMissing
    if event_type is EventType.SUPPLEMENTED:
        return head.resume or DelegatedTaskStatus.RECEIVED, edge.holder
    return edge.after or head.status, edge.holder


def accept(head: Head, event: LogEvent, author: Side) -> Head:
    """The next head, if `author` may append `event` to a log that has come to `head`.

    Raises:
        Behind, Gap: `seq` is not the next number.
        PreviousMismatch: `prev` is not the head's digest.
        AuthorNotHolder: another court acts next, or none: the log has ended.
        NotAppendable, EdgeMissing: see `outcome`; also when the event itself names another state or holder.
    """
    if event.seq <= head.seq:
        raise Behind
    if event.seq > head.seq + 1:
        raise Gap
    if event.type not in EDGES:
        raise NotAppendable
    if event.prev != head.digest:
        raise PreviousMismatch
    is_next = author is head.holder or event.type is EventType.PEN_TAKEN
    if not is_next or author is not EDGES[event.type].author:
        raise AuthorNotHolder
    status, holder = outcome(head, event.type)
    if (event.status, event.holder) != (status, holder):
        raise EdgeMissing
    return after(head, event)


def after(head: Head, event: LogEvent) -> Head:
    """The next head after an event that was accepted; nothing is checked again.

    A log that was loaded while papers were awaited keeps the state to which they lead back.
    """
    resume = head.resume if event.status is DelegatedTaskStatus.SUPPLEMENT_REQUESTED else None
    if event.type is EventType.SUPPLEMENT_REQUESTED:
        resume = head.status
    return Head(event.seq, event.digest, event.status, event.holder, resume)
