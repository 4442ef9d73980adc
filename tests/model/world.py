"""The model's world: two courts, what is under way between them, and what may go wrong; which states follow a state.

Copies of a court and contents of messages are numbered as they appear, and each local step is computed once: a state
of the world is a handful of small numbers. Faults are counted; a state reached with more faults left makes the same
state with fewer left superfluous.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Final, NamedTuple, TypeAlias

from enforcement.rules.refusals import RuleBroken
from enforcement.rules.task_log import EventType, Side
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus
from enforcement.rules.task_steps import SUPPLEMENT, WITHDRAW
from tests.model import court
from tests.model.court import FIRST, Content, Copy, D, E, Event

Net: TypeAlias = tuple[int, ...]
SIDES: Final = (D, E)
NAMES: Final = {D: "delegating court", E: "entrusted court"}
_NOW: Final = 1 << 30
"""The life of whoever speaks now: later than all."""
_GRANTED_ONLY: Final = {EventType.WITHDRAWN, EventType.SUPPLEMENTED}


class State(NamedTuple):
    """Numbers of the two copies; late copies of messages of each court; a backup: (court, copy, has left); answers.

    What is queued may be delivered at any time; a copy counts only when its sender no longer has it queued, and while
    it may still change something. `answers` are what the carrier still has of a life that has ended: (asking court,
    message, outcome, life).
    """

    copies: tuple[int, int]
    late: tuple[Net, Net]
    backup: tuple[int, int, bool] | None
    answers: tuple[tuple[int, int, str, int], ...] = ()
    lost: int | None = None  # which court the courts of the zone have declared lost


class Faults(NamedTuple):
    """What may still go wrong."""

    losses: int  # of a message, or of a receipt
    crashes: int  # of the court that takes a message in: before its commit, or after it
    doubles: int
    expiries: int
    refusals: int  # an event refused for its content
    restores: int
    declared: int  # a court, lost


NO_FAULTS: Final = Faults(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far the exploration goes."""

    log: int = 10
    in_flight: int = 2
    requests: int = 2
    steps: int = 1  # recorded in one log
    rejections: int = 1  # the product's own setting
    again: int = 1  # how often an event that was taken back is written anew at the same place
    line: tuple[EventType, ...] = ()  # the one log that is written; none: every log
    faults: Faults = NO_FAULTS


class Move(NamedTuple):
    """One step of the world: what happens, where, with what; `cost` is what went wrong."""

    kind: str
    side: int
    what: int | str
    after: State
    cost: Faults


_FREE: Final = NO_FAULTS
_NOTHING_LATE: Final = ((), ())
_EXPIRY: Final = _FREE._replace(expiries=1)
_REFUSAL: Final = _FREE._replace(refusals=1)
_DECLARED: Final = _FREE._replace(declared=1)
_RESTORE: Final = _FREE._replace(restores=1)


