"""Who may append what to a shared log: every event, by either court, after every state."""

from itertools import product
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.rules import task_log
from enforcement.rules.task_log import (
    EDGES,
    EMPTY,
    AuthorNotHolder,
    Behind,
    EdgeMissing,
    EventType,
    Gap,
    Head,
    LogBroken,
    LogEvent,
    NotAppendable,
    PreviousMismatch,
    Side,
    accept,
    holder_in,
    outcome,
)
from enforcement.rules.task_status import ENDED, DelegatedTaskStatus

S: TypeAlias = DelegatedTaskStatus
E: TypeAlias = EventType
D, T = Side.DELEGATING, Side.ENTRUSTED

# state before -> {event: (author, state after, who acts next)}; written out again, not derived from the code's table
WORDS: dict[S, dict[E, tuple[Side, S, Side | None]]] = {
    S.APPROVED: {E.DISPATCHED: (D, S.DISPATCHED, T)},
    S.DISPATCHED: {E.RECEIVED: (T, S.RECEIVED, T), E.PEN_TAKEN: (D, S.RETURNED, None)},
    S.RECEIVED: {
        E.SIGNED_FOR: (T, S.SIGNED_FOR, T),
        E.SUPPLEMENT_REQUESTED: (T, S.SUPPLEMENT_REQUESTED, T),
        E.RETURNED: (T, S.RETURNED, None),
        E.WITHDRAWN: (T, S.WITHDRAWN, None),
        E.PEN_TAKEN: (D, S.RETURNED, None),
    },
    S.SIGNED_FOR: {
        E.STARTED: (T, S.IN_PROGRESS, T),
        E.SUPPLEMENT_REQUESTED: (T, S.SUPPLEMENT_REQUESTED, T),
        E.RETURNED: (T, S.RETURNED, None),
        E.WITHDRAWN: (T, S.WITHDRAWN, None),
        E.PEN_TAKEN: (D, S.RETURNED, None),
    },
    S.SUPPLEMENT_REQUESTED: {
        E.SUPPLEMENTED: (T, S.SIGNED_FOR, T),
        E.RETURNED: (T, S.RETURNED, None),
        E.WITHDRAWN: (T, S.WITHDRAWN, None),
        E.PEN_TAKEN: (D, S.RETURNED, None),
    },
    S.IN_PROGRESS: {
        E.STEP_RECORDED: (T, S.IN_PROGRESS, T),
        E.SUPPLEMENT_REQUESTED: (T, S.SUPPLEMENT_REQUESTED, T),
        E.FED_BACK: (T, S.FED_BACK, D),
        E.RETURNED: (T, S.RETURNED, None),
        E.WITHDRAWN: (T, S.WITHDRAWN, None),
        E.PEN_TAKEN: (D, S.RETURNED, None),
    },
    S.FED_BACK: {E.COMPLETED: (D, S.COMPLETED, None), E.FEEDBACK_REJECTED: (D, S.IN_PROGRESS, T)},
}


def head(status: S) -> Head:
    resume = S.SIGNED_FOR if status is S.SUPPLEMENT_REQUESTED else None
    return Head(0 if status is S.APPROVED else 7, "h7", status, holder_in(status), resume)


def event(before: Head, event_type: E, status: S, holder: Side | None) -> LogEvent:
    return LogEvent(before.seq + 1, before.digest, "h8", event_type, status, holder)


@pytest.mark.parametrize(("status", "event_type", "author"), list(product(S, E, Side)))
def test_event_author_and_holder_decide(status: S, event_type: E, author: Side) -> None:
    before = head(status)
    expected = WORDS.get(status, {}).get(event_type)
    after = expected[1:] if expected else (status, before.holder)
    happens = event(before, event_type, *after)

    if expected is not None and expected[0] is author:
        following = accept(before, happens, author)
        assert (following.status, following.holder) == expected[1:]
        assert (following.seq, following.digest) == (before.seq + 1, "h8")
        return

    with pytest.raises(LogBroken):
        accept(before, happens, author)


@pytest.mark.parametrize(("status", "event_type"), [(s, e) for s in WORDS for e in WORDS[s]])
def test_event_that_names_another_outcome_is_refused(status: S, event_type: E) -> None:
    before = head(status)
    author, right, holder = WORDS[status][event_type]

    for told, next_holder in product(S, (D, T, None)):
        if (told, next_holder) != (right, holder):
            with pytest.raises(EdgeMissing):
                accept(before, event(before, event_type, told, next_holder), author)


