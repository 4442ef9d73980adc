"""A settlement that the parties change, and a case that closes when what was settled is performed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from db.clock import SetClock
from db.pool import open_pool
from enforcement import timers
from enforcement.rules.rights import Role
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone
from tests.schema import money_door as door
from tests.schema.money_door import HANDLER, act, run

pytestmark = pytest.mark.anyio

CLERK = rz.caller(KAIHUA, 4, Role.CLERK)
TOLD = """... on SettlementAgreement { id status version total changes { no agreedOn form totalBefore }
  instalments { no dueOn amount paidOn paidAmount replacedIn } } ... on Refusal { part }
  ... on InstalmentsDoNotAddUp { settled planned }"""
MOVED = TOLD + " ... on TransitionNotAllowed { current wanted }"
BREACH = "... on SettlementAgreement { id } ... on Refusal { part }"
CLOSED = "... on EnforcementCase { status closingMethod closedOn } ... on Refusal { part }"
CASE = """query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ... on EnforcementCase {
  status version settlements { id status version instalments { no replacedIn paidAmount } } } } }"""
PLAN = [("2025-07-14", "10000.00"), ("2025-08-14", "6000.00"), ("2025-09-14", "6000.00")]


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


def plan(*terms: tuple[str, str]) -> list[dict[str, str]]:
    return [{"dueOn": day, "amount": amount} for day, amount in terms]


async def settle(home: rz.Court, key: str = "s") -> Any:
    given: dict[str, Any] = {"total": "22000.00", "instalments": plan(*PLAN), "signedOn": "2025-07-14"}
    given |= {"form": "WRITTEN", "idempotencyKey": key}
    return await act(home, "recordSettlement", TOLD, caseNumber=rz.NUMBER, **given)


async def pay(home: rz.Court, amount: str, day: str, **more: Any) -> None:
    rz.clock_of(home).set(door.instant(day))
    given: dict[str, Any] = {"amount": amount, "paidOn": day, "method": "CASH", "idempotencyKey": f"{day} {amount}"}
    paid = await act(home, "recordPayment", "... on Payment { amount }", caseNumber=rz.NUMBER, **given | more)
    assert paid["amount"] == amount


async def change(home: rz.Court, made: Any, *terms: tuple[str, str], who: Any = HANDLER, **more: Any) -> Any:
    given: dict[str, Any] = {"agreedOn": "2025-08-20", "form": "RECORDED_IN_TRANSCRIPT"} | more
    given = {"version": made["version"], "id": made["id"]} | given
    return await act(home, "changeSettlement", MOVED, who, instalments=plan(*terms), **given)


async def begun(home: rz.Court) -> Any:
    """12,000.00 paid: the first instalment, and 2,000.00 of the second, which is overdue."""
    await settle(home)
    await pay(home, "12000.00", "2025-07-14")
    rz.clock_of(home).set(door.instant("2025-08-20"))
    return await settlement(home)


async def case(home: rz.Court) -> Any:
    return await run(home, CASE, number=rz.NUMBER)


async def settlement(home: rz.Court) -> Any:
    return (await case(home))["settlements"][0]


async def close(home: rz.Court, who: Any = HANDLER, **more: Any) -> Any:
    given = {"version": (await case(home))["version"]} | more
    return await act(home, "closeEnforcedCase", CLOSED, who, caseNumber=rz.NUMBER, **given)


async def test_new_instalments_replace_the_open_ones(home: rz.Court) -> None:
    """Art. 5: what was agreed and paid stays to be seen, and what is still to come is the new plan."""
    made = await begun(home)

    changed = await change(
        home, made, ("2025-09-30", "5000.00"), ("2025-10-31", "3000.00"), total="20000.00", who=CLERK
    )

    assert (changed["total"], changed["status"], changed["version"]) == ("20000.00", "PERFORMING", made["version"] + 1)
    assert [
        (each["no"], each["amount"], each["paidAmount"], each["replacedIn"]) for each in changed["instalments"]
    ] == [
        (1, "10000.00", "10000.00", None),
        (2, "6000.00", "2000.00", 1),
        (3, "6000.00", "0.00", 1),
        (4, "5000.00", "0.00", None),
        (5, "3000.00", "0.00", None),
    ]
    assert changed["changes"] == [
        {"no": 1, "agreedOn": "2025-08-20", "form": "RECORDED_IN_TRANSCRIPT", "totalBefore": "22000.00"}
    ]
    await timers.sweep(home.node)  # the second was overdue, and is no more
    assert await home.count("warnings") == 0
    early = await act(
        home, "declareBreach", BREACH, id=changed["id"], version=changed["version"], appliedOn="2025-08-20"
    )
    assert early["code"] == "SETTLEMENT_BEING_PERFORMED"


async def test_payments_fill_the_new_plan(home: rz.Court) -> None:
    changed = await change(home, await begun(home), ("2025-09-30", "8000.00"), total="20000.00")
    again = await change(home, changed, ("2025-10-31", "7000.00"), total="19000.00", agreedOn="2025-08-20")
    assert [each["replacedIn"] for each in again["instalments"]] == [None, 1, 1, 2, None]

    await pay(home, "7000.00", "2025-09-01")

    now = await settlement(home)
    assert (now["status"], [each["paidAmount"] for each in now["instalments"]]) == (
        "PERFORMED",
        ["10000.00", "2000.00", "0.00", "0.00", "7000.00"],
    )
    refused = await change(home, now, ("2025-09-30", "1.00"), total="19001.00", agreedOn="2025-09-01")
    assert (refused["current"], refused["wanted"]) == ("PERFORMED", "CHANGED")


@pytest.mark.parametrize(
    ("terms", "more", "code", "part"),
    [
        ([("2025-09-30", "7999.99")], {}, "INSTALMENTS_DO_NOT_ADD_UP", None),
        ([], {}, "INVALID_PERIOD", "instalments"),
        ([("2025-08-19", "8000.00")], {}, "INVALID_PERIOD", "instalments"),
        ([("2025-09-30", "8000.00")], {"total": "12000.00"}, "INVALID_MONEY", "total"),
        ([("2025-09-30", "8000.00")], {"total": "0.00"}, "INVALID_MONEY", "total"),
        ([("2025-09-30", "0.00"), ("2025-10-30", "8000.00")], {}, "INVALID_MONEY", "instalments"),
        ([("2025-09-30", "8000.00")], {"agreedOn": "2025-07-13"}, "INVALID_PERIOD", "agreedOn"),
        ([("2025-09-30", "8000.00")], {"agreedOn": "2025-08-21"}, "INVALID_PERIOD", "agreedOn"),
        ([("2025-09-30", "8.00")] * 998, {}, "INVALID_QUANTITY", "instalments"),
        ([("2025-09-30", "8000.00")], {"version": 9}, "STALE_VERSION", None),
        ([("2025-09-30", "8000.00")], {"who": rz.caller(KAIHUA, 2)}, "NOT_ASSIGNED", None),
        ([("2025-09-30", "8000.00")], {"who": rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF)}, "FORBIDDEN", None),
    ],
)
async def test_change_without_grounds_changes_nothing(
    home: rz.Court, terms: list[tuple[str, str]], more: dict[str, Any], code: str, part: str | None
) -> None:
    made = await begun(home)

    refused = await change(home, made, *terms, **{"total": "20000.00"} | more)

    assert (refused["code"], refused.get("part")) == (code, part)
    assert await settlement(home) == made
    assert [await home.count(table) for table in ("settlement_changes", "instalments")] == [0, 3]


async def test_two_changes_at_once_are_one(home: rz.Court) -> None:
    made = await begun(home)

    both = await asyncio.gather(
        *(change(home, made, (day, "8000.00"), total="20000.00") for day in ("2025-09-29", "2025-09-30"))
    )

    assert sorted(each.get("code", "") for each in both) == ["", "STALE_VERSION"]
    assert [await home.count(table) for table in ("settlement_changes", "instalments")] == [1, 4]


async def test_performed_settlement_closes_the_case(home: rz.Court) -> None:
    """Art. 8: what was settled is less than the judgment; the handler closes, and what stood still stands no more."""
    await settle(home)
    given = {"kind": "SUSPENDED", "ground": "SETTLEMENT", "fromOn": "2025-07-14", "idempotencyKey": "stand"}
    await act(home, "recordSuspension", "... on Suspension { id }", caseNumber=rz.NUMBER, **given)  # type: ignore[arg-type]
    early = await close(home)
    assert (early["code"], early["part"]) == ("NOT_WHOLLY_PERFORMED", "SETTLEMENT")
    await pay(home, "22000.00", "2025-07-14")
    async with home.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM events WHERE kind = 'SETTLEMENT_PERFORMED'") == 1

    closed = await close(home)

    assert closed == {
        "__typename": "EnforcementCase",
        "status": "CLOSED",
        "closingMethod": "FULLY_ENFORCED",
        "closedOn": "2025-07-14",
    }
    assert (await close(home))["code"] == "CASE_NOT_OPEN"
    async with home.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM suspensions WHERE until_on IS NULL") == 0
    refused = await change(
        home, await settlement(home), ("2025-08-30", "1.00"), total="22001.00", agreedOn="2025-07-14"
    )
    assert refused["code"] == "CASE_NOT_OPEN"


async def test_case_whose_debt_is_paid_is_closed(home: rz.Court) -> None:
    """100,000.00 with 530 days of doubled interest and the fee, to the cent."""
    owed = (await door.outstanding(home))["left"]
    await pay(home, f"{float(owed) - 0.01:.2f}", "2025-07-14")
    early = await close(home)
    assert (early["code"], early["part"]) == ("NOT_WHOLLY_PERFORMED", "OUTSTANDING")

    await pay(home, "0.01", "2025-07-14")

    assert (await close(home))["status"] == "CLOSED"


async def test_money_that_is_not_distributed_keeps_the_case_open(home: rz.Court) -> None:
    draw = {"proceeds": "10.00", "arrivedOn": "2025-07-14", "idempotencyKey": "d"}
    await act(home, "drawDistributionPlan", "... on DistributionPlan { id }", caseNumber=rz.NUMBER, **draw)  # type: ignore[arg-type]
    await pay(home, "200000.00", "2025-07-14")

    refused = await close(home)

    assert (refused["code"], refused["part"]) == ("NOT_WHOLLY_PERFORMED", "DISTRIBUTION")


async def test_only_the_handler_closes_what_they_read(home: rz.Court) -> None:
    await pay(home, "200000.00", "2025-07-14")

    for who, more, code in (
        (rz.caller(KAIHUA, 2), {}, "NOT_ASSIGNED"),
        (CLERK, {}, "FORBIDDEN"),
        (HANDLER, {"version": 9}, "STALE_VERSION"),
    ):
        assert (await close(home, who, **more))["code"] == code
    assert (await case(home))["status"] == "IN_PROGRESS"
