"""The asking court's acts: the request for transfer (商请移送执行函), and going to the common superior."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from db import assets, cases, events, transfers
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.assets import AssetRecord
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.parties import PartyRole
from db.records.transfers import TransferDirection, TransferRecord
from enforcement import audit, basis, court_statements, once
from enforcement.case_money import owing
from enforcement.court import CourtNode
from enforcement.payloads import AssetRef, DocumentRef
from enforcement.rules import rights
from enforcement.rules.claims import ClaimPriority
from enforcement.rules.courts import common_superior
from enforcement.rules.money import positive, total
from enforcement.rules.refusals import DuplicateOf, NotDebtorsAsset, NotFound, StaleVersion
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import EntrustedCourtUnknown, MembershipSuspended, NotAssigned
from enforcement.rules.transfer import (
    OPEN,
    NotFirstSeal,
    PriorityKind,
    TransferStatus,
    check_digest,
    check_dispute,
    check_prior,
    check_waited,
)
from enforcement.transfers.contents import TransferDisputePayload, TransferRequestPayload
from enforcement.transfers.first_seal import own_first_seal
from federation.wire.errors import UnknownCourt

TOPIC: Final = "transfer"
REQUESTED: Final = "TRANSFER_REQUESTED"
DISPUTED: Final = "TRANSFER_DISPUTED"


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """What is asked for: an own case's thing, which another court sealed first."""

    case_number: str
    asset_id: UUID
    first_sealing_court: str
    first_sealed_on: date
    priority: PriorityKind
    amount: Decimal
    documents: tuple[DocumentRef, ...]


async def request(court: CourtNode, caller: Caller | None, new: NewTransfer, *, idempotency_key: str) -> TransferRecord:
    """The request, SENT; the same key again gives the one it made.

    Raises:
        Forbidden, Malformed, NotFound, NotAssigned, CaseNotOpen, NotDebtorsAsset.
        EntrustedCourtUnknown: no other court of the zone has the code.
        MembershipSuspended: one of the two is not active.
        TransferTooEarly: sixty days since the first seal are not exceeded.
        NotFirstSeal: this court's own measure stands first.
        ClaimNotPrior: the case holds no claim of that priority, or less of it.
        DuplicateOf: one about the thing is not over.
    """
    officer = rights.check(caller, Act.REQUEST_TRANSFER)
    for paper in new.documents:
        check_digest(paper.sha256)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        case = await basis.open_case(court, conn, officer, new.case_number)
        transfer_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.REQUEST_TRANSFER, new, result_id=transfer_id, now=now
        )
        if made is not None:
            return await _known(conn, made)
        _check_court(court, new.first_sealing_court)
        check_waited(new.first_sealed_on, civil_date(now))
        asset = await _asset(court, conn, case, new.asset_id)
        amount = positive(new.amount)
        check_prior(new.priority, amount, await _prior(court, conn, case, civil_date(now)))
        transfer = TransferRecord(
            id=transfer_id,
            direction=TransferDirection.OUTBOUND,
            peer=new.first_sealing_court,
            case_id=case.id,
            asset_id=asset.id,
            measure_id=None,
            status=TransferStatus.SENT,
            priority=new.priority,
            amount=amount,
            first_measure_on=new.first_sealed_on,
            asked_at=now,
        )
        await transfers.insert(conn, transfer)
        payload = _payload(court, officer, case, asset, transfer, new)
        await court_statements.send(
            court, conn, transfer.peer, REQUESTED, payload, statement_id=transfer_id, officer=officer.officer_id
        )
        await events.add(conn, topic=TOPIC, ref=transfer_id, kind=transfer.status, now=now)
        await audit.note(
            court, conn, officer, AuditAction.REQUEST_TRANSFER, case_number=case.number, object_id=transfer_id
        )
    return transfer


async def _known(conn: Conn, transfer_id: UUID) -> TransferRecord:
    found = await transfers.get(conn, transfer_id)
    if found is None:
        raise NotFound
    return found


async def _prior(court: CourtNode, conn: Conn, case: CaseRecord, today: date) -> dict[ClaimPriority, Decimal]:
    """What is left of the case's claims today, by priority; a case without claims of its own is an ordinary one."""
    owed = await owing.outstanding_of(court, conn, case, today)
    return {
        priority: total(line.left for claim in owed.claims if claim.priority is priority for line in claim.lines)
        for priority in ClaimPriority
    }


