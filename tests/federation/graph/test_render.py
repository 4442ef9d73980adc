from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from federation.graph import contract, render, selection
from federation.graph.page import Taken
from federation.graph.selection import Selection
from tests.federation.graph.sample import CONTRACT, SDL, STOCK

COVER = {"asked": 2, "notes": [{"text": "t", "more": {"text": "u", "more": None}}]}
DERIVED = {"cover": COVER}


def rendered(text: str, **parts: dict[str, Any]) -> dict[str, Any]:
    chosen: Selection = selection.read(text)
    return render.render(CONTRACT, STOCK, chosen, parts, DERIVED).data


def test_values_are_merged_under_their_aliases() -> None:
    answer = rendered(
        "{ __typename ... on Stock { b: boxes { size } n: count low } ... on Refusal { code } }",
        z={"__typename": "Stock", "b": [{"size": 2}], "n": 2, "low": "10.00"},
        a={"__typename": "Stock", "b": [{"size": 1}], "n": 1, "low": "9.00"},
    )

    assert answer == {"__typename": "Stock", "b": [{"size": 1}, {"size": 2}], "n": 3, "low": "9.00"}
    assert list(answer) == ["__typename", "b", "n", "low"]


def test_derived_values_are_selected_from_whole_data() -> None:
    answer = rendered("{ ... on Stock { c: cover { notes { t: text more { text } } __typename } } }", a={"c": None})

    assert answer == {"c": {"notes": [{"t": "t", "more": {"text": "u"}}], "__typename": "Cover"}}


def test_contradiction_is_null_and_named() -> None:
    chosen = selection.read("{ ... on Stock { u: unit } }")
    parts = {"a": {"u": "kg"}, "b": {"u": "g"}}

    assert render.render(CONTRACT, STOCK, chosen, parts, DERIVED).data == {"u": None}
    assert render.contradictions(CONTRACT, STOCK, chosen, parts) == ("u",)


PART = st.fixed_dictionaries({"n": st.integers(0, 100), "s": st.booleans(), "b": st.lists(st.integers(), max_size=3)})


@given(st.dictionaries(st.sampled_from("abcd"), PART, min_size=1), st.randoms())
def test_answer_depends_on_the_set_of_parts_alone(parts: dict[str, dict[str, Any]], random: Any) -> None:
    text = "{ ... on Stock { n: count s: some b: boxes { size } } }"
    shuffled = dict(random.sample(list(parts.items()), len(parts)))

    assert rendered(text, **parts) == rendered(text, **shuffled)


@given(PART)
def test_one_court_is_a_federation_of_one(part: dict[str, Any]) -> None:
    assert rendered("{ ... on Stock { n: count s: some b: boxes { size } } }", a=part) == part


def test_a_problem_is_rendered_from_its_data() -> None:
    chosen = selection.read("{ __typename ... on Problem { c: code } ... on Stock { count } }")
    refusal: Any = CONTRACT.schema.get_type("Refusal")

    assert render.render_whole(CONTRACT, refusal, chosen, {"code": "X"}).data == {"__typename": "Refusal", "c": "X"}


def test_a_page_lists_the_rows_that_were_taken() -> None:
    paged = contract.read(SDL.replace("boxes: [Box!]! @merge(by: CONCAT)", "boxes: [Box!]! @merge(by: PAGE)"))
    chosen = selection.read("{ ... on Stock { b: boxes { size } more: boxes { colour } } }")
    parts = {
        "a": {"b": [{"size": 1}, {"size": 2}], "more": [{"colour": "RED"}, {"colour": None}]},
        "z": {"b": [{"size": 3}], "more": [{"colour": "GREEN"}]},
    }
    page = [Taken("a", 0), Taken("z", 0)]

    answer = render.render(paged, paged.answers["stock"], chosen, parts, {}, page).data

    assert answer == {"b": [{"size": 1}, {"size": 3}], "more": [{"colour": "RED"}, {"colour": "GREEN"}]}
