"""Compiled from a selection or not: the same verdict on every part, the same answer from the parts that passed.

Long, because the toy schema, its generators and the claims about them belong together.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any

import msgspec
import orjson
import pytest
from graphql import (
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.graph import compiled, contract, reading, selection, shape
from federation.graph.compiled import (
    MAX_MEMBERS,
    MAX_OBJECTS,
    CheckedPart,
    CompiledCheck,
    CompiledRendering,
    NotCompiled,
)
from federation.graph.contract import Merge
from federation.graph.page import Taken
from federation.graph.reading import Reading
from federation.graph.selection import Selection
from federation.graph.shape import WrongShape
from tests.federation.graph import sample

SDL = (
    sample.SDL[: sample.SDL.index("interface Thing")]
    + """
scalar Date
scalar UUID
interface Thing { name: String! }
type Box implements Thing { name: String! size: Int! colour: Colour inner: Box }
type Ball implements Thing { name: String! round: Boolean! }
union Toy = Box | Ball
type Cell {
  int: Int big: BigInt! money: Money day: Date at: DateTime! id: UUID text: String! flag: Boolean! colour: Colour
  grid: [[Int!]]! below: [Cell!] box: Box!
}
type Odd { float: Float! thing: Thing toys: [Toy!]! cell: Cell }
type Cover { asked: Int! notes: [Note!]! }
type Note { text: String! more: Note }
type Stock {
  count: BigInt! @merge(by: SUM)
  worth: Money @merge(by: SUM)
  low: Money @merge(by: MIN)
  every: Boolean! @merge(by: ALL)
  first: DateTime @merge(by: EARLIEST)
  last: Date @merge(by: LATEST)
  unit: String @merge(by: SAME)
  sort: Cell @merge(by: SAME)
  cells: [Cell!] @merge(by: CONCAT)
  listed: [Cell!]! @merge(by: PAGE)
  odd: [Odd!] @merge(by: CONCAT)
  cover: Cover! @merge(by: DERIVED)
}
union StockResult = Stock | Refusal
type Query { stock: StockResult! @federated }
"""
)
CONTRACT = contract.read(SDL)
STOCK = CONTRACT.answers["stock"]
COVER = {"cover": {"asked": 4, "notes": [{"text": "t", "more": {"text": "样", "more": None}}]}}
LAW = settings(max_examples=1000, deadline=None)
DEEPEST = 3

SCALARS: Mapping[str, st.SearchStrategy[Any]] = {
    "Int": st.integers(-(2**31), 2**31 - 1),
    "BigInt": st.integers(-(2**63), 2**64 - 1) | st.integers(-(10**19) + 1, 10**19 - 1).map(str),
    "Money": st.sampled_from(["0.00", "-0.05", "123456789012345.67", "19.90"]),
    "Boolean": st.booleans(),
    "Float": st.floats(allow_nan=False, allow_infinity=False),
    "Date": st.dates().map(str) | st.just("2024-02-29"),
    "DateTime": st.datetimes().map(lambda at: at.isoformat() + "+08:00") | st.just("2024-02-29T23:59:59.5Z"),
    "UUID": st.uuids().map(str),
    "String": st.text(max_size=4) | st.sampled_from(["\x00\x1f\x7f", '"\\/', "\u2028", "样" * 4000, "🐏"]),
}
DAYS = [f"2025-{month:02}-{day:02}" for month in range(14) for day in range(33)]
EDGES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        -0.0,
        1.0,
        1.5,
        10**15,
        [],
        {},
        [None],
        [1],
        {"a": 1},
        "",
        "1",
        "-1",
        "--1",
        "RED",
        "BLUE",
        "Cell",
    ),
    *(2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1, -(2**63)),
    *(
        "9" * 19,
        "-" + "9" * 19,
        "9" * 20,
        "1.00",
        "-1.00",
        "1.0",
        "1.005",
        ".50",
        "1e3",
        "9" * 15 + ".00",
        "9" * 16 + ".00",
    ),
    *("x" * 4000, "x" * 4001, "样" * 4000, "样" * 4001, "🐏" * 4000, "🐏" * 4001, "5\n", "1.00\n", "١.00", "٥"),
    *(
        "0198c0de-0000-7000-8000-000000000000",
        "0198C0DE-0000-7000-8000-000000000000",
        "0198c0de000070008000000000000000",
    ),
    *(
        "2024-02-29",
        "2025-2-1",
        "0000-01-01",
        "0001-01-01",
        "9999-12-31",
        "20250101",
        "2025-01-01T00:00:00",
        "2025-W01-1",
    ),
    *(f"{day}T01:00:00Z" for day in (*DAYS, "2024-02-29", "0001-01-01", "9999-12-31", "٢٠٢٥-07-14", "2025-7-14")),
    *(
        f"2025-07-14T{at}"
        for at in ("23:59:59Z", "24:00:00Z", "00:60:00Z", "00:00:60Z", "0:00:00Z", "00:00Z", "00:00:00z")
    ),
    *(
        f"2025-07-14T00:00:00{end}"
        for end in (".1Z", ".123456Z", ".1234567Z", ".Z", ",1Z", "", " Z", "+08", "+0800", "+08:00:00")
    ),
    *(f"2025-07-14T00:00:00{end}" for end in ("+23:59", "-23:59", "+24:00", "+00:60", "-00:00", "Z\n", "+08:00")),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"),
    *DAYS,
]
JUNK = st.sampled_from(EDGES)


class Sets:
    """Draws selection sets; aliases and fragments have names of their own."""

    def __init__(self, draw: st.DrawFn, *, odd: bool) -> None:
        self._draw, self._odd, self._numbers = draw, odd, count()
        self.fragments: list[str] = []

    def of(self, kind: Any, depth: int = 0) -> str:
        if is_abstract_type(kind):
            members = [
                f"... on {each.name} {{ {self.of(each, depth)} }}" for each in CONTRACT.schema.get_possible_types(kind)
            ]
            return " ".join(["__typename", *members])
        names = [name for name, field in kind.fields.items() if self._fits(name, field, depth)]
        chosen = self._draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
        return " ".join([*(self._field(kind, name, depth) for name in chosen), *self._more(kind, depth)])

    def _fits(self, name: str, field: Any, depth: int) -> bool:
        return (depth < DEEPEST or not hasattr(get_named_type(field.type), "fields")) and (self._odd or name != "odd")

    def _field(self, kind: Any, name: str, depth: int) -> str:
        inner = get_named_type(kind.fields[name].type)
        is_composite = is_object_type(inner) or is_abstract_type(inner)
        below = f" {{ {self.of(inner, depth + 1)} }}" if is_composite else ""
        alias = f"k{next(self._numbers)}: " if self._draw(st.booleans()) else ""
        return f"{alias}{name}{below}"

    def _more(self, kind: Any, depth: int) -> list[str]:
        """What may stand in any set: the type's name, a fragment, in line or by name."""
        more = (
            self._draw(st.lists(st.sampled_from(["name", "alias", "inline", "spread"]), max_size=2))
            if depth < 2
            else []
        )
        written = {"name": "__typename", "alias": f"k{next(self._numbers)}: __typename"}
        for form in {"inline", "spread"} & set(more):
            body = f"on {kind.name} {{ {self.of(kind, DEEPEST)} }}"
            name = f"F{next(self._numbers)}"
            written[form] = f"... {body}" if form == "inline" else f"...{name}"
            self.fragments += [f"fragment {name} {body}"] if form == "spread" else []
        return [written[form] for form in more]


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    sets = Sets(draw, odd=draw(st.integers(0, 5)) == 0)
    body = sets.of(STOCK)
    return selection.read(f"{{ ... on Stock {{ {body} }} }} {' '.join(sets.fragments)}")


