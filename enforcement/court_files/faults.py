"""What is wrong with a file, line by line. Invariant: a fault never holds a value of the file."""

from dataclasses import dataclass, field
from typing import Final

MOST_KEPT: Final = 1_000
"""Faults of one file that are kept to be shown; all are counted."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`line` counts from 1; 0 is the file as a whole. `column` is one of ours, or #n for the n-th of the file."""

    line: int
    column: str
    code: str
    part: str = ""


@dataclass(eq=False)
class Unfit(Exception):
    """A line, or one cell of it, cannot be taken; `part` says what of it fails."""

    code: str
    part: str = ""
    column: str = ""


@dataclass(slots=True)
class Faults:
    """The faults of one file: the first MOST_KEPT that were found, and how many there are."""

    kept: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, fault: Fault) -> None:
        self.count += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append(fault)

    def merge(self, others: "Faults") -> None:
        self.kept = (self.kept + others.kept)[:MOST_KEPT]
        self.count += others.count
