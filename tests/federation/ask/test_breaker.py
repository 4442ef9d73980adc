"""A court that fails again and again is left alone for a while; no caller can bring that about for the others."""

from federation.ask.breaker import Breaker

COURT, OTHER = "皖1022", "浙0824"


def failed(breaker: Breaker, *, began_s: float, now_s: float) -> None:
    assert breaker.allows(COURT, began_s)
    breaker.failed(COURT, now_s, began_s=began_s)


def test_a_row_of_failures_opens_it() -> None:
    breaker = Breaker(threshold=3, pause_s=5.0)
    for began_s in (10.0, 11.0, 12.0):
        failed(breaker, began_s=began_s, now_s=began_s + 1)

    assert not breaker.allows(COURT, 17.9)
    assert breaker.allows(OTHER, 17.9)


def test_calls_side_by_side_count_once() -> None:
    breaker = Breaker(threshold=3, pause_s=5.0)

    for number in range(60):
        failed(breaker, began_s=10.0 + number / 1000, now_s=11.0 + number / 1000)

    assert breaker.allows(COURT, 11.1)


def test_one_probe_goes_through() -> None:
    breaker = Breaker(threshold=1, pause_s=5.0)
    failed(breaker, began_s=9.0, now_s=10.0)

    assert breaker.allows(COURT, 15.0)
    assert not breaker.allows(COURT, 15.1)
    breaker.succeeded(COURT)
    assert breaker.allows(COURT, 15.2)
