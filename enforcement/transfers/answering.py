"""The first-sealing court's answer (移送执行函, or a refusal), and the superior's decision as either records it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from db import assets
from db.clock import civil_date
from db.pool import Conn, transaction
from db.records.transfers import TransferDirection, TransferRecord
from enforcement import court_statements
from enforcement.court import CourtNode
from enforcement.payloads import DocumentRef
from enforcement.rules import rights
from enforcement.rules.money import positive
from enforcement.rules.refusals import Malformed, StaleVersion
from enforcement.rules.rights import Act, Caller
from enforcement.rules.transfer import (
    AFTER_DECISION,
    DeclineReason,
    TransferAnswer,
    TransferStatus,
    check_answer,
    check_digest,
    check_move,
)
from enforcement.transfers.contents import DECIDED, TransferAnswerPayload, TransferDecisionPayload
from enforcement.transfers.first_seal import require_first_seal
from enforcement.transfers.requesting import own, save

ANSWERED: Final = "TRANSFER_ANSWERED"
_AFTER_ANSWER: Final = {
    TransferAnswer.TRANSFER: TransferStatus.TRANSFERRED,
    TransferAnswer.KEEP: TransferStatus.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """What the first court says. `reserved` is kept for first claims that no effective document confirms yet."""

    answer: TransferAnswer
    document: DocumentRef
    reason: DeclineReason | None = None
    reserved: Decimal | None = None
    informed_on: date | None = None


async def answer(
    court: CourtNode, caller: Caller | None, transfer_id: UUID, version: int, said: Answered
) -> TransferRecord:
    """The request, TRANSFERRED or DECLINED; the asking court is told. Late is better than never.

    Raises:
        Forbidden, NotFound, StaleVersion, TransitionNotAllowed.
        Malformed: TRANSFER, part reason; PERIOD, part informedOn; MONEY, part reservedAmount; DOCUMENT.
        NotFirstSeal, DisposalBegun: what stood at the time of the request does not any more; decline then.
    """
    officer = rights.check(caller, Act.ANSWER_TRANSFER)
    check_answer(said.answer, said.reason)
    check_digest(said.document.sha256)
    now = court.clock.now()
    today = civil_date(now)
    if said.informed_on is not None and said.informed_on > today:
        raise Malformed("PERIOD", "informedOn")
    reserved = None if said.reserved is None else positive(said.reserved, part="reservedAmount")
    async with transaction(court.pool) as conn:
        transfer = await own(conn, officer, transfer_id, TransferDirection.INBOUND)
        if transfer.version != version:
            raise StaleVersion(transfer.version)
        wanted = _AFTER_ANSWER[said.answer]
        check_move(TransferStatus(transfer.status), wanted)
        if said.answer is TransferAnswer.TRANSFER:
            await _check_still(court, conn, transfer, today)
        changed = replace(
            transfer,
            status=wanted,
            answered_at=now,
            reason=said.reason,
            reserved=reserved,
            informed_on=said.informed_on,
        )
        payload = TransferAnswerPayload(
            answer=said.answer,
            documents=[said.document],
            reason=said.reason,
            reserved=reserved,
            informed_on=said.informed_on,
        )
        await court_statements.send(
            court, conn, transfer.peer, ANSWERED, payload, refers=transfer.id, officer=officer.officer_id
        )
        return await save(court, conn, officer, changed)


async def _check_still(court: CourtNode, conn: Conn, transfer: TransferRecord, today: date) -> None:
    asset = await assets.get(conn, transfer.asset_id)
    assert asset is not None  # foreign key
    await require_first_seal(conn, court.code, await assets.by_identity_key(conn, asset.identity_key), today)


async def decide(
    court: CourtNode,
    caller: Caller | None,
    transfer_id: UUID,
    version: int,
    decision: TransferAnswer,
    decided_on: date,
    document: DocumentRef,
) -> TransferRecord:
    """The request, ORDERED or UPHELD at this court, as the common superior decided; the other court is told.

    The other court's request moves when its own officer writes the decision down.

    Raises:
        Forbidden, NotFound, NotAssigned, StaleVersion, TransitionNotAllowed.
        Malformed: PERIOD, part decidedOn; DOCUMENT.
    """
    officer = rights.check(caller, Act.REQUEST_TRANSFER if _handles(caller) else Act.ANSWER_TRANSFER)
    check_digest(document.sha256)
    async with transaction(court.pool) as conn:
        transfer = await own(conn, officer, transfer_id)
        if transfer.version != version:
            raise StaleVersion(transfer.version)
        wanted = AFTER_DECISION[decision]
        check_move(TransferStatus(transfer.status), wanted)
        disputed_on = civil_date(transfer.disputed_at or transfer.asked_at)
        if not disputed_on <= decided_on <= civil_date(court.clock.now()):
            raise Malformed("PERIOD", "decidedOn")
        payload = TransferDecisionPayload(answer=decision, decided_on=decided_on, documents=[document])
        await court_statements.send(
            court, conn, transfer.peer, DECIDED, payload, refers=transfer.id, officer=officer.officer_id
        )
        return await save(court, conn, officer, replace(transfer, status=wanted, decided_on=decided_on))


def _handles(caller: Caller | None) -> bool:
    return caller is not None and bool(caller.roles & rights.RIGHTS[Act.REQUEST_TRANSFER])
