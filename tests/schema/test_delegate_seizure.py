"""A find becomes the next task through GraphQL: asset, ruling, task and papers at once, or nothing at all."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from db import findings
from db.clock import SetClock
from db.pool import transaction
from db.records.assets import AssetKind
from db.records.searches import FindingRecord
from enforcement import searches
from enforcement.payloads import FindingPayload
from enforcement.rules.rights import Caller, Role
from enforcement.searches import NewSearch
from schema.context import NodeContext
from schema.node.follow_ups import FollowUpMutation
from schema.node.tasks import TaskMutation, TaskQuery
from schema.scalars import SCALARS
from tests.enforcement import registry_zone
from tests.enforcement.registry_zone import NUMBER, PLATE, RULING, VIN
from tests.enforcement.task_zone import CENTRE, CHIEF, DIGEST, HANDLER, THEIR_CENTRE, NewDatabase, Pair, pair, who
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio


@strawberry.type
class Mutation(TaskMutation, FollowUpMutation):
    pass


SCHEMA = strawberry.Schema(TaskQuery, Mutation, config=StrawberryConfig(scalar_map=dict(SCALARS)))
WRITTEN = ("assets", "measures", "tasks", "task_history", "idempotency", "outbox", "events", "audit_queue")
OFFICERS_PAPERS = [{"kind": "OFFICER_CERTIFICATE", "sha256": DIGEST}, {"kind": "SERVICE_RECEIPT", "sha256": DIGEST}]
SEIZE = """
mutation Seize($input: DelegateSeizureInput!) {
  delegateSeizure(input: $input) {
    __typename
    ... on DelegatedTask {
      id version status matter entrustedCourt followUpOf { id }
      content { rulingNo measureKind termYears asset { kind division identity { part value } }
                documents { kind number sha256 text } }
    }
    ... on Problem { code }
    ... on LegalDocumentMissing { missing }
    ... on ExceedsClaim { claim controlled requested }
    ... on ExemptProperty { ground }
    ... on DuplicateOf { of: id }
  }
}"""


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def ask(court: Any, caller: Caller | None, document: str, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, NodeContext(court, caller, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    return next(iter(result.data.values()))


async def found(courts: Pair, *, task_id: UUID | None = None, fed_back: bool = True, **changes: Any) -> UUID:
    """A find of case 365 at 开化, as 歙县 feeds it back for a task or as the own search brings it."""
    at = datetime(2025, 7, 14, 2, tzinfo=UTC)
    content = FindingPayload(
        id=uuid4(),
        kind="VEHICLE",
        identity={"plate": PLATE, "vin": VIN},
        division="341021",
        description="小型轿车",
        unit_id="u-341021-vehicle",
        unit_name="车辆管理所",
        source="PROVINCIAL_NETWORK",
        as_of=at,
        estimated_value=Decimal("58000.00"),
    )
    content = msgspec.structs.replace(content, **changes)
    ours, inquiry_id, search_id = courts.ours, None, None
    if not fed_back:
        search_id, inquiry_id = await _inquiry(courts)
    elif task_id is None:
        task_id = (await registry_zone.add_task(ours, registry_zone.content())).id
    record = FindingRecord(
        id=content.id,
        inquiry_id=inquiry_id,
        case_id=ours.case.id,
        task_id=task_id,
        court=SHEXIAN if fed_back else KAIHUA,
        kind=content.kind,
        content=ours.node.at_rest.encrypt(msgspec.json.encode(content), context=findings.CONTENT),
        source=content.source,
        as_of=at,
        recorded_at=at,
        asset_id=None,
        adopted_by=None,
        adopted_at=None,
        search_id=search_id,
    )
    async with transaction(ours.node.pool) as conn:
        await findings.insert(conn, record)
    return content.id


async def _inquiry(courts: Pair) -> tuple[UUID, UUID]:
    """A search that 开化 made itself, and a unit's row of it."""
    node = courts.ours.node
    new = NewSearch(NUMBER, None, None, (AssetKind.VEHICLE,))
    search = await searches.request(node, HANDLER, new, idempotency_key="own")
    return search.id, (await searches.inquiries(node, [search.id]))[0].id


async def seize(courts: Pair, finding_id: UUID, caller: Caller = HANDLER, **changes: Any) -> Any:
    given = {
        "findingId": str(finding_id),
        "rulingNo": RULING,
        "documents": OFFICERS_PAPERS,
        "idempotencyKey": "k-1",
    } | changes
    return await ask(courts.ours.node, caller, SEIZE, input=given)


async def rows(courts: Pair) -> dict[str, int]:
    return {table: await courts.ours.count(table) for table in WRITTEN}


async def searched(courts: Pair) -> UUID:
    """The search task that the find came with."""
    return (await courts.in_progress()).id


