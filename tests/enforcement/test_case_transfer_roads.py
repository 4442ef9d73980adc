"""What a transfer of a case does when a statement is refused, late, hostile or forgotten, and when two act at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from db import case_transfers as table
from db import cases as case_table
from db.clock import SetClock
from db.pool import transaction
from db.records.cases import CaseStatus, ClosingMethod
from db.records.delivery import OutboxRecord
from enforcement import court_statements
from enforcement.case_transfers import filed_case, filing, hearing
from enforcement.case_transfers.contents import CaseTransferPayload, CaseTransferStepPayload
from enforcement.case_transfers.filing import NewFiling
from enforcement.rules.refusals import StaleVersion
from enforcement.tasks import resyncing
from federation.delivery.node import NotYet
from federation.delivery.outbox import content_of
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask
from tests.enforcement.case_transfer_zone import (
    CASE,
    CHIEF,
    HANDLER,
    THEIR_CHIEF,
    THEIR_HANDLER,
    Two,
    both,
    document,
)
from tests.enforcement.task_zone import DIGEST, header_of, take_in
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
THEIRS = "（2025）皖1021执1号"
PAGE = """query P($first: Int!, $after: String) { caseTransfers(first: $first, after: $after) {
  ... on CaseTransferList { transfers { id } pageInfo { hasNextPage endCursor } } ... on Problem { code } } }"""


@pytest.fixture
async def two(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Two]:
    async with both(new_database, clock) as courts:
        yield courts


async def close_theirs(two: Two) -> None:
    async with transaction(two.other.node.pool) as conn:
        case = await case_table.by_number(conn, THEIRS)
        assert case is not None
        method = ClosingMethod.FULLY_ENFORCED
        await case_table.move(conn, case, CaseStatus.CLOSED, closing_method=method, closed_on=case.filed_on)


async def reach(two: Two, status: str) -> None:
    """Bring the transfer to that status at both courts."""
    if status in {"SENT", "SUPPLEMENTING"}:
        await two.sent()
        if status == "SUPPLEMENTING":
            await two.step(two.other, THEIR_CHIEF, "ASK_SUPPLEMENT", "2025-07-15", papers=["BASIS_COPY"])
        return
    await two.filed()
    if status == "RETURN_PENDING_HIGH_COURT":
        await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-15")


async def warnings(court: rz.Court) -> list[tuple[str, str | None]]:
    async with court.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT kind, officer FROM warnings WHERE kind = 'STATEMENT_REFUSED'")
    return [(row["kind"], row["officer"]) for row in rows]


@pytest.mark.parametrize(("who", "step", "withdrawn"), [(HANDLER, "WITHDRAW", True), (CHIEF, "REFUSE", False)])
async def test_proposal_ends_unsent(two: Two, who: Any, step: str, withdrawn: bool) -> None:
    made = await two.propose()
    given = {"id": made["id"], "version": made["version"], "step": step, "on": "2025-07-14"}
    other = CHIEF if who is HANDLER else HANDLER
    record = document("recordCaseTransferStep")
    assert (await ask(two.own.node, record, other, input=given))["code"] == "FORBIDDEN"

    ended = await ask(two.own.node, record, who, input=given)

    assert (ended["status"], ended["wasWithdrawn"], ended["endedOn"]) == ("RETURNED", withdrawn, "2025-07-14")
    assert await two.own.count("outbox") == 0
    again = await ask(two.own.node, record, who, input=given | {"version": ended["version"]})
    assert again["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await two.propose(key="anew"))["status"] == "PROPOSED"


async def test_what_was_sent_is_not_taken_back(two: Two) -> None:
    await two.sent()
    for who, step in ((HANDLER, "WITHDRAW"), (CHIEF, "REFUSE")):
        assert (await two.step(two.own, who, step, "2025-07-14"))["code"] == "TRANSITION_NOT_ALLOWED"


async def test_case_crosses_as_it_stands_when_it_is_sent(two: Two) -> None:
    made = await two.propose()
    async with two.own.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET costs = 50, amount_applied = 100050, version = version + 1")
    given = {"id": made["id"], "version": made["version"]}
    await ask(two.own.node, document("sendCaseTransfer"), CHIEF, input=given)
    await two.road.run()

    async with two.other.node.pool.acquire() as conn:
        transfer = await table.get(conn, UUID(made["id"]))
    assert transfer is not None
    assert filed_case.content_of(two.other.node, transfer).costs == 50


async def test_closed_case_is_not_sent(two: Two) -> None:
    made = await two.propose()
    async with two.own.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET status = 'SUSPENDED'")
    given = {"id": made["id"], "version": made["version"]}
    assert (await ask(two.own.node, document("sendCaseTransfer"), CHIEF, input=given))["code"] == "CASE_NOT_OPEN"
    assert await two.own.count("outbox") == 0


async def test_returned_case_goes_on_where_it_came_from(two: Two) -> None:
    await two.filed()
    await two.step(two.own, HANDLER, "STRIKE_OFF", "2025-07-15")
    await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-16")

    await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-19", approvalNo="皖高执〔2025〕1号")

    heard = await two.listed(two.own, HANDLER)
    assert (heard["status"], heard["highCourtApprovalNo"]) == ("RETURNED", "皖高执〔2025〕1号")
    own_case = await ask(two.own.node, CASE, HANDLER, number=rz.NUMBER)
    assert (own_case["status"], own_case["closingMethod"]) == ("IN_PROGRESS", None)


async def test_nothing_is_struck_off_after_the_return(two: Two) -> None:
    await reach(two, "RETURN_PENDING_HIGH_COURT")
    await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-16", approvalNo="皖高执〔2025〕1号")

    refused = await two.step(two.own, HANDLER, "STRIKE_OFF", "2025-07-16")

    assert refused["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await ask(two.own.node, CASE, HANDLER, number=rz.NUMBER))["status"] == "IN_PROGRESS"


async def test_case_is_struck_off_though_it_was_concluded_before(two: Two) -> None:
    await two.filed()
    await close_theirs(two)
    await two.step(two.other, THEIR_HANDLER, "CONCLUDE", "2025-07-15")
    assert (await two.listed(two.own, HANDLER))["dueOn"] == "2025-07-21"

    await two.step(two.own, HANDLER, "STRIKE_OFF", "2025-07-16")

    assert (await two.listed(two.own, HANDLER))["dueOn"] is None
    assert (await ask(two.own.node, CASE, HANDLER, number=rz.NUMBER))["closingMethod"] == "CANCELLED"


async def refuse(two: Two, court: rz.Court) -> None:
    """The other court refuses what this one says."""
    (row,) = await two.road.queued(court.node.code)
    await two.road.close(court.node.code, row, "REFUSED", "SOME_CODE")


async def test_refused_case_stays_and_may_be_proposed_anew(two: Two) -> None:
    made = await two.propose()
    await ask(two.own.node, document("sendCaseTransfer"), CHIEF, input={"id": made["id"], "version": made["version"]})
    assert (await two.listed(two.own, CHIEF))["isUnderWay"] is True

    await refuse(two, two.own)

    now = await two.listed(two.own, HANDLER)
    assert (now["status"], now["refusedCode"], now["isUnderWay"]) == ("RETURNED", "SOME_CODE", False)
    assert await warnings(two.own) == [("STATEMENT_REFUSED", HANDLER.officer_id)]
    assert (await ask(two.own.node, CASE, HANDLER, number=rz.NUMBER))["status"] == "IN_PROGRESS"
    assert (await two.propose(key="anew"))["status"] == "PROPOSED"


GIVEN = [{"kind": "BASIS_COPY", "sha256": DIGEST}]
STEPS: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("SENT", SHEXIAN, "ASK_SUPPLEMENT", "2025-07-16", {"papers": ["BASIS_COPY"]}),
    ("SUPPLEMENTING", KAIHUA, "SUPPLEMENT", "2025-07-16", {"documents": GIVEN}),
    ("SUPPLEMENTING", SHEXIAN, "DEEM_WITHDRAWN", "2025-08-15", {}),
    ("FILED", SHEXIAN, "REQUEST_RETURN", "2025-07-16", {}),
    ("FILED", SHEXIAN, "CONCLUDE", "2025-07-16", {}),
    ("RETURN_PENDING_HIGH_COURT", SHEXIAN, "RETURN_REFUSED", "2025-07-16", {}),
    ("RETURN_PENDING_HIGH_COURT", SHEXIAN, "RETURN", "2025-07-16", {"approvalNo": "皖高执〔2025〕1号"}),
]


@pytest.mark.parametrize(("status", "author", "step", "day", "given"), STEPS)
async def test_refused_step_is_undone(
    two: Two, status: str, author: str, step: str, day: str, given: dict[str, Any]
) -> None:
    """Nothing else is said while it is under way; refused, it did not happen; said again, it does."""
    await reach(two, status)
    if step == "CONCLUDE":
        await close_theirs(two)
    court, chief = (two.own, CHIEF) if author == KAIHUA else (two.other, THEIR_CHIEF)
    who = {"SUPPLEMENT": HANDLER, "CONCLUDE": THEIR_HANDLER}.get(step, chief)
    two.at(day)
    before = await two.listed(court, chief)
    before_case = await ask(two.other.node, CASE, THEIR_HANDLER, number=THEIRS)
    act, wanted = document("recordCaseTransferStep"), {"id": before["id"], "step": step, "on": day} | given
    done = await ask(court.node, act, who, input=wanted | {"version": before["version"]})
    assert done["isUnderWay"] is True

    await refuse(two, court)

    after = await two.listed(court, chief)
    changes = {"version": before["version"] + 2, "refusedCode": "SOME_CODE"}
    assert after == before | changes
    assert await ask(two.other.node, CASE, THEIR_HANDLER, number=THEIRS) == before_case
    assert len(await warnings(court)) == 1
    await ask(court.node, act, who, input=wanted | {"version": after["version"]})
    await two.road.run()
    ours, theirs = await two.states()
    assert ours == theirs != status
    assert (await two.listed(court, chief))["refusedCode"] is None


async def test_refused_filing_strikes_the_new_case_off(two: Two) -> None:
    arrived = await two.sent()
    given = {"id": arrived["id"], "version": arrived["version"], "handlerId": THEIR_HANDLER.officer_id}
    filed = await ask(two.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=given)
    step = {"id": filed["id"], "version": filed["version"], "step": "REQUEST_RETURN", "on": "2025-07-14"}
    early = await ask(two.other.node, document("recordCaseTransferStep"), THEIR_CHIEF, input=step)
    assert early["code"] == "STATEMENT_UNDER_WAY"

    await refuse(two, two.other)

    now = await two.listed(two.other, THEIR_CHIEF)
    assert (now["status"], now["filedOn"], now["dueOn"]) == ("SENT", None, "2025-07-21")
    gone = await ask(two.other.node, CASE, THEIR_HANDLER, number=THEIRS)
    assert (gone["status"], gone["closingMethod"]) == ("CLOSED", "CANCELLED")
    await ask(two.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=given | {"version": now["version"]})
    await two.road.run()
    assert (await two.listed(two.own, HANDLER))["otherCaseNumber"] == "（2025）皖1021执2号"


async def say(two: Two, status: str, *, author: rz.Court | None = None, on: date, **changes: Any) -> list[str]:
    """A step that no officer took, signed by the other court's node: the codes by which it is refused."""
    author = author or two.other
    transfer = await two.listed(two.own, CHIEF)
    payload = CaseTransferStepPayload(status=status, on=on, **changes)
    two.road.refusals.clear()
    async with transaction(author.node.pool) as conn:
        to = KAIHUA if author is two.other else SHEXIAN
        await court_statements.send(author.node, conn, to, "CASE_TRANSFER_STEP", payload, refers=UUID(transfer["id"]))
    await two.road.run()
    return list(two.road.refusals)


