"""`node`, `nodes` and `_entities` at a court: every type of its schema, over fixture set S; an id opens nothing."""

from collections.abc import AsyncIterator, Iterable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type

from db.clock import SetClock
from enforcement.court import CourtNode
from enforcement.rules.rights import RIGHTS, Act, Caller, Role
from schema.context import NodeContext
from schema.node.entities import KEYS
from schema.node.schema import SCHEMA
from schema.objects import MOST_IDS
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA
from tests.schema.objects_zone import Two, two_courts

pytestmark = pytest.mark.anyio
GRAPH = build_schema(SCHEMA.as_str())
TABLES = {
    "EnforcementCase": "cases",
    "Asset": "assets",
    "ControlMeasure": "measures WHERE case_id IN (SELECT id FROM cases)",
    "AssetSearch": "asset_searches",
    "Finding": "findings",
    "Payment": "payments",
    "SettlementAgreement": "settlements",
    "Deferral": "deferrals",
    "Suspension": "suspensions",
    "DelegatedTask": "tasks",
    "DelegatedSearch": "delegated_searches",
}
"""Each type that a node reads by id, and its rows; another court's measure stands in the queue of an asset."""
PASSED_ON = {
    "ExchangeMeeting",
    "LiaisonOfficer",
    "MaintenanceWindow",
    "MemberCourt",
    "PublishedStandard",
    "ResourceOffer",
    "SupervisionRecord",
    "TrackedTask",
}
"""Types of the gateway, which a node reads by passing the id on (test_gateway_objects_at_nodes.py)."""
NOT_BY_ID = {
    "AssistanceNotice": "shown once, to who served it",
    "AssistanceReceipt": "read with its measure or its task",
    "AssistingUnit": "an entity: read by `_entities`",
    "CaseParty": "what somebody is in one case; the id is the person's, in all of them",
    "DistributionPlan": "a row of its case",
    "Participation": "a row of its case",
    "CaseTransfer": "a row of a list, shown by office",
    "PayoutDeferral": "of a distribution plan",
    "CrossEnforcementProposal": "a row of a list, shown by office",
    "DishonestEntry": "a row of a list that one office reads whole",
    "DuplicateOf": "a problem: the id is another object's",
    "Clue": "a row of a case's list, with who gave it for the handler alone",
    "DisposalRecord": "a row of a list, with its asset",
    "EntryCorrection": "a row of a list, with its entry",
    "FedBackFinding": "a part of a task's feedback",
    "FedBackReceipt": "a part of a task's feedback",
    "LookupEntry": "a row of a log, read as the log",
    "MeasureOrder": "a part of its measure",
    "RelativeDeclaration": "the officer's own list",
    "TaskStatement": "said beside a task's log, read with the task",
    "TaskSupervision": "a part of a task",
    "TransferRequest": "read by its own field, at both courts",
    "UnitObjection": "a part of a notice",
    "Warning": "a row of a list, shown by office",
}
OTHER_IDS = (
    "measures WHERE case_id IS NULL OR case_id NOT IN (SELECT id FROM cases)",
    "parties",
    "search_inquiries",
    "assistance_notices",
    "assistance_receipts",
    "lookups",
)
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
ENTITIES = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }"


@pytest.fixture
async def two(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Two]:
    async with two_courts(new_database, clock) as made:
        yield made


def officer(*roles: Role, number: int = 1) -> Caller:
    return Caller(f"o-330824-{number:02}", KAIHUA, frozenset(roles))


async def ids(court: CourtNode, table: str, most: int = MOST_IDS) -> list[str]:
    async with court.pool.acquire() as conn:
        return [str(row["id"]) for row in await conn.fetch(f"SELECT id FROM {table} ORDER BY id LIMIT {most}")]


