"""The queue of registered measures on one asset (轮候), replayed from what its registry said.

Invariant: pure. Who stands where follows from what the registry did alone: from when it registered, renewed and
released each measure and wrote over the asset, never from when this court heard of it. So facts that arrive late or out
of order, and a program that slept for weeks, give the same queue.

Source: 查封规定 arts. 26-28 (waiting, lapse, lifting), 民诉法解释 art. 485 (terms, renewals).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from db.clock import SHANGHAI, civil_date
from db.records.assets import MeasureStatus
from enforcement.rules.term import expires_on

LIVE: Final = frozenset({MeasureStatus.WAITING, MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED})
"""Those that stand in the queue; the others are its past."""

_IN_FORCE: Final = LIVE - {MeasureStatus.WAITING}

STANDINGS: Final = LIVE | {MeasureStatus.LIFTED, MeasureStatus.EXPIRED, MeasureStatus.EXTINGUISHED}
"""Every state that a registered measure can have in its queue."""


class Renewal(NamedTuple):
    """续行: registered at `at`, for `years` more."""

    at: datetime
    years: int


class Release(NamedTuple):
    """The registry took the measure off its books: LIFTED 解除, or EXTINGUISHED 处置后消灭."""

    at: datetime
    status: MeasureStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What the registry said of one measure. `registry_rank` counts what stood before it when it was registered.

    `held_since`, `held_until` and `held_as` (EFFECTIVE or RENEWED) are known of a measure that was taken over in
    force; otherwise they follow.
    """

    id: UUID
    registered_at: datetime
    registry_rank: int
    term_years: int | None
    renewals: tuple[Renewal, ...] = ()
    release: Release | None = None
    held_since: datetime | None = None
    held_until: date | None = None
    held_as: MeasureStatus | None = None