TODAY = date(2025, 7, 16)


HOSTILE: dict[str, list[tuple[str, date, dict[str, Any], str]]] = {
    "SENT": [
        ("FILED", date(9999, 12, 31), {"case_number": THEIRS}, "INVALID_PERIOD"),
        ("FILED", date(2025, 7, 18), {"case_number": THEIRS}, "INVALID_PERIOD"),
        ("FILED", date(2025, 7, 13), {"case_number": THEIRS}, "INVALID_PERIOD"),
        ("SUPPLEMENTING", date(9999, 12, 31), {}, "INVALID_PERIOD"),
        ("FILED", TODAY, {}, "MALFORMED_MESSAGE"),
        ("FILED", TODAY, {"case_number": "nonsense"}, "INVALID_CASE_NUMBER"),
        ("FILED", TODAY, {"case_number": "（2025）浙0824执1号"}, "INVALID_CASE_NUMBER"),
        ("FILED", TODAY, {"case_number": "（2025）皖1021执恢1号"}, "INVALID_CASE_NUMBER"),
        ("FILED", TODAY, {"case_number": THEIRS + "之一"}, "INVALID_CASE_NUMBER"),
        ("FILED", TODAY, {"case_number": "(2025)皖1021执1号"}, "INVALID_CASE_NUMBER"),
        ("RETURNED", TODAY, {"was_withdrawn": True}, "STATEMENT_NOT_ALLOWED"),
        ("CONCLUDED", TODAY, {}, "STATEMENT_NOT_ALLOWED"),
        ("SENT", TODAY, {}, "NOT_A_PARTY"),
        ("LOST", TODAY, {}, "MALFORMED_MESSAGE"),
    ],
    "SUPPLEMENTING": [
        ("RETURNED", TODAY, {"was_withdrawn": True}, "TERM_STILL_RUNS"),
        ("RETURNED", TODAY, {}, "STATEMENT_NOT_ALLOWED"),
    ],
    "FILED": [("RETURNED", TODAY, {}, "STATEMENT_NOT_ALLOWED")],
    "RETURN_PENDING_HIGH_COURT": [
        ("RETURNED", TODAY, {"was_withdrawn": True}, "STATEMENT_NOT_ALLOWED"),
        ("RETURNED", TODAY, {"approval_no": "\n"}, "INVALID_TEXT"),
    ],
}


