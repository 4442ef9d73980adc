"""资源协同: a court offers officers, vehicles, a venue, equipment or a place of custody; others ask for some of it.

What becomes of a request: lending.py. Invariant: whoever changes an offer, or a request of it, holds the offer's lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from db import framework as framework_tables
from db import resource_offers
from db.pool import Conn, snapshot, transaction
from db.records.framework import (
    FrameworkAct,
    FrameworkKind,
    FrameworkStep,
    OfferRecord,
    RequestRecord,
    RequestStatus,
    ResourceKind,
)
from db.resource_offers import TABLE
from enforcement.desk import framework
from enforcement.desk.framework import Hand, Page, Place
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.framework import check_ahead, check_courts, check_period, check_quantity
from enforcement.rules.framework_refusals import NotAParty, NotEnoughLeft, RecordClosed, RequestsOpen
from enforcement.rules.paging import check_first
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.resources import Loan, left
from enforcement.rules.rights import Act, Caller

MOST_OF_OFFER: Final = 200
"""Requests of one offer; then the court offers anew."""
_KIND: Final = FrameworkKind.RESOURCE_OFFER
_R: Final = RequestStatus


@dataclass(frozen=True, slots=True)
class NewOffer:
    """What is offered to whom; no courts means every court of the zone."""

    kind: ResourceKind
    to_courts: tuple[str, ...]
    quantity: int
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is asked for of an offer."""

    offer_id: UUID
    quantity: int
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Offer:
    """A record with its requests and its history."""

    record: OfferRecord
    requests: Sequence[RequestRecord]
    history: Sequence[FrameworkAct]
    today: date

    @property
    def left_today(self) -> int:
        """How many are not lent today."""
        return left(self.record.quantity, loans(self.requests), Loan(0, self.today, self.today))


def loans(requests: Sequence[RequestRecord]) -> list[Loan]:
    """What is lent."""
    return [Loan(each.granted or 0, each.from_on, each.to_on) for each in requests if each.status is _R.GRANTED]


async def offer(desk: GatewayDesk, caller: Caller | None, new: NewOffer, *, idempotency_key: str) -> Offer:
    """Offer something of the caller's court; the same key again gives the offer again.

    Raises:
        NotSignedIn, Forbidden, UnknownCourt: see `framework.hand`; a court that is no member.
        NotAParty: the own court is among those it is offered to.
        Malformed: QUANTITY, COURTS, PERIOD, KEY.
        IdempotencyKeyReused.
    """
    by = framework.hand(desk, caller, Act.LEND_RESOURCES, _KIND)
    async with transaction(desk.pool) as conn:
        offer_id, is_made = await framework.claim(conn, by, idempotency_key, new)
        if not is_made:
            check_quantity(new.quantity)
            check_courts(new.to_courts, fewest=0)
            framework.check_members(desk, new.to_courts, "toCourts")
            if by.who.court in new.to_courts:
                raise NotAParty("toCourts")
            check_ahead(new.from_on, by.today, "from")
            check_period(new.from_on, new.to_on, by.today)
            record = OfferRecord(
                id=offer_id,
                court=by.who.court,
                kind=new.kind,
                to_courts=sorted(new.to_courts),
                quantity=new.quantity,
                from_on=new.from_on,
                to_on=new.to_on,
                closed_on=None,
                recorded_at=by.now,
                version=1,
            )
            await TABLE.add(conn, record)
            await by.note(conn, offer_id, 1, FrameworkStep.OFFERED)
        (made,) = await load(conn, await TABLE.several(conn, [offer_id]), by.today)
    return made


async def request(desk: GatewayDesk, caller: Caller | None, new: NewRequest, *, idempotency_key: str) -> Offer:
    """Ask for some of what is offered to the caller's court; the same key again asks once.

    Raises:
        NotSignedIn, Forbidden, UnknownCourt: see `framework.hand`.
        NotFound: there is no such offer, or it is not made to the caller's court.
        NotAParty: nobody asks for what they offer themselves.
        RecordClosed: the offer is closed.
        NotEnoughLeft: less was offered.
        Malformed: QUANTITY, PERIOD, beyond the days of the offer; PAGE, the offer has as many requests as it may have.
        IdempotencyKeyReused.
    """
    by = framework.hand(desk, caller, Act.LEND_RESOURCES, _KIND)
    async with transaction(desk.pool) as conn:
        _, is_made = await framework.claim(conn, by, idempotency_key, new)
        record = seen(by, framework.found(await TABLE.lock(conn, new.offer_id)))
        if not is_made:
            if record.court == by.who.court:
                raise NotAParty("offerId")
            if record.closed_on is not None:
                raise RecordClosed
            _check_request(by, record, new)
            made = (await resource_offers.requests(conn, [record.id]))[record.id]
            if len(made) >= MOST_OF_OFFER:
                raise Malformed("QUANTITY", "offerId")
            no = len(made) + 1
            asked = RequestRecord(
                record.id, no, by.who.court, new.quantity, new.from_on, new.to_on, _R.REQUESTED, None, None
            )
            await resource_offers.add_request(conn, asked)
            return await keep(conn, by, record, FrameworkStep.REQUESTED, no)
        (found,) = await load(conn, [record], by.today)
    return found


