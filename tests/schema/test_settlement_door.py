"""A settlement through GraphQL: kept, broken, declared broken, resumed; and nothing of it by a timer.

Long, because each turn of a settlement starts from the same case and plan, led up to by the helpers at the top.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from db.clock import SetClock
from db.pool import open_pool
from db.records.assets import MeasureStatus
from enforcement import timers
from enforcement.court import Limits
from enforcement.rules.measure import MOVES
from enforcement.rules.rights import Role
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone
from tests.schema import money_door as door
from tests.schema.money_door import act, run

pytestmark = pytest.mark.anyio

NUMBER = "（2023）浙0824执365号"
MONTHS = [f"2024-{month:02}-29" for month in range(1, 8)]
TOLD = """... on SettlementAgreement { id status version guarantee { directEnforcement }
  instalments { no dueOn amount paidOn paidAmount payments { amount } } decisions { outcome choice } }
  ... on Refusal { part }"""
MOVED = TOLD + " ... on TransitionNotAllowed { current wanted }"
NEW_CASE = """... on EnforcementCase { caseNumber type status filedOn parties { role name }
  outstanding(asOf: "2024-06-01") { paid lines { kind due paid left } } assets { nodes { id } } }
  ... on TransitionNotAllowed { current wanted } ... on Refusal { part }"""
CASE = """query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ... on EnforcementCase {
  status closingMethod assets { nodes { id } }
  settlements { id status version instalments { no paidOn paidAmount } decisions { outcome choice } } } } }"""


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    """A case over 46,000.00 filed in 2023; the judgment was to be performed by 2023-10-31."""
    pool = await open_pool(await new_database("node"))
    court = await rz.kaihua(Zone(), pool, clock)
    async with pool.acquire() as conn:
        await conn.execute(
            "UPDATE cases SET principal = 46000, amount_applied = 46000, performance_due_on = '2023-10-31', "
            "filed_on = '2023-11-20', number = $1",
            NUMBER,
        )
    clock.set(door.instant("2023-12-29"))
    yield court
    await pool.close()


def plan(*amounts: str) -> list[dict[str, str]]:
    days = ["2023-12-29", *MONTHS]
    return [{"dueOn": day, "amount": amount} for day, amount in zip(days, amounts, strict=False)]


STORY = plan("10000.00", *["6000.00"] * 6)


async def settle(home: rz.Court, total: str = "46000.00", key: str = "s", **more: Any) -> Any:
    given: dict[str, Any] = {"instalments": STORY, "signedOn": "2023-12-29", "form": "WRITTEN"} | more
    return await act(
        home,
        "recordSettlement",
        TOLD + " ... on InstalmentsDoNotAddUp { settled planned }",
        caseNumber=NUMBER,
        total=total,
        idempotencyKey=key,
        **given,
    )


async def pay(home: rz.Court, amount: str, day: str) -> None:
    rz.clock_of(home).set(door.instant(day))
    paid = await act(
        home,
        "recordPayment",
        "... on Payment { amount }",
        caseNumber=NUMBER,
        amount=amount,
        paidOn=day,
        method="CASH",
        idempotencyKey=f"{day} {amount}",
    )
    assert paid["amount"] == amount


async def case(home: rz.Court) -> Any:
    return await run(home, CASE, number=NUMBER)


async def settlement(home: rz.Court) -> Any:
    (only,) = (await case(home))["settlements"]
    return only


async def suspected(home: rz.Court) -> list[str]:
    async with home.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT due_on FROM warnings WHERE kind = 'BREACH_SUSPECTED' ORDER BY due_on")
    return [row["due_on"].isoformat() for row in rows]


async def breach(home: rz.Court, applied: str, **more: Any) -> Any:
    now = await settlement(home)
    given = {"id": now["id"], "version": now["version"], "appliedOn": applied} | more
    return await act(home, "declareBreach", MOVED, **given)


async def resume(home: rz.Court, applied: str, key: str = "r", **more: Any) -> Any:
    now = await settlement(home)
    return await act(
        home, "resumeEnforcement", NEW_CASE, settlementId=now["id"], appliedOn=applied, idempotencyKey=key, **more
    )


@pytest.mark.parametrize(
    ("total", "amounts"),
    [
        ("46000.00", ["10000.00", *["6000.00"] * 6]),
        ("50000.00", ["10000.00", *["6000.00"] * 6, "4000.00"]),
    ],
)
async def test_plan_adds_up_to_the_settlement(home: rz.Court, total: str, amounts: list[str]) -> None:
    kept = await settle(home, total, instalments=plan(*amounts))

    assert [each["amount"] for each in kept["instalments"]] == amounts
    assert kept["status"] == "SIGNED"


async def test_plan_of_the_other_total_is_refused(home: rz.Court) -> None:
    refused = await settle(home, "50000.00")

    assert (refused["code"], refused["settled"], refused["planned"]) == (
        "INSTALMENTS_DO_NOT_ADD_UP",
        "50000.00",
        "46000.00",
    )
    assert [await home.count(table) for table in ("settlements", "instalments", "events")] == [0, 0, 0]


async def test_broken_settlement_is_resumed_on_application(home: rz.Court) -> None:
    """SC-05, one story in one piece: 16,000 paid, the third missed; a warning, then an application, then 执恢."""
    asset_id = await rz.add_asset(home)
    await settle(home)
    await pay(home, "10000.00", "2023-12-29")
    await pay(home, "6000.00", "2024-01-29")
    rz.clock_of(home).set(door.instant("2024-03-03"))  # due on 29 February, three days of grace
    await timers.sweep(home.node)
    assert await suspected(home) == []

    rz.clock_of(home).set(door.instant("2024-03-04"))
    for _ in range(2):
        await timers.sweep(home.node)
    assert await suspected(home) == ["2024-02-29"]
    assert ((await settlement(home))["status"], (await case(home))["status"]) == ("PERFORMING", "IN_PROGRESS")
    assert (await resume(home, "2024-03-04"))["code"] == "BREACH_NOT_DECLARED"

    declared = await breach(home, "2024-03-04")
    assert (declared["status"], declared["decisions"]) == ("BREACHED", [{"outcome": "BREACHED", "choice": None}])
    resumed = await resume(home, "2024-03-04")

    assert (resumed["caseNumber"], resumed["type"], resumed["status"]) == (
        "（2024）浙0824执恢1号",
        "RESUMED_ENFORCEMENT",
        "FILED",
    )
    lines = {line["kind"]: line for line in resumed["outstanding"]["lines"]}
    assert (resumed["outstanding"]["paid"], lines["PRINCIPAL"]["left"]) == ("16000.00", "30000.00")
    # from 2023-11-01: 59 days of 10,000, 90 of 6,000, and 214 to 2024-06-01 of the 30,000 that are left
    assert lines["DOUBLED_INTEREST"]["due"] == "1321.25"
    before = await case(home)
    assert (before["status"], before["closingMethod"], before["assets"]["nodes"]) == ("CLOSED", "TERMINATED", [])
    assert resumed["assets"]["nodes"] == [{"id": str(asset_id)}]
    assert {(each["role"], each["name"]) for each in resumed["parties"]} == {
        ("DEBTOR", "李样甲"),
        ("APPLICANT", "周样甲"),
    }


async def test_what_can_still_change_goes_on_in_the_resumed_case(home: rz.Court) -> None:
    """A ruling that nobody carried out yet is not left behind in the closed case; what has ended stays where it was."""
    asset_id = await rz.add_asset(home)
    async with home.node.pool.acquire() as conn:
        await conn.executemany(
            """
            INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no,
                                  ruled_on, value, version, synthetic)
            VALUES (gen_random_uuid(), $1, $2, 'SEIZE', $3, $4, $4, 'R', '2024-01-02', 1, 1, true)
            """,
            [(asset_id, home.case.id, status, KAIHUA) for status in MeasureStatus],
        )
    await settle(home)
    rz.clock_of(home).set(door.instant("2024-02-01"))
    await breach(home, "2024-02-01")
    resumed = await resume(home, "2024-02-01")

    async with home.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT m.status, c.number FROM measures m JOIN cases c ON c.id = m.case_id")
    assert {row["status"]: row["number"] for row in rows} == {
        status: resumed["caseNumber"] if MOVES[status] else NUMBER for status in MeasureStatus
    }


async def test_resuming_twice_gives_one_case(home: rz.Court) -> None:
    await settle(home)
    rz.clock_of(home).set(door.instant("2024-02-01"))
    await breach(home, "2024-02-01")

    first = await resume(home, "2024-02-01")

    assert (await resume(home, "2024-02-01"))["caseNumber"] == first["caseNumber"]
    assert (await resume(home, "2024-02-01", "again"))["current"] == "RESUME"
    assert await home.count("cases") == 2


async def test_two_broken_settlements_resume_one_case(home: rz.Court) -> None:
    """A judgment is enforced in one case: the second application is told which, and may not sue beside it."""
    made = [await settle(home, key=key) for key in ("one", "two")]
    rz.clock_of(home).set(door.instant("2024-02-01"))
    for each in made:
        await act(home, "declareBreach", MOVED, id=each["id"], version=1, appliedOn="2024-02-01")
    shown = NEW_CASE + " ... on DuplicateOf { known: id }"
    first, second = [
        await act(home, "resumeEnforcement", shown, settlementId=each["id"], appliedOn="2024-02-01", idempotencyKey=key)
        for key, each in zip("12", made, strict=True)
    ]

    async with home.node.pool.acquire() as conn:
        resumed = await conn.fetchval("SELECT id FROM cases WHERE number = $1", first["caseNumber"])
    assert (second["code"], second["known"]) == ("DUPLICATE_OF", str(resumed))
    assert [await home.count(table) for table in ("cases", "resumptions")] == [2, 1]
    sued = await act(home, "recordSettlementSuit", MOVED, id=made[1]["id"], version=2)
    assert (sued["current"], sued["wanted"]) == ("RESUME", "SUE")


async def test_case_closed_for_good_is_not_resumed(home: rz.Court) -> None:
    await settle(home)
    rz.clock_of(home).set(door.instant("2024-02-01"))
    await breach(home, "2024-02-01")
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET status = 'CLOSED', closing_method = 'CANCELLED', closed_on = '2024-01-30'")

    assert (await resume(home, "2024-02-01"))["code"] == "CASE_NOT_OPEN"
    assert [await home.count(table) for table in ("cases", "resumptions")] == [1, 0]


async def test_resuming_ends_what_stood_still(home: rz.Court) -> None:
    """A suspension that stops interest would stop it in the new case for ever."""
    await settle(home)
    rz.clock_of(home).set(door.instant("2024-02-01"))
    given: dict[str, Any] = {
        "kind": "SUSPENDED",
        "ground": "RETRIAL",
        "fromOn": "2024-01-01",
        "idempotencyKey": "stand",
    }
    await act(home, "recordSuspension", "... on Suspension { id }", caseNumber=NUMBER, **given)
    await breach(home, "2024-02-01")

    await resume(home, "2024-02-01")

    async with home.node.pool.acquire() as conn:
        assert str(await conn.fetchval("SELECT until_on FROM suspensions")) == "2024-02-01"


async def test_what_was_paid_before_the_settlement_was_written_down_counts(home: rz.Court) -> None:
    """The first instalment is paid at the signing; the clerk books it before the handler writes the settlement down."""
    await pay(home, "1.00", "2023-12-28")
    await pay(home, "10000.00", "2023-12-29")
    await pay(home, "7000.00", "2024-01-02")

    made = await settle(home)

    assert (made["status"], made["version"]) == ("PERFORMING", 2)
    assert [(each["paidOn"], each["paidAmount"]) for each in made["instalments"]][:3] == [
        ("2023-12-29", "10000.00"),
        ("2024-01-02", "6000.00"),
        (None, "1000.00"),
    ]
    assert (await settle(home))["instalments"] == made["instalments"]
    second = await settle(home, "1.00", "later", instalments=plan("1.00"))
    assert second["status"] == "SIGNED"  # no cent counts twice


async def test_part_that_was_paid_before_settling_the_rest_is_not_of_the_rest(home: rz.Court) -> None:
    """SC-01: 20,000.00 are paid, and the rest is settled the same day; what is due at the signing is paid by them."""
    await pay(home, "20000.00", "2023-12-29")

    rest = await settle(home, "6000.00", "rest", instalments=[{"dueOn": "2024-01-29", "amount": "6000.00"}])
    now = await settle(home, "16000.00", "now", instalments=plan("10000.00", "6000.00"))

    assert (rest["status"], now["status"]) == ("SIGNED", "PERFORMING")
    assert [each["paidAmount"] for each in now["instalments"]] == ["10000.00", "0.00"]


async def test_payments_fill_the_plan_in_its_order(home: rz.Court) -> None:
    await settle(home)
    await pay(home, "13000.00", "2024-01-02")
    await pay(home, "4000.00", "2024-01-20")

    now = await settlement(home)

    assert [(each["paidOn"], each["paidAmount"]) for each in now["instalments"]][:3] == [
        ("2024-01-02", "10000.00"),
        ("2024-01-20", "6000.00"),
        (None, "1000.00"),
    ]
    assert await home.count("instalment_payments") == 4


async def test_settlement_that_is_paid_is_performed(home: rz.Court) -> None:
    await settle(home)
    await pay(home, "46000.00", "2024-01-02")

    assert (await settlement(home))["status"] == "PERFORMED"
    assert (await breach(home, "2024-01-02"))["code"] == "SETTLEMENT_PERFORMED"
    assert (await resume(home, "2024-01-02"))["code"] == "SETTLEMENT_PERFORMED"
    assert await home.count("cases") == 1


async def test_nothing_is_broken_before_it_is_due(home: rz.Court) -> None:
    await settle(home)

    assert (await breach(home, "2023-12-29"))["code"] == "SETTLEMENT_NOT_DUE"
    assert (await resume(home, "2023-12-29"))["code"] == "SETTLEMENT_NOT_DUE"
    assert [await home.count(table) for table in ("settlement_decisions", "resumptions")] == [0, 0]


async def test_what_is_being_performed_is_not_resumed(home: rz.Court) -> None:
    """Late, but caught up: also after the breach was declared (art. 11)."""
    await settle(home)
    rz.clock_of(home).set(door.instant("2024-01-02"))
    await breach(home, "2024-01-02")
    await pay(home, "10000.00", "2024-01-03")

    assert (await resume(home, "2024-01-03"))["code"] == "SETTLEMENT_BEING_PERFORMED"
    assert (await settlement(home))["status"] == "BREACHED"


async def test_applicant_who_sued_does_not_resume(home: rz.Court) -> None:
    await settle(home)
    rz.clock_of(home).set(door.instant("2024-02-01"))
    early = await settlement(home)
    assert (await act(home, "recordSettlementSuit", MOVED, id=early["id"], version=1))["wanted"] == "SUE"
    declared = await breach(home, "2024-02-01")

    sued = await act(home, "recordSettlementSuit", MOVED, id=declared["id"], version=declared["version"])

    assert sued["decisions"] == [{"outcome": "BREACHED", "choice": "SUE"}]
    assert (await resume(home, "2024-02-01"))["current"] == "SUE"


@pytest.mark.parametrize("outcome", ["VOID", "REVOKED"])
async def test_settlement_may_be_void(home: rz.Court, outcome: str) -> None:
    made = await settle(home)

    ended = await act(home, "endSettlement", MOVED, id=made["id"], version=1, outcome=outcome, appliedOn="2023-12-29")

    assert ended["status"] == outcome
    assert (await breach(home, "2023-12-29"))["code"] in {"SETTLEMENT_NOT_DUE", "TRANSITION_NOT_ALLOWED"}


GUARANTOR = {"name": "周样甲", "domicileDivision": "330824", "residentId": rz.OTHER_NO, "directEnforcement": True}
FIRM = {"name": "开化样例混凝土有限公司", "domicileDivision": "330824", "creditCode": "91330824FAKE000139"}


@pytest.mark.parametrize(
    ("guarantor", "debtors"),
    [(GUARANTOR, {"李样甲", "周样甲"}), (FIRM | {"directEnforcement": True}, {"李样甲", FIRM["name"]})],
)
async def test_guarantor_who_promised_it_is_a_debtor(
    home: rz.Court, guarantor: dict[str, Any], debtors: set[str]
) -> None:
    made = await settle(home, guarantor=guarantor)
    assert made["guarantee"] == {"directEnforcement": True}
    rz.clock_of(home).set(door.instant("2024-02-01"))
    await breach(home, "2024-02-01")

    resumed = await resume(
        home, "2024-02-01", caseNumber="（2024）浙0824执恢9号", guarantorRulingNo="（2024）浙0824执恢9号之一"
    )

    assert resumed["caseNumber"] == "（2024）浙0824执恢9号"
    assert {each["name"] for each in resumed["parties"] if each["role"] == "DEBTOR"} == debtors


async def test_guarantor_who_promised_nothing_is_left_alone(home: rz.Court) -> None:
    await settle(home, guarantor=FIRM | {"directEnforcement": False})
    rz.clock_of(home).set(door.instant("2024-02-01"))
    await breach(home, "2024-02-01")

    refused = await resume(home, "2024-02-01", guarantorRulingNo=NUMBER + "之一")

    assert refused["code"] == "NO_DIRECT_PROMISE"
    assert [await home.count(table) for table in ("cases", "resumptions")] == [1, 0]
    assert (await settlement(home))["decisions"] == [{"outcome": "BREACHED", "choice": None}]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"caseNumber": "（2024）浙0824执9号"}, "INVALID_CASE_NUMBER"),
        ({"caseNumber": "（2024）皖1021执恢9号"}, "INVALID_CASE_NUMBER"),
        ({"caseNumber": "（2024）浙0824执恢9号之一"}, "INVALID_CASE_NUMBER"),
        ({"applied": "2024-02-02"}, "INVALID_PERIOD"),
        ({"applied": "2023-12-28"}, "INVALID_PERIOD"),
    ],
)
async def test_resumption_that_is_malformed_is_refused(home: rz.Court, more: dict[str, Any], code: str) -> None:
    await settle(home)
    rz.clock_of(home).set(door.instant("2024-02-01"))
    await breach(home, "2024-02-01")

    assert (await resume(home, **{"applied": "2024-02-01"} | more))["code"] == code
    assert [await home.count(table) for table in ("cases", "resumptions")] == [1, 0]


async def test_only_the_case_s_judge_finds_a_breach(home: rz.Court) -> None:
    made = await settle(home)
    rz.clock_of(home).set(door.instant("2024-02-01"))

    for who, code in ((rz.caller(KAIHUA, 2), "NOT_ASSIGNED"), (rz.caller(KAIHUA, 4, Role.CLERK), "FORBIDDEN")):
        given = {"id": made["id"], "version": 1, "appliedOn": "2024-02-01"}
        assert (await act(home, "declareBreach", MOVED, who, **given))["code"] == code
    assert (await breach(home, "2024-02-01", version=9))["code"] == "STALE_VERSION"
    assert await home.count("settlement_decisions") == 0


@pytest.mark.parametrize(
    ("grace", "day", "warned"), [(0, "2023-12-30", 1), (15, "2024-01-13", 0), (15, "2024-01-14", 1)]
)
async def test_grace_is_a_setting(home: rz.Court, grace: int, day: str, warned: int) -> None:
    await settle(home)
    rz.clock_of(home).set(door.instant(day))

    await timers.sweep(replace(home.node, limits=Limits(grace_days=grace)))

    assert len(await suspected(home)) == warned
