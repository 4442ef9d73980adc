"""What makes the sum owed in a case, as it crosses with the case, and as the court that gets it keeps it.

Invariant: of the same account both courts compute the same outstanding, to the cent and the day: claims, their rates
and dues, payments, days of suspension, and the conventions by which days are counted.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from db import carried, claims, payments, resumptions, suspensions
from db.clock import civil_date
from db.ids import new_id
from db.mapping import columns
from db.pool import Conn
from db.records.carried import CarriedPaymentRecord, CarriedSuspensionRecord
from db.records.cases import CaseRecord
from db.records.claims import ClaimDueRecord, ClaimRecord
from db.records.money import PaymentRecord
from enforcement.case_transfers.contents import (
    CarriedClaim,
    CarriedDue,
    CarriedPayment,
    CarriedSuspension,
    CaseAccount,
    Counting,
)
from enforcement.court import CourtNode
from enforcement.rules.money import LARGEST
from enforcement.tasks.contents import NotAPayload

_CLAIM_FIELDS: Final = [name for name in columns(ClaimRecord) if name not in {"id", "case_id"}]


async def of_case(court: CourtNode, conn: Conn, case: CaseRecord, until: date | None = None) -> CaseAccount:
    """The account of a case, which is locked; what still runs counts as ended on `until`, today."""
    ends = until or civil_date(court.clock.now())
    chain = [case.id, *await resumptions.before(conn, case.id)]
    paid = [
        carried_payment(each)
        for case_id in chain
        for each in await payments.of_case(conn, case_id, limit=carried.MOST_PAYMENTS)
    ]
    paid += [
        CarriedPayment(
            id=each.id, paid_on=each.paid_on, ends_on=each.ends_on, amount=each.amount, claim_no=each.claim_no
        )
        for each in await carried.payments_of_cases(conn, chain)
    ]
    stood = [(each.kind, each.ground, each.from_on, each.until_on) for each in await suspensions.of_cases(conn, chain)]
    stood += [
        (each.kind, each.ground, each.from_on, each.until_on)
        for each in await carried.suspensions_of_cases(conn, chain)
    ]
    return CaseAccount(
        claims=await _claims(conn, case),
        payments=list({each.id: each for each in paid}.values()),
        suspensions=[
            CarriedSuspension(kind=kind, ground=ground, from_on=from_on, until_on=until_on or ends)
            for kind, ground, from_on, until_on in dict.fromkeys(stood)
            if from_on < (until_on or ends)
        ],
        counting=await counting(court, conn, chain),
    )


async def counting(court: CourtNode, conn: Conn, chain: list[UUID]) -> Counting:
    """How days are counted in these cases: as the court counts that entrusted them, else as this one does."""
    theirs = await carried.counting_of_cases(conn, chain)
    if theirs is not None:
        return msgspec.convert(theirs, type=Counting)
    return Counting(
        interest_start=court.interest_start.value,
        year_days=court.limits.interest_year_days,
        fee_without_amount=court.limits.fee_without_amount,
    )


def carried_payment(paid: PaymentRecord) -> CarriedPayment:
    """A payment recorded here, as the other court is told of it."""
    ends_on = paid.paid_on if paid.ends_on is None else paid.ends_on
    return CarriedPayment(id=paid.id, paid_on=paid.paid_on, ends_on=ends_on, amount=paid.amount, claim_no=paid.claim_no)


async def _claims(conn: Conn, case: CaseRecord) -> list[CarriedClaim]:
    rows = await claims.of_cases(conn, [case.id])
    parts = await claims.dues(conn, [row.id for row in rows]) if rows else []
    return [
        CarriedClaim(
            **{name: getattr(row, name) for name in _CLAIM_FIELDS},
            dues=[CarriedDue(due_on=part.due_on, amount=part.amount) for part in parts if part.claim_id == row.id],
        )
        for row in rows
    ]


async def keep(conn: Conn, transfer_id: UUID, case: CaseRecord | None, account: CaseAccount) -> None:
    """Keep what the other court says of payments and suspensions; what was kept before of suspensions is replaced."""
    await keep_payments(conn, transfer_id, case, account.payments)
    stood = [
        CarriedSuspensionRecord(transfer_id, no, each.kind, each.ground, each.from_on, each.until_on)
        for no, each in enumerate(account.suspensions, 1)
    ]
    await carried.set_suspensions(conn, transfer_id, stood)


async def keep_payments(conn: Conn, transfer_id: UUID, case: CaseRecord | None, paid: Sequence[CarriedPayment]) -> None:
    """Keep those that were not recorded in the own case: a payment of its own that comes back counts once.

    Raises:
        NotAPayload: together they are more than any debt.
    """
    chain = [] if case is None else [case.id, *await resumptions.before(conn, case.id)]
    own = {each.id for case_id in chain for each in await payments.of_case(conn, case_id, limit=carried.MOST_PAYMENTS)}
    rows = [
        CarriedPaymentRecord(transfer_id, each.id, each.paid_on, each.ends_on, each.amount, each.claim_no)
        for each in paid
        if each.id not in own
    ]
    paid_there = await carried.add_payments(conn, transfer_id, rows)
    if paid_there > LARGEST:
        raise NotAPayload
    await carried.set_sum(conn, transfer_id, paid_there)


async def write_claims(court: CourtNode, conn: Conn, case: CaseRecord, given: Sequence[CarriedClaim]) -> None:
    """These are the claims of the own case from now on; none: its sums are its one claim."""
    rows, parts = [], []
    for claim in given:
        claim_id = new_id(court.clock.now())
        said: dict[str, Any] = {name: getattr(claim, name) for name in _CLAIM_FIELDS}
        rows.append(ClaimRecord(id=claim_id, case_id=case.id, **said))
        parts += [ClaimDueRecord(claim_id, part.due_on, part.amount) for part in claim.dues]
    await claims.replace(conn, case.id, rows, parts)