class Step(NamedTuple):
    """One state in the life of a measure, and the instant at which it began."""

    status: MeasureStatus
    at: datetime
    effective_at: datetime | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a measure stands: its life so far, and its place among those that still stand (None: it is past)."""

    id: UUID
    steps: tuple[Step, ...]
    rank: int | None

    @property
    def now(self) -> Step:
        """The state it is in."""
        return self.steps[-1]


class _Life(NamedTuple):
    steps: tuple[Step, ...]
    ends_at: datetime | None  # None: as far as is known, never
    unknown_ahead: int


def lapses_at(last_day: date) -> datetime:
    """The instant at which a term ends whose last day is `last_day`: the end of that day in China.

    A term of a measure is not moved over holidays.
    """
    return datetime.combine(last_day + timedelta(days=1), time.min, SHANGHAI)


def replay(queue: Sequence[Registration], now: datetime, disposals: Sequence[datetime] = ()) -> list[Standing]:
    """How each measure of one asset stands at `now`, in the order of their registration.

    `disposals` are the instants at which the registry wrote the asset over to somebody who had bought it.
    """
    ordered = sorted(queue, key=lambda one: (one.registered_at, one.registry_rank, one.id))
    lives: list[_Life] = []
    for one in ordered:
        lives.append(_life(one, [life.ends_at for life in lives], _release(one, disposals)))
    standings: list[Standing] = []
    live_ahead = 0
    for one, life in zip(ordered, lives, strict=True):
        steps = tuple(step for step in life.steps if step.at <= now) or life.steps[:1]
        rank = None
        if steps[-1].status in LIVE:
            rank = 1 + live_ahead + life.unknown_ahead if steps[-1].status is MeasureStatus.WAITING else 1
            live_ahead += 1
        standings.append(Standing(one.id, steps, rank))
    return standings


def _release(one: Registration, disposals: Sequence[datetime]) -> Release | None:
    """What took it off the books first: its own release, or a disposal of the asset after it was registered.

    Of the same instant as a disposal is what stood behind something else: it was there before. What came to be first
    at that instant was registered after it.
    """
    gone = [
        Release(at, MeasureStatus.EXTINGUISHED) for at in disposals if (one.registered_at, 1) < (at, one.registry_rank)
    ]
    return min(gone if one.release is None else [*gone, one.release], default=None)


def _life(one: Registration, ends_ahead: Sequence[datetime | None], released: Release | None) -> _Life:
    """The whole life of a measure, past and foreseeable, given when those before it end and it is taken off.

    What ended at the very instant of the registration stood before it, if the registry counted it.
    """
    stood_ahead = sum(end is None or end >= one.registered_at for end in ends_ahead)
    unknown = max(0, one.registry_rank - 1 - stood_ahead)
    effective_at = _effective_at(one, ends_ahead, unknown)
    if effective_at is None or (released is not None and released.at <= effective_at):
        waiting = Step(MeasureStatus.WAITING, one.registered_at, None, None)
        if released is None:
            return _Life((waiting,), None, unknown)
        return _Life((waiting, Step(released.status, released.at, None, None)), released.at, unknown)
    steps = [Step(MeasureStatus.WAITING, one.registered_at, None, None)] if effective_at > one.registered_at else []
    steps += _in_force(one, effective_at)
    last_day = steps[-1].expires_on
    lapse = None if last_day is None else lapses_at(last_day)
    if released is not None and (lapse is None or released.at < lapse):
        steps = [step for step in steps if step.at <= released.at]
        steps.append(Step(released.status, released.at, effective_at, steps[-1].expires_on))
        return _Life(tuple(steps), released.at, 0)
    if lapse is not None:
        steps.append(Step(MeasureStatus.EXPIRED, lapse, effective_at, last_day))
    return _Life(tuple(steps), lapse, 0)


def _effective_at(one: Registration, ends_ahead: Sequence[datetime | None], unknown: int) -> datetime | None:
    """When it takes effect: registered first, or when the last of those before it is gone; None: not foreseeable.

    While the registry counts more before it than are known here, nobody here can say when it is its turn.
    """
    if one.held_since is not None:
        return one.held_since
    if one.registry_rank == 1:
        return one.registered_at
    if unknown or any(end is None for end in ends_ahead):
        return None
    return max([one.registered_at, *(end for end in ends_ahead if end is not None)])


def _in_force(one: Registration, effective_at: datetime) -> list[Step]:
    """EFFECTIVE, and RENEWED for each renewal that was registered before the term ran out."""
    last_day = one.held_until
    if last_day is None and one.term_years is not None:
        last_day = expires_on(civil_date(effective_at), one.term_years)
    steps = [Step(one.held_as or MeasureStatus.EFFECTIVE, effective_at, effective_at, last_day)]
    for renewal in sorted(one.renewals):
        if last_day is not None and effective_at <= renewal.at < lapses_at(last_day):
            last_day = expires_on(last_day, renewal.years)
            steps.append(Step(MeasureStatus.RENEWED, renewal.at, effective_at, last_day))
    return steps


def are_lawful(steps: Sequence[Step], longest: int) -> bool:
    """Whether no term in the life of a measure, from its effect or by a renewal, has more than `longest` years."""
    last_day: date | None = None
    for step in steps:
        if step.status not in _IN_FORCE or step.effective_at is None or step.expires_on is None:
            continue
        since = civil_date(step.effective_at) if last_day is None else last_day
        if step.expires_on > expires_on(since, longest):
            return False
        last_day = step.expires_on
    return True


def news(known: Step, standing: Standing) -> tuple[Step, ...]:
    """The steps of `standing` that follow what was known of it.

    Empty: nothing new. When what was known does not occur in its life any more (a late fact changed it), the state
    that it is in now, alone: a correction.
    """
    for place in range(len(standing.steps) - 1, -1, -1):
        step = standing.steps[place]
        if (step.status, step.effective_at, step.expires_on) == (known.status, known.effective_at, known.expires_on):
            return standing.steps[place + 1 :]
    return (standing.now,)


def is_correction(known: Step, standing: Standing) -> bool:
    """Whether what was known of the measure has no place in its life as it is known now."""
    return all(
        (step.status, step.effective_at, step.expires_on) != (known.status, known.effective_at, known.expires_on)
        for step in standing.steps
    )
