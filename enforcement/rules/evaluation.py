"""评价 of a completed task by its delegating court: once, from 1 to 5, within a time.

Source: courts' own rules of delegated matters; the time is a local default.
"""

from datetime import datetime, timedelta
from typing import Final

from db.clock import civil_date
from enforcement.rules.refusals import Malformed
from enforcement.rules.task_refusals import EvaluationTooLate

LEAST: Final = 1
MOST: Final = 5
WITHIN: Final = timedelta(days=30)


def check(score: int, completed_at: datetime, now: datetime, within: timedelta = WITHIN) -> None:
    """Return if a task that was completed at `completed_at` may be given `score` now.

    Raises:
        Malformed: SCORE.
        EvaluationTooLate: the last day, `within` after that of the completion, is past.
    """
    if not LEAST <= score <= MOST:
        raise Malformed("SCORE", "score")
    if civil_date(now) > civil_date(completed_at) + within:
        raise EvaluationTooLate