@dataclass
class World:
    """The numbering, and the local steps computed so far."""

    bounds: Bounds
    copies: list[Copy] = field(default_factory=list)
    contents: list[tuple[Content, int]] = field(default_factory=list)  # with the life of the bytes
    _copy_no: dict[Copy, int] = field(default_factory=dict)
    _content_no: dict[tuple[Content, int], int] = field(default_factory=dict)
    _acts: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    _offers: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    _taken: dict[tuple[int, int, bool], tuple[int, str | None]] = field(default_factory=dict)
    _known: dict[tuple[int, int], bool] = field(default_factory=dict)
    _settled: dict[tuple[int, int, str, int], int] = field(default_factory=dict)

    def start(self) -> State:
        """The task is approved, and nothing was sent."""
        copies = self._copy(FIRST[D]), self._copy(FIRST[E])
        return State(copies, ((), ()), None)

    def _copy(self, copy: Copy) -> int:
        return _number(copy, self._copy_no, self.copies)

    def moves(self, state: State, left: Faults) -> Iterator[Move]:
        """What may happen next; a fault only while one of its kind is left."""
        for side in (0, 1):
            yield from self._own_moves(state, side, left)
            yield from self._arrivals(state, side, left)
        yield from self._disasters(state, left)
        yield from self._losing(state, left)

    def step(self, state: State, left: Faults) -> Iterator[Move]:
        """`moves`, each to a state without what can change nothing any more."""
        for move in self.moves(state, left):
            after = move.after
            if after.late != _NOTHING_LATE or after.answers:
                yield move._replace(after=self.tidied(after))
            else:
                yield move

    # what a court does by itself

    def _own_moves(self, state: State, side: int, left: Faults) -> Iterator[Move]:
        number = state.copies[side]
        for label, after in self._acts_of(number):
            yield Move("act", side, label, _with_copy(state, side, after), _FREE)
        if left.expiries:
            for message, _ in self._offers_of(number):
                after = self._settle(number, message, "EXPIRED", _NOW)
                if after != number:
                    yield Move("expire", side, message, _with_copy(state, side, after), _EXPIRY)

    def _acts_of(self, number: int) -> list[tuple[str, int]]:
        """What officers may do, and the node at its start; the product says whether."""
        if number not in self._acts:
            copy = self.copies[number]
            done: list[tuple[str, Copy]] = []
            for event_type in EventType:
                if event_type not in _GRANTED_ONLY and self._is_within(copy, event_type):
                    _try(done, event_type.value, partial(court.acted, copy, event_type))
            if copy.side is D:
                for kind in (WITHDRAW, SUPPLEMENT):
                    if len(copy.requests) < self.bounds.requests and not court.is_asking(copy, kind):
                        name = f"{kind[0]}{len(copy.requests) + 1}.{copy.epoch}"
                        _try(done, f"ask {kind}", partial(court.asked_for, copy, kind, name))
            if (after := court.swept(copy)) != copy:
                done.append(("looks after what a lost court holds", after))
            self._acts[number] = [(label, self._copy(after)) for label, after in done if self._fits(after)]
        return self._acts[number]

    def _is_within(self, copy: Copy, event_type: EventType) -> bool:
        prev = "" if copy.head is None else copy.head.digest
        line = self.bounds.line
        if line and line[len(copy.log) : len(copy.log) + 1] != (event_type,):
            return False
        if sum(1 for each in copy.aside if each.said.prev == prev) > self.bounds.again:
            return False
        most = {EventType.STEP_RECORDED: self.bounds.steps, EventType.FEEDBACK_REJECTED: self.bounds.rejections}
        return sum(1 for each in copy.log if each.said.type is event_type) < most.get(event_type, self.bounds.log)

    def _fits(self, copy: Copy) -> bool:
        """The last event of the longest log ends it: there is always room for the end, after a supplement too."""
        if copy.head is None or copy.head.status in ENDED:
            return len(copy.log) <= self.bounds.log
        awaits = copy.head.status is DelegatedTaskStatus.SUPPLEMENT_REQUESTED
        return len(copy.log) + (1 if awaits else 0) < self.bounds.log

    def _offers_of(self, number: int) -> list[tuple[int, int]]:
        if number not in self._offers:
            copy = self.copies[number]
            found = []
            for content, life in copy.queue:
                message = _number((content, life or copy.epoch), self._content_no, self.contents)
                found.append((message, self._copy(court.offered(copy, content))))
            self._offers[number] = found
        return self._offers[number]

    def _content_of(self, message: int) -> Content:
        return self.contents[message][0]

    # what arrives

    def _arrivals(self, state: State, side: int, left: Faults) -> Iterator[Move]:
        """What the court `side` has queued, and copies of it that are late, reach the other court, or do not."""
        for message, offered in self._offers_of(state.copies[side]):
            sent = _with_copy(_left(state, side), side, offered)
            if left.restores and offered != state.copies[side] and (drop := _drop(left)) is not None:
                yield Move(f"{drop.kind} before", side, message, sent, drop.cost)
            yield from self._outcomes(sent, side, message, left)
        for each in state.answers:
            if each[0] == side:
                after = self._settle(state.copies[side], *each[1:])
                rest = tuple(other for other in state.answers if other != each)
                yield Move("hear late", side, each[1], _with_copy(state._replace(answers=rest), side, after), _FREE)
        for message in dict.fromkeys(state.late[side]):
            yield from self._outcomes(_without_late(state, side, message), side, message, left, is_late=True)

    def _outcomes(
        self, state: State, side: int, message: int, left: Faults, *, is_late: bool = False
    ) -> Iterator[Move]:
        """How one delivery may go: taken in and heard of, unheard of, doubled, refused for its content."""
        may_refuse = left.refusals and isinstance(self._content_of(message), Event)
        for refuses in (False, True) if may_refuse else (False,):
            cost = _REFUSAL if refuses else _FREE
            number, outcome = self._delivered(self._aware(state, 1 - side, message), message, refuses=refuses)
            if outcome is None:
                yield Move("wait", side, message, _with_copy(state, 1 - side, number), cost)
                continue
            silent = _with_copy(_left(state, 1 - side), 1 - side, number)
            said = self.copies[number]
            hearer = self._told(state.copies[side], said.lost)
            heard = _with_copy(silent, side, self._settle(hearer, message, outcome, said.epoch))
            kind = "refuse" if outcome == "REFUSED" else "deliver"
            yield Move(kind, side, message, heard, cost)
            is_felt = outcome == "REFUSED" or left.expiries or left.restores
            if is_felt and (drop := _drop(left)) is not None:
                yield Move(f"{kind}, {drop.kind} after", side, message, silent, _sum(cost, drop.cost))
            if left.doubles and not is_late and len(heard.late[side]) < self.bounds.in_flight:
                twice = _with_late(heard, side, message)
                yield Move(f"{kind} and keep", side, message, twice, _sum(cost, _DOUBLE))

    def _aware(self, state: State, side: int, message: int) -> int:
        """The copy at a court that has fetched the directory by which a PEN_TAKEN was made."""
        content, number = self._content_of(message), state.copies[side]
        if isinstance(content, Event) and content.said.type is EventType.PEN_TAKEN and state.lost is not None:
            return self._told(number, SIDES[state.lost])
        return number

    def _told(self, number: int, lost: Side | None) -> int:
        """The copy of a court that heard of a directory which declares `lost`."""
        copy = self.copies[number]
        return number if lost is None or copy.lost is lost else self._copy(court.reads(copy, lost))

    def _delivered(self, number: int, message: int, *, refuses: bool) -> tuple[int, str | None]:
        key = number, message, refuses
        if key not in self._taken:
            content, life = self.contents[message]
            after, outcome = court.received(self.copies[number], content, life, refuses=refuses)
            self._taken[key] = self._copy(after), outcome
        return self._taken[key]

    def _settle(self, number: int, message: int, outcome: str, epoch: int) -> int:
        key = number, message, outcome, epoch
        if key not in self._settled:
            after = court.settled(self.copies[number], self._content_of(message), outcome, epoch)
            self._settled[key] = self._copy(after)
        return self._settled[key]

    # a court that the others declare lost, whether it is or not

    def _losing(self, state: State, left: Faults) -> Iterator[Move]:
        if left.declared and state.lost is None:
            for side in (0, 1):
                yield Move("declare", side, "", state._replace(lost=side), _DECLARED)
        if state.lost is None:
            return
        for side, number in enumerate(state.copies):
            if self.copies[number].lost is None:
                after = self._copy(court.reads(self.copies[number], SIDES[state.lost]))
                yield Move("read", side, "", _with_copy(_left(state, side), side, after), _FREE)

    # backups

    def _disasters(self, state: State, left: Faults) -> Iterator[Move]:
        if not left.restores:
            return
        for side in (0, 1):
            if state.backup is None:
                yield Move("back up", side, "", state._replace(backup=(side, state.copies[side], False)), _FREE)
        if state.backup is not None:
            yield from self._restored(state, *state.backup)

    def _restored(self, state: State, side: int, number: int, has_left: bool) -> Iterator[Move]:
        """The court begins again from its backup, while what it had sent since may still be under way."""
        if number == state.copies[side]:
            return
        lost = self.copies[state.copies[side]]
        declared = None if state.lost is None else SIDES[state.lost]
        after = self._copy(court.restored(self.copies[number], has_left=has_left, lost=declared))
        begun = _with_copy(state._replace(backup=None), side, after)
        queued = {content for content, _ in self.copies[number].queue}
        sent = [row for row in lost.queue if row[1] and row[0] not in queued]
        forgotten = [_number(row, self._content_no, self.contents) for row in sent]
        other = self.copies[state.copies[1 - side]]
        kept = [
            (1 - side, _number((content, life), self._content_no, self.contents), outcome, lost.epoch)
            for content, life, outcome in court.answers_kept(lost, other.queue)
        ]
        for many in range(self.bounds.in_flight + 1 - len(state.late[side])):
            for late in combinations(forgotten, many):
                for answers in _subsets(kept, self.bounds.in_flight):
                    after_all = _with_late(begun._replace(answers=answers), side, *late)
                    yield Move("restore", side, "", after_all, _RESTORE)

    # what can change nothing any more

    def tidied(self, state: State) -> State:
        """Without late copies whose receiver has answered them for good, and answers to what is not queued any more.

        A backup that is yet to be made will have them answered too; one that was made has to have.
        """
        late = self._live(state, 0), self._live(state, 1)
        answers = tuple(each for each in state.answers if self._awaits(state.copies[each[0]], each[1]))
        return state._replace(late=late, answers=answers)

    def _live(self, state: State, side: int) -> Net:
        number, backup = state.copies[1 - side], state.backup
        held = backup[1] if backup is not None and backup[0] == 1 - side else number
        return tuple(each for each in state.late[side] if not (self._is_idle(number, each) and self._knows(held, each)))

    def _is_idle(self, number: int, message: int) -> bool:
        after, outcome = self._delivered(number, message, refuses=False)
        return after == number and outcome is not None and self._knows(number, message)

    def _knows(self, number: int, message: int) -> bool:
        key = number, message
        if key not in self._known:
            self._known[key] = court.has_answered(self.copies[number], *self.contents[message])
        return self._known[key]

    def _awaits(self, number: int, message: int) -> bool:
        return any(row == self.contents[message] for row in self.copies[number].queue)


