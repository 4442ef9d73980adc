"""Variables are within their limits before they are compared with their types."""

import json
from typing import Any

import msgspec
import pytest
from graphql import GraphQLError, build_schema, parse
from graphql.language import OperationDefinitionNode

from api.graphql.errors import RequestRefused
from api.graphql.execution import Engine, GraphQLRequest
from api.graphql.variables import MOST_ITEMS, MOST_LEVELS, MOST_VALUES, misfits, variables_of
from tests.api.graphql.server import HANDLER, SmallContext
from tests.api.graphql.server import schema as small


def nested(levels: int) -> dict[str, Any]:
    value: Any = 1
    for _ in range(levels - 1):
        value = {"in": value}
    return {"in": value}


def refusal(raw: bytes) -> dict[str, object]:
    with pytest.raises(RequestRefused) as caught:
        variables_of(msgspec.Raw(raw))
    (entry,) = caught.value.entries
    return {"code": entry.code, **entry.extensions}


@pytest.mark.parametrize(
    ("limit", "allowed", "values"),
    [
        ("depth", MOST_LEVELS, nested),
        ("items", MOST_ITEMS, lambda count: {"list": [0] * count}),
        ("items", MOST_ITEMS, lambda count: {"object": {f"k{n}": 0 for n in range(count)}}),
        ("values", MOST_VALUES, lambda count: {"a": [[0] * 999 for _ in range(4)], "b": [0] * (count - 4002)}),
    ],
)
def test_one_beyond_a_limit_is_refused(limit: str, allowed: int, values: Any) -> None:
    most, more = values(allowed), json.dumps(values(allowed + 1)).encode()

    assert variables_of(msgspec.Raw(json.dumps(most).encode())) == most
    assert refusal(more) == {"code": "VARIABLES_TOO_LARGE", "limit": limit, "allowed": allowed}


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b'"text"',
        b'{"a": ' + b"9" * 6000 + b"}",
        b'{"a": -' + b"9" * 6000 + b"}",
        b'{"a": 1e999}',
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b'{"a": ' + b"[" * 40_000 + b"]" * 40_000 + b"}",
    ],
)
def test_what_no_reader_holds_is_malformed(raw: bytes) -> None:
    assert refusal(raw) == {"code": "MALFORMED_REQUEST"}


def test_no_variables_are_an_empty_object() -> None:
    assert variables_of(msgspec.Raw(b"null")) == {}
    assert variables_of(msgspec.Raw(b"")) == {}


@pytest.mark.parametrize(("text", "is_text"), [("a\0b", False), ("\0", False), ("C:\\u0000x", True), ("\\\0", False)])
def test_no_text_holds_what_no_column_does(text: str, is_text: bool) -> None:
    raw = json.dumps({"note": text}).encode()

    if is_text:
        assert variables_of(msgspec.Raw(raw)) == {"note": text}
    else:
        assert refusal(raw) == {"code": "CHARACTER_NOT_ALLOWED", "part": "VARIABLES"}


def wrong_thing(seen: list[Any]) -> Any:
    def coerced(value: Any) -> Any:
        seen.append(value)
        raise GraphQLError("no thing at all")

    return coerced


def test_after_ten_misfits_nothing_is_looked_at() -> None:
    schema = build_schema("scalar Thing input Things { of: [Thing] } type Query { q(a: Things, b: Things): Int }")
    seen: list[Any] = []
    schema.type_map["Thing"].coerce_input_value = wrong_thing(seen)  # type: ignore[attr-defined]
    (operation,) = parse("query ($a: Things, $b: Things) { q(a: $a, b: $b) }").definitions
    assert isinstance(operation, OperationDefinitionNode)
    things = {"of": list(range(1_000))}

    found = misfits(schema, operation, {"a": things, "b": things})

    assert (len(found), seen) == (10, list(range(10)))
    assert {entry.extensions["variable"] for entry in found} == {"a"}
    assert found[9].extensions["at"] == "of.9"


@pytest.mark.anyio
async def test_unknown_keys_are_told_ten_times_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    reported = GraphQLError.__init__

    def counted(error: GraphQLError, message: str, *rest: Any, **options: Any) -> None:
        told.append(message)
        reported(error, message, *rest, **options)

    engine, context = Engine(small, may_introspect=lambda _: False), SmallContext(HANDLER, "en", "request")
    raw = json.dumps({"p": {f"key{n}": n for n in range(MOST_ITEMS)}}).encode()
    request = GraphQLRequest("query ($p: Person!) { people(person: $p) }", variables=msgspec.Raw(raw))
    prepared = engine.prepare(request, context)
    monkeypatch.setattr(GraphQLError, "__init__", counted)

    with pytest.raises(RequestRefused) as caught:
        await engine.run(prepared, context)

    assert [entry.code for entry in caught.value.entries] == ["VARIABLES_INVALID"] * 10
    assert len(told) <= 15
