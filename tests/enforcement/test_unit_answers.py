"""What assisting units say: on paper, by objecting, or not at all; the court whose measure it is hears of it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from db import notices
from db.clock import SetClock
from db.pool import Pool, open_pool
from db.records.assets import AssetKind
from enforcement import notice_timers, sweeping, unit_worker
from enforcement import notices as serving
from enforcement.channels import NoticeRequest
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.rights import Caller, Role
from enforcement.timers import sweep
from tests.db.test_audit_tables import plan
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask, events
from tests.enforcement.cloning import ID, cloned
from tests.enforcement.task_zone import DIGEST, HANDLER, THEIR_OFFICER, Pair, pair, papers, ruled
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio
AT = datetime(2025, 7, 14, 2, 0, tzinfo=UTC)
PROBLEM = "... on Problem { code } ... on Refusal { part }"
RULE = f"""mutation M($input: RuleMeasureInput!) {{ ruleMeasure(input: $input) {{
  ... on ControlMeasure {{ id }} {PROBLEM} }} }}"""
SERVE = f"""mutation M($input: ServeAssistanceNoticeInput!) {{ serveAssistanceNotice(input: $input) {{
  ... on AssistanceNotice {{ id status attempts }} {PROBLEM} }} }}"""
_NOTICE = f"""... on AssistanceNotice {{ id status receipt {{ result rank receiptNo recordedBy broughtBy reason }}
  objections {{ id reason dueOn decision decidedBy version }} }} {PROBLEM}"""
RECORD = f"""mutation M($input: RecordAssistanceReceiptInput!) {{
  recordAssistanceReceipt(input: $input) {{ {_NOTICE} }} }}"""
ANSWER = f"mutation M($input: AnswerUnitObjectionInput!) {{ answerUnitObjection(input: $input) {{ {_NOTICE} }} }}"
READ = f"query Q($id: UUID!) {{ assistanceNotice(id: $id) {{ {_NOTICE} }} }}"
WARNINGS = """{ warnings { ... on WarningConnection { nodes {
  kind level cause officerId dueOn taskId measureId noticeId } } } }"""
ME = rz.caller(KAIHUA)


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    clock.set(AT)
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


@pytest.fixture
def units(tmp_path: Path, clock: SetClock) -> rz.Units:
    return rz.new_units(tmp_path, clock)


async def served(home: rz.Court, key: str = "n") -> Any:
    """A freeze of a deposit whose bank has a counter, and no program."""
    asset = await rz.add_asset(home, kind=AssetKind.BANK_DEPOSIT, identity={"account": "6222" + "0" * 12})
    given = {"caseNumber": rz.NUMBER, "assetId": str(asset), "kind": "FREEZE", "rulingNo": rz.RULING}
    measure = await ask(home.node, RULE, ME, input=given | {"value": "5000.00", "idempotencyKey": key})
    return await ask(home.node, SERVE, ME, input={"measureId": measure["id"], "idempotencyKey": key + "-served"})


async def recorded(home: rz.Court, notice: Any, key: str = "r", who: Caller | None = ME, **changes: Any) -> Any:
    given = {
        "noticeId": notice["id"],
        "answer": "REGISTERED",
        "receiptNo": "回执1号",
        "broughtBy": "o-330824-02",
        "paperSha256": DIGEST,
        "rank": 1,
        "registeredAt": AT.isoformat(),
        "idempotencyKey": key,
    }
    return await ask(home.node, RECORD, who, input=given | changes)


def without(answer: str, reason: str) -> dict[str, Any]:
    return {"answer": answer, "reason": reason, "rank": None, "registeredAt": None}


async def status(home: rz.Court) -> list[tuple[str, int | None]]:
    async with home.node.pool.acquire() as conn:
        return [tuple(row) for row in await conn.fetch("SELECT status, rank FROM measures ORDER BY id")]


async def warned(court: rz.Court, who: Caller) -> list[Any]:
    await sweep(court.node)
    await sweep(court.node)
    return list(reversed((await ask(court.node, WARNINGS, who))["nodes"]))


async def answered(home: rz.Court, objection: Any, who: Caller | None = ME, **changes: Any) -> Any:
    given = {"id": objection["id"], "version": objection["version"], "decision": "UPHOLD", "paperSha256": DIGEST}
    return await ask(home.node, ANSWER, who, input=given | changes)


@pytest.mark.parametrize(("rank", "after"), [(1, "EFFECTIVE"), (3, "WAITING")])
async def test_a_paper_receipt_counts_like_a_programs(home: rz.Court, units: rz.Units, rank: int, after: str) -> None:
    notice = await served(home)
    assert await unit_worker.run_once(home.node, units, lambda: 0.5) == 0  # nobody asks a counter by program

    done = await recorded(home, notice, rank=rank)

    assert done["status"] == "ANSWERED"
    assert done["receipt"] == {
        "result": "REGISTERED",
        "rank": rank,
        "receiptNo": "回执1号",
        "recordedBy": ME.officer_id,
        "broughtBy": "o-330824-02",
        "reason": None,
    }
    assert await status(home) == [(after, rank)]
    assert await recorded(home, notice, rank=rank) == done
    assert await home.count("assistance_receipts") == 1
    again = await recorded(home, notice, key="again")
    assert again["code"] == "TRANSITION_NOT_ALLOWED"
    (event,) = await events(home.node, "RECORD_RECEIPT")
    assert (event["officerId"], event["outcome"]) == (ME.officer_id, "REGISTERED")


async def test_a_paper_refusal_may_be_served_again(home: rz.Court) -> None:
    notice = await served(home)

    done = await recorded(home, notice, **without("REFUSED", "NOT_ON_OUR_BOOKS"))

    assert (done["receipt"]["result"], done["receipt"]["reason"]) == ("REFUSED", "NOT_ON_OUR_BOOKS")
    assert await status(home) == [("REFUSED", None)]


@pytest.mark.parametrize(
    ("changes", "code", "part"),
    [
        ({"rank": None}, "INVALID_RECEIPT", "rank"),
        ({"rank": 0}, "INVALID_RECEIPT", "rank"),
        ({"registeredAt": None}, "INVALID_RECEIPT", "registeredAt"),
        ({"registeredAt": "2025-07-13T02:00:00Z"}, "INVALID_RECEIPT", "registeredAt"),
        ({"registeredAt": "2025-07-15T02:00:00Z"}, "INVALID_RECEIPT", "registeredAt"),
        ({"reason": "OTHER"}, "INVALID_RECEIPT", "reason"),
        ({"answer": "REFUSED", "rank": None, "registeredAt": None}, "INVALID_RECEIPT", "reason"),
        ({"answer": "OBJECTED", "reason": "OTHER", "registeredAt": None}, "INVALID_RECEIPT", "rank"),
        ({"receiptNo": " "}, "INVALID_RECEIPT", "receiptNo"),
        ({"paperSha256": "x"}, "INVALID_DOCUMENT", "paperSha256"),
        ({"broughtBy": "o-341021-01"}, "UNKNOWN_OFFICER", "broughtBy"),
        ({"noticeId": str(uuid4())}, "NOT_FOUND", None),
    ],
)
async def test_a_paper_that_cannot_be_is_refused(
    home: rz.Court, changes: dict[str, Any], code: str, part: str | None
) -> None:
    notice = await served(home)

    assert await recorded(home, notice, **changes) == {"code": code, "part": part}
    assert await status(home) == [("NOTICE_SENT", None)]
    assert await home.count("assistance_receipts") == await home.count("unit_objections") == 0


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (rz.caller(KAIHUA, 2), "NOT_ASSIGNED"),
        (rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF), "FORBIDDEN"),
        (None, "FORBIDDEN"),
    ],
)
async def test_only_whose_notice_it_is(home: rz.Court, who: Caller | None, code: str) -> None:
    notice = await served(home)
    assert (await recorded(home, notice, who=who))["code"] == code
    objected = await recorded(home, notice, **without("OBJECTED", "OTHER"))
    (objection,) = objected["objections"]

    assert (await answered(home, objection, who))["code"] == code


async def test_an_objection_waits_for_the_court(home: rz.Court, clock: SetClock) -> None:
    """Raised, warned of, answered: dismissed, so that the unit has to answer the notice after all."""
    notice = await served(home)
    objected = await recorded(home, notice, **without("OBJECTED", "NOT_THE_DEBTORS"))
    (objection,) = objected["objections"]

    assert (objected["status"], objected["receipt"]) == ("SERVED", None)
    assert (objection["reason"], objection["dueOn"]) == ("NOT_THE_DEBTORS", "2025-07-29")
    assert await status(home) == [("NOTICE_SENT", None)]
    assert (await recorded(home, notice, key="early"))["code"] == "TRANSITION_NOT_ALLOWED"
    (warning,) = await warned(home, ME)
    assert (warning["kind"], warning["noticeId"]) == ("UNIT_OBJECTION_DUE", notice["id"])
    clock.set(AT + timedelta(days=12))
    assert [each["level"] for each in await warned(home, ME)] == ["WARNING", "WARNING"]
    clock.set(AT + timedelta(days=16))
    assert [each["level"] for each in await warned(home, ME)] == ["WARNING", "WARNING", "URGENT"]

    assert (await answered(home, objection, version=2))["code"] == "STALE_VERSION"
    assert await answered(home, objection, paperSha256="x") == {"code": "INVALID_DOCUMENT", "part": "paperSha256"}
    dismissed = await answered(home, objection, decision="DISMISS")
    assert (dismissed["status"], dismissed["objections"][0]["decidedBy"]) == ("SERVED", ME.officer_id)
    assert (await answered(home, objection))["code"] == "TRANSITION_NOT_ALLOWED"
    assert (await recorded(home, notice, key="late"))["receipt"]["rank"] == 1
    assert await status(home) == [("EFFECTIVE", 1)]
    assert len(await events(home.node, "ANSWER_UNIT_OBJECTION")) == 1


async def test_an_upheld_objection_is_a_refusal(home: rz.Court) -> None:
    notice = await served(home)
    objected = await recorded(home, notice, **without("OBJECTED", "PRIOR_RIGHT"))

    upheld = await answered(home, objected["objections"][0])

    assert (upheld["status"], upheld["receipt"]["result"], upheld["receipt"]["reason"]) == (
        "ANSWERED",
        "REFUSED",
        "PRIOR_RIGHT",
    )
    assert await status(home) == [("REFUSED", None)]


async def test_silence_beyond_the_promised_days_warns_once(home: rz.Court, clock: SetClock) -> None:
    notice = await served(home)  # the bank promises three days
    clock.set(AT + timedelta(days=3))
    assert await warned(home, ME) == []

    clock.set(AT + timedelta(days=4))
    (warning,) = await warned(home, ME)

    assert (warning["kind"], warning["cause"], warning["dueOn"]) == ("NOTICE_UNANSWERED", "SILENCE", "2025-07-17")
    assert (warning["noticeId"], warning["officerId"]) == (notice["id"], ME.officer_id)
    assert (await ask(home.node, READ, ME, id=notice["id"]))["status"] == "SERVED"
    assert (await ask(home.node, READ, rz.caller(KAIHUA, 2), id=notice["id"]))["code"] == "NOT_FOUND"


async def told(court: rz.Court, *, of: str = "FREEZE") -> NoticeRequest:
    """What the notice of such a measure says to its unit."""
    async with court.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT request FROM assistance_notices")
    said = [court.node.at_rest.decrypt(row["request"], context=notices.REQUEST) for row in rows]
    (found,) = [one for one in (msgspec.json.decode(raw, type=NoticeRequest) for raw in said) if one.measure_kind == of]
    return found


async def test_a_notice_names_how_much_of_what_can_be_divided(home: rz.Court) -> None:
    """A freeze of 5,000 on an account holds 5,000 of it; a car is taken whole."""
    await served(home)
    assert (await told(home)).amount == Decimal("5000.00")

    car = {"caseNumber": rz.NUMBER, "assetId": str(await rz.add_asset(home)), "kind": "SEIZE", "rulingNo": rz.RULING}
    measure = await ask(home.node, RULE, ME, input=car | {"idempotencyKey": "car"})
    await ask(home.node, SERVE, ME, input={"measureId": measure["id"], "idempotencyKey": "car-served"})
    assert (await told(home, of="SEIZE")).amount is None


async def test_another_court_freezes_no_more_than_was_ruled(courts: Pair) -> None:
    matter = DelegatedMatterType.FREEZE_FUNDS
    measure_id = await ruled(courts)
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute("UPDATE assets SET kind = 'BANK_DEPOSIT'")
        await conn.execute("UPDATE measures SET kind = 'FREEZE', term_years = 1")
    task = await courts.in_progress(matter=matter, documents=papers(matter), kinds=(), measure_id=measure_id)
    await serving.serve(
        courts.theirs.node, THEIR_OFFICER, measure_id=None, task_id=task.id, unit_id=None, idempotency_key="n"
    )

    assert (await told(courts.theirs)).amount == Decimal("58000.00")


async def warnings_after_sweeps(home: rz.Court) -> int:
    for _ in range(2):
        await notice_timers.sweep(home.node)
    return await home.count("warnings")


@pytest.mark.parametrize("is_objected", [False, True])
async def test_notices_that_stay_open_hold_up_none(
    home: rz.Court, clock: SetClock, monkeypatch: pytest.MonkeyPatch, is_objected: bool
) -> None:
    """Silent units, and objections that nobody answers: each is warned of, however many there are."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    notice = await served(home)
    pool = home.node.pool
    if is_objected:
        await recorded(home, notice, **{**without("OBJECTED", "PRIOR_RIGHT"), "rank": None})
    before = await home.count("warnings")
    for table, changes in (("measures", {}), ("assistance_notices", {"measure_id": ID})):
        await cloned(pool, table, 5, **changes)
    if is_objected:
        await cloned(pool, "unit_objections", 5, notice_id=ID)
    clock.set(AT + timedelta(days=16))
    assert await warnings_after_sweeps(home) == before + 6

    last = {"id": "'ffffffff-0000-0000-0000-000000000000'::uuid"}
    for table, changes in (("measures", {}), ("assistance_notices", {"measure_id": last["id"]})):
        await cloned(pool, table, 1, **last, **changes)
    if is_objected:
        await cloned(pool, "unit_objections", 1, **last, notice_id=last["id"])
    assert await warnings_after_sweeps(home) == before + 7


