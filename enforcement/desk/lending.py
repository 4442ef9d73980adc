"""What becomes of a request for what a court offers (资源协同): granted and returned, refused, or withdrawn.

REQUESTED -> GRANTED, by the offering court, all of it or fewer -> RETURNED; or REFUSED; or WITHDRAWN by who asked.
Invariant: on no day is more granted than was offered, however many grant at once.
"""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from db import resource_offers
from db.pool import Conn, transaction
from db.records.framework import FrameworkKind, FrameworkStep, OfferRecord, RequestRecord, RequestStatus
from db.resource_offers import TABLE
from enforcement.desk import framework, resources
from enforcement.desk.framework import Hand
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.resources import Offer
from enforcement.rules.framework_refusals import NotAParty, NotEnoughLeft, RecordClosed
from enforcement.rules.refusals import Malformed, NotFound, TransitionNotAllowed
from enforcement.rules.resources import Loan, left
from enforcement.rules.rights import Act, Caller

_KIND: Final = FrameworkKind.RESOURCE_OFFER
_R: Final = RequestStatus
_STEPS: Final = {
    _R.GRANTED: FrameworkStep.GRANTED,
    _R.REFUSED: FrameworkStep.REFUSED,
    _R.RETURNED: FrameworkStep.RETURNED,
    _R.WITHDRAWN: FrameworkStep.WITHDRAWN,
}
_BEFORE: Final = {
    _R.GRANTED: _R.REQUESTED,
    _R.REFUSED: _R.REQUESTED,
    _R.WITHDRAWN: _R.REQUESTED,
    _R.RETURNED: _R.GRANTED,
}
"""What a request must be to become another."""


@dataclass(frozen=True, slots=True)
class Which:
    """A request, by the number that it has within its offer, as the caller read the offer."""

    offer_id: UUID
    no: int
    version: int


async def grant(desk: GatewayDesk, caller: Caller | None, which: Which, quantity: int) -> Offer:
    """Lend so many, at most as were asked for; for the offering court.

    Raises:
        NotFound: no such offer of the caller's court, or no such request.
        StaleVersion, RecordClosed, TransitionNotAllowed.
        NotEnoughLeft: on some of the days less is left.
        Malformed: QUANTITY.
    """
    by = framework.hand(desk, caller, Act.LEND_RESOURCES, _KIND)
    async with transaction(desk.pool) as conn:
        record, asked, all_of_them = await _locked(conn, by, which, _R.GRANTED)
        if not 1 <= quantity <= asked.quantity:
            raise Malformed("QUANTITY", "quantity")
        if left(record.quantity, resources.loans(all_of_them), Loan(quantity, asked.from_on, asked.to_on)) < quantity:
            raise NotEnoughLeft
        return await _settle(conn, by, record, replace(asked, status=_R.GRANTED, granted=quantity))


async def refuse(desk: GatewayDesk, caller: Caller | None, which: Which) -> Offer:
    """Refuse a request; for the offering court. Raises as `grant` does."""
    return await _end(desk, caller, which, _R.REFUSED)


async def give_back(desk: GatewayDesk, caller: Caller | None, which: Which) -> Offer:
    """Say that what was granted came back; for the offering court. Raises as `grant` does."""
    return await _end(desk, caller, which, _R.RETURNED)


async def withdraw(desk: GatewayDesk, caller: Caller | None, which: Which) -> Offer:
    """Take a request back that waits for an answer; for the court that asked. Raises as `grant` does."""
    return await _end(desk, caller, which, _R.WITHDRAWN)


async def _end(desk: GatewayDesk, caller: Caller | None, which: Which, status: RequestStatus) -> Offer:
    by = framework.hand(desk, caller, Act.LEND_RESOURCES, _KIND)
    async with transaction(desk.pool) as conn:
        record, asked, _ = await _locked(conn, by, which, status)
        return await _settle(conn, by, record, replace(asked, status=status, ended_on=by.today))


async def _locked(
    conn: Conn, by: Hand, which: Which, wanted: RequestStatus
) -> tuple[OfferRecord, RequestRecord, list[RequestRecord]]:
    """The offer, locked, the request that is to become `wanted`, and all requests of the offer."""
    record = resources.seen(by, framework.found(await TABLE.lock(conn, which.offer_id)))
    all_of_them = (await resource_offers.requests(conn, [record.id]))[record.id]
    asked = framework.found(next((each for each in all_of_them if each.no == which.no), None))
    actor = asked.court if wanted is _R.WITHDRAWN else record.court
    if actor != by.who.court:
        raise NotAParty("no") if by.who.court in {asked.court, record.court} else NotFound
    framework.check_version(record.version, which.version)
    if record.closed_on is not None:
        raise RecordClosed
    if asked.status is not _BEFORE[wanted]:
        raise TransitionNotAllowed(asked.status, wanted)
    return record, asked, all_of_them


async def _settle(conn: Conn, by: Hand, record: OfferRecord, asked: RequestRecord) -> Offer:
    await resource_offers.save_request(conn, asked)
    return await resources.keep(conn, by, record, _STEPS[asked.status], asked.no)
