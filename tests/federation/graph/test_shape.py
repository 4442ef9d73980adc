from typing import Any

import orjson
import pytest

from federation.graph import selection, shape
from federation.graph.shape import WrongShape
from tests.federation.graph.sample import CONTRACT, STOCK

CHOSEN = selection.read(
    "{ ... on Stock { n: count worth some first boxes { size colour } "
    "things { __typename name ... on Box { size } } } }"
)
GOOD = {
    "n": 3,
    "worth": "1.00",
    "some": True,
    "first": "2025-07-14T01:00:00+00:00",
    "boxes": [{"size": 1, "colour": "RED"}, {"size": 2, "colour": None}],
    "things": [{"__typename": "Box", "name": "b", "size": 1}, {"__typename": "Ball", "name": "c"}],
}


def check(value: object) -> dict[str, object]:
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    return shape.check(CONTRACT.schema, STOCK, CHOSEN, raw)


def test_a_part_as_selected_passes() -> None:
    assert check(GOOD) == GOOD


def test_one_check_serves_many_parts() -> None:
    check_part = shape.compiled(CONTRACT.schema, STOCK, CHOSEN)

    for _ in range(2):
        assert check_part(orjson.dumps(GOOD)) == GOOD
        with pytest.raises(WrongShape):
            check_part(orjson.dumps({**GOOD, "more": 1}))


@pytest.mark.parametrize(
    "changes",
    [
        {"n": None},
        {"n": True},
        {"n": 1.5},
        {"worth": 1},
        {"worth": "1.0"},
        {"some": 1},
        {"first": "yesterday"},
        {"first": "2025-13-14T01:00:00+00:00"},
        {"first": "2025-07-14T25:00:00Z"},
        {"first": "9999-12-31T23:59:59-23:59"},
        {"first": "٢٠٢٥-07-14T01:00:00Z"},
        {"worth": "١.00"},
        {"boxes": None},
        {"boxes": {}},
        {"boxes": [None]},
        {"boxes": [{"size": 1}]},
        {"boxes": [{"size": 1, "colour": "BLUE"}]},
        {"boxes": [{"size": 2**31, "colour": "RED"}]},
        {"boxes": [{"size": 1, "colour": "RED", "extra": 1}]},
        {"boxes": [{"size": 1, "colour": "RED"}] * 1001},
        {"things": [{"__typename": "Stock", "name": "b"}]},
        {"things": [{"__typename": "Ball", "name": "b", "size": 1}]},
        {"things": [{"name": "b"}]},
        {"things": [{"__typename": "Ball", "name": "x" * 4001}]},
        {"unasked": 1},
    ],
)
def test_anything_else_is_the_peers_fault(changes: dict[str, object]) -> None:
    with pytest.raises(WrongShape):
        check({**GOOD, **changes})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        orjson.dumps({key: value for key, value in GOOD.items() if key != "n"}),
        orjson.dumps(GOOD, option=orjson.OPT_INDENT_2),
        orjson.dumps(GOOD).replace(b'{"n":3', b'{"n":4,"n":3'),
        orjson.dumps(GOOD).replace(b'"b"', b'"\xff"'),
    ],
)
def test_bytes_that_are_no_part_are_refused(raw: bytes) -> None:
    with pytest.raises(WrongShape):
        check(raw)


def test_the_path_names_keys_and_no_value() -> None:
    with pytest.raises(WrongShape) as caught:
        check({**GOOD, "boxes": [{"size": "secret", "colour": "RED"}]})

    assert str(caught.value) == ".boxes.size"


SILENT: list[tuple[Any, bool]] = [
    ([{"name": "a", "size": 1}, {"name": "b", "round": True}], True),
    ([{"name": "a"}], False),
    ([{"name": "a", "size": 1, "round": True}], False),
    ([{"__typename": "Box", "name": "a", "size": 1}], False),
    (["Box"], False),
]


@pytest.mark.parametrize(("things", "fits"), SILENT)
def test_unnamed_values_may_fit_one_type_where_that_is_allowed(things: Any, fits: bool) -> None:
    chosen = selection.read("{ ... on Stock { things { name ... on Box { size } ... on Ball { round } } } }")
    raw = orjson.dumps({"things": things})

    with pytest.raises(WrongShape):
        shape.check(CONTRACT.schema, STOCK, chosen, raw)
    if fits:
        assert shape.check(CONTRACT.schema, STOCK, chosen, raw, is_named=False) == {"things": things}
    else:
        with pytest.raises(WrongShape):
            shape.check(CONTRACT.schema, STOCK, chosen, raw, is_named=False)


@pytest.mark.parametrize(
    ("thing", "fits"),
    [
        ({"__typename": "b", "size": 1}, True),
        ({"__typename": "c", "round": True}, True),
        ({"__typename": "Box", "round": True}, True),
        ({"__typename": "b"}, False),
        ({"__typename": "b", "size": "1"}, False),
        ({"__typename": 1, "size": 1}, False),
        ({"size": 1}, False),
    ],
)
def test_another_field_may_go_by_the_key_of_the_type(thing: dict[str, Any], fits: bool) -> None:
    chosen = selection.read(
        "{ ... on Stock { things { __typename: name ... on Box { size } ... on Ball { round } } } }"
    )
    raw = orjson.dumps({"things": [thing]})

    with pytest.raises(WrongShape):
        shape.check(CONTRACT.schema, STOCK, chosen, raw)
    if fits:
        assert shape.check(CONTRACT.schema, STOCK, chosen, raw, is_named=False) == {"things": [thing]}
    else:
        with pytest.raises(WrongShape):
            shape.check(CONTRACT.schema, STOCK, chosen, raw, is_named=False)


def test_lists_are_as_long_as_the_caller_allows() -> None:
    chosen = selection.read("{ ... on Stock { boxes { size } } }")
    raw = orjson.dumps({"boxes": [{"size": 1}] * 1001})

    with pytest.raises(WrongShape):
        shape.check(CONTRACT.schema, STOCK, chosen, raw)
    assert len(shape.check(CONTRACT.schema, STOCK, chosen, raw, most_rows=1001)["boxes"]) == 1001