class Values:
    """Draws the value that a selection asks for; with `is_bad`, now and then something else."""

    def __init__(self, draw: st.DrawFn, chosen: Selection, *, is_bad: bool) -> None:
        self._draw, self._chosen, self._is_bad = draw, chosen, is_bad

    def object(self, kind: GraphQLObjectType, nodes: list[Any]) -> Any:
        sets = [node.selection_set for node in nodes if node.selection_set]
        made: dict[str, Any] = {}
        for key, found in self._chosen.fields(CONTRACT.schema, kind, *sets).items():
            name = found[0].name.value
            made[key] = kind.name if name == "__typename" else self.value(kind.fields[name].type, found)
            if self._is_bad and self._draw(st.integers(0, 15)) == 0:
                made[key] = self._draw(JUNK)
        return made

    def value(self, declared: Any, nodes: list[Any]) -> Any:
        if not is_non_null_type(declared):
            return self.value_present(declared, nodes) if self._draw(st.integers(0, 3)) else None
        return self.value_present(declared.of_type, nodes)

    def value_present(self, declared: Any, nodes: list[Any]) -> Any:
        if is_list_type(declared):
            return [self.value(declared.of_type, nodes) for _ in range(self._draw(st.integers(0, 2)))]
        if is_abstract_type(declared):
            declared = self._draw(st.sampled_from(CONTRACT.schema.get_possible_types(declared)))
        if is_object_type(declared):
            return self.object(declared, nodes)
        return self._draw(st.sampled_from(list(declared.values)) if is_enum_type(declared) else SCALARS[declared.name])


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


