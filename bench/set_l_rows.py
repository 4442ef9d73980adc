"""The rows of set L: one court's people, cases, assets and measures, as a court's own records are loaded."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final
from uuid import UUID

from stdnum import luhn

from api.demo import fixtures
from api.demo.fixtures.units import units
from bench.set_l import (
    ASSETS,
    COURTS,
    DIVISIONS,
    FACTS,
    MEASURES,
    SEED,
    Debtor,
    Size,
    case_id,
    case_number,
    debtors,
    filed_on,
    handler,
    row_id,
    status,
)
from db.records.assets import AssetKind, AssetStatus, MeasureKind, MeasureRecord, MeasureStatus
from db.records.cases import CaseRecord, CaseType
from db.records.parties import CasePartyRecord, IdentifierKind, PartyKind, PartyRole
from enforcement.court_rows import AssetRow, CourtRows, PartyRow
from enforcement.rules.asset_identity import vin_check_digit
from enforcement.rules.case_number import CaseNumber, class_of
from enforcement.rules.term import MAX_YEARS, expires_on

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


def rows(court: str, scale: float) -> CourtRows:
    """All rows of a court but its tasks."""
    size = Size(scale)
    rng = Random(f"{SEED}:{court}")
    people = debtors(court, size)
    found = CourtRows(officers=list(fixtures.officers(court)), units=units(FACTS[court]))
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
