"""Which numbers of a pair's sequence are missing.

Invariant: the pair sequence only notices a loss; it never holds a message back.
"""

from typing import Final

MOST_NOTED: Final = 1000
"""A leap notes at most this many missing numbers: one message cannot make a court write without end."""


def missing(highest: int, seq: int) -> range:
    """The numbers between `highest`, the highest that arrived so far, and `seq`, which arrives now."""
    return range(max(highest + 1, seq - MOST_NOTED), seq)