def _check_request(by: Hand, record: OfferRecord, new: NewRequest) -> None:
    check_quantity(new.quantity)
    if new.quantity > record.quantity:
        raise NotEnoughLeft
    if not max(record.from_on, by.today) <= new.from_on <= record.to_on:
        raise Malformed("PERIOD", "from")
    if not new.from_on <= new.to_on <= record.to_on:
        raise Malformed("PERIOD", "to")


def seen(by: Hand, record: OfferRecord) -> OfferRecord:
    """The offer, if it is the court's own or made to it. Raises NotFound."""
    if record.court != by.who.court and record.to_courts and by.who.court not in record.to_courts:
        raise NotFound
    return record


async def close(desk: GatewayDesk, caller: Caller | None, offer_id: UUID, version: int) -> Offer:
    """Close an offer of which nothing is asked for or lent; for the offering court.

    Raises:
        NotFound, StaleVersion, RecordClosed.
        RequestsOpen: a request waits, or something is not returned.
    """
    by = framework.hand(desk, caller, Act.LEND_RESOURCES, _KIND)
    async with transaction(desk.pool) as conn:
        record = framework.found(await TABLE.lock(conn, offer_id))
        if record.court != by.who.court:
            raise NotFound
        framework.check_version(record.version, version)
        if record.closed_on is not None:
            raise RecordClosed
        requests = (await resource_offers.requests(conn, [offer_id]))[offer_id]
        if any(each.status in {_R.REQUESTED, _R.GRANTED} for each in requests):
            raise RequestsOpen
        return await keep(conn, by, replace(record, closed_on=by.today), FrameworkStep.CLOSED)


async def keep(conn: Conn, by: Hand, record: OfferRecord, step: FrameworkStep, item: int | None = None) -> Offer:
    """Write the next version of an offer that is locked, with its act."""
    kept = replace(record, version=record.version + 1)
    await TABLE.save(conn, kept)
    await by.note(conn, kept.id, kept.version, step, item)
    (made,) = await load(conn, [kept], by.today)
    return made


async def load(conn: Conn, records: Sequence[OfferRecord], today: date) -> list[Offer]:
    """The records with their requests and histories."""
    ids = [record.id for record in records]
    requests = await resource_offers.requests(conn, ids)
    acts = await framework_tables.acts(conn, ids)
    return [Offer(record, requests[record.id], acts[record.id], today) for record in records]


async def several(desk: GatewayDesk, caller: Caller, offer_ids: Sequence[UUID]) -> list[Offer]:
    """Those of the offers that the caller may know of.

    Raises:
        Forbidden.
    """
    reader = framework.reads(desk, caller)
    async with snapshot(desk.pool) as conn:
        rows = await TABLE.several(conn, offer_ids)
        seen = [each for each in rows if not each.to_courts or reader.sees(each.court, *each.to_courts)]
        return await load(conn, seen, reader.today)


async def page(
    desk: GatewayDesk,
    caller: Caller | None,
    *,
    kind: ResourceKind | None,
    is_open: bool | None,
    first: int,
    after: Place | None,
) -> Page[Offer]:
    """The offers of or to the caller's court; a supervisor's courts below, for an admin all.

    Raises:
        NotSignedIn, Forbidden.
        Malformed: PAGE.
    """
    reader, size = framework.reads(desk, caller), check_first(first)
    async with snapshot(desk.pool) as conn:
        rows = await resource_offers.page(
            conn, parties=reader.listed, kind=kind, is_open=is_open, after=after, limit=size + 1
        )
        return Page(await load(conn, rows[:size], reader.today), has_next=len(rows) > size)
