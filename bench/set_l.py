"""Set L: eight courts at the size of real ones, for benchmarks. Deterministic, synthetic, and made court by court.

At scale 1: 200,000 cases, 160,000 debtors of whom 8 % have cases at a second court, 400,000 assets, 300,000 measures
and 80,000 delegated tasks (`bench.set_l_tasks`). Everything about a row follows from its court and its number, so that
any process can name a case or a debtor of any court without making the rows.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final
from uuid import UUID

from stdnum import luhn

from api.demo import fixtures
from api.demo.fixtures.names import resident_number
from api.demo.fixtures.units import units
from db.records.assets import AssetKind, AssetStatus, MeasureKind, MeasureRecord, MeasureStatus
from db.records.cases import CaseRecord, CaseStatus, CaseType, ClosingMethod
from db.records.parties import CasePartyRecord, IdentifierKind, PartyKind, PartyRole
from enforcement.court_rows import AssetRow, CourtRows, PartyRow
from enforcement.rules.asset_identity import vin_check_digit
from enforcement.rules.case_number import CaseNumber, class_of
from enforcement.rules.term import MAX_YEARS, expires_on

CASES: Final = 25_000
DEBTORS: Final = 20_000
ASSETS: Final = 50_000
MEASURES: Final = 37_500
TASKS: Final = 80_000
"""The first four per court, the last in the zone; all at scale 1."""

_SEED: Final = "365:L"
_FIRST_BIRTH: Final = date(1950, 1, 1)
_BIRTH_DAYS: Final = 20_454  # up to the end of 2005
_SEQUENCES: Final = (997, 998, 999, 996)
_OVERLAP_OF: Final = 25
_OVERLAPPING: Final = 2  # of every 25 debtors
_FIRST_YEAR: Final = 2021
_YEARS: Final = 5
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_KINDS: Final = (
    AssetKind.BANK_DEPOSIT,
    AssetKind.VEHICLE,
    AssetKind.REAL_ESTATE,
    AssetKind.BANK_DEPOSIT,
    AssetKind.MOVABLE,
)
_CONTROL: Final = {
    AssetKind.BANK_DEPOSIT: MeasureKind.FREEZE,
    AssetKind.VEHICLE: MeasureKind.SEAL,
    AssetKind.REAL_ESTATE: MeasureKind.SEAL,
    AssetKind.MOVABLE: MeasureKind.SEIZE,
}
COURTS: Final = tuple(court.code for court in fixtures.courts())
_FACTS: Final = {court.code: court for court in fixtures.courts()}
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
    digest = hashlib.blake2b(f"{_SEED}:{kind}:{court}:{number}".encode(), digest_size=16).digest()
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


def rows(court: str, scale: float) -> CourtRows:
    """All rows of a court but its tasks."""
    size = Size(scale)
    rng = Random(f"{_SEED}:{court}")
    people = debtors(court, size)
    found = CourtRows(officers=list(fixtures.officers(court)), units=units(_FACTS[court]))
    found.parties.extend(_party(court, number, debtor) for number, debtor in enumerate(people))
    for number in range(size.cases):
        found.cases.append(_case(rng, court, number, size))
        owner = number % len(people)
        found.case_parties.append(CasePartyRecord(case_id(court, number), _party_id(court, owner), PartyRole.DEBTOR))
    for number in range(size.of(ASSETS)):
        found.assets.append(_asset(rng, court, number, len(people), size))
    _measures(rng, court, found, size)
    return found


def _party_id(court: str, number: int) -> UUID:
    return row_id("party", court, number)


def _party(court: str, number: int, debtor: Debtor) -> PartyRow:
    identifier = debtor.identifier
    return PartyRow(
        id=_party_id(court, number),
        kind=PartyKind.NATURAL,
        name=debtor.name,
        identifier_kind=IdentifierKind.ID_NUMBER,
        identifier=identifier,
        gender="MALE" if int(identifier[16]) % 2 else "FEMALE",
        birth_on=date(int(identifier[6:10]), int(identifier[10:12]), int(identifier[12:14])),
        domicile_division=identifier[:6],
        address=f"样例路{debtor.number}号",
        workplace=None,
        is_minor=False,
        synthetic=True,
    )


def _case(rng: Random, court: str, number: int, size: Size) -> CaseRecord:
    state, closing = status(number)
    day = filed_on(number, size)
    principal, interest, costs = (Decimal(rng.randrange(*bounds)) / 100 for bounds in _AMOUNTS)
    return CaseRecord(
        id=case_id(court, number),
        number=case_number(court, number, size),
        type=CaseType.FIRST_ENFORCEMENT,
        case_class=class_of(CaseType.FIRST_ENFORCEMENT),
        cause="PRIVATE_LENDING",
        basis_kind="CIVIL_JUDGMENT",
        basis_number=str(CaseNumber(day.year - 1, court, "民初", number + 1)),
        filed_on=day,
        status=state,
        closing_method=closing,
        closed_on=None if closing is None else min(day + timedelta(days=150), date(2025, 7, 11)),
        amount_applied=principal + interest + costs,
        principal=principal,
        general_interest=interest,
        costs=costs,
        performance_due_on=day - timedelta(days=60),
        livelihood=None,
        handler_id=handler(court, number),
        resumed_from=None,
        version=1,
        synthetic=True,
    )


_AMOUNTS: Final = ((100_000, 40_000_000), (0, 2_000_000), (5_000, 100_000))
"""Principal, interest and costs, in cents."""


def _identity(kind: AssetKind, court: str, number: int) -> dict[str, str]:
    division = DIVISIONS[court]
    if kind is AssetKind.BANK_DEPOSIT:
        body = f"629999{division}{number:06d}"
        return {"account": body + luhn.calc_check_digit(body), "bank": "样例农商银行"}
    if kind is AssetKind.VEHICLE:
        body = f"LFAKE{COURTS.index(court)}A10R{number:07d}"
        return {"vin": body[:8] + vin_check_digit(body) + body[9:]}
    if kind is AssetKind.REAL_ESTATE:
        return {"unit_no": f"{division}{number // 90_000 + 1:06d}GB{number % 90_000:05d}F{number:08d}"}
    return {"item": "样例机床", "serial": f"SAMPLE-{number:07d}"}


def _asset(rng: Random, court: str, number: int, people: int, size: Size) -> AssetRow:
    """The `number`-th asset: two per case, of the case's debtor."""
    case, kind = number % size.cases, _KINDS[number % len(_KINDS)]
    found_on = min(filed_on(case, size) + timedelta(days=20), date(2025, 7, 10))
    is_controlled = number < size.of(MEASURES)
    return AssetRow(
        id=row_id("asset", court, number),
        case_id=case_id(court, case),
        owner_id=_party_id(court, case % people),
        kind=kind,
        identity=_identity(kind, court, number),
        division=DIVISIONS[court],
        description="样例财产",
        estimated_value=Decimal(rng.randrange(10_000, 90_000_000)) / 100,
        source="PROVINCIAL_NETWORK",
        found_on=found_on,
        as_of=datetime.combine(found_on, time(2), UTC),
        status=AssetStatus.CONTROLLED if is_controlled else AssetStatus.FOUND,
        only_home=False,
        exemption=None,
        co_owned=False,
        mortgage_amount=None,
        synthetic=True,
    )


