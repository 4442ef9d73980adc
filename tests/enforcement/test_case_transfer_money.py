"""What is owed in an entrusted case: the same at both courts, to the cent and the day, wherever it is paid."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db import case_transfers as table
from db.clock import SetClock
from db.pool import transaction
from enforcement import court_statements
from enforcement.case_money import claims, suspensions
from enforcement.case_money.suspensions import NewSuspension
from enforcement.case_transfers import filed_case
from enforcement.case_transfers.contents import CarriedPayment, CarriedPaymentsPayload, CaseAccount
from enforcement.rules.case_transfer import CaseEntrusted
from enforcement.rules.claims import ClaimKind, ClaimPriority, ForeignAmount, NewClaim
from enforcement.rules.interest import InterestStart, YearlyRate
from enforcement.rules.money import LARGEST
from enforcement.rules.rights import Caller
from enforcement.rules.suspension import SuspensionGround, SuspensionKind
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask
from tests.enforcement.case_transfer_zone import (
    CHIEF,
    HANDLER,
    THEIR_CHIEF,
    THEIR_HANDLER,
    Two,
    both,
    document,
)
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
THEIRS = "（2025）皖1021执1号"
OWED = """query O($number: CaseNumber!, $asOf: Date) { outstanding(caseNumber: $number, asOf: $asOf) {
  ... on OutstandingAmount { paid left surplus lines { kind due paid left } claims { no lines { kind due paid left } } }
  ... on Problem { code } } }"""
PAY = document("recordPayment", "... on Payment { id } ... on Problem { code }")
DAYS = ("2024-02-01", "2024-07-01", "2025-01-15", "2025-07-14", "2025-07-31", "2026-03-01")
CLAIMS = [
    NewClaim(
        kind=ClaimKind.MONEY,
        principal=Decimal("70000.00"),
        interest=YearlyRate(Decimal("4.35"), date(2024, 1, 1)),
        dues=((date(2024, 1, 31), Decimal("30000.00")), (date(2024, 6, 30), Decimal("40000.00"))),
        doubled_first=True,
    ),
    NewClaim(
        kind=ClaimKind.MONEY,
        principal=Decimal("30000.00"),
        due_on=date(2024, 3, 31),
        priority=ClaimPriority.SECURED,
        foreign=ForeignAmount("USD", Decimal("4000.00"), Decimal("7.5"), date(2024, 4, 1)),
    ),
]


@pytest.fixture
async def two(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Two]:
    """The entrusted court counts otherwise by itself: other days of a year, another first day, another fee."""
    async with both(new_database, clock) as courts:
        limits = replace(courts.other.node.limits, interest_year_days=360, fee_without_amount=Decimal("500.00"))
        node = replace(courts.other.node, limits=limits, interest_start=InterestStart.EXPIRY_DAY)
        courts.other.node = courts.road.courts[SHEXIAN] = node
        yield courts


async def pay(court: rz.Court, who: Caller, number: str, amount: str, day: str, **changes: Any) -> Any:
    given = {"caseNumber": number, "amount": amount, "paidOn": day, "method": "CASH", "idempotencyKey": uuid4().hex}
    return await ask(court.node, PAY, who, input=given | changes)


async def owed(court: rz.Court, who: Caller, number: str) -> list[Any]:
    return [await ask(court.node, OWED, who, number=number, asOf=day) for day in DAYS]


async def same(two: Two) -> list[Any]:
    ours, theirs = await owed(two.own, HANDLER, rz.NUMBER), await owed(two.other, THEIR_HANDLER, THEIRS)
    assert ours == theirs
    return ours


async def burdened(two: Two) -> None:
    """Two claims with a rate, parts and a currency; a retrial; two payments, one of which ended its part earlier."""
    await claims.record(two.own.node, HANDLER, rz.NUMBER, 1, CLAIMS)
    stood = NewSuspension(
        rz.NUMBER, SuspensionKind.SUSPENDED, SuspensionGround.RETRIAL, date(2025, 3, 10), date(2025, 4, 10)
    )
    await suspensions.record(two.own.node, HANDLER, stood, idempotency_key="s")
    await pay(two.own, HANDLER, rz.NUMBER, "12345.67", "2024-08-01", claimNo=2)
    await pay(two.own, HANDLER, rz.NUMBER, "5000.00", "2025-05-05")


async def test_both_courts_compute_the_same(two: Two) -> None:
    """Paid before the sending, while it is under way, after the filing here, and there."""
    await burdened(two)
    before = await owed(two.own, HANDLER, rz.NUMBER)
    arrived = await two.sent()
    assert arrived["paidThere"] == "17345.67"
    await pay(two.own, HANDLER, rz.NUMBER, "100.01", "2025-07-14")
    await two.road.run()
    given = {"id": arrived["id"], "version": arrived["version"], "handlerId": THEIR_HANDLER.officer_id}
    await ask(two.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=given)
    await two.road.run()

    found = await same(two)
    assert [day["left"] for day in found[:3]] == [day["left"] for day in before[:3]]
    assert found[-1]["left"] != before[-1]["left"]
    two.at("2025-07-20")
    await pay(two.own, HANDLER, rz.NUMBER, "200.02", "2025-07-18")
    await pay(two.other, THEIR_HANDLER, THEIRS, "300.03", "2025-07-19")
    await two.road.run()

    found = await same(two)
    assert found[-1]["paid"] == "17945.73"
    assert (await two.listed(two.own, HANDLER))["paidThere"] == "300.03"
    await two.step(two.own, HANDLER, "STRIKE_OFF", "2025-07-21")
    assert (await pay(two.own, HANDLER, rz.NUMBER, "1.00", "2025-07-21"))["code"] == "CASE_NOT_OPEN"
    await pay(two.other, THEIR_HANDLER, THEIRS, "1.00", "2025-07-21", venueCourt=KAIHUA)
    await two.road.run()
    await same(two)
    assert two.road.refusals == []


async def test_plain_case_without_claims_is_one_claim_there_too(two: Two) -> None:
    await pay(two.own, HANDLER, rz.NUMBER, "40000.00", "2024-03-31")
    await two.filed()

    found = await same(two)
    assert found[1]["lines"][3]["due"] == "2016.00"  # 40,000 for 60 days and 60,000 for 152


async def test_returned_case_owes_what_is_left(two: Two) -> None:
    """What was paid there, and a retrial there, count here from then on; nothing counts twice when it goes again."""
    await burdened(two)
    await two.filed()
    await pay(two.other, THEIR_HANDLER, THEIRS, "700.00", "2025-07-14")
    two.at("2025-07-20")
    stood = NewSuspension(THEIRS, SuspensionKind.SUSPENDED, SuspensionGround.RETRIAL, date(2025, 7, 15))
    await suspensions.record(two.other.node, THEIR_HANDLER, stood, idempotency_key="there")
    await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-20")

    await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-25", approvalNo="皖高执〔2025〕1号")

    assert two.road.refusals == []
    ours = await owed(two.own, HANDLER, rz.NUMBER)
    assert ours[-1]["paid"] == "18045.67"
    again = await two.propose(key="again")
    assert again["status"] == "PROPOSED"
    given = {"id": again["id"], "version": again["version"]}
    await ask(two.own.node, document("sendCaseTransfer"), CHIEF, input=given)
    await two.road.run()
    async with two.other.node.pool.acquire() as conn:
        transfer = await table.get(conn, UUID(again["id"]))
    assert transfer is not None
    filing = {"id": again["id"], "version": transfer.version, "handlerId": THEIR_HANDLER.officer_id}
    await ask(two.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=filing)
    theirs = await owed(two.other, THEIR_HANDLER, "（2025）皖1021执2号")
    assert theirs == ours


async def test_sums_of_a_case_that_is_elsewhere_stay(two: Two) -> None:
    await two.sent()
    stood = NewSuspension(
        rz.NUMBER, SuspensionKind.SUSPENDED, SuspensionGround.RETRIAL, date(2025, 4, 1), date(2025, 5, 1)
    )
    with pytest.raises(CaseEntrusted):
        await claims.record(two.own.node, HANDLER, rz.NUMBER, 1, CLAIMS)
    with pytest.raises(CaseEntrusted):
        await suspensions.record(two.own.node, HANDLER, stood, idempotency_key="s")
    assert [await two.own.count(name) for name in ("claims", "suspensions")] == [0, 0]


def wrong(account: CaseAccount) -> dict[str, CaseAccount]:
    claim, paid, stood = account.claims[0], account.payments[0], account.suspensions[0]

    def changed(field: str, one: Any, **fields: Any) -> CaseAccount:
        rest = getattr(account, field)[1:]
        return msgspec.structs.replace(account, **{field: [msgspec.structs.replace(one, **fields), *rest]})

    def counted(**fields: Any) -> CaseAccount:
        return msgspec.structs.replace(account, counting=msgspec.structs.replace(account.counting, **fields))

    return {
        "claims that are not the case's": changed("claims", claim, principal=Decimal("1.00"), dues=[]),
        "a claim twice": changed("claims", claim, no=2),
        "a kind": changed("claims", claim, kind="MAGIC"),
        "a rate of nobody": changed("claims", claim, interest_percent=Decimal("Infinity")),
        "a rate without a day": changed("claims", claim, interest_from_on=None),
        "a day of nobody": changed("claims", claim, due_on=date(9999, 12, 31)),
        "a currency without a sum": changed("claims", claim, currency="EUR"),
        "nothing, to more places than anybody keeps": changed("claims", claim, costs=Decimal("0E-20000")),
        "a rate to more places than anybody keeps": changed("claims", claim, interest_percent=Decimal("1E-20000")),
        "a mid-rate beyond what is kept": msgspec.structs.replace(
            account,
            claims=[
                claim,
                msgspec.structs.replace(account.claims[1], foreign_amount=Decimal("0.01"), mid_rate=Decimal(3_000_000)),
            ],
        ),
        "payments beyond what can be summed": msgspec.structs.replace(
            account,
            payments=[msgspec.structs.replace(paid, id=uuid4(), amount=LARGEST) for _ in range(2)],
        ),
        "a payment to come": changed("payments", paid, paid_on=date(2025, 7, 17)),
        "a payment of nothing": changed("payments", paid, amount=Decimal("0.00")),
        "a payment twice": msgspec.structs.replace(account, payments=[paid, paid]),
        "a payment on no claim": changed("payments", paid, claim_no=3),
        "a suspension backwards": changed("suspensions", stood, until_on=stood.from_on),
        "a suspension to come": changed("suspensions", stood, until_on=date(9999, 12, 31)),
        "a ground": changed("suspensions", stood, ground="WHIM"),
        "a year of a day": counted(year_days=1),
        "a first day": counted(interest_start="NEVER"),
        "a fee below nothing": counted(fee_without_amount=Decimal("-1.00")),
    }


async def test_hostile_account_is_not_taken_in(two: Two) -> None:
    await burdened(two)
    made = await two.propose()
    async with two.own.node.pool.acquire() as conn:
        transfer = await table.get(conn, UUID(made["id"]))
    assert transfer is not None
    payload = filed_case.content_of(two.own.node, transfer)
    assert payload.account is not None

    for name, bad in wrong(payload.account).items():
        async with transaction(two.own.node.pool) as conn:
            said = msgspec.structs.replace(payload, account=bad)
            await court_statements.send(two.own.node, conn, SHEXIAN, "CASE_TRANSFER_SENT", said)
        two.road.refusals.clear()
        await two.road.run()
        assert two.road.refusals == ["MALFORMED_MESSAGE"], name
    assert [await two.other.count(name) for name in ("case_transfers", "carried_payments")] == [0, 0]


async def test_payments_of_a_case_that_was_not_filed_wait(two: Two) -> None:
    arrived = await two.sent()
    day = date(2025, 7, 14)
    paid = CarriedPayment(id=uuid4(), paid_on=day, ends_on=day, amount=Decimal("5.00"))
    async with transaction(two.other.node.pool) as conn:
        payload = CarriedPaymentsPayload(payments=[paid])
        await court_statements.send(
            two.other.node, conn, KAIHUA, "CASE_TRANSFER_PAID", payload, refers=UUID(arrived["id"])
        )
    await two.road.run()
    assert (await two.listed(two.own, CHIEF))["paidThere"] == "0.00"
    assert len(await two.road.queued(SHEXIAN)) == 1

    given = {"id": arrived["id"], "version": arrived["version"], "handlerId": THEIR_HANDLER.officer_id}
    await ask(two.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=given)
    await two.road.run()

    assert (await two.listed(two.own, CHIEF))["paidThere"] == "5.00"


async def test_payments_are_told_once_and_not_after_the_end(two: Two) -> None:
    await two.filed()
    paid = CarriedPayment(id=uuid4(), paid_on=date(2025, 7, 14), ends_on=date(2025, 7, 14), amount=Decimal("5.00"))

    async def say(**changes: Any) -> list[str]:
        transfer = await two.listed(two.other, THEIR_CHIEF)
        payload = CarriedPaymentsPayload(payments=[msgspec.structs.replace(paid, **changes)])
        two.road.refusals.clear()
        async with transaction(two.other.node.pool) as conn:
            await court_statements.send(
                two.other.node, conn, KAIHUA, "CASE_TRANSFER_PAID", payload, refers=UUID(transfer["id"])
            )
        await two.road.run()
        return list(two.road.refusals)

    assert await say() == await say() == []
    assert (await two.listed(two.own, CHIEF))["paidThere"] == "5.00"
    assert await say(id=uuid4(), ends_on=date(2025, 7, 16)) == ["MALFORMED_MESSAGE"]
    assert await say(id=uuid4(), amount=LARGEST) == ["MALFORMED_MESSAGE"]
    await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-15")
    await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-15", approvalNo="皖高执〔2025〕1号")
    two.at("2025-07-16")
    assert await say(id=uuid4()) == ["STATEMENT_NOT_ALLOWED"]
    assert (await two.listed(two.own, CHIEF))["paidThere"] == "5.00"
