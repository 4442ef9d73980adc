"""Payouts that are put off: asked by the handler, agreed to by two others, warned of when that is over too."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from db.clock import SetClock
from db.pool import open_pool
from enforcement import timers
from enforcement.court import Limits
from enforcement.rules.rights import Caller, Role
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone
from tests.schema import money_door as door
from tests.schema.distribution_acts import CHIEF, CLERK, draw, final
from tests.schema.money_door import HANDLER, act

pytestmark = pytest.mark.anyio

PRESIDENT = rz.caller(KAIHUA, 6, Role.PRESIDENT)
TOLD = """... on DistributionPlan { id version payoutDeferrals {
  id ground untilOn status version chiefAt presidentAt } } ... on Refusal { part }
  ... on TransitionNotAllowed { current wanted }"""


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def ask(home: rz.Court, plan: Any, until: str = "2025-09-01", key: str = "a", who: Caller = HANDLER) -> Any:
    given = {"planId": plan["id"], "ground": "NOT_COLLECTED", "untilOn": until, "idempotencyKey": key}
    return await act(home, "requestPayoutDeferral", TOLD, who, **given)


async def decide(home: rz.Court, asked: Any, who: Caller, *, grants: bool = True, **more: Any) -> Any:
    one = asked["payoutDeferrals"][-1]
    given: dict[str, Any] = {"id": one["id"], "version": one["version"], "grants": grants} | more
    return await act(home, "decidePayoutDeferral", TOLD, who, **given)


async def warned(home: rz.Court, day: str) -> list[str]:
    rz.clock_of(home).set(door.instant(day))
    for _ in range(2):
        await timers.sweep(home.node)
    async with home.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT due_on FROM warnings WHERE kind = 'PAYOUT_OVERDUE' ORDER BY due_on")
    return [row["due_on"].isoformat() for row in rows]


async def test_chief_and_president_put_a_payout_off(home: rz.Court) -> None:
    """The money arrived on 10 July: due on 11 August, put off until 1 September, and then within ten days."""
    plan = await draw(home)

    asked = await ask(home, plan)
    assert await ask(home, plan) == asked
    agreed = await decide(home, asked, CHIEF)
    granted = await decide(home, agreed, PRESIDENT)

    assert [each["payoutDeferrals"][0]["status"] for each in (asked, agreed, granted)] == [
        "REQUESTED",
        "REQUESTED",
        "GRANTED",
    ]
    assert await home.count("payout_deferrals") == 1
    assert await warned(home, "2025-09-11") == []
    assert await warned(home, "2025-09-12") == ["2025-09-11"]
    asked = await ask(home, plan, "2025-10-01", "again")
    await decide(home, await decide(home, asked, CHIEF), PRESIDENT)
    assert await warned(home, "2025-10-12") == ["2025-09-11", "2025-10-11"]


async def test_what_nobody_granted_is_overdue_as_ever(home: rz.Court) -> None:
    asked = await ask(home, await draw(home))
    await decide(home, asked, CHIEF)

    assert await warned(home, "2025-08-12") == ["2025-08-11"]


@pytest.mark.parametrize("by", ["chief", "president"])
async def test_either_may_refuse(home: rz.Court, by: str) -> None:
    plan = await draw(home)
    asked = await ask(home, plan)
    if by == "president":
        asked = await decide(home, asked, CHIEF)

    refused = await decide(home, asked, PRESIDENT if by == "president" else CHIEF, grants=False)

    assert refused["payoutDeferrals"][0]["status"] == "REFUSED"
    assert (await decide(home, refused, PRESIDENT))["current"] == "REFUSED"
    anew = await ask(home, plan, key="anew")
    assert {each["status"] for each in anew["payoutDeferrals"]} == {"REFUSED", "REQUESTED"}


async def test_three_persons_put_a_payout_off(home: rz.Court) -> None:
    both = rz.caller(KAIHUA, 7, Role.BUREAU_CHIEF, Role.PRESIDENT)
    asked = await ask(home, await draw(home))
    asker = rz.caller(KAIHUA, 1, Role.HANDLER, Role.BUREAU_CHIEF)

    assert (await decide(home, asked, asker))["code"] == "SELF_APPROVAL_FORBIDDEN"
    assert (await decide(home, asked, PRESIDENT))["code"] == "FORBIDDEN"  # the chief comes first
    assert (await decide(home, asked, HANDLER))["code"] == "FORBIDDEN"
    agreed = await decide(home, asked, both)
    assert (await decide(home, agreed, both))["code"] == "SELF_APPROVAL_FORBIDDEN"
    assert (await decide(home, agreed, CHIEF))["code"] == "FORBIDDEN"
    assert (await decide(home, asked, PRESIDENT))["code"] == "STALE_VERSION"
    assert (await decide(home, agreed, PRESIDENT))["payoutDeferrals"][0]["status"] == "GRANTED"


@pytest.mark.parametrize(
    ("until", "who", "code"),
    [
        ("2025-07-14", HANDLER, "INVALID_PERIOD"),
        ("2026-07-15", HANDLER, "INVALID_PERIOD"),
        ("9999-12-31", HANDLER, "INVALID_PERIOD"),
        ("2025-09-01", CLERK, "NOT_ASSIGNED"),
        ("2025-09-01", CHIEF, "FORBIDDEN"),
    ],
)
async def test_deferral_without_grounds_is_refused(home: rz.Court, until: str, who: Caller, code: str) -> None:
    assert (await ask(home, await draw(home), until, who=who))["code"] == code
    assert await home.count("payout_deferrals") == 0


async def test_one_request_is_decided_before_another(home: rz.Court) -> None:
    plan = await draw(home)
    await ask(home, plan)

    assert (await ask(home, plan, key="b"))["current"] == "REQUESTED"
    anew = await draw(home, "anew", replaces=plan["id"])
    assert (await ask(home, plan, key="c"))["current"] == "REPLACED"
    assert (await ask(home, anew, key="e"))["payoutDeferrals"][0]["status"] == "REQUESTED"


async def test_what_was_put_off_may_be_paid_before(home: rz.Court) -> None:
    plan = await final(home)
    asked = await ask(home, plan)

    paid = await act(
        home,
        "recordDistributionPayout",
        "... on DistributionPlan { status }",
        id=plan["id"],
        version=plan["version"],
        paidOn="2025-07-30",
    )

    assert paid["status"] == "PAID"
    assert (await decide(home, asked, CHIEF))["current"] == "PAID"


async def test_days_after_a_deferral_are_a_setting(home: rz.Court) -> None:
    strict = replace(home, node=replace(home.node, limits=Limits(payout_after_deferral_days=0)))
    asked = await ask(strict, await draw(strict))
    await decide(strict, await decide(strict, asked, CHIEF), PRESIDENT)

    assert await warned(strict, "2025-09-01") == []
    assert await warned(strict, "2025-09-02") == ["2025-09-01"]
