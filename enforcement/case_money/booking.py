"""Writing a payment down in its case (登记到账): what was received, or what a distribution paid the case's creditor."""

from db import events, payments
from db.pool import Conn
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.money import PaymentRecord
from enforcement import audit
from enforcement.case_money import performance
from enforcement.case_money.claims import TOPIC
from enforcement.case_transfers import telling
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller


async def book(court: CourtNode, conn: Conn, officer: Caller, case: CaseRecord, payment: PaymentRecord) -> None:
    """Write the payment down, count it on the debtor's settlements, announce and chain it; the case is locked."""
    await payments.insert(conn, payment)
    await performance.match(conn, payment)
    await telling.tell(court, conn, officer, case, payment)
    await events.add(conn, topic=TOPIC, ref=case.id, kind="PAYMENT_RECORDED", now=court.clock.now())
    await audit.note(court, conn, officer, AuditAction.RECORD_PAYMENT, case_number=case.number, object_id=payment.id)
