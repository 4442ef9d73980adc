"""The case that the entrusted court files: parties and sums of the one that crossed, under a number of its own."""

from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from db import case_transfers, cases, parties
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord, CaseStatus, CaseType
from db.records.parties import CasePartyRecord, IdentifierKind, PartyKind, PartyRole
from enforcement.case_transfers import accounts
from enforcement.case_transfers.contents import CaseTransferPayload, TransferredParty
from enforcement.court import CourtNode
from enforcement.court_rows import PartyRow
from enforcement.loading import party_record
from enforcement.rules import identity
from enforcement.rules.case_number import CaseNumber, class_of, parse
from enforcement.rules.money import total
from enforcement.rules.refusals import DuplicateOf, Malformed

_FIRST: Final = "执"


def content_of(court: CourtNode, transfer: CaseTransferRecord) -> CaseTransferPayload:
    """What crosses, or crossed, in clear."""
    raw = court.at_rest.decrypt(transfer.content, context=case_transfers.CONTEXT)
    return msgspec.json.decode(raw, type=CaseTransferPayload)


def encrypted(court: CourtNode, payload: CaseTransferPayload) -> bytes:
    """The same as it is kept."""
    return court.at_rest.encrypt(msgspec.json.encode(payload), context=case_transfers.CONTEXT)


async def make(
    court: CourtNode, conn: Conn, content: CaseTransferPayload, *, number: str | None, handler_id: str, today: date
) -> CaseRecord:
    """The case, written, with its parties; `number` None: the court's next one of the year.

    Raises:
        DuplicateOf: the number is another case's.
        Malformed: CASE_NUMBER.
    """
    now = court.clock.now()
    known = [(entry, await _party(court, conn, entry)) for entry in content.parties]
    case = CaseRecord(
        id=new_id(now),
        number=await _number(court, conn, number, today),
        type=CaseType.FIRST_ENFORCEMENT,
        case_class=class_of(CaseType.FIRST_ENFORCEMENT),
        cause=content.cause,
        basis_kind=content.basis_kind,
        basis_number=content.basis_number,
        filed_on=today,
        status=CaseStatus.FILED,
        closing_method=None,
        closed_on=None,
        amount_applied=total([content.principal, content.general_interest, content.costs]),
        principal=content.principal,
        general_interest=content.general_interest,
        costs=content.costs,
        performance_due_on=content.performance_due_on,
        livelihood=content.livelihood,
        handler_id=handler_id,
        resumed_from=None,
        version=1,
        synthetic=await parties.are_synthetic(conn),
    )
    await cases.insert(conn, case)
    for entry, party_id in known:
        await cases.add_party(conn, CasePartyRecord(case.id, party_id, PartyRole(entry.role)))
    if content.account is not None:
        await accounts.write_claims(court, conn, case, content.account.claims)
    return case


async def _number(court: CourtNode, conn: Conn, wanted: str | None, today: date) -> str:
    """A free 执 number of this court. Raises Malformed, DuplicateOf."""
    await cases.lock_numbers(conn)
    if wanted is None:
        last = await cases.last_number(conn, f"（{today.year}）{court.code}{_FIRST}")
        return str(CaseNumber(today.year, court.code, _FIRST, last + 1))
    number = parse(wanted, today=today, known_courts={court.code})
    if number.type is not CaseType.FIRST_ENFORCEMENT or number.document is not None:
        raise Malformed("CASE_NUMBER", "TYPE")
    other = await cases.by_number(conn, str(number))
    if other is not None:
        raise DuplicateOf(other.id)
    return str(number)


async def _party(court: CourtNode, conn: Conn, entry: TransferredParty) -> UUID:
    """Who is known here by this number, or the party written down now."""
    now = court.clock.now()
    kind = IdentifierKind(entry.identifier_kind)
    number = identity.canonical(kind, entry.identifier, today=civil_date(now))
    known = await parties.by_identifier_key(conn, parties.identifier_key(court.at_rest, kind, number))
    if known is not None:
        return known.id
    is_person = kind is IdentifierKind.ID_NUMBER
    facts = identity.resident(number, today=civil_date(now)) if is_person else None
    row = PartyRow(
        id=new_id(now),
        kind=PartyKind(entry.kind),
        name=entry.name,
        identifier_kind=kind,
        identifier=number,
        gender=None if facts is None else facts.gender,
        birth_on=None if facts is None else facts.birth_on,
        domicile_division=entry.domicile_division,
        address=None,
        workplace=None,
        is_minor=facts is not None and identity.is_minor(facts.birth_on, civil_date(now)),
        synthetic=await parties.are_synthetic(conn),
    )
    await parties.insert(conn, party_record(court.at_rest, row))
    return row.id
