"""What a client reads in the committed schemas: every name described in both languages, every mutation of one shape."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_non_null_type,
    is_specified_directive,
    is_specified_scalar_type,
)

ROOT = Path(__file__).parents[2]
FILES = ("node", "gateway", "supergraph")
DESCRIBED = re.compile(r"[A-Z0-9`\"].*[.:!?)`].*[\u4e00-\u9fff]", re.DOTALL)
"""An English sentence, then the Chinese term."""
MAY_HAVE_NULLS = {"Query.nodes", "Query._entities"}
"""What was asked for and is not there is null in its place; both lists are shaped by others' specifications."""


@pytest.fixture(scope="module", params=FILES)
def schema(request: pytest.FixtureRequest) -> GraphQLSchema:
    return build_schema((ROOT / "schema" / f"{request.param}.graphql").read_text(encoding="utf-8"))


def test_everything_is_described_in_both_languages(schema: GraphQLSchema) -> None:
    bare = {path: text for path, text in _descriptions(schema) if not DESCRIBED.search(text or "")}

    assert bare == {}


def _descriptions(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Every path of the schema, such as Query.court(code), with its description."""
    for directive in schema.directives:
        if not is_specified_directive(directive):
            yield f"@{directive.name}", directive.description  # strawberry prints none for a directive's arguments
    for name, kind in schema.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{value}", it.description) for value, it in kind.values.items())
        elif isinstance(kind, GraphQLInputObjectType):
            yield from ((f"{name}.{field}", it.description) for field, it in kind.fields.items())
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field, it in kind.fields.items():
                yield f"{name}.{field}", it.description
                yield from ((f"{name}.{field}({arg})", a.description) for arg, a in it.args.items())


def test_mutation_takes_one_input(schema: GraphQLSchema) -> None:
    for name, field in _mutations(schema).items():
        assert list(field.args) == ["input"], name
        kind = field.args["input"].type
        assert is_non_null_type(kind), name
        assert isinstance(get_named_type(kind), GraphQLInputObjectType), name
        assert get_named_type(kind).name.endswith("Input"), name


def test_mutation_returns_object_or_problems(schema: GraphQLSchema) -> None:
    for name, field in _mutations(schema).items():
        result = get_named_type(field.type)
        assert isinstance(result, GraphQLUnionType), name
        assert result.name.endswith("Result"), name
        problems = [member for member in result.types if _is_problem(member)]
        assert problems, name
        assert len(result.types) == len(problems) + 1, name


def test_mutation_carries_key_or_version(schema: GraphQLSchema) -> None:
    for name, field in _mutations(schema).items():
        kind = get_named_type(field.args["input"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        of_each = get_named_type(kind.fields["tasks"].type) if "tasks" in kind.fields else kind  # several at once
        assert isinstance(of_each, GraphQLInputObjectType)
        assert {"idempotencyKey", "version"} & (set(kind.fields) | set(of_each.fields)), name


def _mutations(schema: GraphQLSchema) -> dict[str, GraphQLField]:
    """The root mutations, and those below `zone`, which is their door and does nothing itself."""
    fields = dict(schema.mutation_type.fields) if schema.mutation_type else {}
    below = get_named_type(fields.pop("zone").type) if "zone" in fields else None
    if isinstance(below, GraphQLObjectType):
        fields |= {f"zone.{name}": field for name, field in below.fields.items()}
    return fields


def _is_problem(kind: GraphQLObjectType) -> bool:
    return any(interface.name == "Problem" for interface in kind.interfaces)


def test_lists_have_no_null_items(schema: GraphQLSchema) -> None:
    loose = []
    for path, kind in _output_types(schema):
        plain = get_nullable_type(kind)
        if isinstance(plain, GraphQLList) and not is_non_null_type(plain.of_type) and path not in MAY_HAVE_NULLS:
            loose.append(path)

    assert loose == []


def _output_types(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLOutputType]]:
    for name, kind in schema.type_map.items():
        if not name.startswith("__") and isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield from ((f"{name}.{field}", it.type) for field, it in kind.fields.items())


def test_inputs_are_named_as_such(schema: GraphQLSchema) -> None:
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLInputObjectType):
            assert name.endswith(("Input", "Filter", "OrderBy", "Scope")), name


def test_scalars_say_where_they_are_specified(schema: GraphQLSchema) -> None:
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind):
            assert kind.specified_by_url is not None, name


def test_no_scalar_is_a_bag(schema: GraphQLSchema) -> None:
    assert {"JSON", "Any", "Map", "Object"}.isdisjoint(schema.type_map)


def test_deprecation_says_what_instead(schema: GraphQLSchema) -> None:
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field in kind.fields.values():
                if field.deprecation_reason is not None:
                    assert re.search(r"[Ss]ince .+[Uu]se ", field.deprecation_reason), field
