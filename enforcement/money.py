"""Money of a case: payments (到账), settlements (和解), deferrals (暂缓), by who may record them.

Invariant: money belongs to the case, and so to this court, wherever it was paid or signed (`venue_court`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from db import events, payments, settlements
from db.clock import SHANGHAI, civil_date
from db.ids import new_id
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.cases import CaseRecord, DeferralRecord
from db.records.money import InstalmentRecord, PaymentRecord, SettlementRecord, SettlementStatus
from enforcement import audit, basis, once
from enforcement.case_money import booking, claims, guarantors, performance
from enforcement.case_money.guarantors import NewGuarantor
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.deferral import DeferralGround, DeferralKind, check_deferral
from enforcement.rules.money import positive
from enforcement.rules.refusals import Malformed, NotDebtorsAsset, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.settlement import PaymentEnding, PaymentMethod, SettlementForm, check_ending, check_schedule

_R = TypeVar("_R")

TOPIC: Final = "case"
"""Topic of `events` rows about a case and its money."""
_EARLIEST: Final = date(1949, 10, 1)


@dataclass(frozen=True, slots=True)
class NewPayment:
    """What was paid; `venue_court` None: here. `debtor_id` may be left out when there is only one debtor.

    `ending` is the act that ended this part of the debt, on `ends_on`; None: what the method says. `claim_no` is the
    claim that the payer named.
    """

    case_number: str
    amount: Decimal
    paid_on: date
    method: PaymentMethod
    venue_court: str | None = None
    debtor_id: UUID | None = None
    ending: PaymentEnding | None = None
    ends_on: date | None = None
    claim_no: int | None = None


@dataclass(frozen=True, slots=True)
class NewSettlement:
    """What was agreed: `instalments` are (due on, amount) and add up to `total`."""

    case_number: str
    total: Decimal
    instalments: tuple[tuple[date, Decimal], ...]
    signed_on: date
    form: SettlementForm
    venue_court: str | None = None
    debtor_id: UUID | None = None
    guarantor: NewGuarantor | None = None


@dataclass(frozen=True, slots=True)
class NewDeferral:
    """What was asked for; an auction is that of one asset."""

    case_number: str
    kind: DeferralKind
    ground: DeferralGround
    requested_on: date
    asset_id: UUID | None = None
    until_on: date | None = None
    creditor_consents: bool = False
    venue_court: str | None = None
    debtor_id: UUID | None = None


async def record_payment(
    court: CourtNode, caller: Caller | None, new: NewPayment, *, idempotency_key: str
) -> PaymentRecord:
    """The payment; the same key again gives the one it made, and no money is counted twice.

    Raises:
        Forbidden: the caller is neither handler nor clerk.
        Malformed: INVALID_MONEY, or INVALID_PERIOD for a day to come.
        UnknownCourtCode: the venue is no court of the zone.
        NotFound, NotAssigned, CaseNotOpen, DebtorNotNamed, NotJudgmentDebtor: see `basis`.
    """
    officer = rights.check(caller, Act.RECORD_PAYMENT)
    amount = positive(new.amount)
    venue = basis.venue(court, new.venue_court)
    now = court.clock.now()
    _check_day(new.paid_on, now, "paidOn")
    ending, ends_on = check_ending(new.method, new.ending, new.ends_on, new.paid_on, civil_date(now))
    async with transaction(court.pool) as conn:
        case = await basis.own_case(court, conn, officer, new.case_number)
        payment_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.RECORD_PAYMENT, new, result_id=payment_id, now=now
        )
        if made is not None:
            return _there(await payments.get(conn, made))
        basis.check_unclosed(case)
        debtor = await basis.debtor_of(conn, case, new.debtor_id)
        if new.claim_no is not None and all(debt.no != new.claim_no for debt in await claims.debts_of(conn, case)):
            raise Malformed("CLAIMS", "claimNo")
        payment = PaymentRecord(
            id=payment_id,
            case_id=case.id,
            party_id=debtor.id,
            amount=amount,
            paid_on=new.paid_on,
            recorded_at=now,
            venue_court=venue,
            method=new.method,
            idempotency_key=str(payment_id),
            recorded_by=officer.officer_id,
            synthetic=case.synthetic,
            ends_on=ends_on,
            ending=ending,
            claim_no=new.claim_no,
        )
        await booking.book(court, conn, officer, case, payment)
        return payment


async def record_settlement(
    court: CourtNode, caller: Caller | None, new: NewSettlement, *, idempotency_key: str
) -> SettlementRecord:
    """The settlement with its instalments, SIGNED unless something was paid on it already; the same key, the same one.

    Raises:
        InstalmentsDoNotAddUp, Malformed: see `check_schedule`.
        RuleBroken: as `record_payment`.
    """
    officer = rights.check(caller, Act.RECORD_SETTLEMENT)
    total = positive(new.total)
    venue = basis.venue(court, new.venue_court)
    now = court.clock.now()
    _check_day(new.signed_on, now, "signedOn")
    check_schedule(total, new.instalments, new.signed_on)
    async with transaction(court.pool) as conn:
        case = await basis.own_case(court, conn, officer, new.case_number)
        settlement_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.RECORD_SETTLEMENT, new, result_id=settlement_id, now=now
        )
        if made is not None:
            return _there(await settlements.get(conn, made))
        basis.check_unclosed(case)
        debtor = await basis.debtor_of(conn, case, new.debtor_id)
        settlement = SettlementRecord(
            id=settlement_id,
            case_id=case.id,
            party_id=debtor.id,
            total=total,
            form=new.form,
            signed_on=new.signed_on,
            venue_court=venue,
            status=SettlementStatus.SIGNED,
            idempotency_key=str(settlement_id),
            recorded_by=officer.officer_id,
            recorded_at=now,
            version=1,
            synthetic=case.synthetic,
        )
        await settlements.insert(conn, settlement, _terms(settlement_id, new.instalments))
        if new.guarantor is not None:
            await guarantors.add(court, conn, case, settlement_id, new.guarantor)
        settlement = await performance.match_earlier(conn, settlement)
        await events.add(conn, topic=TOPIC, ref=case.id, kind="SETTLEMENT_RECORDED", now=now)
        await audit.note(
            court, conn, officer, AuditAction.RECORD_SETTLEMENT, case_number=case.number, object_id=settlement.id
        )
        return settlement


async def request_deferral(
    court: CourtNode, caller: Caller | None, new: NewDeferral, *, idempotency_key: str
) -> DeferralRecord:
    """The request, REQUESTED; granting it is another act. The same key again gives the one it made.

    Raises:
        AssetNotNamed, NotDebtorsAsset: an auction without its asset, or the asset is not one of the case.
        RuleBroken: as `record_payment`.
    """
    officer = rights.check(caller, Act.REQUEST_DEFERRAL)
    venue = basis.venue(court, new.venue_court)
    now = court.clock.now()
    _check_day(new.requested_on, now, "requestedOn")
    check_deferral(
        new.kind,
        names_asset=new.asset_id is not None,
        requested_on=new.requested_on,
        until_on=new.until_on,
        longest_years=court.limits.deferral_years,
    )
    async with transaction(court.pool) as conn:
        case = await basis.own_case(court, conn, officer, new.case_number)
        deferral_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.REQUEST_DEFERRAL, new, result_id=deferral_id, now=now
        )
        if made is not None:
            return _there(await settlements.deferral(conn, made))
        basis.check_unclosed(case)
        debtor = await basis.debtor_of(conn, case, new.debtor_id)
        if new.asset_id is not None and not await settlements.is_asset_of(conn, new.asset_id, case.id):
            raise NotDebtorsAsset
        deferral = _deferral(deferral_id, case, debtor.id, new, venue, officer, now)
        await settlements.insert_deferral(conn, deferral)
        await events.add(conn, topic=TOPIC, ref=case.id, kind="DEFERRAL_REQUESTED", now=now)
        await audit.note(
            court, conn, officer, AuditAction.REQUEST_DEFERRAL, case_number=case.number, object_id=deferral.id
        )
        return deferral


def _deferral(
    deferral_id: UUID, case: CaseRecord, party_id: UUID, new: NewDeferral, venue: str, officer: Caller, now: datetime
) -> DeferralRecord:
    is_today = new.requested_on == civil_date(now)
    return DeferralRecord(
        id=deferral_id,
        case_id=case.id,
        party_id=party_id,
        asset_id=new.asset_id,
        kind=new.kind,
        status="REQUESTED",
        requested_at=now if is_today else datetime.combine(new.requested_on, time(), SHANGHAI),
        until_on=new.until_on,
        creditor_consents=new.creditor_consents,
        venue_court=venue,
        recorded_by=officer.officer_id,
        idempotency_key=str(deferral_id),
        version=1,
        synthetic=case.synthetic,
        ground=new.ground,
    )


def _terms(settlement_id: UUID, plan: Sequence[tuple[date, Decimal]]) -> list[InstalmentRecord]:
    return [
        InstalmentRecord(settlement_id, number, due_on, positive(amount), None, Decimal("0.00"))
        for number, (due_on, amount) in enumerate(plan, 1)
    ]


def _check_day(day: date, now: datetime, part: str) -> None:
    if not _EARLIEST <= day <= civil_date(now):
        raise Malformed("PERIOD", part)


def _there(record: _R | None) -> _R:
    if record is None:
        raise NotFound
    return record