async def test_a_dismissed_unit_has_its_days_again(home: rz.Court, clock: SetClock) -> None:
    notice = await served(home)
    objected = await recorded(home, notice, **without("OBJECTED", "OTHER"))
    clock.set(AT + timedelta(days=10))
    await answered(home, objected["objections"][0], decision="DISMISS")

    clock.set(AT + timedelta(days=13))
    kinds = [each["kind"] for each in await warned(home, ME)]
    assert kinds == ["UNIT_OBJECTION_DUE"]
    clock.set(AT + timedelta(days=14))
    assert [each["kind"] for each in await warned(home, ME)] == ["UNIT_OBJECTION_DUE", "NOTICE_UNANSWERED"]


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Pair]:
    clock.set(AT)
    async with pair(new_database, clock) as made:
        yield made


async def test_both_courts_hear_of_a_silent_unit(courts: Pair, clock: SetClock) -> None:
    task = await courts.in_progress(**(await seizure(courts)))
    notice = await serving.serve(
        courts.theirs.node, THEIR_OFFICER, measure_id=None, task_id=task.id, unit_id=None, idempotency_key="n"
    )
    clock.set(AT + timedelta(days=4))

    theirs = await warned(courts.theirs, THEIR_OFFICER)
    await courts.road.run()
    ours = await warned(courts.ours, HANDLER)

    assert [(each["kind"], each["noticeId"]) for each in theirs if each["noticeId"]] == [
        ("NOTICE_UNANSWERED", str(notice.id))
    ]
    silent = [each for each in ours if each["kind"] == "NOTICE_UNANSWERED"]
    assert [(each["taskId"], each["officerId"], each["dueOn"]) for each in silent] == [
        (str(task.id), HANDLER.officer_id, "2025-07-17")
    ]
    assert courts.road.refusals == []