WRITTEN = {
    "reversed": lambda value: orjson.dumps(_reversed(value)),
    "indented": lambda value: orjson.dumps(value, option=orjson.OPT_INDENT_2),
    "with a key more": lambda value: orjson.dumps({**value, "more": 1}),
    "with a key less": lambda value: orjson.dumps(dict(list(value.items())[1:])),
    "with a key twice": lambda value: orjson.dumps(value).replace(b"{", b'{"%b":1,' % next(iter(value)).encode(), 1),
    "cut": lambda value: orjson.dumps(value)[:-2],
    "longer": lambda value: orjson.dumps(value) + b" ",
    "escaped": lambda value: orjson.dumps(value).replace(b"t", b"\\u0074"),
    "in capitals": lambda value: orjson.dumps(value).replace(b"\\u001f", b"\\u001F"),
    "not UTF-8": lambda value: orjson.dumps(value).replace(b'"', b'"\xff', 3),
    "half a pair": lambda value: orjson.dumps(value).replace(b'"', b'"\\ud800', 3),
    "a number otherwise": lambda value: orjson.dumps(value).replace(b":1", b":1.0", 1).replace(b":0", b":-0", 1),
}


@st.composite
def parts(draw: st.DrawFn) -> tuple[Selection, list[bytes]]:
    """A selection, and what courts answer to it, well or badly."""
    chosen = draw(selections())
    raws = []
    for is_bad in draw(st.lists(st.booleans(), min_size=1, max_size=3)):
        value = Values(draw, chosen, is_bad=is_bad).object(STOCK, [])
        how = draw(st.sampled_from(sorted(WRITTEN))) if is_bad and draw(st.booleans()) else None
        try:
            raws.append(orjson.dumps(value) if how is None else WRITTEN[how](value))
        except orjson.JSONEncodeError:  # a number that orjson cannot write
            raws.append(msgspec.json.encode(str(value)))
    return chosen, raws


def plain_data(part: Any) -> dict[str, Any]:
    return {key: msgspec.to_builtins(part[key]) for key in part}


def both(chosen: Selection) -> tuple[Reading, Reading]:
    """As the engine reads it, and the plain way."""
    plain = reading.plain(CONTRACT, STOCK, chosen, chosen)
    try:
        return reading.compiled(CONTRACT, STOCK, chosen, chosen), plain
    except NotCompiled:
        return plain, plain


def verdict(check: Any, raw: bytes) -> Any:
    try:
        return check(raw)
    except WrongShape:
        return None


@LAW
@given(parts())
def test_compiled_or_not_verdicts_and_answers_are_the_same(case: tuple[Selection, list[bytes]]) -> None:
    chosen, raws = case
    fast, plain = both(chosen)

    by_fast, by_plain = ([verdict(way.check, raw) for raw in raws] for way in (fast, plain))

    assert [part and plain_data(part) for part in by_fast] == by_plain
    passed = {str(place): (by_fast[place], part) for place, part in enumerate(by_plain) if part is not None}
    lists = plain.rendering.keys(Merge.PAGE)
    rows = min((len(part[key]) for _, part in passed.values() for key in lists), default=0)
    page = [Taken(court, row) for row in range(rows) for court in reversed(passed)]
    compiled = {court: part for court, (part, _) in passed.items()}
    checked = {court: part for court, (_, part) in passed.items()}
    assert fast.rendering.contradictions(compiled) == plain.rendering.contradictions(checked)
    answers = fast.rendering.render(compiled, COVER, page), plain.rendering.render(checked, COVER, page)
    assert orjson.dumps(answers[0].spliced) == orjson.dumps(answers[1].spliced)
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize(
    "name", ["int", "big", "money", "day", "at", "id", "text", "flag", "colour", "__typename", "grid"]
)
def test_every_leaf_has_the_same_bounds(name: str) -> None:
    chosen = selection.read(f"{{ ... on Stock {{ sort {{ {name} }} }} }}")
    fast, plain = both(chosen)
    raws = [orjson.dumps({"sort": {name: value}}) for value in EDGES]

    told = [verdict(plain.check, raw) for raw in raws]

    assert isinstance(fast.check, CompiledCheck)
    assert [part and plain_data(part) for part in (verdict(fast.check, raw) for raw in raws)] == told
    assert any(told)
    assert not all(told)


