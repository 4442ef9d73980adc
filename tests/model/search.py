"""Breadth first through the world's states; what must hold in each; how a counterexample reads."""

import gc
import time
from collections import deque
from dataclasses import dataclass, field

from enforcement.rules.refusals import RuleBroken
from enforcement.rules.task_log import EventType, Side
from enforcement.rules.task_status import ENDED
from tests.model.court import SHORT, Copy, Event, Request, is_taken
from tests.model.world import NAMES, SIDES, Bounds, Faults, Move, State, World


@dataclass
class Found:
    """What an exploration came to; `broken` says which law does not hold, `trace` how it comes to that."""

    states: int
    moves: int
    seconds: float
    longest: int
    broken: str | None = None
    trace: list[str] = field(default_factory=list)


@dataclass
class _Search:
    world: World
    best: dict[State, list[Faults]] = field(default_factory=dict)
    came: dict[tuple[State, Faults], tuple[tuple[State, Faults], Move] | None] = field(default_factory=dict)
    number: dict[State, int] = field(default_factory=dict)
    before: list[list[int]] = field(default_factory=list)  # without faults: who leads here
    pairs: dict[tuple[tuple[int, int], int | None], str | None] = field(default_factory=dict)
    moves: int = 0

    def see(self, state: State, left: Faults) -> bool:
        """Whether nothing as good was seen."""
        known = self.best.get(state)
        if known is None:
            self.best[state] = [left]
            return True
        if any(all(a >= b for a, b in zip(other, left, strict=True)) for other in known):
            return False
        known[:] = [other for other in known if not all(a <= b for a, b in zip(other, left, strict=True))]
        known.append(left)
        return True

    def is_best(self, state: State, left: Faults) -> bool:
        """Whether it was not reached since with more faults left."""
        return left in self.best[state]

    def index(self, state: State) -> int:
        found = self.number.get(state)
        if found is None:
            found = self.number[state] = len(self.before)
            self.before.append([])
        return found


class _Queue:
    """Nodes by how many faults they have cost, fewest first: most states are met with all that may be left."""

    def __init__(self, faults: int) -> None:
        self._rows: list[deque[tuple[State, Faults]]] = [deque() for _ in range(faults + 1)]
        self._left = faults

    def add(self, node: tuple[State, Faults]) -> None:
        self._rows[sum(node[1])].append(node)

    def take(self) -> tuple[State, Faults] | None:
        while self._left >= 0:
            if self._rows[self._left]:
                return self._rows[self._left].popleft()
            self._left -= 1
        return None


def explore(bounds: Bounds) -> Found:
    """Every state within the bounds, or the shortest way to one in which a law does not hold."""
    gc.disable()  # states refer to nothing that refers back: looking for circles is half of the time
    try:
        return _explore(bounds)
    finally:
        gc.enable()


def _explore(bounds: Bounds) -> Found:
    began, world = time.process_time(), World(bounds)
    search, first = _Search(world), (world.start(), bounds.faults)
    search.see(*first)
    search.came[first] = None
    queue = _Queue(sum(bounds.faults))
    queue.add(first)
    while (node := queue.take()) is not None:
        state, left = node
        if not search.is_best(state, left):
            continue
        key = state.copies, state.lost
        broken = search.pairs.get(key, "")
        if broken == "":
            lost = None if state.lost is None else SIDES[state.lost]
            broken = search.pairs[key] = law_broken(*(world.copies[each] for each in state.copies), lost=lost)
        if broken is not None:
            return _found(search, began, broken, node)
        here, is_free = search.index(state), True
        try:
            for move in world.step(state, left):
                search.moves += 1
                is_free = not any(move.cost)
                rest = left if is_free else Faults(*(a - b for a, b in zip(left, move.cost, strict=True)))
                if is_free:
                    search.before[search.index(move.after)].append(here)
                if search.see(move.after, rest):
                    after = (move.after, rest)
                    search.came[after] = (node, move)
                    queue.add(after)
        except RuleBroken as error:
            return _found(search, began, f"a transaction that may not fail fails: {error.code}", node)
    stuck = _stuck(search)
    if stuck is None:
        return _found(search, began, None, None)
    node = next(each for each in search.came if each[0] == stuck)
    return _found(search, began, "from here the task can never end, whatever arrives", node)


def law_broken(ours: Copy, theirs: Copy, *, lost: Side | None = None) -> str | None:
    """Which law two copies break; `lost` is the court that the others declared lost, whose copy counts no more."""
    copies = (ours, theirs)
    if lost is not Side.ENTRUSTED and any(is_taken(copy) for copy in copies):
        return "a log is taken back from a court that was not declared lost"
    if any(copy.is_disputed for copy in copies if copy.side is not lost):
        return "honest courts come to dispute the log"
    if lost is None and all(holds(copy) for copy in copies):
        return "both courts may append"
    twice = next((why for copy in copies if (why := _done_twice(copy)) is not None), None)
    return twice or (None if lost is not None else _differs(ours, theirs))


