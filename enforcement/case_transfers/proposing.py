"""The delegating court's first acts: proposing that a case be entrusted, and sending it, each by another person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from db import assets, case_transfers, measures, measures_elsewhere, parties
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import MeasureRecord, MeasureStatus
from db.records.case_transfers import CaseTransferRecord
from db.records.cases import OPEN, CaseRecord
from enforcement import basis, court_statements, once
from enforcement.case_transfers import accounts, filed_case, holding
from enforcement.case_transfers.contents import CaseTransferPayload, TransferredParty
from enforcement.case_transfers.opening import note, opened, there
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
from enforcement.rules.refusals import CaseNotOpen, DuplicateOf, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import EntrustedCourtUnknown, MembershipSuspended, SelfApprovalForbidden
from enforcement.rules.transfer import check_digest
from federation.wire.errors import UnknownCourt

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
        EntrustedCourtUnknown, MembershipSuspended, ProvincialRulesApply, OtherLevel: see `check_route`.
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
            return there(await case_transfers.get(conn, made))
        _check_court(court, new.entrusted_court)
        check_papers(new.papers.keys())
        for digest in new.papers.values():
            check_digest(digest)
        await _check_case(court, conn, case)
        known = await case_transfers.open_of_case(conn, case.id)
        if known is not None:
            raise DuplicateOf(known)
        payload = await _payload(court, conn, case, _refs(new.papers))
        transfer = CaseTransferRecord(
            id=transfer_id,
            direction="OUTBOUND",
            peer=new.entrusted_court,
            case_id=case.id,
            peer_case_number=None,
            status=CaseTransferStatus.PROPOSED,
            content=filed_case.encrypted(court, payload),
            proposed_by=officer.officer_id,
            proposed_at=now,
        )
        await case_transfers.insert(conn, transfer)
        await note(court, conn, officer, transfer, case.number)
        return transfer


async def send(court: CourtNode, caller: Caller | None, transfer_id: UUID, version: int) -> CaseTransferRecord:
    """The transfer, SENT: its case crosses as it stands today, if nothing stands in the way. Bureau chief or president.

    Raises:
        Forbidden, NotFound, StaleVersion, TransitionNotAllowed.
        SelfApprovalForbidden: the caller proposed it.
        CaseNotOpen, MembershipSuspended, LocalPropertyExists, RenewMeasureFirst: what held at the proposal holds no
            more.
    """
    officer, now = rights.check(caller, Act.DECIDE_CASE_TRANSFER), court.clock.now()
    async with transaction(court.pool) as conn:
        transfer, case = await opened(conn, transfer_id, version, direction="OUTBOUND")
        check_move(CaseTransferStatus(transfer.status), CaseTransferStatus.SENT)
        if transfer.proposed_by == officer.officer_id:
            raise SelfApprovalForbidden
        if case is None:
            raise NotFound
        if case.status not in OPEN:
            raise CaseNotOpen
        _check_court(court, transfer.peer)
        await _check_case(court, conn, case)
        payload = await _payload(court, conn, case, filed_case.content_of(court, transfer).documents)
        await court_statements.send(
            court, conn, transfer.peer, SENT, payload, statement_id=transfer.id, officer=officer.officer_id
        )
        sent = replace(
            transfer,
            status=CaseTransferStatus.SENT,
            sent_at=now,
            content=filed_case.encrypted(court, payload),
            head=transfer.id,
            under_way=True,
        )
        saved = await case_transfers.save(conn, sent)
        await measures_elsewhere.set_told(
            conn, transfer.id, {each.measure_id: each.version for each in payload.measures}
        )
        await note(court, conn, officer, saved, case.number)
        return saved


def _check_court(court: CourtNode, code: str) -> None:
    """Raises EntrustedCourtUnknown, ProvincialRulesApply, OtherLevel, MembershipSuspended."""
    view = court.directory.current()
    try:
        view.node_url(code)
    except UnknownCourt:
        raise EntrustedCourtUnknown("entrustedCourt") from None
    check_route(court.code, code)
    if not (view.is_active(court.code) and view.is_active(code)):
        raise MembershipSuspended


async def _check_case(court: CourtNode, conn: Conn, case: CaseRecord) -> None:
    """Raises LocalPropertyExists, RenewMeasureFirst."""
    check_property(await assets.divisions_of_debtors(conn, case.id), court.division)
    check_renewed((each.expires_on for each in await _standing(conn, case)), civil_date(court.clock.now()))


async def _standing(conn: Conn, case: CaseRecord) -> list[MeasureRecord]:
    return [each for each in await measures.of_case(conn, case.id) if each.status in _STANDING]


async def _payload(court: CourtNode, conn: Conn, case: CaseRecord, papers: list[DocumentRef]) -> CaseTransferPayload:
    """The case as it stands now."""
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
        documents=papers,
        account=await accounts.of_case(court, conn, case),
        measures=holding.fitting(await holding.held(court, conn, await _standing(conn, case))),
    )


def _refs(papers: Mapping[CaseTransferPaper, str]) -> list[DocumentRef]:
    return [DocumentRef(kind=paper, number="", sha256=digest) for paper, digest in sorted(papers.items())]
