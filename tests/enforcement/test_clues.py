"""Clues: a case first, the law's days, who gave them kept from everybody but the handler, told on with a task alone."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import anyio
import msgspec
import pytest

from db import cases, tasks
from db.clock import SetClock
from db.pool import transaction
from db.records.cases import CaseStatus, ClosingMethod
from db.records.clues import ClueKind, ClueOutcome, ClueReliability, ClueSource, ClueStatus, ClueUrgency
from db.warnings_raised import WarningFilter
from enforcement import clues, warnings_raised
from enforcement.clues import ClueView, NewClue
from enforcement.payloads import TaskContent
from enforcement.rules.clues import due_on
from enforcement.rules.courts import UnknownCourtCode
from enforcement.rules.lookup import LegalBasisRequired
from enforcement.rules.refusals import (
    CaseNotOpen,
    Forbidden,
    Malformed,
    NotFound,
    RuleBroken,
    StaleVersion,
    TransitionNotAllowed,
)
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import IdempotencyKeyReused, NotAssigned
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement import registry_zone as rz
from tests.enforcement.task_zone import CHIEF, HANDLER, THEIR_OFFICER, Pair, pair
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
OTHER_HANDLER = rz.caller(KAIHUA, 2)
CLERK, CENTRE = rz.caller(KAIHUA, 4, Role.CLERK), rz.caller(KAIHUA, 7, Role.COMMAND_CENTRE)
AUDITOR, PARTY = rz.caller(KAIHUA, 8, Role.AUDITOR), rz.caller(KAIHUA, 9, Role.PARTY)
CLUE = NewClue(
    case_number=rz.NUMBER,
    kind=ClueKind.PROPERTY,
    source=ClueSource.INFORMANT,
    text="城东仓库有样例机床两台",
    reliability=ClueReliability.WITNESSED,
    location_court=SHEXIAN,
    informant="样线人",
)


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def bring(courts: Pair, who: Caller = OTHER_HANDLER, key: str = "k", **changes: Any) -> ClueView:
    return await clues.submit(courts.ours.node, who, replace(CLUE, **changes), idempotency_key=key)


async def state(court: rz.Court) -> list[int]:
    return [await court.count(name) for name in ("clues", "events", "idempotency", "outbox", "warnings")]


MONDAY = datetime(2025, 7, 14, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("urgency", "at", "day"),
    [
        (ClueUrgency.SPECIFIC, MONDAY, date(2025, 7, 21)),
        (ClueUrgency.URGENT, MONDAY, date(2025, 7, 17)),
        (ClueUrgency.URGENT, datetime(2025, 7, 16, 1, tzinfo=UTC), date(2025, 7, 21)),  # the third day is a Saturday
        (ClueUrgency.SPECIFIC, datetime(2025, 9, 25, 1, tzinfo=UTC), date(2025, 10, 9)),  # the holidays end on the 8th
        (ClueUrgency.VAGUE, MONDAY, None),
    ],
)
def test_the_days_of_the_law(urgency: ClueUrgency, at: datetime, day: date | None) -> None:
    """Vectors by hand after 执行财产调查规定 art. 2 and 民诉法 art. 85."""
    assert due_on(at, urgency, specific_days=7, urgent_days=3) == day


async def test_any_officer_brings_a_clue(courts: Pair) -> None:
    for who in (HANDLER, OTHER_HANDLER, CLERK, CENTRE):
        view = await bring(courts, who, key=who.officer_id)
        assert (view.clue.status, view.clue.submitted_by, view.clue.location_court) == (
            ClueStatus.OPEN,
            who.officer_id,
            SHEXIAN,
        )
    assert await courts.ours.count("clues") == 4


async def test_same_key_same_clue(courts: Pair) -> None:
    first, again = await bring(courts), await bring(courts)
    with pytest.raises(IdempotencyKeyReused):
        await bring(courts, text="别的")

    assert first == again
    assert await courts.ours.count("clues") == 1


BAD: list[tuple[Caller, dict[str, Any], type[RuleBroken]]] = [
    (HANDLER, {"case_number": None}, LegalBasisRequired),
    (HANDLER, {"case_number": " "}, LegalBasisRequired),
    (HANDLER, {"case_number": "（2025）浙0824执999号"}, LegalBasisRequired),
    (HANDLER, {"case_number": "执365"}, Malformed),
    (HANDLER, {"text": " "}, Malformed),
    (HANDLER, {"text": "x" * 2001}, Malformed),
    (HANDLER, {"informant": ""}, Malformed),
    (HANDLER, {"location_court": "浙9999"}, UnknownCourtCode),
    (CHIEF, {}, Forbidden),
    (AUDITOR, {}, Forbidden),
    (PARTY, {}, Forbidden),
]


@pytest.mark.parametrize(("who", "changes", "refusal"), BAD)
async def test_no_basis_no_clue(courts: Pair, who: Caller, changes: dict[str, Any], refusal: type[RuleBroken]) -> None:
    before = await state(courts.ours)

    with pytest.raises(refusal):
        await bring(courts, who, **changes)

    assert await state(courts.ours) == before


async def test_a_closed_case_takes_none(courts: Pair) -> None:
    async with transaction(courts.ours.node.pool) as conn:
        case = courts.ours.case
        method = ClosingMethod.FULLY_ENFORCED
        await cases.move(conn, case, CaseStatus.CLOSED, closing_method=method, closed_on=case.filed_on)

    with pytest.raises(CaseNotOpen):
        await bring(courts)
    assert await courts.ours.count("clues") == 0


@pytest.mark.parametrize(
    ("who", "text", "informant"),
    [
        (HANDLER, True, True),
        (OTHER_HANDLER, True, False),  # who brought it, and has no part in the case
        (CHIEF, True, False),
        (rz.caller(KAIHUA, 6, Role.PRESIDENT), True, False),
        (CENTRE, False, False),
        (CLERK, False, False),
        (AUDITOR, False, False),
        (rz.caller(KAIHUA, 8, Role.SUPERVISOR), False, False),
    ],
)
async def test_who_gave_it_is_the_handlers_secret(courts: Pair, who: Caller, text: bool, informant: bool) -> None:
    made = await bring(courts)

    view = await clues.read(courts.ours.node, who, made.clue.id)

    assert view.text == (CLUE.text if text else None)
    assert view.informant == (CLUE.informant if informant else None)


async def test_others_know_nothing_of_it(courts: Pair) -> None:
    made = await bring(courts)

    for who, refusal in [(rz.caller(KAIHUA, 3), NotFound), (PARTY, Forbidden), (None, Forbidden)]:
        with pytest.raises(refusal):
            await clues.read(courts.ours.node, who, made.clue.id)


async def test_the_handler_says_what_came_of_it(courts: Pair) -> None:
    made = await bring(courts)

    done = await clues.verify(courts.ours.node, HANDLER, made.clue.id, 1, ClueOutcome.TRUE, "已到现场查看")

    assert (done.clue.status, done.clue.result, done.clue.verified_by, done.note, done.clue.version) == (
        ClueStatus.VERIFIED,
        ClueOutcome.TRUE,
        HANDLER.officer_id,
        "已到现场查看",
        2,
    )


async def test_verified_once(courts: Pair) -> None:
    made = await bring(courts)
    node, said = courts.ours.node, list[str]()

    async def verify(result: ClueOutcome) -> None:
        try:
            await clues.verify(node, HANDLER, made.clue.id, 1, result, None)
        except StaleVersion:
            said.append("stale")
        else:
            said.append("done")

    async with anyio.create_task_group() as group:
        group.start_soon(verify, ClueOutcome.TRUE)
        group.start_soon(verify, ClueOutcome.FALSE)

    assert sorted(said) == ["done", "stale"]
    with pytest.raises(TransitionNotAllowed):
        await clues.verify(node, HANDLER, made.clue.id, 2, ClueOutcome.UNVERIFIABLE, None)


@pytest.mark.parametrize(
    ("who", "changes", "refusal"),
    [
        (OTHER_HANDLER, {}, NotAssigned),
        (CHIEF, {}, Forbidden),
        (HANDLER, {"version": 7}, StaleVersion),
        (HANDLER, {"note": " "}, Malformed),
        (HANDLER, {"clue_id": uuid4()}, NotFound),
    ],
)
async def test_what_may_not_be_said_changes_nothing(
    courts: Pair, who: Caller, changes: dict[str, Any], refusal: type[RuleBroken]
) -> None:
    made = await bring(courts)
    before = await state(courts.ours)
    given: dict[str, Any] = {"clue_id": made.clue.id, "version": 1, "result": ClueOutcome.TRUE, "note": None}

    with pytest.raises(refusal):
        await clues.verify(courts.ours.node, who, **(given | changes))

    assert await state(courts.ours) == before
    assert (await clues.read(courts.ours.node, HANDLER, made.clue.id)).clue == made.clue


async def test_overdue_is_said_once_to_whose_case_it_is(courts: Pair, clock: SetClock) -> None:
    made = await bring(courts)
    await bring(courts, key="vague", urgency=ClueUrgency.VAGUE)
    verified = await bring(courts, key="verified")
    await clues.verify(courts.ours.node, HANDLER, verified.clue.id, 1, ClueOutcome.FALSE, None)
    clock.advance(timedelta(days=7))
    assert await clues.warn(courts.ours.node) == 0  # its last day is not over

    clock.advance(timedelta(hours=16))
    assert [await clues.warn(courts.ours.node) for _ in range(2)] == [1, 0]

    page = await warnings_raised.page(courts.ours.node, HANDLER, WarningFilter(), first=10, after=None)
    (warning,) = page.rows
    assert (warning.kind, warning.clue_id, warning.officer, warning.due_on) == (
        "CLUE_OVERDUE",
        made.clue.id,
        HANDLER.officer_id,
        made.clue.due_on,
    )


async def test_it_lies_encrypted(courts: Pair) -> None:
    made = await bring(courts)
    await clues.verify(courts.ours.node, HANDLER, made.clue.id, 1, ClueOutcome.TRUE, "已到现场查看")

    async with courts.ours.node.pool.acquire() as conn:
        for table in ("clues", "events", "audit_queue"):
            rows = await conn.fetch(f"SELECT * FROM {table}")
            everything = "".join(repr(value) for row in rows for value in row.values())
            for secret in ("样线人", "城东仓库", "现场查看"):
                assert secret not in everything
                assert secret.encode().hex() not in everything


async def test_told_on_with_a_task_and_without_its_giver(courts: Pair) -> None:
    made = await bring(courts)

    task = await courts.in_progress(clue_ids=(made.clue.id,))

    theirs = await courts.task(SHEXIAN, task.id)
    raw = courts.theirs.node.at_rest.decrypt(theirs.content, context=tasks.CONTEXT)
    (told,) = msgspec.json.decode(raw, type=TaskContent).clues
    assert (told.text, told.kind, told.reliability) == (CLUE.text, "PROPERTY", "WITNESSED")
    assert "样线人".encode() not in raw
    assert await courts.theirs.count("clues") == 0
    document = (
        "query T($id: UUID!) { delegatedTask(id: $id) { ... on DelegatedTask { content { clues { text kind } } } } }"
    )
    for who, text in ((THEIR_OFFICER, CLUE.text), (rz.caller(SHEXIAN, 7, Role.COMMAND_CENTRE), "")):
        result = await SCHEMA.execute(document, {"id": str(task.id)}, NodeContext(courts.theirs.node, who, "en"))
        assert result.errors is None
        assert result.data is not None
        assert result.data["delegatedTask"]["content"]["clues"] == [{"text": text, "kind": "PROPERTY"}]


async def test_without_a_task_nothing_leaves(courts: Pair) -> None:
    await bring(courts)

    assert await courts.ours.count("outbox") == 0


async def test_a_clue_of_another_case_is_not_told(courts: Pair) -> None:
    with pytest.raises(NotFound):
        await courts.created(clue_ids=(uuid4(),))
    assert await courts.ours.count("tasks") == 0


async def test_through_graphql(courts: Pair) -> None:
    """Written down without a case: a refusal as a value; then brought, listed in its case, verified."""
    submit = """mutation S($input: SubmitClueInput!) { submitClue(input: $input) {
        ... on Clue { id dueOn version informant locationCourt } ... on Problem { code } } }"""
    given = {"kind": "WHEREABOUTS", "source": "GRASSROOTS", "text": "在崇福镇务工", "reliability": "HEARSAY"}

    async def run(document: str, who: Caller = HANDLER, **variables: Any) -> Any:
        result = await SCHEMA.execute(document, variables, NodeContext(courts.ours.node, who, "en"))
        assert result.errors is None, result.errors
        assert result.data is not None
        return next(iter(result.data.values()))

    refused = await run(submit, input=given | {"idempotencyKey": "a"})
    made = await run(submit, input=given | {"idempotencyKey": "b", "caseNumber": rz.NUMBER, "urgency": "URGENT"})
    listed = await run(
        """query C($n: CaseNumber!) { enforcementCase(caseNumber: $n) { ... on EnforcementCase {
           clues { nodes { id kind text status } } } } }""",
        n=rz.NUMBER,
    )
    verify = """mutation V($input: VerifyClueInput!) { verifyClue(input: $input) {
        ... on Clue { status result version } ... on Problem { code } } }"""
    told = {"clueId": made["id"], "version": 1, "result": "UNVERIFIABLE"}
    done, stale = await run(verify, input=told), await run(verify, input=told)
    read = await run(
        "query R($id: UUID!) { clue(id: $id) { ... on Clue { result } ... on Problem { code } } }", id=made["id"]
    )

    assert refused == {"code": "LEGAL_BASIS_REQUIRED"}
    assert (made["dueOn"], made["locationCourt"], made["informant"]) == ("2025-07-17", KAIHUA, None)
    assert listed["clues"]["nodes"] == [
        {"id": made["id"], "kind": "WHEREABOUTS", "text": "在崇福镇务工", "status": "OPEN"}
    ]
    assert done == {"status": "VERIFIED", "result": "UNVERIFIABLE", "version": 2}
    assert stale == {"code": "STALE_VERSION"}
    assert read == {"result": "UNVERIFIABLE"}
