"""What an operation selects, door by door, and who is refused there, however it is written."""

from inspect import unwrap
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, OperationDefinitionNode, parse, validate

from api.graphql.errors import RequestRefused
from api.graphql.execution import Engine, GraphQLRequest
from enforcement.rules.areas import Area
from enforcement.rules.rights import Caller, Role
from schema import areas
from schema.context import NodeContext
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.node.schema import SCHEMA as NODE
from schema.selected_areas import doors, selected

pytestmark = pytest.mark.anyio

NUMBER = "（2024）浙0824执1号"


def refused(document: str, *roles: Role, schema: GraphQLSchema = NODE._schema) -> dict[tuple[str, ...], str]:
    """By door, the first path that holders of these roles may not read."""
    parsed = parse(document)
    assert validate(schema, parsed) == []
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return dict(selected(schema, areas.table(), parsed, operation).refused(frozenset(roles)))


CASE = "query Q($n: CaseNumber!) {{ c: enforcementCase(caseNumber: $n) {{ {} }} }}"
DOOR = ("c",)


@pytest.mark.parametrize(
    ("selection", "path"),
    [
        ("... on EnforcementCase { delegatedTaskIds }", None),
        ("... on EnforcementCase { n: searches { nodes { __typename } } }", "c.n"),
        ("... on EnforcementCase { ... { ... on Node { id } searches @skip(if: true) { __typename } } }", "c.searches"),
        ("... on Problem { code message } ... on EnforcementCase { assets { edges { node { kind } } } }", None),
        (
            "... on EnforcementCase { findings { __typename } } ... on EnforcementCase { cause }",
            "c.findings",
        ),
    ],
)
def test_a_party_is_refused_what_is_written(selection: str, path: str | None) -> None:
    assert refused(CASE.format(selection), Role.PARTY) == ({} if path is None else {DOOR: path})


def test_a_fragment_counts_behind_every_door() -> None:
    document = """
    query Q($n: CaseNumber!, $id: UUID!) {
      one: enforcementCase(caseNumber: $n) { ...C }
      two: enforcementCase(caseNumber: $n) { ...C }
      task: delegatedTask(id: $id) { ... on DelegatedTask { status } }
    }
    fragment C on EnforcementCase { parties { ...P } }
    fragment P on CaseParty { name }
    """

    assert refused(document, Role.GRASSROOTS).keys() == {("one",), ("two",)}
    assert refused(document, Role.CLERK) == {}


def test_two_offices_read_what_either_does() -> None:
    document = CASE.format("... on EnforcementCase { cause }")

    assert refused(document, Role.GATEWAY_ADMIN) == {DOOR: "c"}
    assert refused(document, Role.GATEWAY_ADMIN, Role.CLERK) == {}


def test_each_field_below_zone_is_a_door() -> None:
    document = """
    query Q($id: UUID!) {
      z: zone {
        name
        ...T
        federationHealth { ... on FederationHealth { nodes { state } } }
      }
    }
    fragment T on Zone { t: trackedTask(id: $id) { ... on TrackedTask { status } } }
    """

    assert refused(document, Role.DEVELOPER, schema=GATEWAY._schema) == {("z", "t"): "z.t"}
    assert refused(document, schema=GATEWAY._schema).keys() == {("z", "t"), ("z", "federationHealth")}


def test_a_field_without_an_area_is_nobodys() -> None:
    document = parse("{ _service { sdl } }")
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)

    found = selected(NODE._schema, {"Query": {"_service": Area.FORM}}, document, operation)

    assert found.refused(frozenset(Role)) == {("_service",): "_service.sdl"}


@pytest.mark.parametrize("served", [NODE, GATEWAY], ids=["node", "gateway"])
def test_no_door_is_open(served: Any) -> None:
    roots = [served._schema.query_type, served._schema.mutation_type, served._schema.subscription_type]
    closed = list(doors(served._schema))

    for root in roots:
        assert isinstance(root, GraphQLObjectType)
        for name, field in root.fields.items():
            assert field in closed, name
            behind = unwrap(field.subscribe or field.resolve)
            assert getattr(behind, "__name__", "") == "at_the_door", name


async def answered(document: str, role: Role | None, **variables: Any) -> Any:
    caller = None if role is None else Caller("o-330824-09", "浙0824", frozenset({role}))
    context = NodeContext(None, caller, "en")  # type: ignore[arg-type]  # no court is reached
    engine = Engine(NODE, may_introspect=lambda _: False)
    try:
        prepared = engine.prepare(GraphQLRequest(document), context)
    except RequestRefused as refusal:
        return refusal.entries
    prepared.variables.update(variables)
    if prepared.subscribes:
        return [each async for each in engine.stream(prepared, context)]
    return await engine.run(prepared, context)


async def test_a_refusal_is_a_value_with_its_path() -> None:
    document = CASE.format("__typename ... on EnforcementCase { cause } ... on Refusal { code part }")

    answer = await answered(document, Role.LIAISON_OFFICER, n=NUMBER)

    assert answer["data"] == {"c": {"__typename": "Refusal", "code": "FORBIDDEN", "part": "c"}}
    assert "errors" not in answer


async def test_a_field_without_room_is_an_error() -> None:
    document = "query Q($id: ID!) { node(id: $id) { id ... on Payment { amount } } }"

    answer = await answered(document, Role.GRASSROOTS, id="7c1b3a4e-0b1f-4a53-9d1c-0d4f7a1b2c3d")

    assert answer["data"] == {"node": None}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]) == (["node"], {"code": "FORBIDDEN", "part": "node.amount"})


async def test_a_subscription_is_refused_once() -> None:
    document = """subscription S($id: UUID!) {
      delegatedTaskChanged(taskId: $id) { ... on DelegatedTask { content { remark } } ... on Problem { code } }
    }"""

    answer = await answered(document, Role.PARTY, id="7c1b3a4e-0b1f-4a53-9d1c-0d4f7a1b2c3d")

    assert answer == [{"data": {"delegatedTaskChanged": {"code": "FORBIDDEN"}}}]
