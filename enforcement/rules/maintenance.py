"""When a maintenance window (维护窗口) may be announced: how soon, how long, how many. Local defaults."""

from datetime import datetime, timedelta
from typing import Final

from enforcement.rules.refusals import Malformed

LATE: Final = timedelta(minutes=5)
"""A window that is announced as it begins may have begun so long ago."""
FURTHEST: Final = timedelta(days=90)
LONGEST: Final = timedelta(hours=72)
MOST_AHEAD: Final = 20
"""Windows of one court that are not over."""


def check_window(from_at: datetime, to_at: datetime, now: datetime) -> None:
    """Return if the window may be announced now.

    Raises:
        Malformed: PERIOD; `from` is past or more than 90 days ahead, `to` is past, not after it, or more than 72 hours
            after it.
    """
    if not now - LATE <= from_at <= now + FURTHEST:
        raise Malformed("PERIOD", "from")
    if to_at <= now or not timedelta() < to_at - from_at <= LONGEST:
        raise Malformed("PERIOD", "to")
