"""How many courts must agree, and how many must have seen: numbers, not names. Pure.

Source: docs/directory.md, thresholds.
"""

from datetime import timedelta
from typing import Final

LAPSES_AFTER: Final = timedelta(hours=72)
"""How long a suspension by the gateway alone holds, unless the quorum confirms it."""
_FEWEST: Final = 3  # below it every voter must agree
_WITNESSES: Final = 2


def threshold(voters: int) -> int:
    """Of so many active courts, how many must sign: more than two thirds, and all of fewer than three.

    Raises:
        ValueError: there are no voters.
    """
    if voters < 1:
        raise ValueError("nobody to decide")
    return voters if voters < _FEWEST else 2 * voters // 3 + 1


def witnesses(voters: int) -> int:
    """How many courts must have countersigned what is said to be the newest version."""
    return min(_WITNESSES, max(voters - 1, 0))


def most_suspended(voters: int) -> int:
    """How many of so many active courts the gateway alone may keep suspended at one time: at most a third."""
    return voters // 3