def _measures(rng: Random, court: str, found: CourtRows, size: Size) -> None:
    """One on each of the first assets; every fifteenth has another court's waiting behind it."""
    wanted = size.of(MEASURES)
    others = [code for code in COURTS if code != court]
    for place, asset in enumerate(found.assets):
        if len(found.measures) < wanted:
            found.measures.append(_measure(court, asset, len(found.measures), rank=1, ordering=court))
        if place % 15 == 0 and len(found.measures) < wanted:
            found.measures.append(_measure(court, asset, len(found.measures), rank=2, ordering=rng.choice(others)))


def _measure(court: str, asset: AssetRow, number: int, *, rank: int, ordering: str) -> MeasureRecord:
    """Effective or waiting; those whose term has run out are expired."""
    ruled_on = asset.found_on + timedelta(days=1)
    years = MAX_YEARS[asset.kind]
    until = expires_on(ruled_on, years) if rank == 1 else None
    is_over = until is not None and until < date(2025, 7, 14)
    registered_at = datetime.combine(ruled_on, time(3), UTC)
    return MeasureRecord(
        id=row_id("measure", court, number),
        asset_id=asset.id,
        case_id=asset.case_id if ordering == court else None,
        kind=_CONTROL[asset.kind],
        status=MeasureStatus.WAITING if rank > 1 else MeasureStatus.EXPIRED if is_over else MeasureStatus.EFFECTIVE,
        ordering_court=ordering,
        executing_court=court,
        ruling_no=str(CaseNumber(ruled_on.year, ordering, "执", number + 1, 1)),
        ruled_on=ruled_on,
        notice_sent_at=registered_at,
        registered_at=registered_at,
        effective_at=registered_at if rank == 1 else None,
        expires_on=until,
        rank=rank,
        term_years=years if rank == 1 else None,
        value=asset.estimated_value or Decimal(0),
        lifted_on=None,
        lift_ground=None,
        task_id=None,
        version=1,
        synthetic=True,
    )


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