@pytest.mark.parametrize("at", HOSTILE)
async def test_hostile_step_changes_nothing(two: Two, at: str) -> None:
    await reach(two, at)
    two.at("2025-07-16")
    before = await two.listed(two.own, CHIEF)

    for status, on, changes, code in HOSTILE[at]:
        assert await say(two, status, on=on, **changes) == [code], (status, on, changes)

    assert await two.listed(two.own, CHIEF) == before
    assert (await ask(two.own.node, CASE, HANDLER, number=rz.NUMBER))["status"] == "IN_PROGRESS"


async def test_early_withdrawal_is_refused_at_the_term_of_this_court(two: Two) -> None:
    await reach(two, "SUPPLEMENTING")
    two.at("2025-08-14")
    assert await say(two, "RETURNED", on=date(2025, 8, 14), was_withdrawn=True) == ["TERM_STILL_RUNS"]
    two.at("2025-08-15")
    assert await say(two, "RETURNED", on=date(2025, 8, 15), was_withdrawn=True) == []


async def test_a_court_speaks_of_its_own_transfers_alone(two: Two) -> None:
    """歙县 names a transfer of 开化 with another court."""
    made = await two.propose()
    async with two.own.node.pool.acquire() as conn:
        await conn.execute("UPDATE case_transfers SET peer = '皖1022', status = 'SENT', sent_at = proposed_at")

    assert await say(two, "FILED", on=date(2025, 7, 14), case_number=THEIRS) == ["NOT_A_PARTY"]
    assert (await two.listed(two.own, CHIEF))["id"] == made["id"]


