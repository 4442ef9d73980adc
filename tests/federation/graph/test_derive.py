from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.graph import contract, derive, render, selection
from federation.graph.contract import BadContract
from federation.graph.derive import Formula, mean, percentage
from tests.federation.graph.sample import SDL

RATED = contract.read(
    SDL.replace(
        "cover: Cover!",
        "sold: BigInt! @merge(by: SUM) rate: String @merge(by: DERIVED) "
        "label: String @merge(by: DERIVED) cover: Cover!",
    )
)
STOCK = RATED.answers["stock"]
FORMULAS = {
    ("Stock", "rate"): percentage("sold", "count"),
    ("Stock", "label"): Formula(("unit", "low"), lambda values: f"{values['unit']} {values['low']}"),
}


def answered(text: str, *parts: dict[str, Any]) -> dict[str, Any]:
    """As a gateway does it: widen, ask, derive, render."""
    chosen = selection.read(text)
    needed = derive.needs(RATED, STOCK, chosen, FORMULAS)
    sent = selection.read(f"{{ ... {chosen.text} {needed} }}")
    named = {key: nodes[0].name.value for key, nodes in sent.fields(RATED.schema, STOCK).items()}
    given_parts = {f"c{n}": {key: part.get(name) for key, name in named.items()} for n, part in enumerate(parts)}
    derived = derive.derive(RATED, STOCK, sent, given_parts, FORMULAS)
    return render.render(RATED, STOCK, chosen, given_parts, derived).data


def test_a_rate_follows_from_sums_that_nobody_selected() -> None:
    answer = answered("{ ... on Stock { r: rate } }", {"sold": 1, "count": 2}, {"sold": 1, "count": 1})

    assert answer == {"r": "66.7"}


def test_selected_siblings_are_asked_once() -> None:
    chosen = selection.read("{ ... on Stock { _0: rate n: count } }")

    assert derive.needs(RATED, STOCK, chosen, FORMULAS) == "... on Stock { _1: sold }"
    assert answered(chosen.text, {"sold": 1, "count": 8}) == {"_0": "12.5", "n": 8}


@pytest.mark.parametrize("beside", ["... on Refusal { _0: code }", "... on Stock { boxes { _0: colour } }", "...Far"])
def test_keys_are_free_on_every_type_and_level(beside: str) -> None:
    """Fields of two types under one key would have to be of one form."""
    far = "fragment Far on Stock { cover { notes { more { _0: text } } } }" if "Far" in beside else ""
    chosen = selection.read(f"{{ ... on Stock {{ rate count }} {beside} }} {far}")

    assert derive.needs(RATED, STOCK, chosen, FORMULAS) == "... on Stock { _1: sold }"


def test_nothing_is_asked_for_what_is_not_selected() -> None:
    assert derive.needs(RATED, STOCK, selection.read("{ ... on Stock { count } }"), FORMULAS) == ""


@pytest.mark.parametrize("parts", [(), ({"sold": 0, "count": 0},), ({"sold": None, "count": 3},)])
def test_a_rate_of_nothing_is_null(parts: tuple[dict[str, Any], ...]) -> None:
    assert answered("{ ... on Stock { rate } }", *parts) == {"rate": None}


BOXED = {
    ("Stock", "rate"): mean("sold", "count"),
    ("Stock", "label"): Formula(("boxes", "unit"), lambda v: [b["size"] for b in v["boxes"]], {"boxes": "size"}),
}


def test_a_formula_sees_all_of_what_it_is_of() -> None:
    chosen = selection.read("{ ... on Stock { label boxes { colour } } }")
    needed = derive.needs(RATED, STOCK, chosen, BOXED)
    sent = selection.read(f"{{ ... {chosen.text} {needed} }}")
    parts = {
        court: {"label": None, "boxes": [{"colour": "RED"}], "_0": [{"size": size}], "_1": "kg"}
        for court, size in (("b", 2), ("a", 1))
    }

    assert needed == "... on Stock { _0: boxes { size } _1: unit }"
    assert derive.derive(RATED, STOCK, sent, parts, BOXED) == {"label": [1, 2]}


@pytest.mark.parametrize(("sold", "told"), [(7, 4), (0, 0), (2**61 + 1, str(2**60 + 1)), (None, None)])
def test_a_mean_is_a_whole_number(sold: int | None, told: int | str | None) -> None:
    sent = selection.read("{ ... on Stock { rate sold count } }")

    assert derive.derive(RATED, STOCK, sent, {"a": {"sold": sold, "count": 2}}, BOXED) == {"rate": told}


def test_a_formula_is_of_one_type() -> None:
    others = {("Box", "rate"): percentage("sold", "count")}
    sent = selection.read("{ ... on Stock { rate sold count } }")

    assert derive.needs(RATED, STOCK, sent, others) == ""
    assert derive.derive(RATED, STOCK, sent, {}, others) == {}


def test_a_contradicted_sibling_is_null_to_the_formula() -> None:
    parts = ({"unit": "kg", "low": "2.00"}, {"unit": "g", "low": "1.00"})

    assert answered("{ ... on Stock { label } }", *parts) == {"label": "None 1.00"}


COUNTS = st.lists(st.tuples(st.integers(0, 10**17), st.integers(0, 10**17)), min_size=1, max_size=4)


@settings(max_examples=1000, deadline=None)
@given(COUNTS, st.randoms())
def test_a_rate_depends_on_the_sums_alone(counts: list[tuple[int, int]], random: Any) -> None:
    parts = [{"sold": str(sold), "count": count} for sold, count in counts]
    together = {"sold": str(sum(sold for sold, _ in counts)), "count": sum(count for _, count in counts)}
    text = "{ ... on Stock { rate } }"

    assert answered(text, *random.sample(parts, len(parts))) == answered(text, together)


@pytest.mark.parametrize(
    ("key", "formula"),
    [
        (("Stock", "count"), percentage("sold", "count")),
        (("Stock", "nothing"), percentage("sold", "count")),
        (("Stock", "rate"), percentage("sold", "nothing")),
        (("Stock", "rate"), percentage("sold", "label")),
        (("Box", "rate"), percentage("sold", "count")),
    ],
)
def test_a_formula_is_of_a_derived_field_and_merged_ones(key: tuple[str, str], formula: Formula) -> None:
    derive.check(RATED, FORMULAS)

    with pytest.raises(BadContract):
        derive.check(RATED, {key: formula})
