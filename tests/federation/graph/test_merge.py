from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.graph.contract import Merge
from federation.graph.merge import NO_PARTS, Contradiction, Parts, add, combine, union

LAW = settings(max_examples=1000, deadline=None)
COURTS = st.sampled_from(["浙0824", "浙0822", "皖1021", "皖1022", "赣1181", "赣1130"])
PART = st.one_of(st.none(), st.sampled_from([b"1", b"2"]), st.binary(max_size=2))
PARTS = st.dictionaries(COURTS, PART)


@LAW
@given(PARTS, PARTS, PARTS)
def test_union_is_associative(a: Parts, b: Parts, c: Parts) -> None:
    assert union(union(a, b), c) == union(a, union(b, c))


@LAW
@given(PARTS, PARTS)
def test_union_is_commutative(a: Parts, b: Parts) -> None:
    assert union(a, b) == union(b, a)


@LAW
@given(PARTS)
def test_union_is_idempotent(a: Parts) -> None:
    assert union(a, a) == a


@LAW
@given(PARTS)
def test_the_empty_set_is_neutral(a: Parts) -> None:
    assert union(a, NO_PARTS) == a
    assert union(NO_PARTS, a) == a


@LAW
@given(st.lists(st.tuples(COURTS, st.sampled_from([b"1", b"2"])), max_size=8), st.randoms())
def test_order_of_arrival_does_not_matter(arrivals: list[tuple[str, bytes]], random: Any) -> None:
    shuffled = random.sample(arrivals, len(arrivals))

    assert _gathered(arrivals) == _gathered(shuffled)


def _gathered(arrivals: list[tuple[str, bytes]]) -> Parts:
    parts: Parts = NO_PARTS
    for court, part in arrivals:
        parts = add(parts, court, part)
    return parts


def test_a_court_that_says_two_things_is_contradicted() -> None:
    parts: Mapping[str, bytes | None] = add(add(NO_PARTS, "浙0824", b"1"), "浙0824", b"2")

    assert parts == {"浙0824": None}
    assert add(parts, "浙0824", b"1") == {"浙0824": None}


MONEY = st.decimals(-(10**12), 10**12, places=2).map(lambda value: f"{value:.2f}")
VALUES: dict[Merge, tuple[str, st.SearchStrategy[Any]]] = {
    Merge.SUM: ("Money", MONEY),
    Merge.MIN: ("Money", MONEY),
    Merge.MAX: ("Money", MONEY),
    Merge.ANY: ("Boolean", st.booleans()),
    Merge.ALL: ("Boolean", st.booleans()),
    Merge.CONCAT: ("", st.lists(st.integers(), max_size=3)),
    Merge.EARLIEST: ("DateTime", st.datetimes().map(lambda at: at.isoformat() + "+00:00")),
    Merge.LATEST: ("DateTime", st.datetimes().map(lambda at: at.isoformat() + "+00:00")),
}


@LAW
@pytest.mark.parametrize("rule", VALUES)
@given(data=st.data())
def test_rules_may_be_applied_in_steps(rule: Merge, data: st.DataObject) -> None:
    scalar, values = VALUES[rule]
    a, b = data.draw(st.lists(values, min_size=1, max_size=4)), data.draw(st.lists(values, min_size=1, max_size=4))

    in_steps = combine(rule, [combine(rule, a, scalar), combine(rule, b, scalar)], scalar)

    assert in_steps == combine(rule, a + b, scalar)


@pytest.mark.parametrize("rule", [rule for rule in Merge if rule not in {Merge.DERIVED, Merge.PAGE}])
def test_null_says_nothing(rule: Merge) -> None:
    value: Any = [1] if rule is Merge.CONCAT else True

    assert combine(rule, [None, value, None]) == combine(rule, [value])
    assert combine(rule, [None, None]) is None
    assert combine(rule, []) is None


@pytest.mark.parametrize(
    ("rule", "scalar", "values", "expected"),
    [
        (Merge.SUM, "Money", ["0.10", "0.20", "1000000000.00"], "1000000000.30"),
        (Merge.SUM, "Money", ["-0.05", "0.04"], "-0.01"),
        (Merge.SUM, "Money", ["999999999999999.99"] * 3, "2999999999999999.97"),
        (Merge.SUM, "BigInt", [2**31, 2**31], 2**32),
        (Merge.SUM, "BigInt", ["1", 2], 3),
        (Merge.SUM, "BigInt", [2**53 - 2, 1], 2**53 - 1),
        (Merge.SUM, "BigInt", [2**53 - 1, "1"], "9007199254740992"),
        (Merge.SUM, "BigInt", [-(2**53), 1], -(2**53) + 1),
        (Merge.SUM, "BigInt", ["9" * 19] * 3, str(3 * (10**19 - 1))),
        (Merge.MAX, "BigInt", ["9", "10"], 10),
        (Merge.SAME, "BigInt", ["7", 7], 7),
        (Merge.SAME, "DateTime", ["2025-07-14T09:00:00+08:00", "2025-07-14T01:00:00Z"], "2025-07-14T01:00:00Z"),
        (
            Merge.EARLIEST,
            "DateTime",
            ["2025-07-14T01:00:00Z", "2025-07-14T08:59:59.5+08:00"],
            "2025-07-14T08:59:59.5+08:00",
        ),
        (
            Merge.LATEST,
            "DateTime",
            ["2025-07-14T00:00:00-05:30", "2025-07-14T09:00:00+08:00"],
            "2025-07-14T00:00:00-05:30",
        ),
        (Merge.MIN, "Money", ["9.00", "10.00"], "9.00"),
        (Merge.MAX, "Money", ["9.00", "10.00"], "10.00"),
        (
            Merge.EARLIEST,
            "DateTime",
            ["2025-07-14T09:00:00+08:00", "2025-07-14T02:00:00+00:00"],
            "2025-07-14T09:00:00+08:00",
        ),
        (Merge.LATEST, "Date", ["2025-07-14", "2024-12-31"], "2025-07-14"),
        (Merge.CONCAT, "", [[1], [], [2, 3]], [1, 2, 3]),
        (Merge.SAME, "String", ["a", "a"], "a"),
    ],
)
def test_values_are_combined_by_meaning(rule: Merge, scalar: str, values: list[Any], expected: Any) -> None:
    assert combine(rule, values, scalar) == expected


def test_different_values_contradict_each_other() -> None:
    with pytest.raises(Contradiction):
        combine(Merge.SAME, ["a", "b"])


@pytest.mark.parametrize("rule", [Merge.DERIVED, Merge.PAGE])
def test_what_no_court_decides_is_not_combined(rule: Merge) -> None:
    with pytest.raises(ValueError, match=rule):
        combine(rule, [])