@pytest.mark.parametrize("length", [0, 1, shape.MAX_LIST, shape.MAX_LIST + 1])
def test_lists_have_the_same_bounds(length: int) -> None:
    chosen = selection.read("{ ... on Stock { cells { int } } }")
    raw = orjson.dumps({"cells": [{"int": 1}] * length})

    told = {verdict(way.check, raw) is None for way in both(chosen)}

    assert told == {length > shape.MAX_LIST}


GOOD = "{ ... on Stock { count first listed { int day at id text grid } cells { money colour box { size } } } }"
CELL = {"int": 1, "day": "2025-07-14", "at": "2025-07-14T01:00:00+00:00", "id": "0" * 8 + "-0000" * 3 + "-" + "0" * 12}
PART = {
    "count": 3,
    "first": None,
    "listed": [{**CELL, "text": "样", "grid": [[1, 2], None]}],
    "cells": [{"money": "1.00", "colour": "RED", "box": {"size": 1}}],
}


def test_a_good_part_does_not_go_the_plain_way(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = selection.read(GOOD)
    monkeypatch.setattr(shape, "compiled", lambda *_: pytest.fail("checked again"))

    part = CompiledCheck(CONTRACT, STOCK, chosen)(orjson.dumps(PART))

    assert plain_data(part) == PART


def test_rows_are_spliced_as_they_came() -> None:
    chosen = selection.read(GOOD)
    check, rendering = CompiledCheck(CONTRACT, STOCK, chosen), CompiledRendering(CONTRACT, STOCK, chosen)
    given_parts = {"b": check(orjson.dumps(PART)), "a": check(orjson.dumps({**PART, "cells": None}))}

    answer = rendering.render(given_parts, {}, [Taken("b", 0)])

    assert answer.made == orjson.dumps({**PART, "count": 6})
    assert isinstance(given_parts["a"], CheckedPart)
    assert len(given_parts["a"]) == 4


@pytest.mark.parametrize("odd", ["float", "thing { name }", "toys { __typename }"])
def test_what_cannot_be_compiled_goes_the_plain_way(odd: str) -> None:
    chosen = selection.read(f"{{ ... on Stock {{ count odd {{ {odd} }} }} }}")

    with pytest.raises(NotCompiled):
        reading.compiled(CONTRACT, STOCK, chosen, chosen)


OBJECTS = "{place}: cells {{ box {{ size }} }}"  # two each, of one member
MEMBERS = "{place}: cells {{ int big money day at id text flag colour }}"  # nine each, and one


@pytest.mark.parametrize(("asked", "most"), [(OBJECTS, (MAX_OBJECTS - 1) // 2), (MEMBERS, MAX_MEMBERS // 10)])
def test_a_large_selection_goes_the_plain_way(asked: str, most: int) -> None:
    def chosen(times: int) -> Selection:
        body = " ".join(asked.format(place=f"c{place}") for place in range(times))
        return selection.read(f"{{ ... on Stock {{ {body} }} }}")

    assert reading.compiled(CONTRACT, STOCK, chosen(most), chosen(most))
    with pytest.raises(NotCompiled):
        reading.compiled(CONTRACT, STOCK, chosen(most + 1), chosen(most + 1))


def test_every_day_of_three_centuries_is_read_at_once() -> None:
    instant, day = re.compile(compiled._INSTANT), date(1800, 1, 1)
    while day.year < 2101:
        assert instant.match(f"{day}T00:00:00Z"), day
        day += timedelta(days=1)

    assert [year for year in range(1800, 2101) if instant.match(f"{year}-02-29T00:00:00Z")] == [
        year for year in range(1800, 2101) if calendar.isleap(year)
    ]
