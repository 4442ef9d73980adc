"""One search at several courts through GraphQL: asked for, approved and sent once, covered court by court.

Long, because its acts, its refusals and its coverage start from the same three courts and one search.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from db.clock import SetClock
from db.pool import transaction
from enforcement.rules.feedback import FeedbackResult, ReturnReason
from enforcement.rules.rights import Caller, Role
from enforcement.tasks import handling
from enforcement.tasks.contents import Communication
from schema.context import NodeContext
from schema.node.delegated_searches import DelegatedSearchMutation, DelegatedSearchQuery
from schema.node.follow_ups import FollowUpMutation
from schema.node.objects import ObjectQuery
from schema.node.tasks import TaskMutation, TaskQuery
from schema.scalars import SCALARS
from tests.enforcement.registry_zone import NUMBER, PLATE, RULING, VIN
from tests.enforcement.search_zone import Three, three
from tests.enforcement.task_zone import CENTRE, CHIEF, DIGEST, HANDLER, PRESIDENT, NewDatabase, who
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN
from tests.schema.test_changes import first

pytestmark = pytest.mark.anyio


@strawberry.type
class Query(TaskQuery, DelegatedSearchQuery, ObjectQuery):
    pass


@strawberry.type
class Mutation(TaskMutation, DelegatedSearchMutation, FollowUpMutation):
    pass


SCHEMA = strawberry.Schema(Query, Mutation, config=StrawberryConfig(scalar_map=dict(SCALARS)))
PAPERS = [
    {"kind": kind, "sha256": DIGEST} for kind in ("DELEGATION_LETTER", "OFFICER_CERTIFICATE", "INVESTIGATION_NOTICE")
]
WRITTEN = (
    "delegated_searches",
    "delegated_search_tasks",
    "tasks",
    "task_history",
    "task_events",
    "task_requests",
    "idempotency",
    "outbox",
    "events",
    "audit_queue",
)
PROBLEM = """
    ... on Problem { __typename code }
    ... on CourtsRefused { refused: courts { court code } }
    ... on LegalDocumentMissing { missing }
    ... on DuplicateOf { of: id }
    ... on StaleVersion { current }"""
SEARCH = (
    "... on DelegatedSearch { id version status kinds courts dispatchedAt tasks { id status entrustedCourt version } }"
)
COVERAGE = """
query Coverage($id: UUID!) { delegatedSearch(id: $id) { ... on DelegatedSearch { coverage {
  asked answered returned withdrawn overdue undeliverable pending nothingFound complete
  courts { court answer reason nothingFound task { id }
           kinds { kind outcome channels { channel unitId outcome asOf } } }
} } } }"""
FINDS = """
query Finds($id: UUID!, $after: String) { delegatedSearch(id: $id) { ... on DelegatedSearch {
  findings(first: 1, after: $after) { ... on FindingConnection {
    nodes { id court kind source asOf adoptedAt identity { part value } } pageInfo { hasNextPage endCursor }
  } } } } }"""


@pytest.fixture
async def zone(new_database: NewDatabase, clock: SetClock, tmp_path: Path) -> AsyncIterator[Three]:
    async with three(new_database, clock, tmp_path) as all_three:
        yield all_three


async def ask(zone: Three, caller: Caller | None, document: str, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, NodeContext(zone.ours.node, caller, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    return next(iter(result.data.values()))


async def act(zone: Three, caller: Caller, name: str, input_type: str, /, **given: Any) -> Any:
    document = f"mutation M($input: {input_type}!) {{ {name}(input: $input) {{ {SEARCH} {PROBLEM} }} }}"
    return await ask(zone, caller, document, input=given)


async def delegate(zone: Three, caller: Caller = HANDLER, **changes: Any) -> Any:
    given = {
        "caseNumber": NUMBER,
        "kinds": ["VEHICLE", "REAL_ESTATE"],
        "courts": [SHEXIAN, CHANGSHAN],
        "documents": PAPERS,
        "idempotencyKey": "k-1",
    }
    return await act(zone, caller, "delegateSearch", "DelegateSearchInput", **(given | changes))


def at(search: Any) -> dict[str, Any]:
    return {"id": search["id"], "version": search["version"]}


async def dispatched(zone: Three, **changes: Any) -> Any:
    search = await delegate(zone, **changes)
    search = await act(zone, CHIEF, "approveDelegatedSearch", "SearchOpinionInput", **at(search), opinion="同意")
    search = await act(zone, CENTRE, "dispatchDelegatedSearch", "SearchVersionInput", **at(search))
    await zone.road.run()
    return search


async def covered(zone: Three, search: Any, caller: Caller = HANDLER) -> Any:
    return (await ask(zone, caller, COVERAGE, id=search["id"]))["coverage"]


def figures(coverage: Any) -> tuple[Any, ...]:
    return tuple(coverage[name] for name in ("asked", "answered", "returned", "overdue", "pending", "complete"))


async def rows(zone: Three) -> dict[str, int]:
    return {table: await zone.ours.count(table) for table in WRITTEN}


async def send_back(zone: Three, code: str) -> None:
    task_id = await zone.task_at(code)
    spoke = Communication(at=zone.ours.node.clock.now(), channel="PHONE")
    reason = ReturnReason.AVAILABLE_ON_NATIONAL_NETWORK
    chief = who(code, 5, Role.BUREAU_CHIEF)
    version = await zone.version(code, task_id)
    await handling.return_task(zone.courts[code].node, chief, task_id, version, reason=reason, communication=spoke)
    await zone.road.run()


async def test_one_search_is_approved_and_sent_once(zone: Three) -> None:
    search = await delegate(zone)
    assert (search["status"], search["courts"], search["kinds"]) == (
        "PENDING_APPROVAL",
        sorted([SHEXIAN, CHANGSHAN]),
        ["REAL_ESTATE", "VEHICLE"],
    )
    assert {task["status"] for task in search["tasks"]} == {"PENDING_APPROVAL"}

    own = await act(
        zone,
        who(KAIHUA, 1, Role.HANDLER, Role.BUREAU_CHIEF),
        "approveDelegatedSearch",
        "SearchOpinionInput",
        **at(search),
    )
    search = await act(zone, CHIEF, "approveDelegatedSearch", "SearchOpinionInput", **at(search))
    sent = await act(zone, CENTRE, "dispatchDelegatedSearch", "SearchVersionInput", **at(search))
    again = await act(zone, CENTRE, "dispatchDelegatedSearch", "SearchVersionInput", **at(sent))
    await zone.road.run()

    assert own["code"] == "SELF_APPROVAL_FORBIDDEN"
    assert (sent["status"], sent["dispatchedAt"] is not None) == ("DISPATCHED", True)
    assert again["code"] == "TRANSITION_NOT_ALLOWED"
    for code in (SHEXIAN, CHANGSHAN):
        assert await zone.courts[code].count("tasks") == 1


async def test_coverage_follows_the_courts(zone: Three, clock: SetClock) -> None:
    """歙县 finds a car, 常山 sends the task back; its clone is answered, and nobody is missing any more."""
    search = await dispatched(zone)
    assert figures(await covered(zone, search)) == (2, 0, 0, 0, 2, False)

    await zone.answer(SHEXIAN, FeedbackResult.DONE_FULL)
    await send_back(zone, CHANGSHAN)
    known = await covered(zone, search)

    assert figures(known) == (2, 1, 1, 0, 0, False)
    by_court = {court["court"]: court for court in known["courts"]}
    assert by_court[CHANGSHAN]["reason"] == "AVAILABLE_ON_NATIONAL_NETWORK"
    assert {
        kind["kind"]: (kind["outcome"], [channel["unitId"] for channel in kind["channels"]])
        for kind in by_court[SHEXIAN]["kinds"]
    } == {
        "REAL_ESTATE": ("NOTHING", ["u-341021-land"]),
        "VEHICLE": ("FOUND", ["u-341021-vehicle"]),
    }

    await _clone(zone, by_court[CHANGSHAN]["task"]["id"])
    assert figures(await covered(zone, search)) == (2, 1, 0, 0, 1, False)
    await zone.road.run()
    await zone.answer(CHANGSHAN)
    known = await covered(zone, search)
    assert figures(known) == (2, 2, 0, 0, 0, True)
    assert known["nothingFound"] == 1
    tasks = (
        await ask(zone, HANDLER, f"query S($id: UUID!) {{ delegatedSearch(id: $id) {{ {SEARCH} }} }}", id=search["id"])
    )["tasks"]
    assert [task["status"] for task in tasks if task["entrustedCourt"] == CHANGSHAN] == ["RETURNED", "FED_BACK"]


async def _clone(zone: Three, task_id: str) -> None:
    """A returned task is drafted, approved and sent again by the ordinary acts."""
    version = await zone.version(KAIHUA, task_id)  # type: ignore[arg-type]  # text is taken as well
    task = "... on DelegatedTask { id version } ... on Problem { code }"
    document = f"mutation C($input: CloneDelegatedTaskInput!) {{ cloneDelegatedTask(input: $input) {{ {task} }} }}"
    clone = await ask(zone, HANDLER, document, input={"id": task_id, "version": version, "idempotencyKey": "c"})
    for name, officer in (("submit", HANDLER), ("approve", CHIEF), ("dispatch", CENTRE)):
        kind = "TaskOpinionInput" if name == "approve" else "TaskVersionInput"
        document = f"mutation M($input: {kind}!) {{ {name}DelegatedTask(input: $input) {{ {task} }} }}"
        clone = await ask(zone, officer, document, input=at(clone))


FOLLOWED = """subscription ($searchId: UUID, $after: String) {
  delegatedSearchChanged(searchId: $searchId, after: $after) { ... on Problem { code }
    ... on DelegatedSearchChange { cursor search { id coverage { answered pending courts { court answer } } } } } }"""
BEGINNING = "MS4wIGRlbGVnYXRlZFNlYXJjaENoYW5nZWQ="


async def test_coverage_is_heard_of_as_it_grows(zone: Three) -> None:
    """Each change of a task is one of its search; who may not see the search hears of none."""
    search = await dispatched(zone)
    node = zone.ours.node
    asked = await first(node, HANDLER, FOLLOWED, after=BEGINNING)
    assert (asked["search"]["id"], asked["search"]["coverage"]["pending"]) == (search["id"], 2)

    await zone.answer(SHEXIAN, FeedbackResult.DONE_FULL)
    grown = await first(node, HANDLER, FOLLOWED, searchId=search["id"], after=asked["cursor"])

    assert (grown["search"]["coverage"]["answered"], grown["search"]["coverage"]["pending"]) == (1, 1)
    answers = {court["court"]: court["answer"] for court in grown["search"]["coverage"]["courts"]}
    assert answers == {SHEXIAN: "ANSWERED", CHANGSHAN: "PENDING"}
    assert await first(node, who(KAIHUA, 2, Role.HANDLER), FOLLOWED, after=BEGINNING) is None
    assert (await first(node, None, FOLLOWED))["code"] == "FORBIDDEN"
    assert (await first(node, HANDLER, FOLLOWED, after="x"))["code"] == "INVALID_CURSOR"


async def test_court_that_is_late_is_overdue_until_it_answers(zone: Three, clock: SetClock) -> None:
    search = await dispatched(zone)

    clock.advance(timedelta(days=10))
    late = await covered(zone, search)
    await zone.answer(CHANGSHAN)

    assert figures(late) == (2, 0, 0, 2, 0, False)
    assert figures(await covered(zone, search)) == (2, 1, 0, 1, 0, False)


async def test_court_that_cannot_be_reached_is_undeliverable(zone: Three) -> None:
    search = await delegate(zone)
    search = await act(zone, CHIEF, "approveDelegatedSearch", "SearchOpinionInput", **at(search))
    await act(zone, CENTRE, "dispatchDelegatedSearch", "SearchVersionInput", **at(search))
    for row in await zone.road.queued(KAIHUA):
        if row.peer == CHANGSHAN:
            await zone.road.close(KAIHUA, row, "EXPIRED", None)

    known = await covered(zone, search)
    assert (known["undeliverable"], known["pending"]) == (1, 1)

    await zone.road.run()  # the same task in a new message
    assert (await covered(zone, search))["undeliverable"] == 0
    assert await zone.courts[CHANGSHAN].count("tasks") == 1


async def test_silent_units_leave_a_court_without_evidence(zone: Three, clock: SetClock) -> None:
    search = await dispatched(zone, courts=[CHANGSHAN], kinds=["VEHICLE"])
    zone.units.is_silent = True
    task_id = await zone.begin(CHANGSHAN)
    await zone.look(CHANGSHAN, task_id)
    for _ in range(10):
        clock.advance(timedelta(minutes=6))
        await _work(zone, CHANGSHAN)
    await zone.feed_back(CHANGSHAN, task_id, FeedbackResult.NOT_FOUND_ASSET)
    await zone.road.run()

    known = await covered(zone, search)

    assert figures(known) == (1, 1, 0, 0, 0, False)
    assert known["nothingFound"] == 0
    assert known["courts"][0]["kinds"][0]["outcome"] == "NO_ANSWER"


async def _work(zone: Three, code: str) -> None:
    from enforcement import unit_worker  # noqa: PLC0415

    await unit_worker.run_once(zone.courts[code].node, zone.units, lambda: 0.5)


async def test_finds_of_all_courts_are_one_list(zone: Three) -> None:
    zone.units.store.add_holding(
        "u-330822-vehicle", "341021197903159972", {"plate": "浙HX0001", "vin": "LFAKE0A11R0000002"}
    )
    search = await dispatched(zone)
    await zone.answer(SHEXIAN, FeedbackResult.DONE_FULL)
    await zone.answer(CHANGSHAN, FeedbackResult.DONE_FULL)

    first = (await ask(zone, HANDLER, FINDS, id=search["id"]))["findings"]
    second = (await ask(zone, HANDLER, FINDS, id=search["id"], after=first["pageInfo"]["endCursor"]))["findings"]
    masked = (await ask(zone, CENTRE, FINDS, id=search["id"]))["findings"]

    found = [*first["nodes"], *second["nodes"]]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert {(find["court"], find["source"], find["adoptedAt"]) for find in found} == {
        (SHEXIAN, "PROVINCIAL_NETWORK", None),
        (CHANGSHAN, "PROVINCIAL_NETWORK", None),
    }
    read = {part["value"] for find in found for part in find["identity"]}
    assert {PLATE, VIN, "浙HX0001"} <= read
    assert not read & {part["value"] for part in masked["nodes"][0]["identity"]}


async def test_find_of_a_search_is_seized_next(zone: Three) -> None:
    search = await dispatched(zone)
    await zone.answer(SHEXIAN, FeedbackResult.DONE_FULL)
    find = (await ask(zone, HANDLER, FINDS, id=search["id"]))["findings"]["nodes"][0]
    document = """mutation Seize($input: DelegateSeizureInput!) { delegateSeizure(input: $input) {
        ... on DelegatedTask { matter entrustedCourt followUpOf { id } } ... on Problem { code } } }"""
    given = {"findingId": find["id"], "rulingNo": RULING, "idempotencyKey": "s"}
    given["documents"] = [{"kind": "SERVICE_RECEIPT", "sha256": DIGEST}]

    task = await ask(zone, HANDLER, document, input=given)

    assert (task["matter"], task["entrustedCourt"]) == ("SEIZE_VEHICLE", SHEXIAN)
    assert task["followUpOf"]["id"] in {each["id"] for each in search["tasks"]}
    adopted = (await ask(zone, HANDLER, FINDS, id=search["id"]))["findings"]["nodes"][0]
    assert adopted["adoptedAt"] is not None


async def test_same_key_gives_the_same_search(zone: Three) -> None:
    first = await delegate(zone)
    before = await rows(zone)

    again = await delegate(zone)
    other = await delegate(zone, courts=[SHEXIAN])
    twice = await delegate(zone, idempotencyKey="k-2", courts=[SHEXIAN])

    assert again["id"] == first["id"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert (twice["__typename"], twice["of"]) == (
        "DuplicateOf",
        next(task["id"] for task in first["tasks"] if task["entrustedCourt"] == SHEXIAN),
    )
    assert await rows(zone) == before


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"kinds": []}, {"code": "INVALID_KINDS"}),
        ({"courts": []}, {"code": "INVALID_COURTS"}),
        ({"courts": [SHEXIAN, SHEXIAN]}, {"code": "INVALID_COURTS"}),
        ({"documents": PAPERS[:1]}, {"missing": ["INVESTIGATION_NOTICE", "OFFICER_CERTIFICATE"]}),
        ({"documents": [{"kind": "DELEGATION_LETTER", "sha256": "x"}]}, {"code": "INVALID_DOCUMENT"}),
        ({"caseNumber": "（2025）浙0824执999号"}, {"code": "NOT_FOUND"}),
        ({"idempotencyKey": ""}, {"code": "INVALID_KEY"}),
        (
            {"courts": [SHEXIAN, "赣1181", KAIHUA]},
            {
                "code": "COURTS_REFUSED",
                "refused": [{"court": "赣1181", "code": "UNKNOWN_COURT"}, {"court": KAIHUA, "code": "UNKNOWN_COURT"}],
            },
        ),
    ],
)
async def test_refused_search_asks_nobody(zone: Three, changes: dict[str, Any], answer: dict[str, Any]) -> None:
    before = await rows(zone)

    refused = await delegate(zone, **changes)

    assert answer.items() <= refused.items()
    assert await rows(zone) == before


async def test_suspended_court_is_named_before_anything_is_written(zone: Three) -> None:
    approved = await act(zone, CHIEF, "approveDelegatedSearch", "SearchOpinionInput", **at(await delegate(zone)))
    suspended = [zone.zone.court(code, state="SUSPENDED" if code == CHANGSHAN else "ACTIVE") for code in zone.zone.keys]
    await zone.publish(2, courts=suspended)
    before = await rows(zone)

    new = await delegate(zone, idempotencyKey="k-2", kinds=["EQUITY"])
    sent = await act(zone, CENTRE, "dispatchDelegatedSearch", "SearchVersionInput", **at(approved))

    for refused in (new, sent):
        assert refused["refused"] == [{"court": CHANGSHAN, "code": "MEMBERSHIP_SUSPENDED"}]
    assert await rows(zone) == before


async def test_court_without_agreement_is_named(zone: Three) -> None:
    narrowed = zone.zone.agreement(KAIHUA, CHANGSHAN, matters=["SEAL"])
    await zone.publish(2, agreements=[zone.zone.agreement(None, None), narrowed])
    before = await rows(zone)

    refused = await delegate(zone)

    assert refused["refused"] == [{"court": CHANGSHAN, "code": "MATTER_NOT_AGREED"}]
    assert await rows(zone) == before


async def test_chief_sends_back_and_handler_submits_again(zone: Three) -> None:
    search = await delegate(zone)
    refuse = "refuseDelegatedSearchApproval"

    wordless = await act(zone, CHIEF, refuse, "SearchOpinionInput", **at(search))
    search = await act(zone, CHIEF, refuse, "SearchOpinionInput", **at(search), opinion="范围过大")
    early = await act(zone, CENTRE, "dispatchDelegatedSearch", "SearchVersionInput", **at(search))
    search = await act(zone, HANDLER, "submitDelegatedSearch", "SearchVersionInput", **at(search))

    assert (wordless["code"], early["code"]) == ("RETURN_REASON_REQUIRED", "TRANSITION_NOT_ALLOWED")
    assert (search["status"], search["version"]) == ("PENDING_APPROVAL", 3)
    assert {task["status"] for task in search["tasks"]} == {"PENDING_APPROVAL"}


async def test_withdrawal_leaves_what_is_answered(zone: Three) -> None:
    search = await dispatched(zone)
    await zone.answer(SHEXIAN, FeedbackResult.DONE_FULL)

    name, kind = "withdrawDelegatedSearch", "WithdrawDelegatedSearchInput"
    wordless = await act(zone, HANDLER, name, kind, **at(search), reason=" ")
    withdrawn = await act(zone, HANDLER, name, kind, **at(search), reason="已和解")
    again = await act(zone, HANDLER, name, kind, **at(withdrawn), reason="已和解")
    await zone.road.run()

    assert (wordless["code"], again["code"]) == ("RETURN_REASON_REQUIRED", "TRANSITION_NOT_ALLOWED")
    assert withdrawn["status"] == "WITHDRAWN"
    known = await covered(zone, search)
    assert (known["answered"], known["withdrawn"], known["complete"]) == (1, 1, False)
    async with zone.courts[CHANGSHAN].node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT status FROM tasks") == "WITHDRAWN"


async def test_withdrawal_inside_the_court_sends_nothing(zone: Three) -> None:
    search = await delegate(zone)

    withdrawn = await act(
        zone, HANDLER, "withdrawDelegatedSearch", "WithdrawDelegatedSearchInput", **at(search), reason="撤回"
    )

    assert {task["status"] for task in withdrawn["tasks"]} == {"WITHDRAWN"}
    assert await zone.road.queued(KAIHUA) == []


@pytest.mark.parametrize(
    ("caller", "name", "kind", "code"),
    [
        (CENTRE, "approveDelegatedSearch", "SearchOpinionInput", "FORBIDDEN"),
        (HANDLER, "dispatchDelegatedSearch", "SearchVersionInput", "FORBIDDEN"),
        (CHIEF, "submitDelegatedSearch", "SearchVersionInput", "FORBIDDEN"),
        (CENTRE, "withdrawDelegatedSearch", "WithdrawDelegatedSearchInput", "FORBIDDEN"),
        (who(KAIHUA, 2, Role.HANDLER), "withdrawDelegatedSearch", "WithdrawDelegatedSearchInput", "NOT_ASSIGNED"),
    ],
)
async def test_each_act_has_its_office(zone: Three, caller: Caller, name: str, kind: str, code: str) -> None:
    search = await delegate(zone)
    before = await rows(zone)
    given = at(search) | ({"reason": "撤回"} if kind.startswith("Withdraw") else {})

    assert (await act(zone, caller, name, kind, **given))["code"] == code
    stale = await act(zone, CHIEF, "approveDelegatedSearch", "SearchOpinionInput", **at(search) | {"version": 9})
    assert (stale["code"], stale["current"]) == ("STALE_VERSION", 1)
    assert await rows(zone) == before


async def test_readers_see_by_their_office(zone: Three) -> None:
    search = await delegate(zone)
    other = who(KAIHUA, 2, Role.HANDLER)
    listed = """query L($number: CaseNumber!) { delegatedSearches(caseNumber: $number) {
        ... on DelegatedSearchConnection { nodes { id tasks { id } } pageInfo { hasNextPage } } ... on Problem { code } } }"""  # noqa: E501
    one = "query O($id: UUID!) { delegatedSearch(id: $id) { ... on DelegatedSearch { id } ... on Problem { code } } }"
    by_id = "query N($id: ID!) { node(id: $id) { __typename id } }"

    for reader in (HANDLER, CENTRE, PRESIDENT):
        (node,) = (await ask(zone, reader, listed, number=NUMBER))["nodes"]
        assert (node["id"], len(node["tasks"])) == (search["id"], 2)
        assert (await ask(zone, reader, one, id=search["id"]))["id"] == search["id"]
        assert (await ask(zone, reader, by_id, id=search["id"])) == {
            "__typename": "DelegatedSearch",
            "id": search["id"],
        }
    assert (await ask(zone, other, one, id=search["id"]))["code"] == "NOT_FOUND"
    assert (await ask(zone, other, listed, number=NUMBER))["code"] == "NOT_FOUND"


async def test_searches_of_a_case_come_page_by_page(zone: Three, clock: SetClock) -> None:
    made = []
    for kind in ("VEHICLE", "EQUITY", "MOVABLE"):
        made.append((await delegate(zone, idempotencyKey=kind, kinds=[kind]))["id"])
        clock.advance(timedelta(minutes=1))
    document = """query L($number: CaseNumber!, $after: String) {
        delegatedSearches(caseNumber: $number, first: 2, after: $after) {
            ... on DelegatedSearchConnection { nodes { id } pageInfo { hasNextPage endCursor } } } }"""

    first = await ask(zone, CENTRE, document, number=NUMBER)
    second = await ask(zone, CENTRE, document, number=NUMBER, after=first["pageInfo"]["endCursor"])

    assert [node["id"] for page in (first, second) for node in page["nodes"]] == made
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_search_lies_without_names(zone: Three) -> None:
    await delegate(zone)

    async with transaction(zone.ours.node.pool) as conn:
        rows_text = await conn.fetchval("SELECT string_agg(s::text, '') FROM delegated_searches s")
        announced = await conn.fetch("SELECT kind FROM events WHERE topic = 'delegated-search' ORDER BY id")

    assert "李样甲" not in rows_text
    assert NUMBER not in rows_text
    assert [row["kind"] for row in announced] == ["PENDING_APPROVAL"]
