"""A document's cost is known before it is validated, in linear time."""

from time import perf_counter

import pytest
import strawberry
from graphql import (
    GraphQLObjectType,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    parse,
)
from graphql.language import OperationDefinitionNode

from api.graphql.errors import RequestRefused
from api.graphql.limits import Checked, DocumentLimits
from api.graphql.plan import Planner
from federation.graph.contract import carry_of, doors
from schema.field_weights import FIELD_WEIGHTS
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.list_sizes import LIST_SIZES
from schema.node.schema import SCHEMA as NODE
from schema.scalars import IDENTIFIERS
from tests.api.graphql.server import schema

LIMITS = DocumentLimits()


def checked(document: str) -> Checked:
    tree = parse(document)
    operations = [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]
    found = Checked(schema._schema, tree, {node.name.value if node.name else None: node for node in operations})
    found.check(LIMITS)
    return found


def refusal(document: str) -> dict[str, object]:
    with pytest.raises(RequestRefused) as caught:
        checked(document)
    (entry,) = caught.value.entries
    return {"code": entry.code, **entry.extensions}


def nested(levels: int) -> str:
    return "{ small " + "{ again " * (levels - 2) + "{ name }" + "}" * (levels - 2) + " }"


def test_the_deepest_document_passes() -> None:
    assert not checked(nested(15)).introspects


def test_one_level_more_is_refused() -> None:
    assert refusal(nested(16)) == {"code": "DOCUMENT_TOO_LARGE", "limit": "depth", "allowed": 15}


def test_aliases_are_counted_as_expanded() -> None:
    document = "{ small { ...F ...G } } fragment F on Small {" + " ".join(f"a{n}: name" for n in range(40)) + "}"

    assert not checked(document + " fragment G on Small { name }").introspects
    assert refusal(document + " fragment G on Small { again { ...F } }")["limit"] == "aliases"


def test_repeated_keys_are_counted() -> None:
    assert refusal("{" + "zone " * 62 + "}")["limit"] == "repeats"


@pytest.mark.parametrize(
    "body", ["a: again { ...%s } b: again { ...%s }", "...%s ...%s", "again { ...%s } again { ...%s }"]
)
def test_doubling_fragments_are_refused_at_once(body: str) -> None:
    fragments = [f"fragment F{n} on Small {{ {body % (f'F{n + 1}', f'F{n + 1}')} }}" for n in range(60)]
    document = "{ small { ...F0 } } " + " ".join(fragments) + " fragment F60 on Small { name name }"
    started = perf_counter()

    assert refusal(document)["code"] == "DOCUMENT_TOO_LARGE"
    assert perf_counter() - started < 1


@pytest.mark.parametrize(
    "document",
    [
        "{ small { ...F } } fragment F on Small { ...F }",
        "{ small { ...F } } fragment F on Small { again { ...G } } fragment G on Small { again { ...F } }",
    ],
)
def test_a_cycle_of_fragments_is_refused(document: str) -> None:
    assert refusal(document) == {"code": "DOCUMENT_INVALID", "reason": "FRAGMENT_CYCLE"}


def test_a_thousand_tokens_are_the_most() -> None:
    with pytest.raises(RequestRefused) as caught:
        Planner(schema._schema).parsed("{ zone " + "# \n" * 1100 + "}")

    assert caught.value.entries[0].extensions == {"limit": "tokens", "allowed": 1000}


@pytest.mark.parametrize("opening", ["{a", "[", "{small(x:[", "query($a:["])
def test_no_nesting_breaks_the_parser(opening: str) -> None:
    with pytest.raises(RequestRefused):
        Planner(schema._schema).parsed(opening * 400)


PAGE = "query Q($n: Int%s) { delegatedTasks(first: $n) { ... on DelegatedTaskConnection { edges { cursor } } } }"


