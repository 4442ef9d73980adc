"""Payouts through GraphQL: booked once in every case of the court, and refused when a claim lacks less."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from alembic.script import ScriptDirectory

from db import cases, migrate, objections, payments
from db.clock import SetClock
from db.pool import open_pool, transaction
from db.records.money import PaymentRecord
from db.records.objections import ObjectionRecord
from enforcement.rules.settlement import PaymentMethod
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone
from tests.schema import money_door as door
from tests.schema.distribution_acts import (
    SIBLING,
    claim,
    do,
    draw,
    final,
    finished,
    owed,
    paid,
    served,
    sibling,
    step,
)
from tests.schema.money_door import act

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def test_payout_books_the_own_claims_once(home: rz.Court) -> None:
    """SC-17: 48,333.33 of 100,000.00 end with the day of arrival, and what the other courts get is not ours to book."""
    plan = await final(home)
    before = await owed(home)

    done = await paid(home, plan)

    assert [(each["claimNo"], each["paymentId"] is not None) for each in done["shares"]] == [
        (1, True),
        (None, False),
        (None, False),
        (None, False),
    ]
    assert (before["PRINCIPAL"]["left"], (await owed(home))["PRINCIPAL"]["left"]) == ("100000.00", "51666.67")
    # 526 days of 48,333.33 until the money was here, 546 of what is left until today
    assert (await owed(home))["DOUBLED_INTEREST"]["due"] == "9385.83"
    for key in (done, plan):
        assert (await paid(home, key))["code"] in {"TRANSITION_NOT_ALLOWED", "STALE_VERSION"}
    assert [await home.count(table) for table in ("payments", "distribution_payouts")] == [1, 1]


async def test_two_officers_pay_out_once(home: rz.Court) -> None:
    plan = await final(home)

    both = await asyncio.gather(paid(home, plan), paid(home, plan))

    assert sorted(each.get("status") or each["code"] for each in both) == ["PAID", "STALE_VERSION"]
    assert await home.count("payments") == 1


async def test_other_cases_of_the_court_are_booked_too(home: rz.Court) -> None:
    """They take part with what they lack, whatever was applied for; their share lands in their own case."""
    case_id = await sibling(home)
    await claim(home, SIBLING, "50000.00")

    plan = await finished(home, await draw(home, proceeds="65000.00", costs="0.00"), "2025-07-30")
    await paid(home, plan)

    assert [(each["caseNumber"], each["claim"], each["share"]) for each in plan["shares"]] == [
        (rz.NUMBER, "100000.00", "50000.00"),
        (SIBLING, "30000.00", "15000.00"),
    ]
    async with home.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT case_id, amount, ends_on, ending FROM payments ORDER BY amount")
        heard = await conn.fetch("SELECT ref FROM events WHERE kind = 'PAYMENT_RECORDED' ORDER BY ref")
    assert [(row["case_id"], str(row["amount"])) for row in rows] == [(case_id, "15000.00"), (home.case.id, "50000.00")]
    assert {(str(row["ends_on"]), row["ending"]) for row in rows} == {("2025-07-10", "DEDUCTED")}
    assert {row["ref"] for row in heard} == {case_id, home.case.id}
    # the sibling draws over what is left of it
    mine = {"caseNumber": SIBLING, "proceeds": "100000.00", "arrivedOn": "2025-07-30", "idempotencyKey": "mine"}
    other = await act(
        home, "drawDistributionPlan", "... on DistributionPlan { shares { claim } }", rz.caller(KAIHUA, 2), **mine
    )
    assert [each["claim"] for each in other["shares"]] == ["15000.00"]


async def test_objection_to_the_measure_stops_the_payout(home: rz.Court) -> None:
    """The objection names the seizure alone, and comes when the plan is final already."""
    asset_id = await rz.add_asset(home)
    plan = await finished(home, await draw(home, assetId=str(asset_id)), "2025-07-30")
    task = await rz.add_task(home, rz.content())
    measure_id = uuid4()
    async with home.node.pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no,"
            " ruled_on, value, version, synthetic)"
            " VALUES ($1, $2, $3, 'SEIZE', 'EFFECTIVE', $4, $4, $5, '2025-07-01', 58000, 1, true)",
            measure_id,
            asset_id,
            home.case.id,
            KAIHUA,
            rz.RULING,
        )
        await objections.add(
            conn,
            ObjectionRecord(
                id=uuid4(),
                task_id=task.id,
                kind="THIRD_PARTY",
                author=KAIHUA,
                decides=KAIHUA,
                filed_on=date(2025, 7, 29),
                due_on=date(2025, 8, 13),
                asset_key=None,
                measure_id=measure_id,
            ),
        )

    assert (await paid(home, plan, endsOn="2025-07-10"))["code"] == "OBJECTION_PENDING"
    assert [await home.count(table) for table in ("payments", "distribution_payouts")] == [0, 0]


async def test_what_a_claim_lacks_no_more_is_not_paid_to_it(home: rz.Court) -> None:
    plan = await final(home)
    stands = await draw(home, "early", replaces=plan["id"])
    assert (stands["current"], stands["wanted"]) == ("FINAL", "REPLACED")
    given = {"caseNumber": rz.NUMBER, "amount": "60000.00", "paidOn": "2025-07-30", "method": "CASH"}
    await act(home, "recordPayment", "... on Payment { id }", **given, idempotencyKey="direct")  # type: ignore[arg-type]

    refused = await paid(home, plan)
    assert (refused["code"], refused["part"]) == ("DISTRIBUTION_NOT_FINAL", "CLAIMS")
    assert [await home.count(table) for table in ("payments", "distribution_payouts")] == [1, 0]
    anew = await draw(home, "anew", replaces=plan["id"])

    assert [each["claim"] for each in anew["shares"]] == ["40000.00", "200000.00", "60000.00", "120000.00"]


@pytest.mark.parametrize(
    ("more", "code", "part"),
    [
        ({"paidOn": "2025-07-09"}, "INVALID_PERIOD", "paidOn"),
        ({"paidOn": "2025-07-31"}, "INVALID_PERIOD", "paidOn"),
        ({"ending": "TRANSFER_RULED"}, "INVALID_PERIOD", "endsOn"),
        ({"endsOn": "2025-07-31"}, "INVALID_PERIOD", "endsOn"),
    ],
)
async def test_payout_on_an_impossible_day_books_nothing(
    home: rz.Court, more: dict[str, Any], code: str, part: str
) -> None:
    plan = await final(home)

    refused = await do(home, "recordDistributionPayout", plan, **{"paidOn": "2025-07-30"} | more)

    assert (refused["code"], refused["part"]) == (code, part)
    assert [await home.count(table) for table in ("payments", "distribution_payouts")] == [0, 0]


async def test_resumed_case_goes_on_distributing(home: rz.Court) -> None:
    """Who takes part goes with it, what they got before counts, and a plan that is not paid out is paid out there."""
    settled: dict[str, Any] = {"total": "90000.00", "form": "WRITTEN"}
    settled["instalments"] = [{"dueOn": "2025-07-14", "amount": "90000.00"}]
    settled |= {"signedOn": "2025-07-14", "idempotencyKey": "settle"}
    shown = "... on SettlementAgreement { id version }"
    made = await act(home, "recordSettlement", shown, caseNumber=rz.NUMBER, **settled)
    first = await final(home)
    second = await finished(
        home, await draw(home, "second", proceeds="1000.00", costs="0.00", arrivedOn="2025-07-30"), "2025-08-30"
    )
    breach = {"id": made["id"], "version": made["version"], "appliedOn": "2025-08-30"}
    await act(home, "declareBreach", shown, **breach)
    first = await paid(home, first)
    given = {"settlementId": made["id"], "appliedOn": "2025-08-30", "idempotencyKey": "resume"}
    resumed = await act(home, "resumeEnforcement", "... on EnforcementCase { caseNumber }", **given)

    number = resumed["caseNumber"]
    done = await paid(home, second | {"version": second["version"] + 1}, "2025-08-30")
    assert (first["status"], done["status"]) == ("PAID", "PAID")
    money = {"proceeds": "1000.00", "arrivedOn": "2025-08-30", "idempotencyKey": "third"}
    plan = "... on DistributionPlan { shares { court caseNumber claim } }"
    third = await act(home, "drawDistributionPlan", plan, caseNumber=number, **money)  # type: ignore[arg-type]

    shares = {each["court"]: each["claim"] for each in third["shares"]}
    assert {each["caseNumber"] for each in third["shares"]} >= {number}
    assert shares == {KAIHUA: "51388.89", "皖1021": "102777.78", "赣1181": "30833.33"}
    async with home.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT sum(amount) FROM payments") == Decimal("48611.11")


async def test_payout_waits_for_what_is_being_paid_in_a_case_that_was_resumed(home: rz.Court) -> None:
    """A share is booked in the case in which the judgment is enforced now: that one is locked as well."""
    theirs = rz.caller(KAIHUA, 2)
    await sibling(home)
    await claim(home, SIBLING, "30000.00")
    shown = "... on SettlementAgreement { id version }"
    settled: dict[str, Any] = {"total": "30000.00", "form": "WRITTEN", "signedOn": "2025-07-14"}
    settled |= {"instalments": [{"dueOn": "2025-07-14", "amount": "30000.00"}], "idempotencyKey": "settle"}
    made = await act(home, "recordSettlement", shown, theirs, caseNumber=SIBLING, **settled)
    plan = await finished(home, await draw(home, proceeds="130000.00", costs="0.00"), "2025-07-30")
    await act(home, "declareBreach", shown, theirs, appliedOn="2025-07-30", id=made["id"], version=made["version"])
    given = {"settlementId": made["id"], "appliedOn": "2025-07-30", "idempotencyKey": "resume"}
    resumed = await act(home, "resumeEnforcement", "... on EnforcementCase { caseNumber }", theirs, **given)

    async with transaction(home.node.pool) as conn:
        case = await cases.lock(conn, resumed["caseNumber"])
        assert case is not None
        paying = asyncio.create_task(paid(home, plan))
        await asyncio.sleep(0.3)
        payment = PaymentRecord(
            id=uuid4(),
            case_id=case.id,
            party_id=home.debtor.id,
            amount=Decimal("30000.00"),
            paid_on=date(2025, 7, 30),
            recorded_at=home.node.clock.now(),
            venue_court=KAIHUA,
            method=PaymentMethod.CASH,
            idempotency_key="cash",
            recorded_by=theirs.officer_id,
            synthetic=True,
        )
        await payments.insert(conn, payment)

    refused = await paying
    assert (refused["code"], refused["part"]) == ("DISTRIBUTION_NOT_FINAL", "CLAIMS")
    assert [await home.count(table) for table in ("payments", "distribution_payouts")] == [1, 0]


async def test_case_that_was_closed_as_enforced_gets_nothing_more(home: rz.Court) -> None:
    """It was settled for less than was judged, and that was paid: nothing more is claimed (执行和解规定 art. 8)."""
    theirs = rz.caller(KAIHUA, 2)
    await sibling(home)
    await claim(home, SIBLING, "30000.00")
    settled: dict[str, Any] = {"caseNumber": SIBLING, "total": "10000.00", "form": "WRITTEN", "signedOn": "2025-07-14"}
    settled |= {"instalments": [{"dueOn": "2025-07-14", "amount": "10000.00"}], "idempotencyKey": "settle"}
    await act(home, "recordSettlement", "... on SettlementAgreement { id }", theirs, **settled)
    plan = await finished(home, await draw(home, proceeds="130000.00", costs="0.00"), "2025-07-30")
    assert [each["share"] for each in plan["shares"]] == ["100000.00", "30000.00"]
    cash = {"caseNumber": SIBLING, "amount": "10000.00", "paidOn": "2025-07-30", "method": "CASH"}
    await act(home, "recordPayment", "... on Payment { id }", theirs, **cash, idempotencyKey="cash")
    async with home.node.pool.acquire() as conn:
        case = await cases.by_number(conn, SIBLING)
    assert case is not None
    enforced = {"caseNumber": SIBLING, "version": case.version}
    closed = await act(home, "closeEnforcedCase", "... on EnforcementCase { status }", theirs, **enforced)
    assert closed["status"] == "CLOSED"

    refused = await paid(home, plan)
    assert (refused["code"], refused["part"]) == ("DISTRIBUTION_NOT_FINAL", "CLAIMS")
    anew = await draw(home, "anew", proceeds="130000.00", costs="0.00", replaces=plan["id"])
    assert [each["share"] for each in anew["shares"]] == ["100000.00"]


async def test_plan_of_an_older_release_goes_on(new_database: Callable[..., Any], clock: SetClock) -> None:
    """Drawn before debtors were served: after the upgrade it waits for them, and is paid out as any other."""
    dsn = await new_database("node")
    pool = await open_pool(dsn)
    home = await rz.kaihua(Zone(), pool, clock)
    plan = await served(home)
    await pool.close()
    before = ScriptDirectory.from_config(migrate.config("", "node")).get_revision("n40").down_revision
    migrate.downgrade(dsn, "node", str(before))

    migrate.upgrade(dsn, "node")

    pool = await open_pool(dsn)
    home = replace(home, node=replace(home.node, pool=pool))
    rz.clock_of(home).set(door.instant("2025-07-30"))
    assert (await do(home, "confirmDistributionPlan", plan))["part"] == "SERVICE"
    plan = await step(home, plan, 5, "SERVED", "2025-07-30")
    assert plan["debtors"] == [{"no": 5, "servedOn": "2025-07-30"}]
    rz.clock_of(home).set(door.instant("2025-08-15"))
    done = await paid(home, await do(home, "confirmDistributionPlan", plan), "2025-08-15")
    assert [each["claimNo"] for each in done["shares"]] == [1, None, None, None]
    assert await home.count("payments") == 1
    await pool.close()
