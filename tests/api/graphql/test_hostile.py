"""Documents made to hurt are refused before they are validated, after a number of steps that their size bounds."""

import msgspec
import orjson
import pytest
from graphql import DocumentNode, parse
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode

from api.graphql.errors import RequestRefused
from api.graphql.execution import Engine, GraphQLRequest
from api.graphql.limits import DocumentLimits
from api.graphql.plan import Planner
from enforcement.rules.rights import Caller
from federation.graph import cost
from federation.graph.prices import Prices
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.list_sizes import LIST_SIZES
from schema.node.schema import SCHEMA as NODE
from tests.api.graphql.server import DEVELOPER, HANDLER, SmallContext
from tests.api.graphql.server import schema as small

LIMITS = DocumentLimits()
HALL = "query ($rows: Int!) { hall(first: $rows) { name } }"
MATRIX = "crossBorderMatrix(scope: {zone: true}) { __typename }"
FIELDS = "types { fields { name description } }"
TASKS = "{ delegatedTasks(first: 100) { ... on DelegatedTaskConnection { edges { node { %s } } } } }"

PAGES = (
    "{ enforcementCases(first: 100) { ... on EnforcementCaseConnection { nodes { "
    "assets { nodes { kind identity { part value } } } "
    "searches { nodes { findings { kind identity { part value } } } } } } } }"
)


def sixty(field: str, count: int = 60) -> str:
    """The field again and again, each time under another alias."""
    return " ".join(f"a{n}: {field}" for n in range(count))


def chain(body: str, count: int = 60) -> str:
    """Fragments of which each spreads the next by `body`."""
    fragments = (f"fragment F{n} on DelegatedTask {{ {body.replace('F*', f'F{n + 1}')} }}" for n in range(count))
    return f"{TASKS % '...F0'} {' '.join(fragments)} fragment F{count} on DelegatedTask {{ id }}"


BOMBS = {
    "deep": ("depth", TASKS % ("followUpOf { " * 20 + "id" + " }" * 20)),
    "deeper than the stack": ("depth", TASKS % ("followUpOf { " * 300 + "id" + " }" * 300)),
    "deep in fragments": ("depth", chain("followUpOf { ...F* }", 40)),
    "deep in inline fragments": ("depth", "{ " + "... { " * 310 + "courtCode" + " }" * 311),
    "cyclic in types": ("cost", TASKS % "followUps { followUps { followUps { timeline { documents { title } } } } }"),
    "a page of pages": ("cost", PAGES),
    "the schema over": ("cost", "{ __schema { types {" + " fields { type {" * 5 + " name" + "} }" * 5 + "} } }"),
    "every court sixty times": ("cost", f"{{ zone {{ {sixty(MATRIX)} }} }}"),
    "every court by a fragment": (
        "cost",
        f"{{ a: zone {{ ...F }} b: zone {{ ...F }} }} fragment F on Zone {{ {sixty(MATRIX, 10)} }}",
    ),
    "who has the debtor, of every court": ("cost", f"{{ {sixty('debtorPresence { __typename }', 20)} }}"),
    "the schema thirty times": ("introspection", f"{{ {sixty(f'__schema {{ {FIELDS} }}', 30)} }}"),
    "the schema three times by a fragment": (
        "introspection",
        "{ a: __schema { ...F } b: __schema { ...F } c: __schema { ...F } } fragment F on __Schema { description }",
    ),
    "the types of one schema thirty times": (
        "introspection",
        f"{{ __schema {{ {sixty('types { name }', 30)} }} }}",
    ),
    "the text of the schema sixty times": ("introspection", f"{{ {sixty('_service { sdl }')} }}"),
    "aliases": ("aliases", TASKS % " ".join(f"a{n}: id" for n in range(61))),
    "aliases doubled by fragments": ("aliases", chain("a: followUpOf { ...F* } b: followUpOf { ...F* }", 7)),
    "one key again and again": ("repeats", TASKS % ("id " * 62)),
    "the same by fragments": ("repeats", chain("id status ...F* ...F*", 40)),
    "the same in an unused fragment": ("repeats", "{ __typename } fragment F on DelegatedTask { " + "id " * 62 + "}"),
    "the same in a fragment's first of two definitions": (
        "repeats",
        "{ __typename } fragment F on DelegatedTask { " + "id " * 62 + "} fragment F on DelegatedTask { id }",
    ),
    "the same in the first of two operations": ("repeats", "{ " + "__typename " * 62 + "} { __typename }"),
    "directives": ("directives", TASKS % ("id " + "@include(if: true) " * 61)),
    "directives on the operation": ("directives", "query " + "@skip(if: false) " * 61 + "{ __typename }"),
    "directives on a variable": ("directives", "query ($a: Int " + "@skip(if: false) " * 61 + ") { __typename }"),
    "directives on fragments": ("directives", chain("...F* @skip(if: false) @include(if: true)", 35)),
    "unused fragments": ("definitions", "{ __typename } " + "fragment F on Zone { code } " * 140),
    "operations": ("definitions", " ".join(f"query Q{n} {{ __typename }}" for n in range(140))),
    "a long name": ("name", "{ " + "x" * 1_000 + " }"),
    "a long alias": ("name", "{ " + "x" * 1_000 + ": __typename }"),
    "a long name of a fragment": ("name", "{ ...F } fragment F" + "x" * 1_000 + " on Query { __typename }"),
    "a long name of a variable": ("name", "query ($" + "x" * 1_000 + ": Int) { __typename }"),
    "characters": ("characters", "{ __typename } #" + "x" * 60_000),
    "tokens": ("tokens", "{ " + "__typename " * 1100 + "}"),
    "comments": ("tokens", "{ __typename " + "# x\n" * 1100 + "}"),
    "lists in an argument": ("depth", "{ lookupLog(first: " + "[" * 400 + "1" + "]" * 400 + ") { __typename } }"),
}  # fmt: skip
"""By name: the limit that must refuse it, and the document."""


