"""What is owed in a case on a day (尚欠金额): its claims, payments and suspensions put through the ledger.

Invariant: a case resumed out of a settlement owes what the case before it owed, less what was paid there; so does one
that was entrusted by another court, or came back from it, counted as the court counts that entrusted it.
"""

from datetime import date
from uuid import UUID

from db import carried, cases, payments, resumptions, suspensions
from db.clock import civil_date
from db.pool import Conn
from db.records.cases import CaseRecord
from db.records.money import PaymentRecord
from enforcement.case_money import claims
from enforcement.case_transfers import accounts
from enforcement.case_transfers.contents import Counting
from enforcement.cases import CaseFile
from enforcement.court import CourtNode
from enforcement.rules.fee import application_fee
from enforcement.rules.interest import InterestStart
from enforcement.rules.ledger import Outstanding, Payment, Rules, outstanding
from enforcement.rules.suspension import SuspensionGround, pauses

_MOST_PAYMENTS = 10_000


async def outstanding_of(court: CourtNode, conn: Conn, case: CaseRecord, as_of: date) -> Outstanding:
    """What is owed in the case at the end of `as_of`, claim by claim. Source: 法释〔2014〕8号."""
    chain = [case.id, *await resumptions.before(conn, case.id)]
    paid = [_payment(each) for case_id in chain for each in await payments.of_case(conn, case_id, limit=_MOST_PAYMENTS)]
    paid += [Payment(each.ends_on, each.amount, each.claim_no) for each in await carried.payments_of_cases(conn, chain)]
    counting = await accounts.counting(court, conn, chain)
    amount = None if await claims.are_all_acts(conn, case) else case.amount_applied
    return outstanding(
        await claims.debts_of(conn, case),
        application_fee(amount, without_amount=counting.fee_without_amount),
        paid,
        as_of,
        await _rules(conn, chain, counting),
    )


async def outstanding_at(file: CaseFile, as_of: date | None) -> Outstanding:
    """What is owed at the end of `as_of`; of today when no day is named."""
    day = civil_date(file.court.clock.now()) if as_of is None else as_of
    async with file.court.pool.acquire() as conn:
        return await outstanding_of(file.court, conn, file.case, day)


async def filed_first(conn: Conn, case: CaseRecord) -> date:
    """The day on which the judgment's enforcement was filed, in this case or in the one that it goes on with."""
    earlier = await cases.of_ids(conn, await resumptions.before(conn, case.id))
    return min([case.filed_on, *(each.filed_on for each in earlier)])


def _payment(paid: PaymentRecord) -> Payment:
    return Payment(paid.paid_on if paid.ends_on is None else paid.ends_on, paid.amount, paid.claim_no)


async def _rules(conn: Conn, chain: list[UUID], counting: Counting) -> Rules:
    stood = [(each.ground, each.from_on, each.until_on) for each in await suspensions.of_cases(conn, chain)]
    stood += [(each.ground, each.from_on, each.until_on) for each in await carried.suspensions_of_cases(conn, chain)]
    return Rules(
        pauses((SuspensionGround(ground), from_on, until_on) for ground, from_on, until_on in stood),
        InterestStart(counting.interest_start),
        counting.year_days,
    )
