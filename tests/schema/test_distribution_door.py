"""Distribution through GraphQL: who takes part, the vector to the cent, fifteen days, the payout of two persons."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from db import assets, objections
from db.clock import SetClock
from db.pool import open_pool
from db.records.objections import ObjectionRecord
from enforcement import timers
from enforcement.court import Limits
from enforcement.rules.rights import Role
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone
from tests.schema import money_door as door
from tests.schema.distribution_acts import CHIEF, CLERK, OTHERS, do, draw, drawn, final, join, served, step
from tests.schema.money_door import act, run

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def test_vector_to_the_cent(home: rz.Court) -> None:
    """SC-17: 300,000 less 6,000 and 120,000 are 174,000 for 100,000, 200,000 and 60,000."""
    plan = await drawn(home)

    assert (plan["status"], plan["basis"], plan["surplus"]) == ("DRAWN", "PRO_RATA", "0.00")
    assert [(each["court"], each["claim"], each["share"]) for each in plan["shares"]] == [
        (KAIHUA, "100000.00", "48333.33"),
        ("皖1021", "200000.00", "96666.67"),
        ("赣1181", "60000.00", "29000.00"),
        ("浙0127", "120000.00", "120000.00"),
    ]
    assert await draw(home) == plan


async def test_objection_on_the_fifteenth_day_counts(home: rz.Court) -> None:
    """SC-17: served on 14 July; the 29th is the last day, on the 30th it is too late, and nothing is written."""
    plan = await served(home)
    assert plan["status"] == "SERVED"

    late = await step(home, plan, 3, "OBJECTED", "2025-07-30")
    in_time = await step(home, plan, 2, "OBJECTED", "2025-07-29")

    assert (late["code"], late["lastDay"]) == ("OBJECTION_TOO_LATE", "2025-07-29")
    assert (in_time["status"], [each["no"] for each in in_time["objections"]]) == ("OBJECTED", [2])
    assert await home.count("distribution_objections") == 1


async def test_plan_is_final_when_nobody_objected(home: rz.Court) -> None:
    plan = await served(home)
    early = await do(home, "confirmDistributionPlan", plan)
    assert (early["code"], early["part"]) == ("DISTRIBUTION_NOT_FINAL", "OBJECTION_PERIOD")
    rz.clock_of(home).set(door.instant("2025-07-30"))

    final = await do(home, "confirmDistributionPlan", plan)
    paid = await do(home, "recordDistributionPayout", final, paidOn="2025-07-30")

    assert (final["status"], paid["status"], paid["paidOn"]) == ("FINAL", "PAID", "2025-07-30")


async def test_opposed_objector_sues_or_the_plan_stands(home: rz.Court) -> None:
    plan = await served(home)
    plan = await step(home, plan, 3, "OBJECTED", "2025-07-20")
    plan = await step(home, plan, 3, "OTHERS_NOTIFIED", "2025-07-22")
    plan = await step(home, plan, 3, "OPPOSED", "2025-08-06", by=1)
    plan = await step(home, plan, 3, "OPPOSITION_TOLD", "2025-08-07")
    waiting = await do(home, "confirmDistributionPlan", plan)
    assert waiting["part"] == "SUIT_PERIOD"

    rz.clock_of(home).set(door.instant("2025-08-23"))
    assert (await step(home, plan, 3, "SUED", "2025-08-23"))["lastDay"] == "2025-08-22"
    assert (await do(home, "confirmDistributionPlan", plan))["status"] == "FINAL"


async def test_unopposed_objection_needs_a_new_plan(home: rz.Court) -> None:
    plan = await served(home)
    plan = await step(home, plan, 3, "OBJECTED", "2025-07-20")
    plan = await step(home, plan, 3, "OTHERS_NOTIFIED", "2025-07-22")
    late = await step(home, plan, 3, "OPPOSED", "2025-08-07", by=1)
    assert (late["code"], late["lastDay"]) == ("OBJECTION_TOO_LATE", "2025-08-06")
    assert (await do(home, "confirmDistributionPlan", plan))["part"] == "UNOPPOSED_OBJECTION"
    assert (await draw(home, "again"))["known"] == plan["id"]  # a plan for the same money is open

    anew = await draw(home, "anew", replaces=plan["id"])

    assert (anew["status"], anew["version"]) == ("DRAWN", 1)
    assert (await step(home, plan | {"version": plan["version"] + 1}, 1, "SERVED", "2025-08-08"))[
        "current"
    ] == "REPLACED"


async def test_steps_follow_their_order(home: rz.Court) -> None:
    plan = await drawn(home)

    for no, what, more, code in (
        (1, "OBJECTED", {}, "TRANSITION_NOT_ALLOWED"),
        (1, "OTHERS_NOTIFIED", {}, "TRANSITION_NOT_ALLOWED"),
        (1, "SUED", {}, "TRANSITION_NOT_ALLOWED"),
        (9, "SERVED", {}, "NOT_FOUND"),
        (1, "SERVED", {"on": "2025-07-13"}, "INVALID_PERIOD"),
        (1, "SERVED", {"on": "2025-07-15"}, "INVALID_PERIOD"),
        (1, "SERVED", {"version": 7}, "STALE_VERSION"),
    ):
        assert (await step(home, plan, no, what, "2025-07-14", **more))["code"] == code, what
    plan = await step(home, plan, 1, "SERVED", "2025-07-14")
    assert (await step(home, plan, 1, "SERVED", "2025-07-14"))["code"] == "TRANSITION_NOT_ALLOWED"
    plan = await step(home, plan, 1, "OBJECTED", "2025-07-14")
    plan = await step(home, plan, 1, "OTHERS_NOTIFIED", "2025-07-14")
    assert (await step(home, plan, 1, "OPPOSED", "2025-07-14", by=1))["code"] == "INVALID_QUANTITY"
    assert (await step(home, plan, 1, "OPPOSED", "2025-07-14"))["code"] == "INVALID_QUANTITY"


async def test_large_payout_needs_a_second_person(home: rz.Court) -> None:
    strict = replace(home, node=replace(home.node, limits=Limits(two_person_payout=Decimal("293999.99"))))
    plan = await final(home)

    assert (await do(strict, "recordDistributionPayout", plan, paidOn="2025-07-30"))["code"] == "APPROVAL_REQUIRED"
    both = rz.caller(KAIHUA, 1, Role.HANDLER, Role.BUREAU_CHIEF)
    assert (await do(strict, "approveDistributionPayout", plan, both))["code"] == "SELF_APPROVAL_FORBIDDEN"
    assert (await do(strict, "approveDistributionPayout", plan))["code"] == "FORBIDDEN"
    approved = await do(strict, "approveDistributionPayout", plan, CHIEF)
    assert (await do(strict, "approveDistributionPayout", approved, CHIEF))["code"] == "TRANSITION_NOT_ALLOWED"
    paid = await do(strict, "recordDistributionPayout", approved, paidOn="2025-07-30")
    assert paid["status"] == "PAID"


async def test_payout_at_the_threshold_needs_one(home: rz.Court) -> None:
    exact = replace(home, node=replace(home.node, limits=Limits(two_person_payout=Decimal("294000.00"))))
    plan = await final(home)

    assert (await do(exact, "recordDistributionPayout", plan, paidOn="2025-07-31"))["code"] == "INVALID_PERIOD"
    assert (await do(exact, "recordDistributionPayout", plan, paidOn="2025-07-30"))["status"] == "PAID"


async def test_plan_that_is_not_final_is_not_paid(home: rz.Court) -> None:
    plan = await served(home)

    assert (await do(home, "recordDistributionPayout", plan, paidOn="2025-07-14"))["current"] == "SERVED"
    assert (await do(home, "approveDistributionPayout", plan, CHIEF))["current"] == "SERVED"


@pytest.mark.parametrize(("day", "warned"), [("2025-08-11", 0), ("2025-08-12", 1), ("2026-01-01", 1)])
async def test_payout_is_overdue_after_thirty_days(home: rz.Court, day: str, warned: int) -> None:
    """The thirtieth day after 10 July is a Saturday."""
    await drawn(home)
    rz.clock_of(home).set(door.instant(day))

    for _ in range(2):
        await timers.sweep(home.node)

    async with home.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT due_on FROM warnings WHERE kind = 'PAYOUT_OVERDUE'")
    assert [row["due_on"].isoformat() for row in rows] == ["2025-08-11"] * warned


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"theirCourt": "皖102"}, "UNKNOWN_COURT"),
        ({"amount": "0.00"}, "INVALID_MONEY"),
        ({"appliedOn": "2025-03-02"}, "INVALID_PERIOD"),
        ({"appliedOn": "2025-07-15"}, "INVALID_PERIOD"),
        ({"seizureRank": 0}, "INVALID_QUANTITY"),
        ({"theirCaseNumber": "（2025）浙0127执7号"}, "INVALID_CASE_NUMBER"),
        ({"who": rz.caller(KAIHUA, 2)}, "NOT_ASSIGNED"),
        ({"who": CHIEF}, "FORBIDDEN"),
    ],
)
async def test_participation_without_grounds_is_refused(home: rz.Court, more: dict[str, Any], code: str) -> None:
    values: dict[str, Any] = {"theirCourt": "皖1021", "priority": "ORDINARY", "amount": "1.00"} | more
    who = values.pop("who", CLERK)
    given = {"caseNumber": rz.NUMBER, "theirCaseNumber": "（2025）皖1021执7号", "appliedOn": "2025-07-01"} | values

    answer = await act(home, "recordParticipation", "... on Refusal { part }", who, **{"idempotencyKey": "p"} | given)

    assert answer["code"] == code
    assert [await home.count(table) for table in ("participations", "events", "idempotency")] == [0, 0, 0]


async def test_same_claim_takes_part_once(home: rz.Court) -> None:
    first = await join(home, "皖1021", "ORDINARY", "5.00")

    assert await join(home, "皖1021", "ORDINARY", "5.00") == first
    assert (await join(home, "皖1021", "ORDINARY", "6.00"))["known"] == first["id"]
    gone = await act(home, "withdrawParticipation", "... on Participation { id }", CLERK, id=first["id"], version=1)
    assert gone["id"] == first["id"]
    assert await home.count("participations") == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"proceeds": "0.00"}, "INVALID_MONEY"),
        ({"costs": "300000.01"}, "INVALID_MONEY"),
        ({"arrivedOn": "2025-07-15"}, "INVALID_PERIOD"),
        ({"assetId": "00000000-0000-4000-8000-000000000000"}, "NOT_DEBTORS_ASSET"),
        ({"replaces": "00000000-0000-4000-8000-000000000000"}, "NOT_FOUND"),
        ({"who": CLERK}, "NOT_ASSIGNED"),
    ],
)
async def test_plan_without_grounds_is_refused(home: rz.Court, more: dict[str, Any], code: str) -> None:
    assert (await draw(home, **more))["code"] == code
    assert [await home.count(table) for table in ("distribution_plans", "distribution_shares", "events")] == [0, 0, 0]


async def test_case_shows_its_plans_and_creditors(home: rz.Court) -> None:
    await drawn(home, basis="ORDER_OF_SEIZURE", seizureRank=1)
    document = """query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ... on EnforcementCase {
      participations { court amount } distributionPlans { basis shares { share seizureRank } } } } }"""

    case = await run(home, document, number=rz.NUMBER)

    assert [each["amount"] for each in case["participations"]] == [amount for _, _, amount in OTHERS]
    assert case["distributionPlans"] == [
        {
            "basis": "ORDER_OF_SEIZURE",
            "shares": [
                {"share": "100000.00", "seizureRank": 1},
                {"share": "56923.08", "seizureRank": None},
                {"share": "17076.92", "seizureRank": None},
                {"share": "120000.00", "seizureRank": None},
            ],
        }
    ]


async def test_objection_to_the_thing_stops_its_distribution(home: rz.Court) -> None:
    asset_id = await rz.add_asset(home)
    task = await rz.add_task(home, rz.content())
    async with home.node.pool.acquire() as conn:
        asset = await assets.get(conn, asset_id)
        assert asset is not None
        await objections.add(
            conn,
            ObjectionRecord(
                id=uuid4(),
                task_id=task.id,
                kind="THIRD_PARTY",
                author=KAIHUA,
                decides=KAIHUA,
                filed_on=date(2025, 7, 11),
                due_on=date(2025, 7, 28),
                asset_key=asset.identity_key,
                measure_id=None,
            ),
        )

    assert (await draw(home, assetId=str(asset_id)))["code"] == "OBJECTION_PENDING"
    assert await home.count("distribution_plans") == 0
    assert (await draw(home, "other money"))["status"] == "DRAWN"