def _differs(ours: Copy, theirs: Copy) -> str | None:
    if ours.is_pending or theirs.is_pending:
        return None
    short, long = sorted((ours.log, theirs.log), key=len)
    if long[: len(short)] != short:
        return "the logs are no prefixes of one another"
    return _lost(ours, theirs) or _lost(theirs, ours)


def holds(copy: Copy) -> bool:
    """Whether the court may append to its own copy."""
    return copy.head is not None and copy.head.holder is copy.side and not copy.is_pending


def _done_twice(copy: Copy) -> str | None:
    digests = [each.said.digest for each in copy.log] + [each.said.digest for each in copy.aside]
    if len(set(digests)) < len(digests):
        return "an event is executed twice"
    grants = [each.request for each in copy.log if each.request is not None]
    once = [each for each in copy.log if each.said.type in {EventType.DISPATCHED, EventType.RECEIVED}]
    if len(set(grants)) < len(grants) or len({each.said.type for each in once}) < len(once):
        return "something is done twice"
    return None


def _lost(sender: Copy, other: Copy) -> str | None:
    for content in sender.sent:
        if isinstance(content, Event) and content in sender.log and content not in other.log:
            return f"an acknowledged event is lost: {content}"
        if isinstance(content, Request) and all(request != content for request, _ in other.requests):
            return f"an acknowledged request is lost: {content}"
    return None


def is_over(ours: Copy, theirs: Copy, lost: int | None) -> bool:
    """Whether the task has ended at both courts alike, or was never taken in.

    Of a lost court nothing is expected: who delegated to it has ended the task, and who works for it has done its part.
    Unless a backup or a refusal came between, a lost court that comes back ends alike all the same.
    """
    if lost == 0:
        return theirs.head is None or theirs.head.holder is not theirs.side
    if lost == 1:
        is_alone = max(ours.epoch, theirs.epoch) > 1 or bool(theirs.tombs)
        is_ended = ours.head is None or ours.head.seq == 0 or ours.head.status in ENDED
        return is_ended and not ours.is_pending and (is_alone or ours.log == theirs.log or not ours.log)
    if ours.head is None or ours.head.status not in ENDED or ours.is_pending or theirs.is_pending:
        return False
    return ours.log == theirs.log


def _stuck(search: _Search) -> State | None:
    """A state from which no fault-free way leads to the end, if there is one."""
    copies = search.world.copies
    reached = [is_over(copies[state.copies[0]], copies[state.copies[1]], state.lost) for state in search.number]
    queue = deque(index for index, over in enumerate(reached) if over)
    while queue:
        for index in search.before[queue.popleft()]:
            if not reached[index]:
                reached[index] = True
                queue.append(index)
    return next((state for state, index in search.number.items() if not reached[index]), None)


def _found(search: _Search, began: float, broken: str | None, node: tuple[State, Faults] | None) -> Found:
    longest = max(len(copy.log) for copy in search.world.copies)
    trace = [] if node is None else [*_trace(search, node), f"=> {broken}"]
    return Found(len(search.number), search.moves, time.process_time() - began, longest, broken, trace)


def _trace(search: _Search, node: tuple[State, Faults]) -> list[str]:
    lines: list[str] = []
    step = search.came[node]
    while step is not None:
        before, move = step
        lines.append(told(search.world, move))
        step = search.came[before]
    return [f"{number:2}. {line}" for number, line in enumerate(reversed(lines), 1)]


def told(world: World, move: Move) -> str:
    """One step in words, and what the copies say after it."""
    who, other = NAMES[SIDES[move.side]], NAMES[SIDES[1 - move.side]]
    what = str(move.what)
    if isinstance(move.what, int):
        what = str(world.contents[move.what][0])
    words = {
        "act": f"{who}: {what}",
        "expire": f"{who}: the message expires: {what}",
        "wait": f"{other} cannot tell yet, and waits: {what}",
        "deliver": f"{other} takes in {what}",
        "deliver, lose after": f"{other} takes in {what}; its receipt is lost",
        "deliver, crash after": f"{other} takes in {what}, and crashes before it answers",
        "deliver and keep": f"{other} takes in {what}; a second copy stays under way",
        "refuse": f"{other} refuses {what}",
        "refuse, lose after": f"{other} refuses {what}; its receipt is lost",
        "refuse, crash after": f"{other} refuses {what}, and crashes before it answers",
        "refuse and keep": f"{other} refuses {what}; a second copy stays under way",
        "lose before": f"{who} sends {what}: lost",
        "crash before": f"{who} sends {what}; {other} crashes before it is taken in",
        "hear late": f"{who} hears late what {other} answered in the life that ended: {what}",
        "declare": f"the courts of the zone declare the {who} lost",
        "read": f"{who} reads the directory",
        "back up": f"{who} makes a backup",
        "restore": f"{who} is restored from its backup",
    }
    shown = " | ".join(_shown(world.copies[number]) for number in move.after.copies)
    return f"{words[move.kind]}\n      {shown}"


def _shown(copy: Copy) -> str:
    log = "-".join(SHORT[each.said.type] for each in copy.log) or "empty"
    marks = ("pen " if holds(copy) else "") + ("resyncing " if copy.is_pending else "")
    return f"{copy.side.value[0]}: {marks}{log}"