def wrong(payload: CaseTransferPayload) -> dict[str, CaseTransferPayload]:
    def changed(**fields: Any) -> CaseTransferPayload:
        return msgspec.structs.replace(payload, **fields)

    def party(**fields: Any) -> CaseTransferPayload:
        return changed(parties=[*payload.parties, msgspec.structs.replace(payload.parties[0], **fields)])

    paper = payload.documents[0]
    return {
        "no debtor": changed(parties=[each for each in payload.parties if each.role != "DEBTOR"]),
        "no applicant": changed(parties=[each for each in payload.parties if each.role != "APPLICANT"]),
        "a crowd": changed(parties=payload.parties * 51),
        "a role": party(role="KING"),
        "a person with a firm's kind": party(kind="ORGANIZATION"),
        "a number": party(identifier="330824"),
        "a division": party(domicile_division="34102x"),
        "a name of nobody": party(name=" "),
        "a name without end": party(name="样" * 201),
        "another court's case": changed(case_number="（2025）赣1181执1号"),
        "a half-width number": changed(case_number="(2025)浙0824执365号"),
        "more than there is": changed(principal=99999999999999, costs=99999999999999),
        "a debt below nothing": changed(costs=-1),
        "a cause without end": changed(cause="A" * 201),
        "a basis": changed(basis_kind="civil judgment"),
        "a livelihood": changed(livelihood="LUXURY"),
        "a day of nobody": changed(performance_due_on=date(9999, 12, 31)),
        "one paper twice": changed(documents=[*payload.documents, paper]),
        "a paper": changed(documents=[*payload.documents, msgspec.structs.replace(paper, kind="CROWN")]),
        "a digest": changed(documents=[msgspec.structs.replace(paper, sha256="x"), *payload.documents[1:]]),
    }