@pytest.mark.parametrize(
    ("default", "variables", "rows"),
    [
        ("", {"n": 3}, 3),
        (" = 5", {}, 5),
        (" = 5", {"n": 3}, 3),
        ("", {}, 20),
        ("", {"n": -1}, 1),
        ("", {"n": "9"}, 20),
        ("", {"n": 100.0}, 100),
        ("", {"n": 0.5}, 20),
        (" = 5", {"n": None}, 20),
    ],
)
def test_a_variable_says_how_many_rows(default: str, variables: dict[str, object], rows: int) -> None:
    plan = Planner(NODE._schema).parsed(PAGE % default)

    assert plan.checked.price("Q", variables) == 1 + rows * 2


def test_prices_of_many_sizes_are_not_all_kept() -> None:
    plan = Planner(NODE._schema).parsed(PAGE % "")

    for size in range(1, 100):
        assert plan.checked.price("Q", {"n": size}) == 1 + size * 2
    assert len(plan.checked._exact) <= 16


@pytest.mark.parametrize(
    ("document", "argument"),
    [
        ('{ people(person: {number: "330824197903159972"}) }', "person.number"),
        ('{ people(person: {number: "330824197903159972", age: 1}, n: 2) }', "person.number"),
        ("{ people(person: {number: 330824197903159972}) }", "person.number"),
        ('query ($p: Person = {number: "330824197903159972"}) { people(person: $p) }', "$p.number"),
        ('query ($c: CaseNumber = "330824197903159972") { zone }', "$c"),
        ('query ($p: Person!) { people(person: $p, case: "330824197903159972") }', "case"),
        ('{ ...F } fragment F on Query { ... { people(person: {number: "330824197903159972"}) } }', "person.number"),
        ('query A { zone } query B { people(person: {number: "330824197903159972"}) }', "person.number"),
        ('{ broken(secret: "citizen 330824197903159972") }', "secret"),
        ("{ people(person: {}, n: 330824197903159972) }", "n"),
        ('query ($s: String! = "330824197903159972") { broken(secret: $s) }', "$s"),
    ],
)
def test_an_identifier_is_never_a_literal(document: str, argument: str) -> None:
    planner = Planner(schema._schema)
    with pytest.raises(RequestRefused) as caught:
        planner.validated(planner.parsed(document))
    (entry,) = caught.value.entries

    assert (entry.code, entry.extensions) == ("IDENTIFIER_MUST_BE_VARIABLE", {"argument": argument})
    assert "330824197903159972" not in str(entry.json("en"))


@pytest.mark.parametrize("program", [NODE, GATEWAY])
def test_both_programs_refuse_identifiers_in_documents(program: strawberry.Schema) -> None:
    document = '{ debtorPresence(identity: {residentId: "x"}, basis: {caseNumber: "y", remark: "z"}) { __typename } }'

    planner = Planner(program._schema)
    with pytest.raises(RequestRefused) as caught:
        planner.validated(planner.parsed(document))

    named = [entry.extensions["argument"] for entry in caught.value.entries]
    assert named == ["identity.residentId", "basis.caseNumber", "basis.remark"]


def test_every_identifier_scalar_of_a_schema_is_known() -> None:
    for program in (NODE, GATEWAY):
        assert set(program._schema.type_map) >= IDENTIFIERS


@pytest.mark.parametrize("program", [NODE, GATEWAY])
def test_each_federated_field_and_its_live_twin_has_a_weight(program: strawberry.Schema) -> None:
    contract = build_schema(program.as_str())
    federated = {(door.name, n) for door in doors(contract) for n, field in door.fields.items() if carry_of(field)}
    live = contract.subscription_type.fields if contract.subscription_type else {}
    twins = {("Subscription", name) for _, name in federated if name in live}

    assert federated
    assert all(FIELD_WEIGHTS[f"{kind}.{name}"] == 1_000 for kind, name in federated | twins)


def test_weights_are_of_fields() -> None:
    known = {
        f"{kind.name}.{name}"
        for program in (NODE, GATEWAY)
        for kind in program._schema.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name in kind.fields
    }

    assert set(FIELD_WEIGHTS) <= known


def test_declared_list_sizes_are_of_lists() -> None:
    known = {
        f"{kind.name}.{name}"
        for program in (NODE, GATEWAY)
        for kind in program._schema.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if is_list_type(get_nullable_type(field.type)) and not is_leaf_type(get_named_type(field.type))
    }

    assert set(LIST_SIZES) <= known