async def test_both_courts_hear_of_an_objection(courts: Pair) -> None:
    task = await courts.in_progress(**(await seizure(courts)))
    notice = await serving.serve(
        courts.theirs.node, THEIR_OFFICER, measure_id=None, task_id=task.id, unit_id=None, idempotency_key="n"
    )
    given: dict[str, Any] = without("OBJECTED", "NOT_THE_DEBTORS") | {"broughtBy": "o-341021-02"}
    objected = await recorded(courts.theirs, {"id": str(notice.id)}, who=THEIR_OFFICER, **given)
    await courts.road.run()

    (warning,) = [each for each in await warned(courts.ours, HANDLER) if each["kind"] == "UNIT_OBJECTION_DUE"]
    assert (warning["taskId"], warning["level"], warning["dueOn"]) == (str(task.id), "NOTICE", "2025-07-29")
    upheld = await answered(courts.theirs, objected["objections"][0], THEIR_OFFICER)
    await courts.road.run()
    assert upheld["receipt"]["result"] == "REFUSED"
    async with courts.ours.node.pool.acquire() as conn:
        said = await conn.fetch("SELECT kind FROM task_statements WHERE task_id = $1 ORDER BY at, id", task.id)
    assert {row["kind"] for row in said} == {"UNIT_OBJECTED", "UNIT_OBJECTION_ANSWERED"}
    assert courts.road.refusals == []


async def seizure(courts: Pair) -> dict[str, Any]:
    """What delegates the seizure of a car at 歙县."""
    matter = DelegatedMatterType.SEIZE_VEHICLE
    return {"matter": matter, "documents": papers(matter), "kinds": (), "measure_id": await ruled(courts)}


@pytest.mark.parametrize(
    ("statement", "given", "index"), [(notices._SILENT, (AT.date(), None, None, 10), "assistance_notices_served")]
)
async def test_silent_notices_go_by_an_index(
    node_pool: Pool, statement: str, given: tuple[Any, ...], index: str
) -> None:
    assert index in await plan(node_pool, statement, *given)
