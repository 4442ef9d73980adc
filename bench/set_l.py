"""Set L: eight courts at the size of real ones, for benchmarks. Deterministic, synthetic, and made court by court.

At scale 1: 200,000 cases, 160,000 debtors of whom 8 % have cases at a second court, 400,000 assets, 300,000 measures
and 80,000 delegated tasks (`bench.set_l_tasks`). Everything about a row follows from its court and its number, so that
any process can name a case or a debtor of any court without making the rows.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from api.demo import fixtures
from api.demo.fixtures.names import resident_number
from db.records.cases import CaseStatus, ClosingMethod
from enforcement.rules.case_number import CaseNumber

CASES: Final = 25_000
DEBTORS: Final = 20_000
ASSETS: Final = 50_000
MEASURES: Final = 37_500
TASKS: Final = 80_000
"""The first four per court, the last in the zone; all at scale 1."""

SEED: Final = "365:L"
_FIRST_BIRTH: Final = date(1950, 1, 1)
_BIRTH_DAYS: Final = 20_454  # up to the end of 2005
_SEQUENCES: Final = (997, 998, 999, 996)
_OVERLAP_OF: Final = 25
_OVERLAPPING: Final = 2  # of every 25 debtors
_FIRST_YEAR: Final = 2021
_YEARS: Final = 5
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
COURTS: Final = tuple(court.code for court in fixtures.courts())
FACTS: Final = {court.code: court for court in fixtures.courts()}
DIVISIONS: Final = {court.code: court.division for court in fixtures.courts()}


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are per court at a scale."""

    scale: float

    def of(self, full: int) -> int:
        return max(1, round(full * self.scale))

    @property
    def cases(self) -> int:
        return self.of(CASES)

    @property
    def debtors(self) -> int:
        return self.of(DEBTORS)


@dataclass(frozen=True, slots=True)
class Debtor:
    """A debtor: at home in the county of `home`, the `number`-th of it."""

    home: str
    number: int

    @property
    def identifier(self) -> str:
        born_on = _FIRST_BIRTH + timedelta(days=self.number % _BIRTH_DAYS)
        return resident_number(DIVISIONS[self.home], born_on, _SEQUENCES[self.number // _BIRTH_DAYS])

    @property
    def name(self) -> str:
        return f"{_SURNAMES[self.number % len(_SURNAMES)]}样{self.number}"

    @property
    def other_court(self) -> str | None:
        """Where else there is a case against them: 8 % have one."""
        group, place = divmod(self.number, _OVERLAP_OF)
        if place >= _OVERLAPPING:
            return None
        return COURTS[(COURTS.index(self.home) + 1 + group % (len(COURTS) - 1)) % len(COURTS)]


def debtors(court: str, size: Size) -> list[Debtor]:
    """The debtors of a court: its own county's, then those of the others who have a case here."""
    own = [Debtor(court, number) for number in range(size.debtors)]
    others = [
        debtor
        for home in COURTS
        if home != court
        for start in range(0, size.debtors, _OVERLAP_OF)
        for place in range(min(_OVERLAPPING, size.debtors - start))
        if (debtor := Debtor(home, start + place)).other_court == court
    ]
    return own + others


def row_id(kind: str, court: str, number: int) -> UUID:
    """The id of a row, in every process the same."""
    digest = hashlib.blake2b(f"{SEED}:{kind}:{court}:{number}".encode(), digest_size=16).digest()
    return UUID(bytes=digest, version=4)


def case_id(court: str, number: int) -> UUID:
    return row_id("case", court, number)


def _year(number: int, size: Size) -> int:
    """The cases are numbered through the five years, evenly."""
    return number * _YEARS // size.cases


def case_number(court: str, number: int, size: Size) -> str:
    """The `number`-th case's number: each year counts from 1."""
    year = _year(number, size)
    first = -(-year * size.cases // _YEARS)
    return str(CaseNumber(_FIRST_YEAR + year, court, "执", number - first + 1))


def handler(court: str, number: int) -> str:
    """Who handles the `number`-th case."""
    return f"o-{DIVISIONS[court]}-{number % 3 + 1:02d}"


def status(number: int) -> tuple[CaseStatus, ClosingMethod | None]:
    """Of 100 cases 54 are open, 5 stopped, 41 closed."""
    place = number * 37 % 100
    if place < 54:  # noqa: PLR2004
        return CaseStatus.IN_PROGRESS, None
    if place < 59:  # noqa: PLR2004
        return (CaseStatus.SUSPENDED if place < 57 else CaseStatus.DEFERRED), None  # noqa: PLR2004
    return CaseStatus.CLOSED, (ClosingMethod.FULLY_ENFORCED if place % 2 else ClosingMethod.TERMINATED_FOR_NOW)


def filed_on(number: int, size: Size) -> date:
    """In the year that the number says, in the first half of it."""
    return date(_FIRST_YEAR + _year(number, size), 1, 2) + timedelta(days=number % 180)


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody to look up: a debtor with an open case at `court` and a case at a second court."""

    court: str
    officer: str
    case_number: str
    identifier: str


def subjects(court: str, scale: float, count: int, *, everybody: bool = False) -> list[Subject]:
    """At most `count` of them, spread over the court's officers; `everybody`: one court is enough."""
    size = Size(scale)
    found: list[Subject] = []
    for number in range(min(size.debtors, size.cases)):
        debtor = Debtor(court, number)
        is_wanted = everybody or debtor.other_court is not None
        if is_wanted and status(number)[0] is CaseStatus.IN_PROGRESS and len(found) < count:
            case = case_number(court, number, size)
            found.append(Subject(court, handler(court, number), case, debtor.identifier))
    return found
