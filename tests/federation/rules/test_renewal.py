"""A directory is late before it is over: what is renewed all the time soon, what is signed by hand near its end."""

from datetime import UTC, datetime, timedelta

import pytest

from federation.rules.renewal import Renewal, judge

ISSUED = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("life", "late_after"),
    [(DAY, 15 * MINUTE), (HOUR, 15 * MINUTE), (90 * DAY, 81 * DAY), (DAY + TICK, (DAY + TICK) - (DAY + TICK) / 10)],
)
def test_it_is_in_time_then_late_then_over(life: timedelta, late_after: timedelta) -> None:
    def at(age: timedelta) -> Renewal:
        return judge(ISSUED, ISSUED + life, ISSUED + age)

    assert [at(-DAY), at(late_after - TICK)] == [Renewal.IN_TIME] * 2
    assert [at(late_after), at(life - TICK)] == [Renewal.LATE] * 2
    assert [at(life), at(life * 2)] == [Renewal.EXPIRED] * 2


def test_what_lives_shorter_than_the_alarm_is_never_late() -> None:
    life = 10 * MINUTE

    assert judge(ISSUED, ISSUED + life, ISSUED + life - TICK) is Renewal.IN_TIME
    assert judge(ISSUED, ISSUED + life, ISSUED + life) is Renewal.EXPIRED