class _Drop(NamedTuple):
    kind: str
    cost: Faults


_LOSS: Final = _Drop("lose", _FREE._replace(losses=1))
_CRASH: Final = _Drop("crash", _FREE._replace(crashes=1))
_DOUBLE: Final = _FREE._replace(doubles=1)


def _drop(left: Faults) -> _Drop | None:
    """What may go wrong with a delivery: the databases are the same after a crash, so losses are spent first."""
    if left.losses:
        return _LOSS
    return _CRASH if left.crashes else None


def _sum(one: Faults, other: Faults) -> Faults:
    return Faults(*(a + b for a, b in zip(one, other, strict=True)))


def _subsets(things: list[tuple[int, int, str, int]], most: int) -> Iterator[tuple[tuple[int, int, str, int], ...]]:
    for many in range(min(most, len(things)) + 1):
        yield from combinations(things, many)


def _try(done: list[tuple[str, Copy]], label: str, step: Callable[[], Copy]) -> None:
    try:
        done.append((label, step()))
    except RuleBroken:
        return


def _number(thing: object, numbers: dict, things: list) -> int:  # type: ignore[type-arg]
    number = numbers.get(thing)
    if number is None:
        number = numbers[thing] = len(things)
        things.append(thing)
    return number


def _both(pair: tuple, side: int, value: object) -> tuple:  # type: ignore[type-arg]
    return (value, pair[1]) if side == 0 else (pair[0], value)


def _with_copy(state: State, side: int, number: int) -> State:
    return state._replace(copies=_both(state.copies, side, number))


def _with_late(state: State, side: int, *messages: int) -> State:
    return state._replace(late=_both(state.late, side, tuple(sorted((*state.late[side], *messages)))))


def _without_late(state: State, side: int, message: int) -> State:
    rest = list(state.late[side])
    rest.remove(message)
    return state._replace(late=_both(state.late, side, tuple(rest)))


def _left(state: State, side: int) -> State:
    """Something leaves the court: a backup of it made before is behind its mark."""
    if state.backup is None or state.backup[0] != side or state.backup[2]:
        return state
    return state._replace(backup=(side, state.backup[1], True))