def _check_court(court: CourtNode, code: str) -> None:
    view = court.directory.current()
    try:
        view.node_url(code)
    except UnknownCourt:
        raise EntrustedCourtUnknown("firstSealingCourt") from None
    if code == court.code:
        raise EntrustedCourtUnknown("firstSealingCourt")
    if not (view.is_active(court.code) and view.is_active(code)):
        raise MembershipSuspended


async def _asset(court: CourtNode, conn: Conn, case: CaseRecord, asset_id: UUID) -> AssetRecord:
    """The debtor's thing, on which this court does not stand first and of which no request is open."""
    asset = await assets.get(conn, asset_id)
    if asset is None:
        raise NotFound
    if not await cases.has_role(conn, case.id, asset.owner_id, PartyRole.DEBTOR):
        raise NotDebtorsAsset
    same = await assets.by_identity_key(conn, asset.identity_key)
    first = await own_first_seal(conn, court.code, same, civil_date(court.clock.now()))
    if first is not None and first[0].rank in {None, 1}:
        raise NotFirstSeal
    for other in await transfers.about(conn, [row.id for row in same], TransferDirection.OUTBOUND, OPEN):
        raise DuplicateOf(other.id)
    return asset


def _payload(
    court: CourtNode,
    officer: Caller,
    case: CaseRecord,
    asset: AssetRecord,
    transfer: TransferRecord,
    new: NewTransfer,
) -> TransferRequestPayload:
    identity = assets.identity(court.at_rest, asset)
    return TransferRequestPayload(
        case_number=case.number,
        asset=AssetRef(kind=asset.kind, identity=identity, division=asset.division, description=asset.description),
        first_sealed_on=transfer.first_measure_on,
        priority=transfer.priority,
        amount=transfer.amount,
        documents=list(new.documents),
        officer=officer.officer_id,
    )


async def dispute(
    court: CourtNode, caller: Caller | None, transfer_id: UUID, version: int, document: DocumentRef
) -> TransferRecord:
    """The request, DISPUTED before the two courts' common superior; the first court is told.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion.
        Malformed: DOCUMENT.
        TransitionNotAllowed: it was neither declined nor left unanswered beyond its day.
    """
    officer = rights.check(caller, Act.REQUEST_TRANSFER)
    check_digest(document.sha256)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        transfer = await own(conn, officer, transfer_id, TransferDirection.OUTBOUND)
        if transfer.version != version:
            raise StaleVersion(transfer.version)
        check_dispute(TransferStatus(transfer.status), transfer.due_on, civil_date(now))
        superior = common_superior(court.code, transfer.peer)
        changed = replace(transfer, status=TransferStatus.DISPUTED, deciding_court=superior, disputed_at=now)
        payload = TransferDisputePayload(deciding_court=superior, documents=[document])
        await court_statements.send(
            court, conn, transfer.peer, DISPUTED, payload, refers=transfer.id, officer=officer.officer_id
        )
        return await save(court, conn, officer, changed)


async def own(
    conn: Conn, officer: Caller, transfer_id: UUID, direction: TransferDirection | None = None
) -> TransferRecord:
    """A request of the officer's case, locked; of a chief, any of the court.

    Raises:
        NotFound, NotAssigned.
    """
    transfer = await transfers.lock(conn, transfer_id)
    case = None if transfer is None else await cases.get(conn, transfer.case_id)
    if transfer is None or case is None or direction not in {None, transfer.direction}:
        raise NotFound
    if case.handler_id != officer.officer_id and not officer.roles & rights.RIGHTS[Act.ANSWER_TRANSFER]:
        raise NotAssigned
    return transfer


async def save(court: CourtNode, conn: Conn, officer: Caller, changed: TransferRecord) -> TransferRecord:
    """Write a locked request with what an officer did, and announce it."""
    await transfers.update(conn, changed)
    await events.add(conn, topic=TOPIC, ref=changed.id, kind=changed.status, now=court.clock.now())
    await audit.note(court, conn, officer, AuditAction.TRANSFER_ACT, outcome=changed.status, object_id=changed.id)
    return replace(changed, version=changed.version + 1)