async def ask(court: CourtNode, caller: Caller | None, document: str, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, NodeContext(court, caller, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (value,) = result.data.values()
    return value


async def read(court: CourtNode, caller: Caller | None, wanted: Iterable[str]) -> list[Any]:
    return list(await ask(court, caller, NODES, ids=list(wanted)))


def _with_id() -> set[str]:
    return {
        name
        for name, kind in GRAPH.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__") and "id" in kind.fields
    }


def test_each_type_with_an_id_is_read_by_it_or_says_why_not() -> None:
    interface = GRAPH.type_map["Node"]
    nodes = {kind.name for kind in GRAPH.get_possible_types(interface)}  # type: ignore[arg-type]  # an interface

    assert nodes == TABLES.keys() | PASSED_ON
    assert _with_id() == nodes | NOT_BY_ID.keys()
    assert all(get_named_type(GRAPH.type_map[name].fields["id"].type).name == "ID" for name in nodes)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", sorted(TABLES))
async def test_who_reads_the_court_gets_each_object(two: Two, kind: str) -> None:
    known = await ids(two.kaihua, TABLES[kind])

    found = await read(two.kaihua, officer(Role.BUREAU_CHIEF), known)

    assert known
    assert found == [{"__typename": kind, "id": each} for each in known]


async def test_no_office_gets_anything_without_its_rights(two: Two) -> None:
    readers = RIGHTS[Act.READ_CASE] | RIGHTS[Act.READ_TASK]
    others = [officer(role) for role in Role if role not in readers]
    assert others

    for table in (*TABLES.values(), *OTHER_IDS):
        known = await ids(two.kaihua, table)
        for caller in (None, officer(), *others):
            assert await read(two.kaihua, caller, known) == [None] * len(known)


async def test_ids_of_another_court_open_nothing(two: Two) -> None:
    chief = officer(Role.BUREAU_CHIEF, Role.PRESIDENT, Role.HANDLER, Role.COMMAND_CENTRE, Role.AUDITOR)

    for kind, table in TABLES.items():
        theirs = await ids(two.shexian, table, most=5000)
        if kind == "DelegatedTask":
            ours = set(await ids(two.kaihua, table, most=5000))
            theirs = [each for each in theirs if each not in ours]
        for start in range(0, len(theirs), MOST_IDS):
            some = theirs[start : start + MOST_IDS]
            assert await read(two.kaihua, chief, some) == [None] * len(some), kind


async def test_what_is_no_object_opens_nothing(two: Two) -> None:
    known = (await ids(two.kaihua, "cases", most=1))[0]
    inner = [each for table in OTHER_IDS for each in await ids(two.kaihua, table, most=10)]
    others = [known.upper(), f"{{{known}}}", known.replace("-", ""), "", "0", "浙9999", "o-330824-01", str(uuid4())]

    assert await read(two.kaihua, officer(Role.BUREAU_CHIEF), [*inner, *others]) == [None] * len([*inner, *others])


async def test_a_handler_reads_what_hangs_on_own_cases(two: Two) -> None:
    handler = officer(Role.HANDLER, number=1)
    owners = {"EnforcementCase": "id", "Asset": "case_id", "Payment": "case_id", "ControlMeasure": "case_id"}
    for kind, column in owners.items():
        async with two.kaihua.pool.acquire() as conn:
            rows = await conn.fetch(
                f"SELECT t.id, c.handler_id FROM {TABLES[kind].partition(' ')[0]} t JOIN cases c ON c.id = t.{column} "
                "ORDER BY c.handler_id = $1 DESC, t.id LIMIT 100",
                handler.officer_id,
            )
        own = [row["handler_id"] == handler.officer_id for row in rows]
        assert any(own), kind

        found = await read(two.kaihua, handler, [str(row["id"]) for row in rows])

        assert [each is not None for each in found] == own, kind


async def test_a_handler_reads_the_tasks_in_their_hands(two: Two) -> None:
    handler = officer(Role.HANDLER, number=1)
    async with two.kaihua.pool.acquire() as conn:
        rows = await conn.fetch("SELECT id, officer, created_by FROM tasks ORDER BY id LIMIT 100")

    found = await read(two.kaihua, handler, [str(row["id"]) for row in rows])

    own = [handler.officer_id in {row["officer"], row["created_by"]} for row in rows]
    assert [each is not None for each in found] == own


async def test_names_and_numbers_are_masked_as_in_their_place(two: Two) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Asset { identity { part value } } } }"
    known = await ids(two.kaihua, "assets", most=20)

    whole = await ask(two.kaihua, officer(Role.BUREAU_CHIEF), document, ids=known)
    masked = await ask(two.kaihua, officer(Role.CLERK), document, ids=known)

    assert all("*" in part["value"] for asset in masked for part in asset["identity"])
    assert not any("*" in part["value"] for asset in whole for part in asset["identity"])


async def test_a_hundred_objects_cost_few_statements(two: Two) -> None:
    mixed = [each for table in TABLES.values() for each in await ids(two.kaihua, table, most=11)][:MOST_IDS]
    said: list[str] = []
    async with two.kaihua.pool.acquire() as first, two.kaihua.pool.acquire() as second:
        for conn in (first, second):
            conn.add_query_logger(lambda logged: said.append(_query(logged)))

    found = await read(two.kaihua, officer(Role.BUREAU_CHIEF), mixed)

    assert None not in found
    assert sum("AS kind FROM cases" in query for query in said) == 1
    assert len(said) <= 1 + 4 * len(TABLES)


def _query(logged: asyncpg.connection.LoggedQuery) -> str:
    return str(logged.query)


async def test_more_ids_than_a_hundred_are_refused(two: Two) -> None:
    many = [str(UUID(int=n)) for n in range(MOST_IDS + 1)]

    for document, given in ((NODES, {"ids": many}), (ENTITIES, {"of": [{"__typename": "A", "id": i} for i in many]})):
        result = await SCHEMA.execute(document, given, NodeContext(two.kaihua, officer(Role.BUREAU_CHIEF), "en"))
        assert [error.extensions for error in result.errors or ()] == [{"code": "INVALID_PAGE"}]


async def test_no_type_of_the_schema_is_an_entity_but_the_declared_ones(two: Two) -> None:
    chief = officer(Role.BUREAU_CHIEF, Role.COMMAND_CENTRE)
    keyed = {name for name, _ in KEYS}
    samples = [each for table in (*TABLES.values(), *OTHER_IDS) for each in await ids(two.kaihua, table, most=2)]
    names = sorted(name for name in GRAPH.type_map if not name.startswith("__") and name not in keyed)

    for sample in samples:
        for start in range(0, len(names), MOST_IDS):
            some = [{"__typename": name, "id": sample, "code": sample} for name in names[start : start + MOST_IDS]]
            assert await ask(two.kaihua, chief, ENTITIES, of=some) == [None] * len(some)


async def test_units_are_entities_for_who_may_read_the_list(two: Two) -> None:
    (unit,) = await ids(two.kaihua, "assisting_units", most=1)
    wanted = [{"__typename": "AssistingUnit", "id": each} for each in (unit, "u-none")]

    assert await ask(two.kaihua, officer(Role.CLERK), ENTITIES, of=wanted) == [{"__typename": "AssistingUnit"}, None]
    for caller in (None, officer(Role.LIAISON_OFFICER), officer(Role.DEVELOPER)):
        assert await ask(two.kaihua, caller, ENTITIES, of=wanted) == [None, None]


def test_keys_stand_on_clear_types() -> None:
    for name, _ in KEYS:
        node = GRAPH.type_map[name].ast_node
        assert node is not None
        assert "personal" not in {mark.name.value for mark in node.directives or ()}
