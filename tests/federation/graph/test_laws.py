"""The laws of the engine over generated parts: nulls, doubled and contradictory courts, none at all, 2^53, offsets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.graph import render, selection, shape
from federation.graph.merge import NO_PARTS, Parts, add, union
from federation.graph.selection import Selection
from tests.federation.graph import reference
from tests.federation.graph.sample import CONTRACT, STOCK

LAW = settings(max_examples=1000, deadline=None)
COURTS = ("浙0824", "浙0822", "皖1021", "赣1181")
COVER = {"cover": {"asked": 4, "notes": []}}

WHOLE = st.integers(-(10**18), 10**18) | st.integers(2**53 - 2, 2**53 + 2) | st.integers(-3, 3)
BIG = WHOLE | WHOLE.map(str) | st.integers(10**18, 10**19 - 1).map(str)
FEN = st.integers(-(10**17) + 1, 10**17 - 1) | st.integers(-200, 200)
MONEY = FEN.map(lambda fen: f"{'-' * (fen < 0)}{abs(fen) // 100}.{abs(fen) % 100:02}")
OFFSETS = st.sampled_from(["Z", "+00:00", "+08:00", "-05:30", "+14:00"])
INSTANTS = st.builds(
    lambda at, digits, offset: at.isoformat(timespec="seconds") + digits + offset,
    st.datetimes(datetime(2025, 7, 14), datetime(2025, 7, 15)),  # noqa: DTZ001 - the offset comes with the text
    st.sampled_from(["", ".5", ".500000", ".123456"]),
    OFFSETS,
)
COLOURS = st.sampled_from(["RED", "GREEN", None])
BOXES = st.lists(st.fixed_dictionaries({"size": st.integers(-(2**31), 2**31 - 1), "colour": COLOURS}), max_size=3)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "__typename": st.just("Stock"),
    "count": BIG,
    "worth": st.none() | MONEY,
    "low": st.none() | MONEY,
    "high": st.none() | MONEY,
    "some": st.booleans(),
    "every": st.booleans(),
    "first": st.none() | INSTANTS,
    "last": st.none() | INSTANTS,
    "unit": st.none() | st.sampled_from(["kg", "kg", "g"]),
    "boxes": BOXES,
}
KEYS = st.dictionaries(st.sampled_from([f"k{n}" for n in range(12)]), st.sampled_from(sorted(VALUES)), min_size=1)


@st.composite
def asked(draw: st.DrawFn) -> tuple[dict[str, str], list[tuple[str, bytes]]]:
    """A selection (field by response key) and what arrived: courts are missing, come twice, contradict themselves."""
    keys = draw(KEYS)
    part = st.fixed_dictionaries({key: VALUES[name] for key, name in keys.items()}).map(orjson.dumps)
    arrived = draw(st.lists(st.tuples(st.sampled_from(COURTS), part), max_size=5))
    again = draw(st.lists(st.sampled_from(arrived), max_size=2)) if arrived else []
    return keys, draw(st.permutations([*arrived, *again]))


def text_of(keys: Mapping[str, str]) -> str:
    below = {"boxes": " { size colour }"}
    return "{ ... on Stock { " + " ".join(f"{key}: {name}{below.get(name, '')}" for key, name in keys.items()) + " } }"


def rendered(keys: Mapping[str, str], parts: Parts) -> dict[str, Any]:
    """What a gateway makes of a set of parts: each checked, then all rendered."""
    chosen: Selection = selection.read(text_of(keys))
    checked = {
        court: shape.check(CONTRACT.schema, STOCK, chosen, raw) for court, raw in parts.items() if raw is not None
    }
    return render.render(CONTRACT, STOCK, chosen, checked, COVER).data


def gathered(arrived: list[tuple[str, bytes]]) -> Parts:
    parts = NO_PARTS
    for court, raw in arrived:
        parts = add(parts, court, raw)
    return parts


@LAW
@given(asked())
def test_rendering_equals_the_reference(case: tuple[dict[str, str], list[tuple[str, bytes]]]) -> None:
    keys, arrived = case
    said = {court: {raw for code, raw in arrived if code == court} for court in COURTS}
    consistent = {court: raws.pop() for court, raws in said.items() if len(raws) == 1}

    assert rendered(keys, gathered(arrived)) == reference.answer(keys, consistent)


@LAW
@given(asked(), st.data())
def test_gateways_of_gateways_render_the_same(
    case: tuple[dict[str, str], list[tuple[str, bytes]]], data: st.DataObject
) -> None:
    keys, arrived = case
    sets = [NO_PARTS, *(gathered([one]) for one in arrived)]
    sets += data.draw(st.lists(st.sampled_from(sets), max_size=2))  # two gateways may have heard the same court

    while len(sets) > 1:  # gateways that stand over others, in any tree
        left = sets.pop(data.draw(st.integers(0, len(sets) - 1)))
        right = sets.pop(data.draw(st.integers(0, len(sets) - 1)))
        sets.append(union(left, right))
    (whole,) = sets

    assert whole == gathered(arrived)
    assert orjson.dumps(rendered(keys, whole)) == orjson.dumps(rendered(keys, gathered(arrived)))


@LAW
@given(asked())
def test_rendering_twice_gives_the_same_bytes(case: tuple[dict[str, str], list[tuple[str, bytes]]]) -> None:
    keys, arrived = case

    first, second = rendered(keys, gathered(arrived)), rendered(keys, gathered(arrived[::-1]))

    assert orjson.dumps(first) == orjson.dumps(second)
    assert list(first) == list(keys)


@LAW
@given(asked())
def test_an_answer_is_a_part_of_the_same_shape(case: tuple[dict[str, str], list[tuple[str, bytes]]]) -> None:
    """Whatever single courts may report, its sum passes above them: no court costs the others the whole answer."""
    keys, arrived = case
    parts = gathered(arrived)
    if not any(parts.values()):
        return
    chosen, answer = selection.read(text_of(keys)), rendered(keys, parts)

    assert shape.check(CONTRACT.schema, STOCK, chosen, orjson.dumps(answer), is_sum=True) == answer
    if any(number_of_digits(answer[key]) > 15 for key, name in keys.items() if name in {"count", "worth"}):
        return  # no single court may report that much
    assert shape.check(CONTRACT.schema, STOCK, chosen, orjson.dumps(answer)) == answer


def number_of_digits(value: Any) -> int:
    return sum(character.isdigit() for character in str(value).split(".", maxsplit=1)[0])
