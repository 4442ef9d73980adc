"""How long to wait before the next attempt.

Invariant: pure; the random number comes from the caller, the result is stored by the caller: a restart
keeps it.
"""

from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=1)
CAP: Final = timedelta(minutes=5)
LEAST_JITTER: Final = 0.8
MOST_JITTER: Final = 1.4
CUSTODY_ATTEMPTS: Final = 5
"""A message that the gateway holds waits at least as long as one that failed five times: 16 s before jitter."""
_MOST_DOUBLINGS: Final = 9  # 512 s: beyond the cap, and no overflow however often an attempt fails


def pause(attempts: int, random: float, *, in_custody: bool = False) -> timedelta:
    """The span before the next attempt after `attempts` >= 1 failed ones, `random` being in [0, 1).

    One second, doubled with each attempt, capped at five minutes, times a jitter between 0.8 and 1.4.
    """
    counted = max(attempts, CUSTODY_ATTEMPTS) if in_custody else attempts
    doublings: int = min(max(counted, 1) - 1, _MOST_DOUBLINGS)
    jitter = LEAST_JITTER + (MOST_JITTER - LEAST_JITTER) * random
    return min(FIRST * float(2**doublings), CAP) * jitter