def refusal(document: str, limits: DocumentLimits = LIMITS) -> dict[str, object]:
    with pytest.raises(RequestRefused) as caught:
        Planner(NODE._schema, limits).parsed(document)
    (entry,) = caught.value.entries
    return {"code": entry.code, **entry.extensions}


def steps(tree: DocumentNode) -> int:
    """What one walk over the document takes; a walk that is given up has taken the most."""
    fragments = {each.name.value: each for each in tree.definitions if isinstance(each, FragmentDefinitionNode)}
    walk = cost.Walk(fragments, Prices(NODE._schema, LIST_SIZES, None))
    for definition in tree.definitions:
        if isinstance(definition, OperationDefinitionNode):
            walk.level(definition.selection_set, "Query")
    return walk.steps


@pytest.mark.parametrize("name", BOMBS)
def test_each_bomb_meets_its_limit(name: str) -> None:
    limit, document = BOMBS[name]

    found = refusal(document)

    assert (found["code"], found["limit"]) == ("DOCUMENT_TOO_LARGE", limit)
    assert found["allowed"] == getattr(LIMITS, limit)


def test_the_gateway_refuses_them_too() -> None:
    for limit in ("aliases", "repeats", "directives", "tokens"):
        name = limit if limit in BOMBS else "one key again and again"
        with pytest.raises(RequestRefused) as caught:
            Planner(GATEWAY._schema).parsed(BOMBS[name][1])
        assert caught.value.entries[0].extensions["limit"] == limit


@pytest.mark.parametrize(
    "body",
    [
        "...F* ...F*",
        "followUps { ...F* } followUpOf { ...F* }",
        "... on DelegatedTask { ...F* } ... on DelegatedTask { ...F* ...F* }",
        "id status matter ...F*",
    ],
)
def test_steps_grow_with_the_document_not_with_its_expansion(body: str) -> None:
    small, large = (steps(parse(chain(body, count))) for count in (50, 100))

    assert small < large <= 2.1 * small


