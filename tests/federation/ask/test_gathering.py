"""Coverage as it stands: of what has been heard until now, and of nothing older."""

import msgspec

from federation.ask.content import Answer
from federation.ask.coverage import CourtCoverage
from federation.ask.gathering import Gathering
from federation.ask.status import Reason, Reporter, Status
from tests.federation.zone import CHANGSHAN, SHEXIAN

PART = Answer(status=Status.ANSWERED, rows=1, data=msgspec.Raw(b'{"count":1}'))


def gathering() -> Gathering:
    waiting = {court: CourtCoverage(court, court, Status.PENDING) for court in (CHANGSHAN, SHEXIAN)}
    return Gathering(msgspec.json.decode, waiting)


def statuses(heard: Gathering, contradictions: tuple[str, ...] = ()) -> list[Status]:
    return [court.status for court in heard.coverage(contradictions).courts]


def test_coverage_follows_what_is_heard() -> None:
    heard = gathering()

    assert statuses(heard) == [Status.PENDING, Status.PENDING]
    heard.take(SHEXIAN, PART, 1)
    assert statuses(heard) == [Status.PENDING, Status.ANSWERED]
    heard.fail(CHANGSHAN, Status.TIMED_OUT, Reason.DEADLINE, 2, Reporter.ASKER)
    assert statuses(heard) == [Status.TIMED_OUT, Status.ANSWERED]
    heard.discard(SHEXIAN, Reason.CONTRADICTION)
    assert statuses(heard) == [Status.TIMED_OUT, Status.FAULTY]


def test_coverage_with_contradictions_is_not_kept() -> None:
    heard = gathering()
    heard.take(SHEXIAN, PART, 1)
    assert heard.coverage().contradictions == ()

    assert heard.coverage(("count",)).contradictions == ("count",)
    assert heard.coverage().contradictions == ()


def test_coverage_is_made_once_between_answers() -> None:
    heard = gathering()
    heard.take(SHEXIAN, PART, 1)

    assert heard.coverage() is heard.coverage()