async def test_find_becomes_the_next_task(courts: Pair) -> None:
    search = await searched(courts)
    finding_id = await found(courts, task_id=search)

    task = await seize(courts, finding_id, documents=OFFICERS_PAPERS[1:])  # the certificates stand in the search's task

    content = task.pop("content")
    assert (task["status"], task["matter"], task["entrustedCourt"]) == ("DRAFT", "SEIZE_VEHICLE", SHEXIAN)
    assert task["followUpOf"]["id"] == str(search)
    assert (content["rulingNo"], content["measureKind"], content["termYears"]) == (RULING, "SEIZE", 2)
    assert {part["part"]: part["value"] for part in content["asset"]["identity"]} == {"plate": PLATE, "vin": VIN}
    assert {paper["kind"]: paper["text"] is not None for paper in content["documents"]} == {
        "OFFICER_CERTIFICATE": False,
        "SERVICE_RECEIPT": False,
        "DELEGATION_LETTER": True,
        "RULING": True,
        "ASSISTANCE_NOTICE": True,
    }
    async with courts.ours.node.pool.acquire() as conn:
        (measure,) = await conn.fetch("SELECT status, ruling_no, ordering_court FROM measures")
        adopted = await conn.fetchval("SELECT asset_id FROM findings WHERE id = $1", finding_id)
    assert tuple(measure) == ("RULED", RULING, KAIHUA)
    assert adopted is not None


async def test_entrusted_court_reads_the_written_papers(courts: Pair) -> None:
    task = await seize(courts, await found(courts))
    ours = courts.ours.node
    for name, officer in (("submit", HANDLER), ("approve", CHIEF), ("dispatch", CENTRE)):
        kind = "TaskOpinionInput" if name == "approve" else "TaskVersionInput"
        document = f"mutation M($input: {kind}!) {{ {name}DelegatedTask(input: $input) {{ ... on DelegatedTask {{ id version }} ... on Problem {{ code }} }} }}"  # noqa: E501
        task = await ask(ours, officer, document, input={"id": task["id"], "version": task["version"]})
    await courts.road.run()

    document = """query T($id: UUID!) { delegatedTask(id: $id) { ... on DelegatedTask {
        status content { documents { kind text } } } } }"""
    handler = who(SHEXIAN, 5, Role.BUREAU_CHIEF, Role.HANDLER)
    whole = await ask(courts.theirs.node, handler, document, id=task["id"])
    masked = await ask(courts.theirs.node, THEIR_CENTRE, document, id=task["id"])

    texts = {paper["kind"]: paper["text"] for paper in whole["content"]["documents"]}
    assert whole["status"] == "RECEIVED"
    assert RULING in texts["RULING"]
    assert PLATE in texts["DELEGATION_LETTER"]
    assert {paper["text"] for paper in masked["content"]["documents"]} == {None}


async def test_own_find_goes_to_the_court_of_its_place(courts: Pair) -> None:
    task = await seize(courts, await found(courts, fed_back=False))

    assert (task["status"], task["entrustedCourt"], task["followUpOf"]) == ("DRAFT", SHEXIAN, None)


@pytest.mark.parametrize(
    ("kind", "identity", "matter", "measure"),
    [
        ("REAL_ESTATE", {"unit_no": "341021001001GB00001F00010001"}, "SEAL", "SEAL"),
        ("BANK_DEPOSIT", {"bank": "样例银行", "account": "6299993410210000016"}, "FREEZE_FUNDS", "FREEZE"),
        ("INCOME", {"employer": "样例公司"}, "WITHHOLD_INCOME", "WITHHOLD_INCOME"),
        ("MOVABLE", {"serial": "样-1"}, "SEIZE_MOVABLE", "SEIZE"),
        ("EQUITY", {"uscc": "91341021FAKE000135"}, "FREEZE_EQUITY", "FREEZE"),
    ],
)
async def test_kind_names_matter_and_measure(
    courts: Pair, kind: str, identity: dict[str, str], matter: str, measure: str
) -> None:
    task = await seize(courts, await found(courts, kind=kind, identity=identity))

    assert (task["matter"], task["content"]["measureKind"]) == (matter, measure)


