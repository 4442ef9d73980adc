"""SC-27 and SC-28 in one process: a whole case goes from 开化 to 歙县 and back; a proposal moves no case."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from db import assets as asset_table
from db import cases as case_table
from db.clock import SetClock
from db.pool import transaction
from db.records.assets import AssetStatus
from db.records.cases import CaseStatus, ClosingMethod
from enforcement import timers
from enforcement.case_transfers import filed_case
from enforcement.case_transfers.contents import TransferredParty
from enforcement.rules.rights import Caller, Role
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask
from tests.enforcement.case_transfer_zone import (
    CASE,
    CHIEF,
    HANDLER,
    PAPERS,
    THEIR_CHIEF,
    THEIR_HANDLER,
    Two,
    both,
    document,
)
from tests.enforcement.task_zone import DIGEST
from tests.federation.zone import CHANGSHAN, KAIHUA

pytestmark = pytest.mark.anyio


@pytest.fixture
async def two(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Two]:
    async with both(new_database, clock) as courts:
        yield courts


async def test_sc27_case_is_filed_within_seven_days(two: Two) -> None:
    """Proposed, sent by another person, filed; the case before is struck off and the applicant told."""
    made = await two.propose()
    assert (made["status"], made["direction"]) == ("PROPOSED", "OUTBOUND")
    assert await two.propose() == made
    arrived = await two.sent()
    assert (arrived["status"], arrived["otherCaseNumber"], arrived["dueOn"]) == ("SENT", rz.NUMBER, "2025-07-21")

    two.at("2025-07-21")
    given = {"id": arrived["id"], "version": arrived["version"], "handlerId": THEIR_HANDLER.officer_id}
    filed = await ask(two.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=given)
    await two.road.run()

    assert (filed["status"], filed["filedOn"], filed["concludeBy"]) == ("FILED", "2025-07-21", "2026-01-21")
    heard = await two.listed(two.own, HANDLER)
    assert (heard["status"], heard["otherCaseNumber"]) == ("FILED", "（2025）皖1021执1号")
    assert heard["strikeOffBy"] == "2025-07-28"
    their_case = await ask(two.other.node, CASE, THEIR_HANDLER, number="（2025）皖1021执1号")
    assert (their_case["type"], their_case["amountApplied"]) == ("FIRST_ENFORCEMENT", "100000.00")
    assert {(each["role"], each["name"]) for each in their_case["parties"]} == {
        ("DEBTOR", "李样甲"),
        ("APPLICANT", "周样甲"),
    }
    struck = await two.step(two.own, HANDLER, "STRIKE_OFF", "2025-07-22")
    own_case = await ask(two.own.node, CASE, HANDLER, number=rz.NUMBER)
    assert (struck["struckOffOn"], own_case["status"], own_case["closingMethod"]) == (
        "2025-07-22",
        "CLOSED",
        "CANCELLED",
    )
    assert two.road.refusals == []


async def test_sc27_same_province_has_its_own_rules(two: Two) -> None:
    assert (await two.propose(entrustedCourt=CHANGSHAN))["code"] == "PROVINCIAL_RULES_APPLY"
    assert [await two.own.count(table) for table in ("case_transfers", "outbox", "idempotency")] == [0, 0, 0]


async def test_sc27_property_at_home_keeps_the_case(two: Two) -> None:
    asset_id = await rz.add_asset(two.own)
    assert (await two.propose())["code"] == "LOCAL_PROPERTY_EXISTS"
    assert [await two.own.count(table) for table in ("case_transfers", "outbox", "idempotency")] == [0, 0, 0]

    async with transaction(two.own.node.pool) as conn:
        asset = await asset_table.get(conn, asset_id)
        assert asset is not None
        await asset_table.move(conn, asset, AssetStatus.RELEASED)
    made = await two.propose()
    await rz.add_asset(two.own)
    given = {"id": made["id"], "version": made["version"]}
    assert (await ask(two.own.node, document("sendCaseTransfer"), CHIEF, input=given))[
        "code"
    ] == "LOCAL_PROPERTY_EXISTS"
    assert await two.own.count("outbox") == 0


async def measure(two: Two, expires_on: str) -> None:
    asset_id = await rz.add_asset(two.own, division="341021")
    async with transaction(two.own.node.pool) as conn:
        await conn.execute(
            """
            INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no,
                                  ruled_on, effective_at, expires_on, rank, term_years, value, version, synthetic)
            VALUES (gen_random_uuid(), $1, $2, 'SEIZE', 'EFFECTIVE', '浙0824', '皖1021', $3, '2024-08-01',
                    '2024-08-01T00:00:00Z', $4::text::date, 1, 1, 9, 1, true)
            """,
            asset_id,
            two.own.case.id,
            rz.RULING,
            expires_on,
        )


@pytest.mark.parametrize(("expires_on", "code"), [("2025-08-13", "RENEW_MEASURE_FIRST"), ("2025-08-14", None)])
async def test_measure_with_less_than_a_month_is_renewed_first(two: Two, expires_on: str, code: str | None) -> None:
    await measure(two, expires_on)

    assert (await two.propose()).get("code") == code


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        (CHIEF, {}, "FORBIDDEN"),
        (rz.caller(KAIHUA, 2), {}, "NOT_ASSIGNED"),
        (HANDLER, {"entrustedCourt": KAIHUA}, "UNKNOWN_COURT"),
        (HANDLER, {"entrustedCourt": "皖9999"}, "UNKNOWN_COURT"),
        (HANDLER, {"papers": []}, "TRANSFER_PAPERS_MISSING"),
        (HANDLER, {"papers": [{"kind": kind, "sha256": "x"} for kind in PAPERS]}, "INVALID_DOCUMENT"),
        (HANDLER, {"caseNumber": "（2025）浙0824执999号"}, "NOT_FOUND"),
    ],
)
async def test_proposal_without_grounds_is_refused(two: Two, who: Caller, changes: dict[str, Any], code: str) -> None:
    assert (await two.propose(who, **changes))["code"] == code
    assert [await two.own.count(table) for table in ("case_transfers", "outbox", "idempotency")] == [0, 0, 0]


async def test_nobody_sends_what_they_proposed(two: Two) -> None:
    both = rz.caller(KAIHUA, 1, Role.HANDLER, Role.BUREAU_CHIEF)
    made = await two.propose()
    given = {"id": made["id"], "version": made["version"]}

    assert (await ask(two.own.node, document("sendCaseTransfer"), both, input=given))[
        "code"
    ] == "SELF_APPROVAL_FORBIDDEN"
    assert (await two.propose(key="again"))["code"] == "DUPLICATE_OF"
    assert await two.own.count("outbox") == 0


async def test_a_number_written_otherwise_is_the_same_person(two: Two) -> None:
    def party(number: str) -> TransferredParty:
        return TransferredParty(
            role="DEBTOR",
            kind="NATURAL",
            name="李样甲",
            identifier_kind="ID_NUMBER",
            identifier=number,
            domicile_division="341021",
        )

    async with transaction(two.other.node.pool) as conn:
        first = await filed_case._party(two.other.node, conn, party("33082219790315997X"))
        again = await filed_case._party(two.other.node, conn, party(" 33082219790315997x "))

    assert first == again


async def test_papers_are_supplemented_and_the_seven_days_begin_anew(two: Two) -> None:
    await two.sent()
    asked = await two.step(two.other, THEIR_CHIEF, "ASK_SUPPLEMENT", "2025-07-15", papers=["OTHER_MATERIALS"])
    assert (asked["status"], asked["dueOn"]) == ("SUPPLEMENTING", "2025-08-14")
    assert await two.states() == ["SUPPLEMENTING", "SUPPLEMENTING"]

    given = [{"kind": "OTHER_MATERIALS", "sha256": DIGEST}]
    await two.step(two.own, HANDLER, "SUPPLEMENT", "2025-07-16", documents=given)

    arrived = await two.listed(two.other, THEIR_CHIEF)
    assert (arrived["status"], arrived["dueOn"]) == ("SENT", "2025-07-23")
    assert two.road.refusals == []


async def test_thirty_days_without_papers_count_as_withdrawn(two: Two) -> None:
    await two.sent()
    await two.step(two.other, THEIR_CHIEF, "ASK_SUPPLEMENT", "2025-07-15", papers=["BASIS_COPY"])

    early = await two.step(two.other, THEIR_CHIEF, "DEEM_WITHDRAWN", "2025-08-14")
    late = await two.step(two.other, THEIR_CHIEF, "DEEM_WITHDRAWN", "2025-08-15")

    assert (early["code"], late["status"]) == ("TERM_STILL_RUNS", "RETURNED")
    heard = await two.listed(two.own, HANDLER)
    assert (heard["status"], heard["wasWithdrawn"], heard["endedOn"]) == ("RETURNED", True, "2025-08-15")
    assert (await ask(two.own.node, CASE, HANDLER, number=rz.NUMBER))["status"] == "IN_PROGRESS"


async def test_return_needs_the_high_court(two: Two) -> None:
    await two.filed()
    refused = await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-15", approvalNo="皖高执〔2025〕1号")
    assert refused["code"] == "TRANSITION_NOT_ALLOWED"
    await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-16")
    assert await two.states() == ["RETURN_PENDING_HIGH_COURT", "RETURN_PENDING_HIGH_COURT"]
    await two.step(two.other, THEIR_CHIEF, "RETURN_REFUSED", "2025-07-17")
    assert await two.states() == ["FILED", "FILED"]
    await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-18")
    assert (await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-19"))["code"] == "INVALID_TEXT"

    done = await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-19", approvalNo="皖高执〔2025〕1号")

    assert (done["status"], done["highCourtApprovalNo"]) == ("RETURNED", "皖高执〔2025〕1号")
    assert await two.states() == ["RETURNED", "RETURNED"]
    their_case = await ask(two.other.node, CASE, THEIR_HANDLER, number="（2025）皖1021执1号")
    assert their_case["closingMethod"] == "CANCELLED"
    assert two.road.refusals == []


async def test_conclusion_follows_the_closed_case(two: Two) -> None:
    await two.filed()
    assert (await two.step(two.other, THEIR_HANDLER, "CONCLUDE", "2025-07-15"))["code"] == "CASE_NOT_OPEN"
    async with transaction(two.other.node.pool) as conn:
        case = await case_table.by_number(conn, "（2025）皖1021执1号")
        assert case is not None
        method = ClosingMethod.FULLY_ENFORCED
        await case_table.move(conn, case, CaseStatus.CLOSED, closing_method=method, closed_on=case.filed_on)

    await two.step(two.other, THEIR_HANDLER, "CONCLUDE", "2025-07-15")

    assert await two.states() == ["CONCLUDED", "CONCLUDED"]


async def warned(court: rz.Court) -> list[str]:
    await timers.sweep(court.node)
    await timers.sweep(court.node)
    async with court.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT due_on FROM warnings WHERE kind = 'CASE_TRANSFER_DUE' ORDER BY due_on")
    return [row["due_on"].isoformat() for row in rows]


async def test_each_missed_day_warns_once(two: Two) -> None:
    """Not filed in seven days, not struck off in seven, not concluded in six months."""
    await two.sent()
    two.at("2025-07-21")
    assert await warned(two.other) == []
    two.at("2025-07-22")
    assert await warned(two.other) == ["2025-07-21"]
    arrived = await two.listed(two.other, THEIR_CHIEF)
    given = {"id": arrived["id"], "version": arrived["version"], "handlerId": THEIR_HANDLER.officer_id}
    await ask(two.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=given)
    await two.road.run()
    two.at("2025-07-30")
    assert await warned(two.own) == ["2025-07-29"]
    two.at("2026-01-23")
    assert await warned(two.other) == ["2025-07-21", "2026-01-22"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"handlerId": "o-341021-99"}, "UNKNOWN_OFFICER"),
        ({"caseNumber": "（2025）皖1021执恢1号"}, "INVALID_CASE_NUMBER"),
        ({"caseNumber": "（2025）浙0824执1号"}, "INVALID_CASE_NUMBER"),
        ({"version": 9}, "STALE_VERSION"),
    ],
)
async def test_filing_that_is_malformed_is_refused(two: Two, changes: dict[str, Any], code: str) -> None:
    assert (await two.filed(**changes))["code"] == code
    assert [await two.other.count(table) for table in ("cases", "outbox")] == [0, 0]


PROPOSAL = """... on CrossEnforcementProposal { id mode decidingCourt caseNumbers decision version }
  ... on Problem { code }"""


async def proposed(two: Two, *numbers: str, who: Caller = HANDLER, **changes: Any) -> Any:
    given = {"mode": "COORDINATE", "ground": "RELATED_CASES", "caseNumbers": list(numbers), "idempotencyKey": "x"}
    return await ask(two.own.node, document("proposeCrossEnforcement", PROPOSAL), who, input=given | changes)


THEIRS = "（2025）皖1021执9号"


@pytest.mark.parametrize(
    ("others", "deciding"),
    [
        ([THEIRS], "最高法"),
        (["（2025）浙0822执1号"], "浙08"),
        (["（2025）浙0127执1号"], "浙"),
        (["（2025）浙0822执1号", "（2025）浙0127执1号"], "浙"),
        ([], "浙08"),
    ],
)
async def test_sc28_the_court_above_all_of_them_decides(two: Two, others: list[str], deciding: str) -> None:
    assert (await proposed(two, rz.NUMBER, *others))["decidingCourt"] == deciding


async def rows(two: Two) -> list[Any]:
    async with two.own.node.pool.acquire() as conn:
        return [dict(row) for row in await conn.fetch("SELECT * FROM cases ORDER BY id")]


@pytest.mark.parametrize("mode", ["URGE", "DESIGNATE", "ELEVATE", "CENTRALISE", "COORDINATE"])
async def test_sc28_no_decision_moves_a_case(two: Two, mode: str) -> None:
    before = await rows(two)
    made = await proposed(two, rz.NUMBER, THEIRS, mode=mode)
    given = {"id": made["id"], "version": 1, "decision": "APPROVED", "decisionNo": "1", "decidedOn": "2025-07-14"}

    name = "recordCrossEnforcementDecision"
    decided = await ask(two.own.node, document(name, PROPOSAL), CHIEF, input=given)
    again = await ask(two.own.node, document(name, PROPOSAL), CHIEF, input=given | {"version": 2})

    assert (decided["decision"], again["code"]) == ("APPROVED", "TRANSITION_NOT_ALLOWED")
    assert await rows(two) == before
    assert await two.own.count("outbox") == 0


@pytest.mark.parametrize(
    ("numbers", "who", "code"),
    [
        ([], HANDLER, "INVALID_CASES"),
        ([rz.NUMBER, rz.NUMBER], HANDLER, "INVALID_CASES"),
        ([THEIRS], HANDLER, "NOT_FOUND"),
        ([rz.NUMBER, THEIRS], rz.caller(KAIHUA, 2), "NOT_ASSIGNED"),
        ([rz.NUMBER], rz.caller(KAIHUA, 4, Role.CLERK), "FORBIDDEN"),
        ([rz.NUMBER, "执365"], HANDLER, "INVALID_CASE_NUMBER"),
        ([rz.NUMBER, "（2025）皖1021民初9号"], HANDLER, "INVALID_CASE_NUMBER"),
        ([rz.NUMBER, THEIRS + "之一"], HANDLER, "INVALID_CASE_NUMBER"),
        ([rz.NUMBER, "（2025）浙0824执999号"], HANDLER, "NOT_FOUND"),
        ([rz.NUMBER] + [f"（2025）皖1021执{n}号" for n in range(1, 101)], HANDLER, "INVALID_CASES"),
    ],
)
async def test_proposal_about_nothing_is_refused(two: Two, numbers: list[str], who: Caller, code: str) -> None:
    assert (await proposed(two, *numbers, who=who))["code"] == code
    assert await two.own.count("cross_enforcement_proposals") == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decisionNo": " "}, "INVALID_TEXT"),
        ({"decisionNo": "最高法\u0000执协1号"}, "INVALID_TEXT"),
        ({"decisionNo": "1" * 101}, "INVALID_TEXT"),
        ({"decidedOn": "2025-07-13"}, "INVALID_PERIOD"),
        ({"decidedOn": "2025-07-15"}, "INVALID_PERIOD"),
        ({"version": 2}, "STALE_VERSION"),
        ({"id": "0197f000-0000-7000-8000-000000000000"}, "NOT_FOUND"),
    ],
)
async def test_decision_that_nobody_could_have_made_is_refused(two: Two, changes: dict[str, Any], code: str) -> None:
    made = await proposed(two, rz.NUMBER, THEIRS)
    given = {"id": made["id"], "version": 1, "decision": "REFUSED", "decisionNo": "1", "decidedOn": "2025-07-14"}
    decide = document("recordCrossEnforcementDecision", PROPOSAL)

    assert (await ask(two.own.node, decide, CHIEF, input=given | changes))["code"] == code
    assert (await ask(two.own.node, decide, HANDLER, input=given))["code"] == "FORBIDDEN"
    assert (await ask(two.own.node, decide, CHIEF, input=given))["decision"] == "REFUSED"


async def test_proposals_are_read_by_those_whom_they_concern(two: Two) -> None:
    """The chief's proposal about a handler's case is read by that handler, by the chief, and by no other handler."""
    made = await proposed(two, rz.NUMBER, THEIRS, who=CHIEF)
    listing = """{ crossEnforcementProposals(first: 1) { ... on CrossEnforcementList {
      proposals { id } pageInfo { hasNextPage } } ... on Problem { code } } }"""

    for who, seen in ((HANDLER, [made["id"]]), (CHIEF, [made["id"]]), (rz.caller(KAIHUA, 2), [])):
        found = await ask(two.own.node, listing, who)
        assert [each["id"] for each in found["proposals"]] == seen
    assert (await ask(two.own.node, listing, rz.caller(KAIHUA, 4, Role.CLERK)))["code"] == "FORBIDDEN"
