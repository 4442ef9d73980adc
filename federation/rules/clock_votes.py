"""Whether our clock is right, by what others' clocks say. Pure.

Every other clock has one vote. Invariant: no single one of them can say that ours is wrong, whatever it shows.
"""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from federation.rules.freshness import FRESH


class ClockVerdict(StrEnum):
    """What the others' votes come to."""

    AGREES = "AGREES"
    UNDECIDED = "UNDECIDED"  # at least half of them say another time, and not enough of them to be believed
    AHEAD = "AHEAD"
    BEHIND = "BEHIND"


def judge(leads: Collection[timedelta]) -> ClockVerdict:
    """`leads` says by how much our clock is ahead of each other one; five minutes are forgiven.

    Wrong is a clock when more than half of the others, and at least two, are beyond that on the same side.
    """
    ahead = sum(lead > FRESH for lead in leads)
    behind = sum(lead < -FRESH for lead in leads)
    for votes, verdict in ((ahead, ClockVerdict.AHEAD), (behind, ClockVerdict.BEHIND)):
        if votes > 1 and 2 * votes > len(leads):
            return verdict
    if leads and 2 * (ahead + behind) >= len(leads):
        return ClockVerdict.UNDECIDED
    return ClockVerdict.AGREES
