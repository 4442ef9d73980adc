"""A case's money through GraphQL: claims, suspensions and what is owed, to the cent; refusals that write nothing."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from db import cases as case_table
from db.clock import SetClock
from db.pool import open_pool
from enforcement.court import Limits
from enforcement.rules.rights import Caller, Role
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone
from tests.schema import money_door as door
from tests.schema.money_door import HANDLER, act, outstanding

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def claim(home: rz.Court, *claims: dict[str, Any], who: Caller = HANDLER, version: int = 1) -> Any:
    return await act(
        home,
        "recordClaims",
        "... on EnforcementCase { version claims { no kind principal dues { dueOn amount } interest { percent } } } "
        "... on ClaimsDoNotAddUp { applied claimed } ... on StaleVersion { current } ... on Refusal { part }",
        who,
        caseNumber=rz.NUMBER,
        version=version,
        claims=list(claims),
    )


MONEY = {"kind": "MONEY", "principal": "100000.00", "dueOn": "2024-01-31"}


async def pay(home: rz.Court, amount: str, day: str, key: str, **more: Any) -> Any:
    given = {"method": "BANK_TRANSFER"} | more
    selection = "... on Payment { amount endsOn ending claimNo } ... on Refusal { part }"
    return await act(
        home,
        "recordPayment",
        selection,
        caseNumber=rz.NUMBER,
        amount=amount,
        paidOn=day,
        idempotencyKey=key,
        **given,
    )


@pytest.mark.parametrize(
    ("as_of", "doubled"),
    [("2024-01-31", "0.00"), ("2024-02-01", "17.50"), ("2025-01-30", "6387.50")],
)
async def test_doubled_interest_by_the_day(home: rz.Court, as_of: str, doubled: str) -> None:
    """SC-21: 100,000 for one day, and for 365."""
    lines = (await outstanding(home, as_of))["lines"]

    assert {line["kind"]: line["due"] for line in lines}["DOUBLED_INTEREST"] == doubled


async def test_debt_of_50000_for_649_days(home: rz.Court) -> None:
    """SC-21: expiry 2023-10-10, paid 2025-07-20 (here the clock is set behind it)."""
    rz.clock_of(home).set(door.instant("2025-07-21"))
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET principal = 50000, amount_applied = 50000")
    await claim(home, {"kind": "MONEY", "principal": "50000.00", "dueOn": "2023-10-10"})
    await pay(home, "50000.00", "2025-07-20", "p")

    found = await outstanding(home, "2026-01-01")

    assert door.due(found, "DOUBLED_INTEREST") == "5678.75"
    assert door.left(found, "PRINCIPAL") == "0.00"


async def test_partial_payments_end_their_own_part(home: rz.Court) -> None:
    """SC-21: 420.00 on what was paid after 60 days, 1,585.50 on the rest after 151; earlier days are as they were."""
    await pay(home, "40000.00", "2024-03-31", "a")
    await pay(home, "60000.00", "2024-06-30", "b")

    found = await outstanding(home, "2025-07-14")
    before = await outstanding(home, "2024-03-30")

    assert (door.due(found, "DOUBLED_INTEREST"), found["left"]) == ("2005.50", "3405.50")
    assert (before["paid"], door.due(before, "DOUBLED_INTEREST")) == ("0.00", "1032.50")  # 59 days of 100,000


@pytest.mark.parametrize(
    ("amount", "fee"),
    [
        ("10000", "50.00"),
        ("130000", "1850.00"),
        ("406000", "5990.00"),
        ("500000", "7400.00"),
        ("5000000", "52400.00"),
        ("10000000", "77400.00"),
        ("20000000", "87400.00"),
    ],
)
async def test_fee_of_the_amount(home: rz.Court, amount: str, fee: str) -> None:
    """SC-21: the steps of the application fee."""
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET amount_applied = $1::numeric", Decimal(amount))

    assert door.due(await outstanding(home, "2024-01-31"), "FEE") == fee


async def test_claim_to_an_act_has_the_court_s_own_fee(home: rz.Court) -> None:
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET principal = 0, amount_applied = 0")
    court = replace(home, node=replace(home.node, limits=Limits(fee_without_amount=Decimal("300.00"))))

    await claim(court, {"kind": "ACT"})

    assert door.due(await outstanding(court, "2025-07-14"), "FEE") == "300.00"


async def test_two_claims_stand_side_by_side(home: rz.Court) -> None:
    """60,000 in two parts and 40,000 of wages: 91 + 61 days of 30,000, 31 of 40,000, to the cent."""
    parts = [{"dueOn": "2024-01-31", "amount": "30000.00"}, {"dueOn": "2024-03-01", "amount": "30000.00"}]
    case = await claim(
        home,
        {"kind": "MONEY", "principal": "60000.00", "dues": parts},
        {
            "kind": "MONEY",
            "principal": "40000.00",
            "effectiveOn": "2024-03-31",
            "priority": "STATUTORY_PRIORITY",
            "livelihood": "WAGES",
        },
    )
    assert (case["version"], [each["no"] for each in case["claims"]]) == (2, [1, 2])

    found = await outstanding(home, "2024-05-01")

    first, second = ({line["kind"]: line["due"] for line in each["lines"]} for each in found["claims"])
    assert (first["DOUBLED_INTEREST"], second["DOUBLED_INTEREST"]) == ("798.00", "217.00")
    assert door.due(found, "DOUBLED_INTEREST") == "1015.00"


async def test_foreign_claim_counts_at_the_mid_rate(home: rz.Court) -> None:
    foreign = {"currency": "USD", "amount": "14000.00", "midRate": "7.142857", "rateOn": "2024-02-01"}

    case = await claim(home, MONEY | {"foreign": foreign})

    assert case["claims"][0]["principal"] == "100000.00"
    refused = await claim(home, MONEY | {"foreign": foreign | {"midRate": "7"}}, version=2)
    assert (refused["code"], refused["claimed"]) == ("CLAIMS_DO_NOT_ADD_UP", "98000.00")


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ([], "INVALID_CLAIMS"),
        ([MONEY | {"principal": "99999.99"}], "CLAIMS_DO_NOT_ADD_UP"),
        ([MONEY | {"costs": "0.01"}], "CLAIMS_DO_NOT_ADD_UP"),
        ([MONEY | {"dues": [{"dueOn": "2024-02-01", "amount": "1.00"}]}], "CLAIMS_DO_NOT_ADD_UP"),
        ([MONEY | {"kind": "ACT"}], "INVALID_CLAIMS"),
        ([MONEY | {"principal": "-1.00"}], "INVALID_MONEY"),
        ([MONEY | {"interest": {"percent": "101", "fromOn": "2024-01-01"}}], "INVALID_RATE"),
        ([MONEY | {"interest": {"percent": "4", "fromOn": "2024-01-01", "untilOn": "2024-01-01"}}], "INVALID_PERIOD"),
        (
            [MONEY | {"foreign": {"currency": "CNY", "amount": "1.00", "midRate": "1", "rateOn": "2024-01-01"}}],
            "INVALID_CURRENCY",
        ),
    ],
)
async def test_claims_that_are_unsound_are_refused(home: rz.Court, claims: list[dict[str, Any]], code: str) -> None:
    answer = await claim(home, *claims)

    assert answer["code"] == code
    assert [await home.count(table) for table in ("claims", "claim_dues", "events")] == [0, 0, 0]


async def test_claims_are_the_handler_s(home: rz.Court) -> None:
    assert (await claim(home, MONEY, who=rz.caller(KAIHUA, 4, Role.CLERK)))["code"] == "FORBIDDEN"
    assert (await claim(home, MONEY, who=rz.caller(KAIHUA, 2)))["code"] == "NOT_ASSIGNED"
    assert (await claim(home, MONEY, version=7))["current"] == 1
    assert await home.count("claims") == 0


SUSPEND = {"caseNumber": rz.NUMBER, "kind": "SUSPENDED", "ground": "RETRIAL", "fromOn": "2025-04-01"}
TOLD = "... on Suspension { id ground fromOn untilOn version } ... on Refusal { part }"


async def suspend(home: rz.Court, key: str = "s", who: Caller = HANDLER, **changes: Any) -> Any:
    return await act(home, "recordSuspension", TOLD, who, **SUSPEND | {"idempotencyKey": key} | changes)


@pytest.mark.parametrize(("ground", "doubled"), [("RETRIAL", "7437.50"), ("REVIEW_NOT_BY_DEBTOR", "7437.50")])
async def test_two_grounds_stop_the_interest(home: rz.Court, ground: str, doubled: str) -> None:
    """100,000 from 2024-01-31: 456 days to 2025-05-01, of which the 31 from 2025-04-01 on do not count."""
    suspended = await suspend(home, ground=ground)
    assert await case_status(home) == "SUSPENDED"
    ended = await act(
        home, "endSuspension", TOLD, id=suspended["id"], version=suspended["version"], untilOn="2025-05-02"
    )

    assert (ended["untilOn"], await case_status(home)) == ("2025-05-02", "IN_PROGRESS")
    assert door.due(await outstanding(home, "2025-05-01"), "DOUBLED_INTEREST") == doubled


@pytest.mark.parametrize("ground", ["SETTLEMENT", "REVIEW_ASKED_BY_DEBTOR", "APPLICANT_AGREES", "OTHER"])
async def test_other_grounds_do_not(home: rz.Court, ground: str) -> None:
    await suspend(home, ground=ground, kind="DEFERRED")

    assert await case_status(home) == "DEFERRED"
    assert door.due(await outstanding(home, "2025-05-01"), "DOUBLED_INTEREST") == "7980.00"


async def case_status(home: rz.Court) -> str:
    async with home.node.pool.acquire() as conn:
        case = await case_table.by_number(conn, rz.NUMBER)
    assert case is not None
    return case.status.value


async def test_period_that_is_over_moves_no_case(home: rz.Court) -> None:
    await suspend(home, untilOn="2025-05-01")

    assert await case_status(home) == "IN_PROGRESS"
    assert (await suspend(home, "t", fromOn="2025-04-30"))["code"] == "INVALID_PERIOD"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fromOn": "2025-03-02"}, "INVALID_PERIOD"),
        ({"fromOn": "2025-07-15"}, "INVALID_PERIOD"),
        ({"untilOn": "2025-04-01"}, "INVALID_PERIOD"),
        ({"caseNumber": "（2025）浙0824执999号"}, "NOT_FOUND"),
    ],
)
async def test_suspension_without_grounds_is_refused(home: rz.Court, changes: dict[str, Any], code: str) -> None:
    assert (await suspend(home, **changes))["code"] == code
    assert [await home.count(table) for table in ("suspensions", "events", "idempotency")] == [0, 0, 0]
    assert await case_status(home) == "IN_PROGRESS"


async def test_one_suspension_runs_at_a_time(home: rz.Court) -> None:
    first = await suspend(home)

    assert await suspend(home) == first
    assert (await suspend(home, "t"))["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await suspend(home, "u", who=rz.caller(KAIHUA, 2)))["code"] == "NOT_ASSIGNED"
    assert (await act(home, "endSuspension", TOLD, id=first["id"], version=9, untilOn="2025-05-01"))["code"] == (
        "STALE_VERSION"
    )
    assert await home.count("suspensions") == 1


@pytest.mark.parametrize(
    ("given", "ending", "principal"),
    [
        ({"method": "DEDUCTION"}, "DEDUCTED", "17.50"),
        ({"method": "DEBT_SWAP", "ending": "TRANSFER_RULED", "endsOn": "2024-02-11"}, "TRANSFER_RULED", "192.50"),
        ({"method": "AUCTION_PROCEEDS", "ending": "REALISED", "endsOn": "2024-02-03"}, "REALISED", "52.50"),
    ],
)
async def test_interest_ends_by_the_act(home: rz.Court, given: dict[str, Any], ending: str, principal: str) -> None:
    """100,000 at once: interest until the deduction, the transfer ruling, or the end of the realisation."""
    paid = await pay(home, "100000.00", "2024-02-01", "p", **given)

    assert paid["ending"] == ending
    assert door.due(await outstanding(home, "2025-01-01"), "DOUBLED_INTEREST") == principal


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"method": "AUCTION_PROCEEDS"}, "INVALID_ENDING"),
        ({"method": "CASH", "ending": "DEDUCTED"}, "INVALID_ENDING"),
        ({"method": "DEBT_SWAP", "ending": "TRANSFER_RULED"}, "INVALID_PERIOD"),
        ({"method": "DEDUCTION", "endsOn": "2025-07-15"}, "INVALID_PERIOD"),
        ({"claimNo": 2}, "INVALID_CLAIMS"),
    ],
)
async def test_payment_that_ends_nothing_is_refused(home: rz.Court, given: dict[str, Any], code: str) -> None:
    assert (await pay(home, "1.00", "2024-02-01", "p", **given))["code"] == code
    assert [await home.count(table) for table in ("payments", "events", "idempotency")] == [0, 0, 0]


async def test_nobody_reads_what_another_handler_is_owed(home: rz.Court) -> None:
    assert await outstanding(home, "2025-01-01", rz.caller(KAIHUA, 2)) == {"__typename": "Refusal", "code": "NOT_FOUND"}
