"""The delegating court's first acts: proposing that a case be entrusted, and sending it, each by another person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import msgspec

from db import assets, case_transfers, cases, events, measures, parties
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import MeasureStatus
from db.records.audit import AuditAction
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import CaseRecord
from enforcement import audit, basis, court_statements, once
from enforcement.case_transfers.contents import CaseTransferPayload, TransferredParty
from enforcement.court import CourtNode
from enforcement.payloads import DocumentRef
from enforcement.rules import rights
from enforcement.rules.case_transfer import (
    CaseTransferPaper,
    CaseTransferStatus,
    check_move,
    check_papers,
    check_property,
    check_renewed,
    check_route,
)
from enforcement.rules.refusals import DuplicateOf, NotFound, StaleVersion
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import EntrustedCourtUnknown, SelfApprovalForbidden
from enforcement.rules.transfer import check_digest
from federation.wire.errors import UnknownCourt

TOPIC: Final = "case_transfer"
SENT: Final = "CASE_TRANSFER_SENT"
_STANDING: Final = frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.WAITING, MeasureStatus.RENEWED})


@dataclass(frozen=True, slots=True)
class NewCaseTransfer:
    """Which case, to which court, with which papers by digest."""

    case_number: str
    entrusted_court: str
    papers: Mapping[CaseTransferPaper, str]


async def propose(
    court: CourtNode, caller: Caller | None, new: NewCaseTransfer, *, idempotency_key: str
) -> CaseTransferRecord:
    """The transfer, PROPOSED; the same key again gives the one it made. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen.
        EntrustedCourtUnknown, ProvincialRulesApply, OtherLevel: see `check_route`.
        LocalPropertyExists, RenewMeasureFirst, TransferPapersMissing.
        DuplicateOf: the case is being transferred.
        Malformed: DOCUMENT.
    """
    officer, now = rights.check(caller, Act.PROPOSE_CASE_TRANSFER), court.clock.now()
    asked = {paper.value: digest for paper, digest in new.papers.items()}
    async with transaction(court.pool) as conn:
        case = await basis.open_case(court, conn, officer, new.case_number)
        transfer_id = new_id(now)
        made = await once.claim(
            court,
            conn,
            officer,
            idempotency_key,
            Act.PROPOSE_CASE_TRANSFER,
            (new.case_number, new.entrusted_court, asked),
            result_id=transfer_id,
            now=now,
        )
        if made is not None:
            return there(await case_transfers.lock(conn, made))
        _check_court(court, new.entrusted_court)
        check_papers(new.papers.keys())
        for digest in new.papers.values():
            check_digest(digest)
        await _check_case(court, conn, case)
        known = await case_transfers.open_of_case(conn, case.id)
        if known is not None:
            raise DuplicateOf(known)
        payload = await _payload(court, conn, case, new)
        transfer = CaseTransferRecord(
            id=transfer_id,
            direction="OUTBOUND",
            peer=new.entrusted_court,
            case_id=case.id,
            peer_case_number=None,
            status=CaseTransferStatus.PROPOSED,
            content=court.at_rest.encrypt(msgspec.json.encode(payload), context=case_transfers.CONTEXT),
            proposed_by=officer.officer_id,
            proposed_at=now,
        )
        await case_transfers.insert(conn, transfer)
        await note(court, conn, officer, transfer, case.number)
        return transfer


async def send(court: CourtNode, caller: Caller | None, transfer_id: UUID, version: int) -> CaseTransferRecord:
    """The transfer, SENT: its case crosses, if nothing stands in the way today. Bureau chief or president.

    Raises:
        Forbidden, NotFound, StaleVersion, TransitionNotAllowed.
        SelfApprovalForbidden: the caller proposed it.
        LocalPropertyExists, RenewMeasureFirst.
    """
    officer, now = rights.check(caller, Act.DECIDE_CASE_TRANSFER), court.clock.now()
    async with transaction(court.pool) as conn:
        transfer, case = await opened(conn, transfer_id, version, direction="OUTBOUND")
        check_move(CaseTransferStatus(transfer.status), CaseTransferStatus.SENT)
        if transfer.proposed_by == officer.officer_id:
            raise SelfApprovalForbidden
        if case is None:
            raise NotFound
        await _check_case(court, conn, case)
        raw = court.at_rest.decrypt(transfer.content, context=case_transfers.CONTEXT)
        payload = msgspec.json.decode(raw, type=CaseTransferPayload)
        await court_statements.send(
            court, conn, transfer.peer, SENT, payload, statement_id=transfer.id, officer=officer.officer_id
        )
        saved = await case_transfers.save(conn, replace(transfer, status=CaseTransferStatus.SENT, sent_at=now))
        await note(court, conn, officer, saved, case.number)
        return saved


def _check_court(court: CourtNode, code: str) -> None:
    """Raises EntrustedCourtUnknown, ProvincialRulesApply, OtherLevel."""
    try:
        court.directory.current().node_url(code)
    except UnknownCourt:
        raise EntrustedCourtUnknown("entrustedCourt") from None
    check_route(court.code, code)


async def _check_case(court: CourtNode, conn: Conn, case: CaseRecord) -> None:
    """Raises LocalPropertyExists, RenewMeasureFirst."""
    check_property(await assets.divisions_of_debtors(conn, case.id), court.division)
    standing = [each for each in await measures.of_case(conn, case.id) if each.status in _STANDING]
    check_renewed((each.expires_on for each in standing), civil_date(court.clock.now()))


async def _payload(court: CourtNode, conn: Conn, case: CaseRecord, new: NewCaseTransfer) -> CaseTransferPayload:
    return CaseTransferPayload(
        case_number=case.number,
        cause=case.cause,
        basis_kind=case.basis_kind,
        basis_number=case.basis_number,
        principal=case.principal,
        general_interest=case.general_interest,
        costs=case.costs,
        performance_due_on=case.performance_due_on,
        livelihood=case.livelihood,
        parties=[
            TransferredParty(
                role=entry.role,
                kind=entry.party.kind,
                name=entry.party.name,
                identifier_kind=entry.party.identifier_kind,
                identifier=parties.identifier(court.at_rest, entry.party),
                domicile_division=entry.party.domicile_division,
            )
            for entry in await parties.of_case(conn, case.id)
        ],
        documents=[DocumentRef(kind=paper, number="", sha256=digest) for paper, digest in sorted(new.papers.items())],
    )


async def opened(
    conn: Conn, transfer_id: UUID, version: int, *, direction: str | None = None
) -> tuple[CaseTransferRecord, CaseRecord | None]:
    """The transfer, locked, and the own case, if there is one. Raises NotFound, StaleVersion."""
    transfer = there(await case_transfers.lock(conn, transfer_id))
    if direction not in {None, transfer.direction}:
        raise NotFound
    if transfer.version != version:
        raise StaleVersion(transfer.version)
    return transfer, None if transfer.case_id is None else await cases.get(conn, transfer.case_id)


async def note(
    court: CourtNode, conn: Conn, officer: Caller, transfer: CaseTransferRecord, case_number: str | None
) -> None:
    """Announce and chain what was done."""
    await events.add(conn, topic=TOPIC, ref=transfer.id, kind=transfer.status, now=court.clock.now())
    await audit.note(
        court,
        conn,
        officer,
        AuditAction.TRANSFER_CASE,
        outcome=transfer.status,
        case_number=case_number,
        object_id=transfer.id,
    )


def there(transfer: CaseTransferRecord | None) -> CaseTransferRecord:
    """Raises NotFound."""
    if transfer is None:
        raise NotFound
    return transfer
