"""`node`, `nodes` and `_entities` at the gateway: every type of its schema and of the supergraph, by office."""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import strawberry
from graphql import GraphQLObjectType, OperationDefinitionNode, build_schema

from api.graphql.identifiers import takes_identifier
from api.graphql.plan import Planner
from db.clock import SetClock
from db.pool import Pool
from enforcement.desk import maintenance
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller, Role
from schema import subgraph
from schema.gateway.context import GatewayContext
from schema.gateway.entities import KEYS
from schema.gateway.schema import SCHEMA
from schema.node.schema import SCHEMA as NODE
from tests.enforcement.desk_zone import ADMIN, TASK, centre, officer, open_desk, tell_story
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
GRAPH = build_schema(SCHEMA.as_str())
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
ENTITIES = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }"
STRANGERS = (None, ADMIN, centre(CHANGSHAN), officer(KAIHUA, Role.HANDLER), officer(SHEXIAN, Role.AUDITOR))


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, Zone()) as opened:
        await tell_story(gateway_pool, clock.now(), upto=3)
        yield opened


async def ask(desk: GatewayDesk, caller: Caller | None, document: str, **variables: Any) -> Any:
    result = await SCHEMA.execute(document, variables, GatewayContext(desk, caller, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (value,) = result.data.values()
    return value


async def read(desk: GatewayDesk, caller: Caller | None, wanted: Iterable[object]) -> list[str | None]:
    found = await ask(desk, caller, NODES, ids=[str(each) for each in wanted])
    return [each and each["__typename"] for each in found]


def test_every_type_with_an_id_is_read_by_it() -> None:
    nodes = {kind.name for kind in GRAPH.get_possible_types(GRAPH.type_map["Node"])}  # type: ignore[arg-type]
    named = {name for name, kind in GRAPH.type_map.items() if isinstance(kind, GraphQLObjectType) and _has_id(kind)}

    assert (
        nodes
        == {name for name, _ in KEYS}
        == {
            "ExchangeMeeting",
            "LiaisonOfficer",
            "MaintenanceWindow",
            "MemberCourt",
            "PublishedStandard",
            "ResourceOffer",
            "SupervisionRecord",
            "TrackedTask",
        }
    )
    assert named == nodes | {"AssistingUnit", "CourtKey"}  # as each court lists it, as a key is called: no objects


def _has_id(kind: GraphQLObjectType) -> bool:
    return "id" in kind.fields and not kind.name.startswith("__")


async def test_courts_are_there_for_anybody(desk: GatewayDesk) -> None:
    for caller in STRANGERS:
        assert await read(desk, caller, [KAIHUA, "浙9999", KAIHUA]) == ["MemberCourt", None, "MemberCourt"]


async def test_a_task_is_there_for_those_who_follow_it(desk: GatewayDesk) -> None:
    for follower in (centre(KAIHUA), centre(SHEXIAN)):
        assert await read(desk, follower, [TASK, uuid4()]) == ["TrackedTask", None]
    for stranger in STRANGERS:
        assert await read(desk, stranger, [TASK]) == [None]


async def test_a_window_is_there_while_health_shows_it(desk: GatewayDesk, clock: SetClock) -> None:
    start = clock.now() + timedelta(hours=1)
    window = await maintenance.announce(
        desk, centre(KAIHUA), from_at=start, to_at=start + timedelta(hours=2), idempotency_key="w"
    )

    assert await read(desk, officer(SHEXIAN, Role.HANDLER), [window.id]) == ["MaintenanceWindow"]
    assert await read(desk, None, [window.id]) == [None]

    await maintenance.withdraw(desk, centre(KAIHUA), window.id, window.version)
    assert await read(desk, officer(SHEXIAN, Role.HANDLER), [window.id]) == [None]
    assert await read(desk, centre(KAIHUA), [window.id]) == ["MaintenanceWindow"]


async def test_entities_are_read_by_key_and_by_their_own_type(desk: GatewayDesk) -> None:
    wanted = [
        {"__typename": "MemberCourt", "code": KAIHUA},
        {"__typename": "MemberCourt", "id": KAIHUA},
        {"__typename": "TrackedTask", "id": str(TASK)},
        {"__typename": "TrackedTask", "id": KAIHUA},
        {"__typename": "MemberCourt", "id": str(TASK)},
        {"__typename": "MemberCourt", "code": 8},
        {"__typename": "MemberCourt"},
        {"__typename": "Nobody", "id": KAIHUA},
    ]

    found = await ask(desk, centre(KAIHUA), ENTITIES, of=wanted)

    assert [each and each["__typename"] for each in found] == ["MemberCourt", "MemberCourt", "TrackedTask"] + [None] * 5


async def test_no_other_type_of_the_supergraph_is_an_entity(desk: GatewayDesk) -> None:
    keyed = {name for name, _ in KEYS}
    names = [name for name in GRAPH.type_map if not name.startswith("__") and name not in keyed]

    for sample in (str(TASK), KAIHUA):
        for start in range(0, len(names), 100):
            some = [{"__typename": name, "id": sample, "code": sample} for name in names[start : start + 100]]
            assert await ask(desk, centre(KAIHUA), ENTITIES, of=some) == [None] * len(some)


@pytest.mark.parametrize("representation", ["x", 1, [], {"id": "x"}, {"__typename": 3}])
async def test_what_is_no_representation_is_refused(desk: GatewayDesk, representation: object) -> None:
    result = await SCHEMA.execute(ENTITIES, {"of": [representation]}, GatewayContext(desk, ADMIN, "en"))

    assert result.data is None
    assert result.errors


async def test_an_entity_is_never_written_into_the_document(desk: GatewayDesk) -> None:
    literal = f'{{ _entities(representations: [{{__typename: "MemberCourt", id: "{KAIHUA}"}}]) {{ __typename }} }}'

    result = await SCHEMA.execute(literal, {}, GatewayContext(desk, ADMIN, "en"))

    assert [error.extensions for error in result.errors or ()] == [{"code": "IDENTIFIER_MUST_BE_VARIABLE"}]


@pytest.mark.parametrize("door", [SCHEMA, NODE], ids=["gateway", "node"])
def test_the_subgraph_is_read_by_those_who_may_introspect(door: strawberry.Schema) -> None:
    plans = Planner(door._schema)

    assert plans.parsed("{ _service { sdl } }").introspects
    assert plans.parsed("{ ...F } fragment F on Query { a: _service { __typename } }").introspects
    assert not plans.parsed('{ node(id: "x") { id } }').introspects


async def test_the_subgraph_is_the_schema_with_keys(desk: GatewayDesk) -> None:
    sdl = (await ask(desk, ADMIN, "{ _service { sdl } }"))["sdl"]

    assert sdl.startswith(subgraph.LINK)
    assert 'type MemberCourt implements Node @key(fields: "id") @key(fields: "code") {' in sdl
    assert "type PageInfo @shareable {" in sdl
    assert sdl.count("@shareable") == 2  # the import, and that
    assert not {"_Any", "_Entity", "_Service", "debtorPresence"} & set(sdl.replace("(", " ").replace(":", " ").split())


@pytest.mark.parametrize("door", [SCHEMA, NODE], ids=["gateway", "node"])
def test_entities_stand_in_no_address(door: strawberry.Schema) -> None:
    plans = Planner(door._schema)
    (asked,) = plans.parsed(ENTITIES).document.definitions
    (by_id,) = plans.parsed(NODES).document.definitions
    assert isinstance(asked, OperationDefinitionNode)
    assert isinstance(by_id, OperationDefinitionNode)

    assert takes_identifier(door._schema, asked)
    assert not takes_identifier(door._schema, by_id)