async def test_hostile_case_is_not_taken_in(two: Two) -> None:
    made = await two.propose()
    async with two.own.node.pool.acquire() as conn:
        transfer = await table.get(conn, UUID(made["id"]))
    assert transfer is not None
    payload = filed_case.content_of(two.own.node, transfer)

    for name, bad in wrong(payload).items():
        async with transaction(two.own.node.pool) as conn:
            await court_statements.send(two.own.node, conn, SHEXIAN, "CASE_TRANSFER_SENT", bad)
        two.road.refusals.clear()
        await two.road.run()
        assert two.road.refusals == ["MALFORMED_MESSAGE"], name
    assert [await two.other.count(name) for name in ("case_transfers", "court_statements")] == [0, 0]


async def test_one_case_is_entrusted_once(two: Two) -> None:
    arrived = await two.sent()
    async with two.other.node.pool.acquire() as conn:
        transfer = await table.get(conn, UUID(arrived["id"]))
    assert transfer is not None
    async with transaction(two.own.node.pool) as conn:
        payload = filed_case.content_of(two.other.node, transfer)
        await court_statements.send(two.own.node, conn, SHEXIAN, "CASE_TRANSFER_SENT", payload)
    await two.road.run()

    assert two.road.refusals == ["DUPLICATE_OF"]
    assert await two.other.count("case_transfers") == 1


async def test_no_court_is_flooded_with_cases(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "MOST_UNFILED", 2)
    arrived = await two.sent()
    async with two.other.node.pool.acquire() as conn:
        transfer = await table.get(conn, UUID(arrived["id"]))
    assert transfer is not None
    payload = filed_case.content_of(two.other.node, transfer)
    for number in ("（2025）浙0824执901号", "（2025）浙0824执902号"):
        async with transaction(two.own.node.pool) as conn:
            said = msgspec.structs.replace(payload, case_number=number)
            await court_statements.send(two.own.node, conn, SHEXIAN, "CASE_TRANSFER_SENT", said)
        await two.road.run()

    assert two.road.refusals == ["STATEMENT_NOT_ALLOWED"]
    assert await two.other.count("case_transfers") == 2