async def test_same_key_gives_the_same_task(courts: Pair) -> None:
    finding_id = await found(courts)
    first = await seize(courts, finding_id)
    before = await rows(courts)

    again = await seize(courts, finding_id)
    other = await seize(courts, finding_id, contact="张三")

    assert again["id"] == first["id"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await rows(courts) == before


async def test_second_delegation_names_the_first(courts: Pair) -> None:
    finding_id, same = await found(courts), await found(courts)
    first = await seize(courts, finding_id)
    before = await rows(courts)

    again = await seize(courts, finding_id, idempotencyKey="k-2")
    by_other_ruling = await seize(courts, finding_id, idempotencyKey="k-3", rulingNo=NUMBER + "之二")
    same_car = await seize(courts, same, idempotencyKey="k-4")

    for answer in (again, by_other_ruling, same_car):
        assert (answer["__typename"], answer["of"]) == ("DuplicateOf", first["id"])
    assert await rows(courts) == before


async def test_ruling_without_a_task_is_taken_up_again(courts: Pair) -> None:
    """The first task was withdrawn: its ruling stands, and is delegated anew rather than ruled twice."""
    finding_id = await found(courts)
    first = await seize(courts, finding_id)
    withdraw = "mutation W($input: TaskReasonInput!) { withdrawDelegatedTask(input: $input) { __typename } }"
    given = {"id": first["id"], "version": first["version"], "reason": "改由他院办理"}
    await ask(courts.ours.node, HANDLER, withdraw, input=given)

    second = await seize(courts, finding_id, idempotencyKey="k-2")

    assert second["status"] == "DRAFT"
    assert second["id"] != first["id"]
    assert await courts.ours.count("measures") == 1


@pytest.mark.parametrize(
    ("find", "given", "answer"),
    [
        ({}, {"rulingNo": None}, {"code": "LEGAL_DOCUMENT_MISSING", "missing": ["RULING"]}),
        (
            {},
            {"documents": []},
            {"code": "LEGAL_DOCUMENT_MISSING", "missing": ["OFFICER_CERTIFICATE", "SERVICE_RECEIPT"]},
        ),
        ({}, {"rulingNo": NUMBER}, {"code": "INVALID_CASE_NUMBER"}),
        ({}, {"termYears": 3}, {"code": "TERM_TOO_LONG"}),
        ({"division": "330824"}, {}, {"code": "UNKNOWN_COURT"}),
        ({"estimated_value": None}, {}, {"code": "INVALID_MONEY"}),
        (
            {"estimated_value": Decimal("900000.00")},
            {},
            {"code": "EXCEEDS_CLAIM", "controlled": "0.00", "requested": "900000.00"},
        ),
        ({}, {"documents": [*OFFICERS_PAPERS, {"kind": "RULING", "sha256": "x"}]}, {"code": "INVALID_DOCUMENT"}),
        ({}, {"idempotencyKey": " "}, {"code": "INVALID_KEY"}),
    ],
)
async def test_refused_seizure_leaves_nothing(
    courts: Pair, find: dict[str, Any], given: dict[str, Any], answer: dict[str, Any]
) -> None:
    finding_id = await found(courts, **find)
    before = await rows(courts)

    refused = await seize(courts, finding_id, **given)

    assert answer.items() <= refused.items()
    assert await rows(courts) == before
    async with courts.ours.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT asset_id FROM findings WHERE id = $1", finding_id) is None


async def test_exempt_asset_is_not_seized(courts: Pair) -> None:
    finding_id = await found(courts)
    await _adopt_with(courts, finding_id, exemption="LIVING_EXPENSES")
    before = await rows(courts)

    refused = await seize(courts, finding_id)

    assert refused["code"] == "EXEMPT_PROPERTY"
    assert await rows(courts) == before


async def test_asset_of_another_person_is_not_seized(courts: Pair) -> None:
    applicant = courts.ours.rows.parties[1]
    finding_id = await found(courts)
    await _adopt_with(courts, finding_id, owner_id=applicant.id)
    before = await rows(courts)

    refused = await seize(courts, finding_id)

    assert refused["code"] == "NOT_DEBTORS_ASSET"
    assert await rows(courts) == before


@pytest.mark.parametrize(
    ("caller", "code"),
    [(CENTRE, "FORBIDDEN"), (CHIEF, "FORBIDDEN"), (who(KAIHUA, 2, Role.HANDLER), "NOT_ASSIGNED")],
)
async def test_only_the_cases_handler_delegates(courts: Pair, caller: Caller, code: str) -> None:
    finding_id = await found(courts)
    before = await rows(courts)

    assert (await seize(courts, finding_id, caller))["code"] == code
    assert (await seize(courts, uuid4()))["code"] == "NOT_FOUND"
    assert await rows(courts) == before


async def _adopt_with(courts: Pair, finding_id: UUID, **changes: Any) -> None:
    """The find stands as an asset of the case already, which says this of it."""
    asset_id = await registry_zone.add_asset(courts.ours, division="341021", **changes)
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute(
            "UPDATE findings SET asset_id = $2, adopted_by = 'o-330824-01', adopted_at = recorded_at WHERE id = $1",
            finding_id,
            asset_id,
        )
