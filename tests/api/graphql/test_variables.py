"""Variables are within their limits before they are compared with their types."""

import json
from typing import Any

import msgspec
import pytest

from api.graphql.errors import RequestRefused
from api.graphql.variables import MOST_ITEMS, MOST_LEVELS, MOST_VALUES, variables_of


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
