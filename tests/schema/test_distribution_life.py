"""A distribution's whole life: what other plans gave, who joins late, debtors, suits, a thing distributed once."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest

from db import cases
from db.clock import SetClock
from db.pool import open_pool, transaction
from db.records.assets import AssetKind
from db.records.parties import CasePartyRecord, PartyRole
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone
from tests.schema import money_door as door
from tests.schema.distribution_acts import (
    CLERK,
    SIBLING,
    claim,
    do,
    draw,
    drawn,
    final,
    finished,
    join,
    paid,
    served,
    sibling,
    step,
)
from tests.schema.money_door import act, run

pytestmark = pytest.mark.anyio


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def test_later_money_goes_to_what_is_still_lacking(home: rz.Court) -> None:
    """300,000 gave what SC-17 says; the other 186,000 are what the same creditors lack, paid out before or not."""
    plan = await final(home)

    second = await draw(home, "second", proceeds="200000.00", costs="0.00")
    await do(home, "recordDistributionPayout", plan, paidOn="2025-07-30")
    third = await draw(home, "third", proceeds="200000.00", costs="0.00", replaces=second["id"])

    for later in (second, third):
        assert [(each["court"], each["claim"], each["share"]) for each in later["shares"]] == [
            (KAIHUA, "51666.67", "51666.67"),
            ("皖1021", "103333.33", "103333.33"),
            ("赣1181", "31000.00", "31000.00"),
        ]
        assert later["surplus"] == "14000.00"


@pytest.mark.parametrize("status", ["FINAL", "PAID"])
async def test_sold_thing_is_distributed_once(home: rz.Court, status: str) -> None:
    asset_id = str(await rz.add_asset(home))
    plan = await finished(home, await draw(home, assetId=asset_id), "2025-07-30")
    if status == "PAID":
        plan = await paid(home, plan, endsOn="2025-07-10")
    assert plan["status"] == status

    again = await draw(home, "again", assetId=asset_id, arrivedOn="2025-07-29")

    assert (again["code"], again["known"]) == ("DUPLICATE_OF", plan["id"])
    assert await home.count("distribution_plans") == 1


async def test_account_that_brings_money_again_is_distributed_again(home: rz.Court) -> None:
    identity = {"bank": "样例银行", "account": "6299993308240000016"}
    asset_id = str(await rz.add_asset(home, kind=AssetKind.BANK_DEPOSIT, identity=identity))
    plan = await finished(home, await draw(home, assetId=asset_id, proceeds="7000.00"), "2025-07-30")

    same = await draw(home, "same", assetId=asset_id)
    other = await draw(home, "other", assetId=asset_id, arrivedOn="2025-07-29")

    assert (same["known"], other["status"]) == (plan["id"], "DRAWN")
    assert (await draw(home, "third", assetId=asset_id, arrivedOn="2025-07-30"))["known"] == other["id"]


@pytest.mark.parametrize(
    ("number", "code", "part"),
    [
        (rz.NUMBER, "INVALID_CASE_NUMBER", "theirCaseNumber"),
        ("（2025）浙0824执999号", "NOT_FOUND", None),
        ("（2025）浙0824执367号", "NOT_JUDGMENT_DEBTOR", None),
    ],
)
async def test_own_court_s_case_takes_part_if_it_may(home: rz.Court, number: str, code: str, part: str | None) -> None:
    await sibling(home, "（2025）浙0824执367号", home.rows.parties[1].id)

    refused = await claim(home, number, "1.00")

    assert (refused["code"], refused["part"]) == (code, part)
    assert await home.count("participations") == 0


async def test_plan_is_drawn_anew_when_the_own_claims_are_others(home: rz.Court) -> None:
    """What was ordinary when it was drawn is secured now: the same sum under the same number is another claim."""
    plan = await served(home)
    rz.clock_of(home).set(door.instant("2025-07-30"))
    claims = [{"kind": "MONEY", "principal": "100000.00", "priority": "SECURED", "dueOn": "2024-01-31"}]
    done = await act(
        home, "recordClaims", "... on EnforcementCase { version }", caseNumber=rz.NUMBER, version=1, claims=claims
    )
    assert done["version"] == 2

    refused = await do(home, "confirmDistributionPlan", plan)

    assert (refused["code"], refused["part"]) == ("DISTRIBUTION_NOT_FINAL", "PARTICIPANTS")


@pytest.mark.parametrize("change", ["joins", "leaves", "claims more"])
async def test_plan_is_drawn_anew_when_participants_change(home: rz.Court, change: str) -> None:
    """Until the enforcement ends who applies takes part: a plan without them does not become final."""
    plan = await served(home)
    rz.clock_of(home).set(door.instant("2025-07-30"))
    if change == "joins":
        await join(home, "皖1022", "ORDINARY", "60000.00")
    else:
        async with home.node.pool.acquire() as conn:
            known = await conn.fetchval("SELECT id FROM participations WHERE court = '赣1181'")
        await act(home, "withdrawParticipation", "... on Participation { id }", CLERK, id=str(known), version=1)
    if change == "claims more":
        await join(home, "赣1181", "ORDINARY", "90000.00")

    refused = await do(home, "confirmDistributionPlan", plan)
    assert (refused["code"], refused["part"]) == ("DISTRIBUTION_NOT_FINAL", "PARTICIPANTS")
    anew = await draw(home, "anew", replaces=plan["id"])

    ordinary = [each["share"] for each in anew["shares"] if each["priority"] == "ORDINARY"]
    assert (
        ordinary
        == {
            "joins": ["41428.57", "82857.15", "24857.14", "24857.14"],
            "leaves": ["58000.00", "116000.00"],
            "claims more": ["44615.38", "89230.77", "40153.85"],
        }[change]
    )


async def test_final_plan_closes_its_thing_alone(home: rz.Court) -> None:
    car = str(await rz.add_asset(home))
    house = {"unitNo": "330824001001GB00001F00010001"}
    home_asset = str(await rz.add_asset(home, kind=AssetKind.REAL_ESTATE, identity=house))
    bound = await join(home, "浙0127", "SECURED", "40000.00", assetId=car)
    plan = await draw(home, assetId=car, proceeds="50000.00", costs="0.00")
    assert [each["share"] for each in plan["shares"]] == ["10000.00", "40000.00"]
    await finished(home, plan, "2025-07-30")

    closed = await join(home, "皖1022", "ORDINARY", "1.00", assetId=car)
    held = await act(home, "withdrawParticipation", "... on Participation { id }", CLERK, id=bound["id"], version=1)
    other = await join(home, "皖1022", "SECURED", "2.00", assetId=home_asset)
    whole = await join(home, "赣1181", "ORDINARY", "3.00")

    assert [each["code"] for each in (closed, held)] == ["PARTICIPATION_CLOSED"] * 2
    assert [each["court"] for each in (other, whole)] == ["皖1022", "赣1181"]
    # a mortgage of one thing has no part in the other
    later = await draw(home, "house", assetId=home_asset, proceeds="1000.00", costs="0.00")
    assert {each["court"]: each["claim"] for each in later["shares"]} == {
        KAIHUA: "90000.00",
        "赣1181": "3.00",
        "皖1022": "2.00",
    }
    gone = await act(home, "withdrawParticipation", "... on Participation { id }", CLERK, id=whole["id"], version=1)
    assert gone["id"] == whole["id"]


async def test_one_claim_takes_part_once_in_a_thing(home: rz.Court) -> None:
    car = str(await rz.add_asset(home))
    whole = await join(home, "皖1021", "ORDINARY", "5.00")

    assert (await join(home, "皖1021", "ORDINARY", "6.00", assetId=car))["known"] == whole["id"]
    assert (await join(home, "皖1021", "ORDINARY", "7.00", assetId=str(uuid4())))["code"] == "NOT_DEBTORS_ASSET"
    assert await home.count("participations") == 1


async def sued(home: rz.Court) -> Any:
    """The third creditor objected, was opposed by the debtor, and sued."""
    plan = await served(home)
    plan = await step(home, plan, 3, "OBJECTED", "2025-07-20")
    plan = await step(home, plan, 3, "OTHERS_NOTIFIED", "2025-07-22")
    plan = await step(home, plan, 3, "OPPOSED", "2025-08-06", by=5)
    plan = await step(home, plan, 3, "OPPOSITION_TOLD", "2025-08-07")
    return await step(home, plan, 3, "SUED", "2025-08-22")


@pytest.mark.parametrize("outcome", ["DISMISSED", "WITHDRAWN"])
async def test_plan_stands_when_the_suit_fails(home: rz.Court, outcome: str) -> None:
    plan = await sued(home)
    assert (await do(home, "confirmDistributionPlan", plan))["part"] == "SUIT"
    assert (await step(home, plan, 3, "SUIT_ENDED", "2025-12-01"))["code"] == "INVALID_OUTCOME"
    assert (await step(home, plan, 3, "SUED", "2025-12-01", outcome=outcome))["code"] == "INVALID_OUTCOME"
    early = await step(home, plan, 3, "SUIT_ENDED", "2025-08-21", outcome=outcome)
    assert (early["code"], early["part"]) == ("INVALID_PERIOD", "on")

    plan = await step(home, plan, 3, "SUIT_ENDED", "2025-12-01", outcome=outcome)

    assert [each["suitOutcome"] for each in plan["objections"]] == [outcome]
    again = await step(home, plan, 3, "SUIT_ENDED", "2025-12-01", outcome="UPHELD")
    assert again["current"] == "SUIT_ENDED"
    assert (await do(home, "confirmDistributionPlan", plan))["status"] == "FINAL"


async def test_upheld_suit_needs_a_new_plan(home: rz.Court) -> None:
    plan = await step(home, await sued(home), 3, "SUIT_ENDED", "2025-12-01", outcome="UPHELD")

    assert (await do(home, "confirmDistributionPlan", plan))["part"] == "SUIT_UPHELD"
    assert (await draw(home, "anew", replaces=plan["id"]))["status"] == "DRAWN"


async def test_debtor_is_served_and_objects(home: rz.Court) -> None:
    """民诉法解释 art. 509: a debtor has the same fifteen days, and a plan waits for them."""
    plan = await drawn(home)
    assert plan["debtors"] == [{"no": 5, "servedOn": None}]
    assert (await step(home, plan, 5, "OBJECTED", "2025-07-14"))["code"] == "TRANSITION_NOT_ALLOWED"
    for no in range(1, 5):
        plan = await step(home, plan, no, "SERVED", "2025-07-14")
    assert plan["status"] == "DRAWN"
    plan = await step(home, plan, 5, "SERVED", "2025-07-15")
    assert (plan["status"], plan["debtors"]) == ("SERVED", [{"no": 5, "servedOn": "2025-07-15"}])

    late = await step(home, plan, 5, "OBJECTED", "2025-07-31")
    plan = await step(home, plan, 5, "OBJECTED", "2025-07-30")
    plan = await step(home, plan, 5, "OTHERS_NOTIFIED", "2025-07-31")

    assert (late["code"], late["lastDay"]) == ("OBJECTION_TOO_LATE", "2025-07-30")
    assert (plan["status"], [each["no"] for each in plan["objections"]]) == ("OBJECTED", [5])
    rz.clock_of(home).set(door.instant("2025-09-30"))
    assert (await do(home, "confirmDistributionPlan", plan))["part"] == "UNOPPOSED_OBJECTION"


async def test_money_of_several_debtors_says_whose_it_was(home: rz.Court) -> None:
    async with transaction(home.node.pool) as conn:
        await cases.add_party(conn, CasePartyRecord(home.case.id, home.rows.parties[1].id, PartyRole.DEBTOR))
    await join(home, "皖1021", "ORDINARY", "200000.00")

    assert (await draw(home))["code"] == "DEBTOR_NOT_NAMED"
    assert (await draw(home, debtorId=str(uuid4())))["code"] == "NOT_JUDGMENT_DEBTOR"
    plan = await draw(home, "named", debtorId=str(home.debtor.id))

    assert [each["no"] for each in plan["debtors"]] == [3, 4]


async def test_case_shows_who_was_served(home: rz.Court) -> None:
    await served(home)
    document = """query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ... on EnforcementCase {
      distributionPlans { debtorId debtors { no partyId servedOn } } } } }"""

    (plan,) = (await run(home, document, number=rz.NUMBER))["distributionPlans"]

    debtor = str(home.debtor.id)
    assert plan == {"debtorId": debtor, "debtors": [{"no": 5, "partyId": debtor, "servedOn": "2025-07-14"}]}


async def test_thing_found_in_two_cases_is_distributed_once(home: rz.Court) -> None:
    """The car was found in a sibling case too: what it brought is not distributed there again."""
    car = await rz.add_asset(home)
    its_case = await sibling(home)
    same_car = await rz.add_asset(home, case_id=its_case)
    plan = await draw(home, assetId=str(car))

    given = {"proceeds": "1.00", "arrivedOn": "2025-07-14", "assetId": str(same_car), "idempotencyKey": "sibling"}
    shown = "... on DuplicateOf { known: id }"
    other = await act(home, "drawDistributionPlan", shown, rz.caller(KAIHUA, 2), caseNumber=SIBLING, **given)

    assert (other["code"], other["known"]) == ("DUPLICATE_OF", plan["id"])


async def test_many_plans_hide_none(home: rz.Court) -> None:
    """Of more than fifty the last fifty are told, and all of them are asked whether the money was distributed."""
    car = await rz.add_asset(home)
    async with home.node.pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO distribution_plans (id, case_id, asset_id, basis, proceeds, costs, surplus, arrived_on,"
            " status, drawn_by, drawn_at, version) SELECT gen_random_uuid(), $1, $2, 'PRO_RATA', 1, 0, 0, '2025-07-01',"
            " 'REPLACED', 'o-330824-01', '2025-07-01T00:00:00Z', 1 FROM generate_series(1, 55)",
            home.case.id,
            car,
        )
    plan = await draw(home, assetId=str(car))

    assert (await draw(home, "again", assetId=str(car)))["known"] == plan["id"]
    document = """query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ... on EnforcementCase {
      distributionPlans { id } } } }"""
    told = (await run(home, document, number=rz.NUMBER))["distributionPlans"]
    assert (len(told), told[-1]["id"]) == (50, plan["id"])