async def test_two_officers_file_one_case(two: Two) -> None:
    arrived = await two.sent()
    new = NewFiling(UUID(arrived["id"]), arrived["version"], THEIR_HANDLER.officer_id)

    done = await asyncio.gather(
        *(filing.file(two.other.node, THEIR_CHIEF, new) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in done) == ["CaseTransferRecord", "StaleVersion"]
    assert any(isinstance(each, StaleVersion) for each in done)
    assert [await two.other.count(name) for name in ("cases", "outbox")] == [1, 1]


@pytest.mark.parametrize("first", [KAIHUA, SHEXIAN])
async def test_courts_that_act_at_once_come_to_the_same(two: Two, first: str) -> None:
    """The papers are given on the day on which they count as not given: one of the two statements stands."""
    await reach(two, "SUPPLEMENTING")
    two.at("2025-08-15")
    for court, who, step, given in (
        (two.own, HANDLER, "SUPPLEMENT", {"documents": GIVEN}),
        (two.other, THEIR_CHIEF, "DEEM_WITHDRAWN", {}),
    ):
        now = await two.listed(court, CHIEF if court is two.own else THEIR_CHIEF)
        wanted = {"id": now["id"], "version": now["version"], "step": step, "on": "2025-08-15"} | given
        await ask(court.node, document("recordCaseTransferStep"), who, input=wanted)
    assert await two.states() == ["SENT", "RETURNED"]

    (row,) = await two.road.queued(first)
    await two.road.deliver(first, row)
    await two.road.run()

    ours, theirs = await two.states()
    assert ours == theirs == ("RETURNED" if first == KAIHUA else "SENT")
    assert two.road.refusals == ["STATEMENT_NOT_ALLOWED"]


async def messages(court: rz.Court) -> list[OutboxRecord]:
    async with court.node.pool.acquire() as conn:
        found = await conn.fetch("SELECT * FROM outbox ORDER BY number")
    return [OutboxRecord(**{name: row[name] for name in OutboxRecord.__dataclass_fields__}) for row in found]


async def give_back(two: Two, court: rz.Court, other: rz.Court) -> None:
    """All that the two ever said to each other, the newest first, so that it has to wait."""
    left = [(court, row) for row in await messages(court)] + [(other, row) for row in await messages(other)]
    left.reverse()
    while left:
        later = []
        for author, row in left:
            header, plain = header_of(author.node, row), content_of(row, author.node.at_rest)[1:]
            try:
                if author is court:
                    async with transaction(court.node.pool) as conn:
                        await resyncing.take_back(court.node, conn, header, plain)
                else:
                    await take_in(court.node, header, plain)
            except NotYet:
                later.append((author, row))
        assert len(later) < len(left)
        left = later


@pytest.mark.parametrize("code", [KAIHUA, SHEXIAN])
async def test_restored_court_gets_its_transfer_back(two: Two, code: str) -> None:
    """Also the case that it had filed, under its number and in the same hands."""
    await reach(two, "SUPPLEMENTING")
    await two.step(two.own, HANDLER, "SUPPLEMENT", "2025-07-16", documents=GIVEN)
    now = await two.listed(two.other, THEIR_CHIEF)
    given = {"id": now["id"], "version": now["version"], "handlerId": THEIR_HANDLER.officer_id}
    await ask(two.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=given)
    await two.road.run()
    await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-16")
    court, other, chief = (two.own, two.other, CHIEF) if code == KAIHUA else (two.other, two.own, THEIR_CHIEF)
    before = await two.listed(court, chief)
    async with court.node.pool.acquire() as conn:
        await conn.execute("DELETE FROM case_transfers")
        await conn.execute("DELETE FROM court_statements")
        if court is two.other:
            await conn.execute("DELETE FROM case_parties")
            await conn.execute("DELETE FROM cases")

    await give_back(two, court, other)

    after = await two.listed(court, chief)
    assert after == before | {"version": after["version"]}
    if court is two.other:
        their_case = await ask(two.other.node, CASE, THEIR_HANDLER, number=THEIRS)
        assert (their_case["status"], their_case["amountApplied"]) == ("FILED", "100000.00")
    await two.step(two.other, THEIR_CHIEF, "RETURN_REFUSED", "2025-07-17")
    assert await two.states() == ["FILED", "FILED"]


async def test_transfers_are_read_page_by_page(two: Two) -> None:
    """A handler's pages hold own cases alone, however many others there are."""
    async with two.own.node.pool.acquire() as conn:
        await conn.execute(
            """
            INSERT INTO cases SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
                'number', '（2025）浙0824执' || n || '号', 'handler_id', 'o-330824-0' || (1 + n % 2)))).*
              FROM cases c, generate_series(1, 6) n
            """
        )
        await conn.execute(
            """
            INSERT INTO case_transfers (id, direction, peer, case_id, status, content, proposed_at, was_withdrawn,
                                        version)
            SELECT gen_random_uuid(), 'OUTBOUND', '皖1021', id, 'PROPOSED', '', now(), false, 1
              FROM cases WHERE number <> $1
            """,
            rz.NUMBER,
        )

    async def walk(who: Any) -> list[int]:
        sizes, after = [], None
        while True:
            page = await ask(two.own.node, PAGE, who, first=2, after=after)
            sizes.append(len(page["transfers"]))
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return sizes

    assert await walk(CHIEF) == [2, 2, 2]
    assert await walk(HANDLER) == [2, 1]
    assert (await ask(two.own.node, PAGE, CHIEF, first=101, after=None))["code"] == "INVALID_PAGE"