def test_keys_of_one_level_are_compared_a_bounded_number_of_times() -> None:
    keys = " ".join(f"k{n}" for n in range(400))
    spreads = " ".join(f"a{n} {{ ...F }}" for n in range(80))

    with pytest.raises(cost.TooManySteps):
        steps(parse(f"{{ {spreads} }} fragment F on Query {{ {keys} }}"))


def test_many_steps_are_a_refusal() -> None:
    keys = " ".join(f"k{n}" for n in range(400))
    spreads = " ".join(f"a{n} {{ ...F }}" for n in range(80))

    assert refusal(f"{{ {spreads} }} fragment F on Query {{ {keys} }}") == {
        "code": "DOCUMENT_TOO_LARGE",
        "limit": "steps",
        "allowed": cost.MOST_STEPS,
    }


def test_a_spread_costs_as_much_as_its_fragment() -> None:
    written = "{ delegatedTasks(first: 7) { ... on DelegatedTaskConnection { edges { node { id status } } } } }"
    spread = (
        "{ delegatedTasks(first: 7) { ...P } } fragment P on DelegatedTaskConnection { edges { ...E } } "
        "fragment E on DelegatedTaskEdge { node { id status } }"
    )

    for document in (written, spread):
        assert Planner(NODE._schema).parsed(document).checked.price(None, {}) == 1 + 7 * (1 + 1 + 2)


def engine() -> Engine:
    return Engine(small, may_introspect=lambda caller: caller == DEVELOPER)


def prepared(document: str, caller: Caller | None = HANDLER, **variables: int) -> str:
    """The code with which the document is refused, or `estimated/limit` of its cost."""
    request = GraphQLRequest(document, variables=msgspec.Raw(orjson.dumps(variables)))
    try:
        found = engine().prepare(request, SmallContext(caller, "en", "request")).cost
    except RequestRefused as refusal:
        return refusal.entries[0].code
    return f"{found.estimated}/{found.limit}"


def test_the_budget_is_smaller_without_a_token() -> None:
    assert prepared("{ zone }") == "1/20000"
    assert prepared("{ zone }", None) == "1/10000"
    assert prepared(HALL, rows=7_000) == "14000/20000"
    assert prepared(HALL, None, rows=7_000) == "DOCUMENT_TOO_LARGE"
    assert prepared(HALL, rows=10_001) == "DOCUMENT_TOO_LARGE"


@pytest.mark.parametrize("operation", ["query", "subscription"])
def test_subscriptions_are_limited_as_queries_are(operation: str) -> None:
    document = operation + " { " + " ".join(f"a{n}: __typename" for n in range(61)) + " }"

    assert prepared(document) == "DOCUMENT_TOO_LARGE"


@pytest.mark.parametrize(
    "document",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Small") { name } }',
        '{ a: __type(name: "Small") { name } }',
        '{ ...F } fragment F on Query { ... { __type(name: "Small") { name } } }',
        "query A { zone } query B { __schema { queryType { name } } }",
    ],
)
def test_introspection_is_for_developers_in_every_disguise(document: str) -> None:
    assert prepared(document) == "INTROSPECTION_FORBIDDEN"
    assert prepared(document, None) == "INTROSPECTION_FORBIDDEN"
    assert prepared(document, DEVELOPER) in {"1/20000", "2/20000", "OPERATION_UNKNOWN"}


def test_the_name_of_a_type_is_no_introspection() -> None:
    assert prepared("{ __typename small { __typename } }") == "3/20000"


@pytest.mark.parametrize(
    "document",
    [
        "{ lookupLog(first: %s1%s) { __typename } }",
        "query ($a: [Int] = %s1%s) { __typename }",
        "query ($a: %sInt%s = 1) { __typename }",
        "{ __typename @include(if: %s1%s) }",
    ],
)
def test_no_nesting_of_lists_breaks_a_step(document: str) -> None:
    planner = Planner(NODE._schema)

    for levels in range(1, 400, 13):
        with pytest.raises(RequestRefused):
            planner.validated(planner.parsed(document % ("[" * levels, "]" * levels)))
