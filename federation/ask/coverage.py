"""Coverage (覆盖情况): which courts an answer speaks for, and of each other one, why not.

Invariant: every court in scope stands in it exactly once; the counts are derived, never stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from federation.ask.status import LOOKED, Reason, Reporter, Status


class CourtCoverage(msgspec.Struct, frozen=True):
    """What became of the ask at one court."""

    court: str
    name: str
    status: Status
    reason: Reason | None = None
    took_ms: int | None = None
    rows: int | None = None
    as_of: datetime | None = None
    reported_by: Reporter = Reporter.ASKER
    narrowed: bool = False  # it rendered values of a later contract down to OTHER

    def as_data(self) -> dict[str, Any]:
        """As JSON data, in GraphQL's names."""
        return {
            "court": {"code": self.court, "name": self.name},
            "status": self.status.value,
            "reason": None if self.reason is None else self.reason.value,
            "tookMs": self.took_ms,
            "rows": self.rows,
            "asOf": None if self.as_of is None else self.as_of.isoformat(),
            "reportedBy": self.reported_by.value,
            "narrowed": self.narrowed,
        }


@dataclass(frozen=True)
class Coverage:
    """The courts in scope, by code, and the fields on which their parts contradict each other."""

    courts: tuple[CourtCoverage, ...]
    contradictions: tuple[str, ...] = field(default=())

    @property
    def in_scope(self) -> int:
        return len(self.courts)

    @property
    def asked(self) -> int:
        return sum(court.status is not Status.NOT_ASKED for court in self.courts)

    @property
    def answered(self) -> int:
        return sum(court.status in LOOKED for court in self.courts)

    @property
    def has_parts(self) -> bool:
        """Whether anybody told anything: looked, or refused only a part of what was asked."""
        return self.answered > 0 or any(court.rows is not None for court in self.courts)

    @property
    def is_complete(self) -> bool:
        """Whether every court in scope looked."""
        return self.answered == self.in_scope

    def silent(self) -> frozenset[str]:
        """The codes of those who did not look."""
        return frozenset(court.court for court in self.courts if court.status not in LOOKED)

    def as_data(self) -> dict[str, Any]:
        """As JSON data, in GraphQL's names; made once, so that nobody may change it."""
        return self._data

    @cached_property
    def _data(self) -> dict[str, Any]:
        return {
            "inScope": self.in_scope,
            "asked": self.asked,
            "answered": self.answered,
            "complete": self.is_complete,
            "contradictions": list(self.contradictions),
            "courts": [court.as_data() for court in self.courts],
        }


def cover(heard: Mapping[str, CourtCoverage], contradictions: tuple[str, ...] = ()) -> Coverage:
    """The coverage of the courts heard of, in the order of their codes."""
    return Coverage(tuple(heard[code] for code in sorted(heard)), contradictions)
