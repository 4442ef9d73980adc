"""What a walk counts is what a full expansion of the document counts, and its steps are bounded by the document."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from graphql import build_schema, parse
from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
)
from hypothesis import given
from hypothesis import strategies as st

from federation.graph.cost import Cost, FragmentCycle, Walk
from federation.graph.prices import UNPAGED, Prices

SCHEMA = build_schema("""
    schema { query: Hall }
    type Hall {
        leaf: Int  tags: [Int]  one: Hall  list: [Hall!]!  few: [Hall]
        page(first: Int = 10): Page!  far: Hall  wide: [Hall]  cut(last: Int): [Hall]
    }
    type Page { rows: [Hall!]!  total: Int  around: Hall }
""")
WEIGHTS = {"Hall.far": 100, "Hall.wide": 7, "Page.rows": 3}
DECLARED = {"Hall.few": 3}
NUMBER = 4  # of fragments
ROWS = {"one": 1, "list": UNPAGED, "wide": UNPAGED, "few": 3}


@st.composite
def selections(draw: st.DrawFn, level: int, free: int) -> str:
    """A selection set on Hall that spreads fragments from number `free` on."""
    return " ".join(draw(st.lists(_selection(level, free), min_size=1, max_size=3)))


def _selection(level: int, free: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(("leaf", "tags", "a: leaf", "b: tags", "leaf @include(if: true)", "nothing"))
    spreads = [st.integers(free, NUMBER - 1).map(lambda n: f"...F{n}")] if free < NUMBER else []
    if level == 0:
        return st.one_of(leaves, *spreads)
    inner = selections(level - 1, free)
    heads = st.sampled_from(
        (
            "one",
            "list",
            "few",
            "c: one",
            "far",
            "wide",
            "cut",
            "cut(last: 7)",
            "... on Hall",
            "...",
            "... @skip(if: false)",
        )
    )
    within = st.builds("{} {{ {} }}".format, heads, inner)
    pages = st.builds(
        "{} {{ total rows {{ {} }} around {{ {} }} }}".format, st.sampled_from(("page", "page(first: 4)")), inner, inner
    )
    return st.one_of(leaves, *spreads, within, pages)


@st.composite
def documents(draw: st.DrawFn) -> str:
    fragments = [f"fragment F{n} on Hall {{ {draw(selections(1, n + 1))} }}" for n in range(NUMBER)]
    return f"{{ {draw(selections(2, 0))} }} {' '.join(fragments)}"


@dataclass(frozen=True)
class Expanded:
    """What a document counts when every spread is written out."""

    depth: int = 0
    aliases: int = 0
    repeats: int = 0
    directives: int = 0
    fields: int = 0
    price: int = 0


class Reference:
    """Expands, without remembering anything."""

    def __init__(self, tree: DocumentNode) -> None:
        self.fragments = {n.name.value: n for n in tree.definitions if isinstance(n, FragmentDefinitionNode)}

    def level(self, selection_set: Any, parent: str, page: int | None = None) -> Expanded:
        fields, directives = self.flat(selection_set)
        found = Expanded(directives=directives)
        for node in fields:
            name = node.name.value
            rows, below, inner_page = self.rows(parent, name, node, page)
            inner = self.level(node.selection_set, below, inner_page) if node.selection_set else Expanded()
            found = Expanded(
                max(found.depth, inner.depth + 1),
                found.aliases + inner.aliases + (node.alias is not None),
                found.repeats + inner.repeats,
                found.directives + inner.directives,
                found.fields + inner.fields + 1,
                found.price + rows * (WEIGHTS.get(f"{parent}.{name}", 1) + inner.price),
            )
        keys = [(node.alias or node.name).value for node in fields]
        return replace(found, repeats=found.repeats + len(keys) - len(set(keys)))

    def flat(self, selection_set: Any) -> tuple[list[FieldNode], int]:
        fields: list[FieldNode] = []
        directives = 0
        for node in selection_set.selections:
            directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                fields.append(node)
                continue
            spread = isinstance(node, FragmentSpreadNode)
            inner = self.fragments[node.name.value].selection_set if spread else node.selection_set
            more, counted = self.flat(inner)
            assert spread or isinstance(node, InlineFragmentNode)
            fields, directives = fields + more, directives + counted
        return fields, directives

    def rows(self, parent: str, name: str, node: FieldNode, page: int | None) -> tuple[int, str, int | None]:
        said = int(node.arguments[0].value.value) if node.arguments else None  # type: ignore[attr-defined]  # a number
        if parent == "Page" and name == "rows":
            return page if page is not None else UNPAGED, "Hall", None
        if name == "page":
            return 1, "Page", said or 10
        return (said or UNPAGED) if name == "cut" else ROWS.get(name, 1), "Hall", None


def walked(document: str) -> tuple[Cost, Walk, DocumentNode]:
    tree = parse(document)
    fragments = {n.name.value: n for n in tree.definitions if isinstance(n, FragmentDefinitionNode)}
    walk = Walk(fragments, Prices(SCHEMA, DECLARED, {}, WEIGHTS))
    operation = tree.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return walk.level(operation.selection_set, "Hall"), walk, tree


@given(documents())
def test_the_walk_counts_what_an_expansion_counts(document: str) -> None:
    cost, _, tree = walked(document)

    operation = tree.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert Expanded(cost.depth, cost.aliases, cost.repeats, cost.directives, cost.fields, cost.price()) == Reference(
        tree
    ).level(operation.selection_set, "Hall")


@given(documents(), st.integers(2, 30))
def test_steps_do_not_grow_with_what_is_spread(document: str, times: int) -> None:
    body = document.replace("...F1", "...F1 " * times)

    _, once, _ = walked(document)
    _, often, _ = walked(body)

    assert often.steps <= once.steps + (times - 1) * document.count("...F1")


@pytest.mark.parametrize("inside", ["...F0", "one { ...F0 }", "... { list { ...F0 } }"])
def test_a_cycle_ends_the_walk(inside: str) -> None:
    with pytest.raises(FragmentCycle):
        walked(f"{{ ...F0 }} fragment F0 on Hall {{ {inside} }}")


def test_without_a_schema_every_field_is_one_row() -> None:
    tree = parse("{ list { few { leaf } } }")
    operation = tree.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)

    assert Walk({}).level(operation.selection_set).price() == 3
