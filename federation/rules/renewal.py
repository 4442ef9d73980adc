"""Whether the directory's time is over, or its renewal late. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

ALARM_AGE: Final = timedelta(minutes=15)
"""From this age on, what is renewed every few minutes is late."""
_RENEWED_ALL_THE_TIME: Final = timedelta(days=1)
_LAST_PART: Final = 10


class Renewal(StrEnum):
    """How a directory stands to its next version."""

    IN_TIME = "IN_TIME"
    LATE = "LATE"
    EXPIRED = "EXPIRED"


def judge(issued_at: datetime, expires_at: datetime, now: datetime) -> Renewal:
    """What is good for a day at most is renewed all the time, and late after 15 minutes.

    What is good for longer is renewed by hand, and late when a tenth of its time is left.
    """
    if now >= expires_at:
        return Renewal.EXPIRED
    life = expires_at - issued_at
    late_at = issued_at + ALARM_AGE if life <= _RENEWED_ALL_THE_TIME else expires_at - life / _LAST_PART
    return Renewal.LATE if now >= late_at else Renewal.IN_TIME
