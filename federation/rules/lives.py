"""Whether a database is the one this court last worked with.

A restored backup has forgotten what already left the house. It shows in a mark that is kept outside the database: the
number of the database's life (epoch) and how many entries its delivery log had when something last left.

Invariant: nothing leaves before the mark says so (federation/delivery/mark.py), and a mark is never ahead of the
database it was written from.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

OVER: Final = "LIFE_OVER"
"""The code under which a message of an ended life is refused: its sender, if it still knows it, sends it anew."""


class Start(StrEnum):
    """How a node begins."""

    FIRST = "FIRST"  # a new database that never had a mark
    NORMAL = "NORMAL"
    RESYNC = "RESYNC"  # restored from a backup, or the mark is lost: everything must be confirmed by the peers


@dataclass(frozen=True, slots=True)
class Position:
    """The life of a database and the number of entries of its delivery log in that life."""

    epoch: int
    log_size: int


def judge(database: Position | None, mark: Position | None) -> Start:
    """How to begin with what the database and the mark say; None where there is none."""
    if database is None:
        return Start.FIRST if mark is None else Start.RESYNC
    if mark is None:
        return Start.RESYNC
    if (database.epoch, database.log_size) < (mark.epoch, mark.log_size):
        return Start.RESYNC
    return Start.NORMAL


def next_epoch(database: Position | None, mark: Position | None) -> int:
    """The number of a new life: above all that the database and the mark know of."""
    return max((known.epoch for known in (database, mark) if known is not None), default=0) + 1


def is_over(epoch: int, newest: int) -> bool:
    """Whether a message of the life `epoch` comes too late, from a court whose life `newest` was heard of.

    What that court forgot of an ended life must not take effect any more, once it was told what had.
    """
    return epoch < newest


def still_stands(epoch: int, newest: int) -> bool:
    """Whether an answer says what its court still knows: given in the life `epoch`, when `newest` was heard of.

    The gateway keeps answers: one of an ended life may be heard when nobody gives back any more what it answered.
    """
    return not is_over(epoch, newest)


def lets_in(*, is_pending: bool, is_told: bool) -> bool:
    """Whether a court takes in new messages of a peer; `is_pending`: that peer has still to confirm everything.

    Once the peer has told where the shared logs stand (`is_told`), they must come in: what was under way when it told
    may be the very thing that is missing.
    """
    return is_told or not is_pending
