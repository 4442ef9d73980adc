"""Counts that other courts may read: a count under three is not told (小于3不显示).

Invariant: who may not read a person's file learns nothing of one person from a count. A hidden count is hidden where it
is counted, so that nothing that carries or merges counts ever holds it.
"""

from typing import Final

LEAST_SHOWN: Final = 3


def shown(count: int) -> int | None:
    """The count, or None when it is 0, 1 or 2: the three are never told apart."""
    return count if count >= LEAST_SHOWN else None
