"""The queue on an asset follows from what its registry said, in whatever order and however late that is heard."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from db.clock import SHANGHAI
from db.records.assets import MeasureStatus as S
from enforcement.rules.measure_queue import (
    LIVE,
    Registration,
    Release,
    Renewal,
    Standing,
    Step,
    is_correction,
    lapses_at,
    news,
    replay,
)

START = datetime(2024, 2, 29, 9, tzinfo=SHANGHAI)


def registered(number: int, rank: int, *, after: timedelta = timedelta(), years: int | None = 1) -> Registration:
    return Registration(id=UUID(int=number), registered_at=START + after, registry_rank=rank, term_years=years)


FIRST = registered(1, 1)
SECOND = registered(2, 2, after=timedelta(hours=1))
THIRD = registered(3, 3, after=timedelta(hours=2), years=2)


def told(standings: list[Standing]) -> list[tuple[S, int | None, date | None]]:
    return [(one.now.status, one.rank, one.now.expires_on) for one in standings]


def test_the_first_holds_and_others_wait() -> None:
    assert told(replay([FIRST, SECOND, THIRD], START + timedelta(hours=3))) == [
        (S.EFFECTIVE, 1, date(2025, 2, 28)),
        (S.WAITING, 2, None),
        (S.WAITING, 3, None),
    ]


def test_a_leap_day_ends_on_the_28th_at_midnight_in_china() -> None:
    lapse = datetime(2025, 3, 1, tzinfo=SHANGHAI)

    before = replay([FIRST, SECOND], lapse - timedelta(microseconds=1))
    after = replay([FIRST, SECOND], lapse)

    assert lapses_at(date(2025, 2, 28)) == lapse == datetime(2025, 2, 28, 16, tzinfo=UTC)
    assert [one.now.status for one in before] == [S.EFFECTIVE, S.WAITING]
    assert [one.now.status for one in after] == [S.EXPIRED, S.EFFECTIVE]
    assert (after[1].now.effective_at, after[1].now.expires_on, after[1].rank) == (lapse, date(2026, 3, 1), 1)


def test_a_chain_that_lapsed_while_nobody_looked_comes_out_right() -> None:
    standings = replay([FIRST, SECOND, THIRD], datetime(2027, 1, 1, tzinfo=SHANGHAI))

    assert [step.status for step in standings[1].steps] == [S.WAITING, S.EFFECTIVE, S.EXPIRED]
    assert [step.at for step in standings[1].steps[1:]] == [lapses_at(date(2025, 2, 28)), lapses_at(date(2026, 3, 1))]
    assert told(standings)[2] == (S.EFFECTIVE, 1, date(2028, 3, 2))
    assert standings[2].now.effective_at == lapses_at(date(2026, 3, 1))


def test_lifting_the_first_lets_the_next_in_at_that_instant() -> None:
    lifted_at = START + timedelta(days=40, minutes=7)
    first = replace(FIRST, release=Release(lifted_at, S.LIFTED))

    standings = replay([first, SECOND, THIRD], lifted_at)

    assert told(standings)[:2] == [(S.LIFTED, None, date(2025, 2, 28)), (S.EFFECTIVE, 1, date(2025, 4, 9))]
    assert standings[1].now.effective_at == lifted_at
    assert standings[2].rank == 2


def test_one_lifted_while_it_waits_is_passed_over() -> None:
    second = replace(SECOND, release=Release(START + timedelta(days=1), S.LIFTED))

    standings = replay([FIRST, second, THIRD], datetime(2025, 3, 1, tzinfo=SHANGHAI))

    assert [one.now.status for one in standings] == [S.EXPIRED, S.LIFTED, S.EFFECTIVE]
    assert standings[2].now.effective_at == lapses_at(date(2025, 2, 28))


def test_a_renewal_before_the_lapse_adds_the_term_to_the_last_day() -> None:
    last_minute = lapses_at(date(2025, 2, 28)) - timedelta(seconds=1)
    renewed = replace(FIRST, renewals=(Renewal(last_minute, 1),))

    standings = replay([renewed, SECOND], datetime(2025, 3, 1, tzinfo=SHANGHAI))

    assert told(standings) == [(S.RENEWED, 1, date(2026, 2, 28)), (S.WAITING, 2, None)]


def test_a_renewal_after_the_lapse_is_none() -> None:
    late = replace(FIRST, renewals=(Renewal(lapses_at(date(2025, 2, 28)), 1),))

    assert told(replay([late], datetime(2025, 3, 2, tzinfo=SHANGHAI))) == [(S.EXPIRED, None, date(2025, 2, 28))]


def test_a_lift_after_the_lapse_changes_nothing() -> None:
    lifted = replace(FIRST, release=Release(lapses_at(date(2025, 2, 28)), S.LIFTED))

    assert told(replay([lifted], datetime(2026, 1, 1, tzinfo=SHANGHAI))) == [(S.EXPIRED, None, date(2025, 2, 28))]


def test_disposal_ends_those_that_wait_too() -> None:
    sold = Release(START + timedelta(days=90), S.EXTINGUISHED)

    standings = replay([replace(one, release=sold) for one in (FIRST, SECOND)], sold.at)

    assert [one.now.status for one in standings] == [S.EXTINGUISHED, S.EXTINGUISHED]
    assert standings[1].steps[0].status is S.WAITING


def test_disposal_ends_what_was_registered_before_it_alone() -> None:
    """Whoever was heard of: the instant of the registration counts. What the new owner owes is another matter."""
    sold = START + timedelta(days=90)
    same_instant = (registered(4, 2, after=timedelta(days=90)), registered(5, 1, after=timedelta(days=90)))
    after = registered(6, 2, after=timedelta(days=91))

    standings = replay([FIRST, SECOND, *same_instant, after], sold + timedelta(days=2), [sold])

    ended = [S.EXTINGUISHED] * 2
    assert {one.id.int: one.now.status for one in standings} == dict(
        zip((1, 2, 4, 5, 6), [*ended, S.EXTINGUISHED, S.EFFECTIVE, S.WAITING], strict=True)
    )
    assert [one.rank for one in standings if one.rank is not None] == [1, 2]


def test_what_ended_before_a_disposal_stays_what_it_was() -> None:
    lifted = replace(FIRST, release=Release(START + timedelta(days=5), S.LIFTED))

    standings = replay([lifted, SECOND], START + timedelta(days=900), [START + timedelta(days=6)])
    lapsed = replay([FIRST], START + timedelta(days=900), [START + timedelta(days=800)])

    assert [one.now.status for one in standings] == [S.LIFTED, S.EXTINGUISHED]
    assert [one.now.status for one in lapsed] == [S.EXPIRED]


def test_what_ended_at_the_instant_of_a_registration_stood_before_it() -> None:
    """The registry counted it, and nobody else: it is not waited for any longer."""
    gone = replace(FIRST, release=Release(SECOND.registered_at, S.LIFTED))

    standings = replay([gone, SECOND], SECOND.registered_at)

    assert told(standings)[1] == (S.EFFECTIVE, 1, date(2025, 2, 28))


def test_a_chain_of_five_comes_in_one_after_the_other() -> None:
    chain = [registered(number, number, after=timedelta(hours=number)) for number in range(1, 7)]
    lapse, years = date(2025, 3, 1), 5

    for passed in range(years):
        standings = replay(chain, datetime(lapse.year + passed, 3, 1 + passed, tzinfo=SHANGHAI))

        assert [one.now.status for one in standings] == (
            [S.EXPIRED] * (passed + 1) + [S.EFFECTIVE] + [S.WAITING] * (4 - passed)
        )
        assert [one.rank for one in standings[passed + 1 :]] == list(range(1, 6 - passed))


def test_places_that_only_the_registry_knows_are_waited_for() -> None:
    alone = registered(9, 3)

    (standing,) = replay([alone], START + timedelta(days=3000))

    assert told([standing]) == [(S.WAITING, 3, None)]


def test_a_place_is_known_once_the_earlier_one_is_reported() -> None:
    at = START + timedelta(hours=3)

    (standing,) = replay([SECOND], at)
    both = replay([SECOND, FIRST], at)

    assert (standing.now.status, standing.rank) == (S.WAITING, 2)
    assert [(one.id, one.rank) for one in both] == [(FIRST.id, 1), (SECOND.id, 2)]
    assert told(replay([SECOND, FIRST], datetime(2025, 3, 1, tzinfo=SHANGHAI)))[1][0] is S.EFFECTIVE


def test_what_was_taken_over_in_force_keeps_its_dates() -> None:
    held = replace(FIRST, held_since=START + timedelta(days=5), held_until=date(2026, 1, 31), term_years=None)

    (standing,) = replay([held], START + timedelta(days=6))

    assert (standing.now.effective_at, standing.now.expires_on) == (START + timedelta(days=5), date(2026, 1, 31))


def test_what_was_taken_over_renewed_stays_renewed() -> None:
    until = date(2026, 2, 28)
    held = replace(FIRST, held_since=START, held_until=until, held_as=S.RENEWED)
    believed = Step(S.RENEWED, START, START, until)

    (standing,) = replay([held], START + timedelta(days=1))
    again = replay([replace(held, renewals=(Renewal(START + timedelta(days=1), 1),))], START + timedelta(days=1))

    assert news(believed, standing) == ()
    assert not is_correction(believed, standing)
    assert told(again) == [(S.RENEWED, 1, date(2027, 2, 28))]


def test_news_are_what_followed() -> None:
    before = replay([FIRST, SECOND], START + timedelta(days=1))
    after = replay([FIRST, SECOND], datetime(2027, 1, 1, tzinfo=SHANGHAI))

    assert [step.status for step in news(before[1].now, after[1])] == [S.EFFECTIVE, S.EXPIRED]
    assert news(after[1].now, after[1]) == ()
    assert not is_correction(before[1].now, after[1])


def test_a_late_fact_corrects() -> None:
    at = datetime(2025, 3, 1, tzinfo=SHANGHAI)
    believed = replay([FIRST, SECOND], at)
    renewed = replace(FIRST, renewals=(Renewal(at - timedelta(hours=1), 1),))

    known = replay([renewed, SECOND], at)

    assert is_correction(believed[0].now, known[0])
    assert [step.status for step in news(believed[0].now, known[0])] == [S.RENEWED]
    assert is_correction(believed[1].now, known[1])
    assert [step.status for step in news(believed[1].now, known[1])] == [S.WAITING]


DAYS = st.integers(0, 2000).map(timedelta)


@st.composite
def queues(draw: st.DrawFn) -> list[Registration]:
    found: list[Registration] = []
    for number in range(draw(st.integers(1, 5))):
        after = timedelta(hours=number)
        standing = [one for one in replay(found, START + after) if one.now.status in LIVE]
        one = registered(number, len(standing) + 1, after=after, years=draw(st.integers(1, 3)))
        renewals = tuple(Renewal(START + draw(DAYS), one.term_years or 1) for _ in range(draw(st.integers(0, 2))))
        end = draw(st.sampled_from([None, S.LIFTED, S.EXTINGUISHED]))
        release = None if end is None else Release(one.registered_at + draw(DAYS), end)
        found.append(replace(one, renewals=renewals, release=release))
    return found


SALES = st.lists(DAYS.map(START.__add__), max_size=2)


@given(queues(), SALES, st.randoms(use_true_random=False), DAYS)
def test_the_order_of_arrival_does_not_matter(
    queue: list[Registration], sales: list[datetime], random: Random, later: timedelta
) -> None:
    shuffled = list(queue)
    random.shuffle(shuffled)

    assert replay(shuffled, START + later, sales[::-1]) == replay(queue, START + later, sales)


@given(queues(), SALES, DAYS, DAYS)
def test_looking_later_only_adds(
    queue: list[Registration], sales: list[datetime], one: timedelta, other: timedelta
) -> None:
    earlier, later = sorted((START + one + timedelta(hours=6), START + other + timedelta(hours=6)))

    for before, after in zip(replay(queue, earlier, sales), replay(queue, later, sales), strict=True):
        assert after.steps[: len(before.steps)] == before.steps


@given(queues(), DAYS, DAYS)
def test_nothing_that_was_there_outlives_a_disposal(
    queue: list[Registration], sold: timedelta, more: timedelta
) -> None:
    at = START + timedelta(hours=6) + sold

    assert not any(one.now.status in LIVE for one in replay(queue, at + more, [at]))


@given(queues(), DAYS)
def test_one_at_a_time_is_in_force_and_ranks_have_no_gap(queue: list[Registration], later: timedelta) -> None:
    standings = [one for one in replay(queue, START + later + timedelta(hours=6)) if one.now.status in LIVE]

    assert [one.rank for one in standings] == list(range(1, len(standings) + 1))
    assert [one.now.status in {S.EFFECTIVE, S.RENEWED} for one in standings] == [n == 0 for n in range(len(standings))]
