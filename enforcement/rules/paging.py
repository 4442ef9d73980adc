"""How much of a list one page may hold. Invariant: more, or nothing, is refused and never silently cut."""

from typing import Final

from enforcement.rules.refusals import Malformed

MOST: Final = 100
"""Rows on one page."""


def check_first(first: int) -> int:
    """`first`, if a page may have so many rows.

    Raises:
        Malformed: PAGE; part first.
    """
    if not 1 <= first <= MOST:
        raise Malformed("PAGE", "first")
    return first
