"""Who guarantees a settlement (执行担保): a party of the case, known by its number like every other."""

from dataclasses import dataclass
from uuid import UUID

from db import cases, parties, settlement_course
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn
from db.records.cases import CaseRecord
from db.records.money import GuaranteeRecord
from db.records.parties import CasePartyRecord, IdentifierKind, PartyKind, PartyRole
from enforcement.court import CourtNode
from enforcement.court_rows import PartyRow
from enforcement.loading import party_record
from enforcement.rules import identity
from enforcement.rules.refusals import Malformed

_LONGEST_NAME = 100
_DIVISION_DIGITS = 6


@dataclass(frozen=True, slots=True)
class NewGuarantor:
    """One number of the two; `direct_enforcement`: they promised to be enforced against directly (art. 18)."""

    name: str
    resident_id: str | None
    credit_code: str | None
    domicile_division: str
    direct_enforcement: bool


async def add(court: CourtNode, conn: Conn, case: CaseRecord, settlement_id: UUID, new: NewGuarantor) -> None:
    """Write down who guarantees the settlement; who is known by this number stays who they are.

    Raises:
        Malformed: IDENTITY, ID_NUMBER, USCC, TEXT, DIVISION.
    """
    now = court.clock.now()
    kind, number = identity.named(new.resident_id, new.credit_code, today=civil_date(now))
    if not new.name.strip() or len(new.name) > _LONGEST_NAME:
        raise Malformed("TEXT", "name")
    if len(new.domicile_division) != _DIVISION_DIGITS or not new.domicile_division.isdigit():
        raise Malformed("DIVISION", "domicileDivision")
    known = await parties.by_identifier_key(conn, parties.identifier_key(court.at_rest, kind, number))
    if known is None:
        row = _row(court, case, new, kind, number)
        known = party_record(court.at_rest, row)
        await parties.insert(conn, known)
    await cases.add_party(conn, CasePartyRecord(case.id, known.id, PartyRole.GUARANTOR))
    await settlement_course.add_guarantee(conn, GuaranteeRecord(settlement_id, known.id, new.direct_enforcement))


def _row(court: CourtNode, case: CaseRecord, new: NewGuarantor, kind: IdentifierKind, number: str) -> PartyRow:
    now = court.clock.now()
    today = civil_date(now)
    is_person = kind is IdentifierKind.ID_NUMBER
    facts = identity.resident(number, today=today) if is_person else None
    return PartyRow(
        id=new_id(now),
        kind=PartyKind.NATURAL if is_person else PartyKind.ORGANIZATION,
        name=new.name.strip(),
        identifier_kind=kind,
        identifier=number,
        gender=None if facts is None else facts.gender,
        birth_on=None if facts is None else facts.birth_on,
        domicile_division=new.domicile_division,
        address=None,
        workplace=None,
        is_minor=facts is not None and identity.is_minor(facts.birth_on, today),
        synthetic=case.synthetic,
    )
