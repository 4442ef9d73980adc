"""What has been heard of the courts in scope so far: their parts, checked, and what became of each.

Invariant: nothing of a part counts before all of it passed, and no court speaks for another. Every court in scope has
exactly one place in the coverage. Whichever way the parts travel, this is what they are gathered in; nothing here can
decrypt.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from msgspec.structs import replace

from federation.ask.content import Answer
from federation.ask.coverage import CourtCoverage, Coverage, cover
from federation.ask.status import LOOKED, Reason, Reporter, Status, reason_of
from federation.graph.merge import NO_PARTS, Parts, add
from federation.graph.page import PageAnswer
from federation.graph.reading import Reading
from federation.graph.render import Part
from federation.graph.reporting import Path, speaks_for_itself
from federation.graph.shape import WrongShape

_NO_PART: Final = b"null"
Check: TypeAlias = Callable[[bytes], Part]
"""A part's bytes as checked data; raises `WrongShape`."""


@dataclass(slots=True)
class Gathering:
    """What has been heard so far: the parts, checked, and the coverage of the courts that were asked."""

    check: Check
    waiting: dict[str, CourtCoverage]  # every court in scope, as it stands while it has not been heard of
    heard: dict[str, CourtCoverage] = field(default_factory=dict)
    parts: Parts = field(default_factory=lambda: NO_PARTS)
    values: dict[str, Part] = field(default_factory=dict)
    asker: Reporter = Reporter.ASKER  # who says so when an answer that came is not good
    pages: dict[str, PageAnswer] = field(default_factory=dict)  # where the rows of a page stand, if it is one
    named: tuple[Path, ...] = ()  # where a part names the court that reports
    lists: tuple[str, ...] = ()  # the response keys under which it lists rows
    first_said: dict[str, Answer] = field(default_factory=dict, repr=False)  # what each court itself said, once
    _covered: Coverage | None = field(default=None, init=False, repr=False)  # since the last court was heard

    @classmethod
    def read_as(
        cls, reading: Reading, waiting: Mapping[str, CourtCoverage], *, asker: Reporter = Reporter.ASKER
    ) -> "Gathering":
        """Of parts that are read as `reading` says; nothing has been heard yet."""
        return cls(reading.check, dict(waiting), asker=asker, named=reading.named, lists=reading.lists)

    def coverage(self, contradictions: tuple[str, ...] = ()) -> Coverage:
        """Of all courts in scope, as it stands; `contradictions` are the fields on which their parts differ."""
        if contradictions:
            return cover({**self.waiting, **self.heard}, contradictions)
        if self._covered is None:
            self._covered = cover({**self.waiting, **self.heard})
        return self._covered

    def take(self, court: str, answer: Answer, took_ms: int, page: PageAnswer | None = None) -> None:
        """Count what `court` itself said. Who refuses a part of what was asked gives the rest with the refusal."""
        entry = self.waiting[court]
        if self.first_said.setdefault(court, answer) != answer or self.parts.get(court, b"") is None:
            self._contradict(entry, took_ms)
            return
        reason = None if answer.status in LOOKED else reason_of(answer.code)
        if not has_part(answer):
            self._hear(entry, answer.status, reason, took_ms, Reporter.COURT)
            return
        data = bytes(answer.data)
        try:
            value = self.check(data)
        except WrongShape:
            self._hear(entry, Status.FAULTY, Reason.WRONG_SHAPE, took_ms)
            return
        if answer.status is Status.EMPTY and any(value[key] for key in self.lists):
            self._hear(entry, Status.FAULTY, Reason.WRONG_SHAPE, took_ms)
            return
        if not speaks_for_itself(court, data, self.named):
            self._hear(entry, Status.FAULTY, Reason.BAD_ANSWER, took_ms)
            return
        self.parts = add(self.parts, court, data)
        self.values[court] = value
        if page is not None:
            self.pages[court] = page
        said = replace(entry, rows=answer.rows, as_of=answer.as_of, narrowed=answer.narrowed)
        self._hear(said, answer.status, reason, took_ms, Reporter.COURT)

    def _contradict(self, entry: CourtCoverage, took_ms: int) -> None:
        """Count that a court said two things: neither holds, whatever else it says."""
        self.parts = MappingProxyType({**self.parts, entry.court: None})
        self.values.pop(entry.court, None)
        self.pages.pop(entry.court, None)
        self._hear(entry, Status.FAULTY, Reason.CONTRADICTION, took_ms)

    def discard(self, court: str, reason: Reason) -> None:
        """Count as its fault what was taken of `court`: it contradicts what it was asked."""
        took_ms = self.heard[court].took_ms or 0
        self.values.pop(court, None)
        self.pages.pop(court, None)
        self.parts = MappingProxyType({code: part for code, part in self.parts.items() if code != court})
        self._hear(self.waiting[court], Status.FAULTY, reason, took_ms)

    def fail(self, court: str, status: Status, reason: Reason, took_ms: int, reporter: Reporter) -> None:
        """Count that `court` gave no answer that counts; what it said itself goes before what others say of it."""
        if court not in self.heard:
            self._hear(self.waiting[court], status, reason, took_ms, reporter)

    def _hear(
        self,
        entry: CourtCoverage,
        status: Status,
        reason: Reason | None,
        took_ms: int,
        reporter: Reporter | None = None,
    ) -> None:
        told = replace(entry, status=status, reason=reason, took_ms=took_ms, reported_by=reporter or self.asker)
        self.heard[entry.court] = told
        self._covered = None


def has_part(answer: Answer) -> bool:
    """Whether rows come with `answer`: of a court that looked, or that refused only a part of what was asked."""
    return answer.status in LOOKED or (answer.status is Status.REFUSED and bytes(answer.data) != _NO_PART)