def test_numbers_and_chain_are_checked_first() -> None:
    before = head(S.IN_PROGRESS)
    right = LogEvent(8, "h7", "h8", E.STEP_RECORDED, S.IN_PROGRESS, T)

    for broken, error in (
        (LogEvent(7, "h7", "h8", E.STEP_RECORDED, S.IN_PROGRESS, T), Behind),
        (LogEvent(9, "h7", "h8", E.STEP_RECORDED, S.IN_PROGRESS, T), Gap),
        (LogEvent(8, "h6", "h8", E.STEP_RECORDED, S.IN_PROGRESS, T), PreviousMismatch),
        (LogEvent(8, "h7", "h8", E.LOADED, S.IN_PROGRESS, T), NotAppendable),
    ):
        with pytest.raises(error):
            accept(before, broken, T)
    with pytest.raises(AuthorNotHolder):
        accept(before, right, D)
    assert accept(before, right, T).seq == 8


def test_pen_passes_by_three_events_only() -> None:
    passes = {kind for kind, edge in EDGES.items() if edge.holder not in (None, edge.author)}

    assert passes == {E.DISPATCHED, E.FED_BACK, E.FEEDBACK_REJECTED}


def test_supplement_leads_back_to_the_state_left() -> None:
    for status in (S.RECEIVED, S.SIGNED_FOR, S.IN_PROGRESS):
        before = head(status)
        asked = accept(before, event(before, E.SUPPLEMENT_REQUESTED, S.SUPPLEMENT_REQUESTED, T), T)
        assert asked.resume is status

        given_back = LogEvent(asked.seq + 1, asked.digest, "h9", E.SUPPLEMENTED, status, T)
        assert accept(asked, given_back, T).status is status


class Copy:
    """One court's copy of a log, and the events it has not been able to apply yet."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.head = EMPTY
        self.log: list[str] = []
        self.waiting: list[tuple[LogEvent, Side]] = []

    def append(self, event_type: E) -> LogEvent | None:
        if self.head.holder is not self.side or event_type not in EDGES:
            return None
        try:
            status, holder = outcome(self.head, event_type)
            digest = f"{self.side}{self.head.seq + 1}{event_type}"
            made = LogEvent(self.head.seq + 1, self.head.digest, digest, event_type, status, holder)
            self.head = accept(self.head, made, self.side)
        except LogBroken:
            return None
        self.log.append(made.digest)
        return made

    def hear(self, told: LogEvent, author: Side) -> None:
        """Apply what can be applied, in whatever order it came; what was applied before changes nothing."""
        self.waiting.append((told, author))
        moved = True
        while moved:
            moved = False
            for waiting in list(self.waiting):
                try:
                    self.head = accept(self.head, *waiting)
                except (Gap, Behind):
                    continue
                self.log.append(waiting[0].digest)
                moved = True


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_one_pen_whatever_the_order(data: st.DataObject) -> None:
    """No interleaving of acts and no reordering or doubling of messages gives two holders or two logs."""
    courts = {side: Copy(side) for side in Side}
    on_road: list[tuple[LogEvent, Side]] = []
    for _ in range(data.draw(st.integers(1, 40))):
        delivers = data.draw(st.booleans())
        if on_road and delivers:
            at = data.draw(st.integers(0, len(on_road) - 1))
            told = on_road[at] if data.draw(st.integers(0, 4)) == 0 else on_road.pop(at)
            courts[D if told[1] is T else T].hear(*told)
        else:
            side = data.draw(st.sampled_from(list(Side)))
            made = courts[side].append(data.draw(st.sampled_from(list(E))))
            if made is not None:
                on_road.append((made, side))

        holders = [court for court in courts.values() if court.head.holder is court.side]
        assert len(holders) <= 1
        ours, theirs = (courts[side].log for side in Side)
        shorter = min(len(ours), len(theirs))
        assert ours[:shorter] == theirs[:shorter]

    for told in on_road:
        courts[D if told[1] is T else T].hear(*told)
    assert courts[D].log == courts[T].log
    assert courts[D].head == courts[T].head
    assert courts[D].head.status in ENDED or courts[D].head.holder is not None


def test_every_state_has_its_holder() -> None:
    assert {status for status in S if holder_in(status) is None} == ENDED
    assert task_log.EMPTY.holder is D
