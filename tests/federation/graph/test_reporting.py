"""A part names its court and no other, wherever rows stand and whatever the keys are."""

from typing import Any

import orjson
import pytest
from graphql import build_schema

from federation.graph import selection
from federation.graph.reporting import paths, speaks_for_itself

SCHEMA = build_schema("""
type Query { answer: Answer }
type Answer { rows: [Row!] one: Row other: [Other!]! count: Int }
type Row { source: String! name: String! below: [Row!] either: Either }
type Other { source: String! }
union Either = Row | Other
""")
REPORTERS = frozenset({"Row.source"})
KAIHUA, SHEXIAN = "浙0824", "皖1021"


def named(text: str) -> tuple[tuple[str, ...], ...]:
    answer: Any = SCHEMA.type_map["Answer"]
    return paths(SCHEMA, answer, selection.read(text), REPORTERS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{ count }", ()),
        ("{ rows { name } other { source } }", ()),
        ("{ rows { source name } }", (("rows", "source"),)),
        ("{ r: rows { name: source source: name } }", (("r", "name"),)),
        ("{ one { below { below { s: source } } } }", (("one", "below", "below", "s"),)),
        ("{ ...F one { source } } fragment F on Answer { one { name } rows { ...G } } fragment G on Row { x: source }",
         (("one", "source"), ("rows", "x"))),
        ("{ rows { either { ... on Row { source } } } }", ()),
        ("{ rows { __typename } __typename }", ()),
    ],
)  # fmt: skip
def test_reporters_are_found_by_their_keys(text: str, found: tuple[tuple[str, ...], ...]) -> None:
    assert set(named(text)) == set(found)


@pytest.mark.parametrize(
    ("part", "is_own"),
    [
        ({"rows": None}, True),
        ({"rows": []}, True),
        ({"rows": [{"s": KAIHUA, "below": None}]}, True),
        ({"rows": [{"s": KAIHUA, "below": [{"s": KAIHUA}]}]}, True),
        ({"rows": [{"s": KAIHUA, "below": None}, {"s": SHEXIAN, "below": None}]}, False),
        ({"rows": [{"s": KAIHUA, "below": [{"s": KAIHUA}, {"s": SHEXIAN}]}]}, False),
        ({"rows": [{"s": KAIHUA + " ", "below": None}]}, False),
    ],
)
def test_no_court_speaks_for_another(part: dict[str, Any], is_own: bool) -> None:
    rows = named("{ rows { s: source below { s: source } } }")

    assert speaks_for_itself(KAIHUA, orjson.dumps(part), rows) is is_own
