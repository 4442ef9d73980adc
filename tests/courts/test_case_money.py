"""SC-05, SC-17, SC-21, SC-27, SC-28 in a running zone: money to the cent, and no case moved by a proposal."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.demo.client import Client
from api.demo.zone import Zone
from tests.courts.desks import CHIEF, Desk, Desks, connected, until
from tests.courts.money_case import CASE as NEW_CASE
from tests.courts.money_case import act

pytestmark = pytest.mark.anyio
KAIHUA, SHEXIAN, CHUNAN = "浙0824", "皖1021", "浙0127"
SETTLED, SHARED, ENTRUSTED = (f"（2025）浙0824执{number}号" for number in (99051, 99171, 99271))
THERE = "（2025）皖1021执99271号"
DIGEST = "0" * 64
PAPERS = (
    "LETTER",
    "APPLICATION_AND_APPROVAL",
    "BASIS_COPY",
    "CASE_STATUS",
    "APPLICANT_CONTACT",
    "DEBTOR_IDENTITY",
    "OFFICER_CONTACT",
)
_OURS = """SELECT id FROM cases WHERE number LIKE '%执99___号'
    OR resumed_from IN (SELECT id FROM cases WHERE number LIKE '%执99___号')"""
_PLANS = f"SELECT id FROM distribution_plans WHERE case_id IN ({_OURS})"
_SETTLEMENTS = f"SELECT id FROM settlements WHERE case_id IN ({_OURS})"
_GONE = (
    f"DELETE FROM distribution_objections WHERE plan_id IN ({_PLANS})",
    f"DELETE FROM distribution_debtors WHERE plan_id IN ({_PLANS})",
    f"DELETE FROM distribution_payouts WHERE plan_id IN ({_PLANS})",
    f"DELETE FROM distribution_shares WHERE plan_id IN ({_PLANS})",
    f"DELETE FROM distribution_plans WHERE case_id IN ({_OURS})",
    f"DELETE FROM participations WHERE case_id IN ({_OURS})",
    f"DELETE FROM resumptions WHERE settlement_id IN ({_SETTLEMENTS})",
    f"DELETE FROM instalment_payments WHERE settlement_id IN ({_SETTLEMENTS})",
    f"DELETE FROM settlement_decisions WHERE settlement_id IN ({_SETTLEMENTS})",
    f"DELETE FROM instalments WHERE settlement_id IN ({_SETTLEMENTS})",
    f"DELETE FROM settlements WHERE case_id IN ({_OURS})",
    f"DELETE FROM payments WHERE case_id IN ({_OURS})",
    "DELETE FROM case_transfers",
    "DELETE FROM cross_enforcement_proposals",
    "DELETE FROM warnings WHERE kind IN ('BREACH_SUSPECTED', 'PAYOUT_OVERDUE', 'CASE_TRANSFER_DUE')",
    f"DELETE FROM case_parties WHERE case_id IN ({_OURS})",
    f"DELETE FROM cases WHERE id IN ({_OURS})",
)


@pytest.fixture
async def desks(zone: Zone, client: Client) -> AsyncIterator[Desks]:
    """Three cases of 开化 in the hands of its first handler, gone when the test is over."""
    async with connected(zone, "330824") as conn:
        for number, amount in ((SETTLED, 46_000), (SHARED, 100_000), (ENTRUSTED, 100_000)):
            await conn.execute(NEW_CASE, number, amount)
    yield Desks(zone, client)
    for division in ("330824", "341021"):
        async with connected(zone, division) as conn:
            for statement in _GONE:
                await conn.execute(statement)


PAY = act("recordPayment", "... on Payment { id }")
SETTLE = act("recordSettlement", "... on SettlementAgreement { id status version }")
BREACH = act("declareBreach", "... on SettlementAgreement { id status version }")
RESUME = act("resumeEnforcement", "... on EnforcementCase { caseNumber type }")
CASE = """query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) {
  ... on EnforcementCase { status type settlements { id status version } } ... on Problem { code message } } }"""
OWED = """query O($number: CaseNumber!, $asOf: Date) { outstanding(caseNumber: $number, asOf: $asOf) {
  ... on OutstandingAmount { paid left lines { kind due left } } ... on Problem { code message } } }"""


async def pay(desk: Desk, case: str, amount: str, day: str) -> None:
    given = {"caseNumber": case, "amount": amount, "paidOn": day, "method": "CASH"}
    await desk.one(PAY, input=given | {"idempotencyKey": f"{case} {day}"})


async def test_sc05_broken_settlement_becomes_a_case_of_its_own(desks: Desks) -> None:
    """Also SC-21: 59, 90 and 214 days of three parts of the debt, to the cent, and an earlier day as it was."""
    desk = desks.at(KAIHUA)
    days = ["2023-12-29", *(f"2024-0{month}-29" for month in range(1, 7))]
    plan = [{"dueOn": day, "amount": "6000.00" if day > "2024" else "10000.00"} for day in days]
    given: dict[str, Any] = {"caseNumber": SETTLED, "total": "46000.00", "instalments": plan, "form": "WRITTEN"}
    made = await desk.one(SETTLE, input=given | {"signedOn": "2023-12-29", "idempotencyKey": "sc05"})
    await pay(desk, SETTLED, "10000.00", "2023-12-29")
    await pay(desk, SETTLED, "6000.00", "2024-01-29")
    resume = {"settlementId": made["id"], "appliedOn": "2024-03-04", "idempotencyKey": "sc05-resume"}
    assert await desk.code(RESUME, input=resume) == "BREACH_NOT_DECLARED"
    (now,) = (await desk.one(CASE, number=SETTLED))["settlements"]
    assert now["status"] == "PERFORMING"

    await desk.one(BREACH, input={"id": made["id"], "version": now["version"], "appliedOn": "2024-03-04"})
    resumed = await desk.one(RESUME, input=resume)

    assert resumed["type"] == "RESUMED_ENFORCEMENT"
    owed = await desk.one(OWED, number=resumed["caseNumber"], asOf="2024-06-01")
    lines = {line["kind"]: line for line in owed["lines"]}
    assert (owed["paid"], lines["PRINCIPAL"]["left"], lines["DOUBLED_INTEREST"]["due"]) == (
        "16000.00",
        "30000.00",
        "1321.25",
    )
    before = await desk.one(OWED, number=resumed["caseNumber"], asOf="2023-12-28")
    assert (before["paid"], before["lines"][3]["due"]) == ("0.00", "466.90")
    assert (await desk.one(CASE, number=SETTLED))["status"] == "CLOSED"


FEES = {
    "10000": "50.00",
    "130000": "1850.00",
    "406000": "5990.00",
    "500000": "7400.00",
    "5000000": "52400.00",
    "10000000": "77400.00",
    "20000000": "87400.00",
}


async def test_sc21_interest_and_fee_to_the_cent(desks: Desks) -> None:
    """100,000 for a day and for 365; 40,000 paid after 60 days, the rest after 151; each step of the fee."""
    desk = desks.at(KAIHUA)
    async with connected(desks.zone, "330824") as conn:
        await conn.execute("UPDATE cases SET performance_due_on = '2024-01-31' WHERE number = $1", SHARED)
    for day, doubled in (("2024-01-31", "0.00"), ("2024-02-01", "17.50"), ("2025-01-30", "6387.50")):
        assert due(await desk.one(OWED, number=SHARED, asOf=day), "DOUBLED_INTEREST") == doubled

    await pay(desk, SHARED, "40000.00", "2024-03-31")
    await pay(desk, SHARED, "60000.00", "2024-06-30")
    for day, doubled in (("2024-03-30", "1032.50"), ("2025-07-14", "2005.50")):
        assert due(await desk.one(OWED, number=SHARED, asOf=day), "DOUBLED_INTEREST") == doubled

    for amount, fee in FEES.items():
        async with connected(desks.zone, "330824") as conn:
            await conn.execute("UPDATE cases SET amount_applied = $2::bigint WHERE number = $1", SHARED, int(amount))
        assert due(await desk.one(OWED, number=SHARED, asOf="2024-01-31"), "FEE") == fee


def due(owed: Any, kind: str) -> str:
    (line,) = [line for line in owed["lines"] if line["kind"] == kind]
    return str(line["due"])


async def test_sc17_distribution_to_the_cent(desks: Desks) -> None:
    """The days of SC-17 are walked in tests/schema/test_distribution_door.py; here the clock stands still."""
    desk = desks.at(KAIHUA)
    join = act("recordParticipation", "... on Participation { id }")
    others = ((SHEXIAN, "ORDINARY", "200000.00"), ("赣1181", "ORDINARY", "60000.00"), (CHUNAN, "SECURED", "120000.00"))
    for day, (court, priority, amount) in enumerate(others, 1):
        given = {"caseNumber": SHARED, "theirCourt": court, "theirCaseNumber": f"（2025）{court}执7号"}
        given |= {"amount": amount, "priority": priority, "appliedOn": f"2025-07-0{day}", "idempotencyKey": court}
        await desk.one(join, input=given)
    draw = act("drawDistributionPlan", "... on DistributionPlan { id version status shares { no share } }")

    given = {"caseNumber": SHARED, "proceeds": "300000.00", "costs": "6000.00", "arrivedOn": "2025-07-10"}
    plan = await desk.one(draw, input=given | {"basis": "PRO_RATA", "idempotencyKey": "sc17"})

    assert [each["share"] for each in plan["shares"]] == ["48333.33", "96666.67", "29000.00", "120000.00"]
    confirm = act("confirmDistributionPlan", "... on DistributionPlan { id }")
    assert await desk.code(confirm, input={"id": plan["id"], "version": 1}) == "DISTRIBUTION_NOT_FINAL"


async def test_sc27_case_goes_to_another_province(desks: Desks) -> None:
    desk, chief, their_chief = desks.at(KAIHUA), desks.at(KAIHUA, CHIEF), desks.at(SHEXIAN, CHIEF)
    shown = "... on CaseTransfer { id version status dueOn otherCaseNumber }"
    listed = (
        "{ caseTransfers { ... on CaseTransferList { transfers { id version status otherCaseNumber } } "
        "... on Problem { code message } } }"
    )
    given = {"caseNumber": ENTRUSTED, "papers": [{"kind": kind, "sha256": DIGEST} for kind in PAPERS]}
    propose = act("proposeCaseTransfer", shown)
    await pay(desk, ENTRUSTED, "40000.00", "2024-03-31")
    to_chunan = given | {"entrustedCourt": CHUNAN, "idempotencyKey": "sc27-p"}
    assert await desk.code(propose, input=to_chunan) == "PROVINCIAL_RULES_APPLY"

    made = await desk.one(propose, input=given | {"entrustedCourt": SHEXIAN, "idempotencyKey": "sc27"})
    await chief.one(act("sendCaseTransfer", shown), input={"id": made["id"], "version": made["version"]})

    async def arrived() -> dict[str, Any] | None:
        found = (await their_chief.one(listed))["transfers"]
        return next((each for each in found if each["id"] == made["id"]), None)

    there = await until(arrived)
    assert (there["status"], there["otherCaseNumber"]) == ("SENT", ENTRUSTED)
    filing = {"id": made["id"], "version": there["version"], "handlerId": "o-341021-01"}
    filing |= {"caseNumber": THERE}
    await their_chief.one(act("fileCaseTransfer", shown), input=filing)

    async def heard() -> dict[str, Any] | None:
        found = (await chief.one(listed))["transfers"]
        return next((each for each in found if each["id"] == made["id"] and each["status"] == "FILED"), None)

    assert (await until(heard))["otherCaseNumber"] == THERE
    their_desk = desks.at(SHEXIAN)
    for day in ("2024-02-01", "2024-12-31", "2025-07-14"):
        ours, theirs = [
            await each.one(OWED, number=number, asOf=day) for each, number in ((desk, ENTRUSTED), (their_desk, THERE))
        ]
        assert ours == theirs
    assert theirs["paid"] == "40000.00"
    await pay(their_desk, THERE, "1000.00", "2025-07-14")

    async def told() -> dict[str, Any] | None:
        owed = await desk.one(OWED, number=ENTRUSTED, asOf="2025-07-14")
        return owed if owed["paid"] == "41000.00" else None

    assert await until(told) == await their_desk.one(OWED, number=THERE, asOf="2025-07-14")


async def test_sc28_the_supreme_court_decides_between_provinces(desks: Desks, zone: Zone) -> None:
    propose = act("proposeCrossEnforcement", "... on CrossEnforcementProposal { id decidingCourt }")
    given = {"mode": "CENTRALISE", "ground": "RELATED_CASES", "caseNumbers": [ENTRUSTED, "（2025）皖1021执1号"]}
    count = "SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM cases c"
    async with connected(zone, "330824") as conn:
        before = await conn.fetchval(count)

        made = await desks.at(KAIHUA).one(propose, input=given | {"idempotencyKey": "sc28"})

        assert made["decidingCourt"] == "最高法"
        assert await conn.fetchval(count) == before
