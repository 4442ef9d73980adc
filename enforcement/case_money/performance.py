"""What a payment does to the debtor's settlement (分期履行), and what a missed day does: a warning, nothing else.

Invariant: an instalment is paid by payments that were received, each part of a payment counts on one instalment; no
timer finds a breach.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from db import events, settlement_course, settlements
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.money import InstalmentPaymentRecord, PaymentRecord, SettlementRecord, SettlementStatus
from db.records.warnings_raised import WarningCause, WarningKind, WarningRecord
from db.settlement_course import Unmatched
from db.settlements import OverdueInstalment
from enforcement import warnings_raised
from enforcement.case_money.claims import TOPIC
from enforcement.case_money.settlement_views import terms_of
from enforcement.court import CourtNode
from enforcement.rules.money import total
from enforcement.rules.settlement import check_move, due_at_signing, matched

_BATCH: Final = 500


async def match(conn: Conn, payment: PaymentRecord) -> None:
    """Count a payment on the debtor's settlements in the case, the first signed first, the first due first."""
    left = Unmatched(payment.id, payment.paid_on, payment.amount)
    for settlement in await settlements.lock_running(conn, payment.case_id, payment.party_id, payment.paid_on):
        taken, _ = await _count(conn, settlement, left, payment.recorded_at)
        left = replace(left, amount=left.amount - taken)


async def match_earlier(conn: Conn, settlement: SettlementRecord) -> SettlementRecord:
    """The settlement, just written down, with what the debtor paid since its signing counted on it.

    What was paid on the day of signing counts on what was due that day: the rest was paid before.
    """
    since = await settlement_course.unmatched(conn, settlement.case_id, settlement.party_id, settlement.signed_on)
    for paid in since:
        counts = paid.amount
        if paid.paid_on == settlement.signed_on:
            terms = terms_of(await settlements.instalments(conn, [settlement.id]))
            counts = min(counts, due_at_signing(terms, settlement.signed_on))
        _, settlement = await _count(conn, settlement, replace(paid, amount=counts), settlement.recorded_at)
    return settlement


async def _count(
    conn: Conn, settlement: SettlementRecord, paid: Unmatched, now: datetime
) -> tuple[Decimal, SettlementRecord]:
    """How much of what was paid the settlement's instalments took; its status follows."""
    plan = await settlements.instalments(conn, [settlement.id])
    parts = matched(terms_of(plan), paid.amount)
    for instalment, part in zip(plan, parts, strict=True):
        if part:
            await settlements.pay(conn, settlement.id, instalment.no, part, paid.paid_on)
            await settlement_course.add_match(
                conn, InstalmentPaymentRecord(settlement.id, instalment.no, paid.id, part)
            )
    taken = total(parts)
    if taken:
        is_paid = taken == total(term.left for term in terms_of(plan))
        settlement = await _follow(conn, settlement, now, is_paid=is_paid)
    return taken, settlement


async def _follow(conn: Conn, settlement: SettlementRecord, now: datetime, *, is_paid: bool) -> SettlementRecord:
    wanted = SettlementStatus.PERFORMED if is_paid else SettlementStatus.PERFORMING
    if not is_paid and settlement.status is not SettlementStatus.SIGNED:
        return settlement
    check_move(settlement.status, wanted)
    if is_paid:  # which lets the case's handler close it, see closing.py
        await events.add(conn, topic=TOPIC, ref=settlement.case_id, kind="SETTLEMENT_PERFORMED", now=now)
    return await settlements.move(conn, settlement, wanted)


async def warn(court: CourtNode) -> int:
    """Raise BREACH_SUSPECTED for each instalment unpaid after its grace, once; how many warnings were raised."""
    before = civil_date(court.clock.now()) - timedelta(days=court.limits.grace_days)
    raised = 0
    while True:
        async with transaction(court.pool) as conn:
            found = await settlements.overdue(conn, before, limit=_BATCH)
            raised += sum([await warnings_raised.add(conn, _suspicion(court, each)) for each in found])
        if len(found) < _BATCH:
            return raised


def _suspicion(court: CourtNode, missed: OverdueInstalment) -> WarningRecord:
    now = court.clock.now()
    return WarningRecord(
        id=new_id(now),
        at=now,
        kind=WarningKind.BREACH_SUSPECTED,
        cause=WarningCause.TERM,
        once_key=f"{WarningKind.BREACH_SUSPECTED} {missed.settlement_id} {missed.no}",
        court=court.code,
        officer=missed.handler_id,
        case_id=missed.case_id,
        due_on=missed.due_on,
    )
