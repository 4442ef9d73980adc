"""Each court tells the other what was paid in a case that crossed (委托执行期间到账), as soon as it records it."""

from typing import Final

from db import case_transfers, resumptions
from db.pool import Conn
from db.records.cases import CaseRecord
from db.records.money import PaymentRecord
from enforcement import court_statements
from enforcement.case_transfers.accounts import carried_payment
from enforcement.case_transfers.contents import CarriedPaymentsPayload
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller

PAID: Final = "CASE_TRANSFER_PAID"


async def tell(court: CourtNode, conn: Conn, officer: Caller, case: CaseRecord, payment: PaymentRecord) -> None:
    """Tell the other court of each transfer of the case that was sent and has not ended; the case is locked.

    What was recorded before the sending went with the case: the sending holds the case's lock as well.
    """
    chain = [case.id, *await resumptions.before(conn, case.id)]
    for transfer in await case_transfers.live_of_cases(conn, chain):
        payload = CarriedPaymentsPayload(payments=[carried_payment(payment)])
        await court_statements.send(
            court, conn, transfer.peer, PAID, payload, refers=transfer.id, officer=officer.officer_id
        )
