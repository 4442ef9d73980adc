"""How old a question, or an answer to one, may be. Pure."""

from datetime import datetime, timedelta
from typing import Final

FRESH: Final = timedelta(minutes=5)
"""How long a question lives, and how far two clocks may be apart."""


def is_fresh(issued: datetime, expires: datetime, now: datetime) -> bool:
    """Whether it was issued within five minutes of `now`, either way, and has not expired."""
    return abs(now - issued) <= FRESH and now <= expires
