"""What is unusual about a look-up (查询异常): a reason for somebody to look at it, and never a decision.

Every figure is a default of this release, to be set by the court; none is a rule of law.
Source: docs/safeguards.md, point 4 (anomaly warning, self-declaration 回避).
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from db.clock import SHANGHAI, civil_date
from db.records.parties import PartyKind
from db.records.warnings_raised import WarningCause
from enforcement.rules.masking import masked_name


class Relation(StrEnum):
    """In which relation an officer stands to somebody (回避事由)."""

    SPOUSE = "SPOUSE"  # 配偶
    PARENT = "PARENT"  # 父母
    CHILD = "CHILD"  # 子女
    SIBLING = "SIBLING"  # 兄弟姐妹
    OTHER_RELATIVE = "OTHER_RELATIVE"  # 其他近亲属
    OTHER_INTEREST = "OTHER_INTEREST"  # 其他利害关系


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From what on a look-up is unusual. `subjects` 0: never by number; equal hours: no hour is one of the night."""

    subjects: int = 50
    window: timedelta = timedelta(hours=1)
    night_from: int = 22  # hours of the day in China
    night_until: int = 6


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many persons in the window that began after `since` and ended at `at`."""

    since: datetime
    at: datetime
    figure: int


def crowds(asked: Sequence[tuple[datetime, bytes]], limits: Thresholds) -> list[Crowd]:
    """The first instant of each civil day at which as many persons as the limit had been asked about in the window.

    `asked` is (when, about whom), oldest first.
    """
    found: dict[date, Crowd] = {}
    window: deque[tuple[datetime, bytes]] = deque()
    counted: Counter[bytes] = Counter()
    for at, subject in asked if limits.subjects else ():
        window.append((at, subject))
        counted[subject] += 1
        while window[0][0] <= at - limits.window:
            _, gone = window.popleft()
            counted[gone] -= 1
            if not counted[gone]:
                del counted[gone]
        if len(counted) >= limits.subjects:
            found.setdefault(civil_date(at), Crowd(at - limits.window, at, len(counted)))
    return list(found.values())


def night_of(at: datetime, limits: Thresholds) -> date | None:
    """The civil day on which the night of `at` began; None by day."""
    local = at.astimezone(SHANGHAI)
    begin, end = limits.night_from, limits.night_until
    if begin <= end:
        return local.date() if begin <= local.hour < end else None
    if local.hour >= begin:
        return local.date()
    return local.date() - timedelta(days=1) if local.hour < end else None


def likeness(officer: str, person: str) -> WarningCause | None:
    """Whether an officer and a natural person have the same name, or the same family name."""
    if officer == person:
        return WarningCause.SAME_NAME
    families = {masked_name(name, PartyKind.NATURAL) for name in (officer, person)}  # a family name, and no more
    return WarningCause.SAME_FAMILY_NAME if len(families) == 1 else None
