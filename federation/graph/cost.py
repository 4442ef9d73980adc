"""What a document costs, found in one walk: each fragment is walked once, however often it is spread.

Validation compares all pairs of fields with one response key, and execution expands fragments, so each figure counts
the *expanded* document; the expansion itself is only counted. The price multiplies through lists (prices.py).
Invariant: pure; at most `MOST_STEPS` selections are visited and keys compared, whatever the document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)

from federation.graph.prices import Priced, Prices

MOST_STEPS: Final = 20_000
_INTROSPECTION: Final = frozenset({"__schema", "__type", "_service"})
_INTROSPECTION_LEVELS: Final = 10  # the standard introspection query unwraps nine list and non-null wrappers
_INTROSPECTION_SHARE: Final = 50  # a row of a schema lies in memory; one of a court is read from its database


class FragmentCycle(Exception):
    """A fragment spreads itself."""


class TooManySteps(Exception):
    """The walk was given up."""


@dataclass(slots=True)
class Cost:
    """One level, fragments expanded.

    `repeats` counts further uses of one response key in one selection set; `introspection` the fields that read the
    schema, and aliases within them. Of the price, `plain` is settled; `rows` is one row of each list whose size the
    enclosing page says, and `listed` the same lists without such a page.
    """

    depth: int = 0
    aliases: int = 0
    repeats: int = 0
    directives: int = 0
    fields: int = 0
    introspection: int = 0
    plain: int = 0
    rows: int = 0
    listed: int = 0
    uses: int = 0
    keys: set[str] = field(default_factory=set)

    def price(self, page: int | None = None) -> int:
        """The price of the level, its lists having `page` rows if the enclosing field says so."""
        return self.plain + (self.listed if page is None else self.rows * page)

    def add(self, part: "Cost") -> None:
        """Count `part` as standing in this level too."""
        self.depth = max(self.depth, part.depth)
        self.aliases += part.aliases
        self.repeats += part.repeats
        self.directives += part.directives
        self.fields += part.fields
        self.introspection += part.introspection
        self.plain += part.plain
        self.rows += part.rows
        self.listed += part.listed
        self.uses += part.uses


class Walk:
    """One walk over selection sets that share their fragments; `steps` says how much was done."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], prices: Prices | None = None) -> None:
        self.steps = 0
        self._fragments = fragments
        self._prices = prices or Prices.unknown()
        self._known: dict[str, Cost] = {}
        self._open: set[str] = set()

    def level(self, selections: SelectionSetNode, parent: str | None = None) -> Cost:
        """The cost of a whole level on the type `parent`: repeats among its flattened keys are counted here.

        Raises:
            FragmentCycle.
            TooManySteps.
            RecursionError: nested beyond reason.
        """
        cost = self._flat(selections, parent)
        cost.repeats += cost.uses - len(cost.keys)
        return cost

    def _flat(self, selections: SelectionSetNode, parent: str | None) -> Cost:
        total, spread = Cost(), set[str]()
        for selection in selections.selections:
            part = self._part(selection, parent)
            total.add(part)
            total.directives += len(selection.directives or ())
            name = selection.name.value if isinstance(selection, FragmentSpreadNode) else ""
            if name not in spread:
                self._step(len(part.keys))
                total.keys |= part.keys
            if name:
                spread.add(name)
        return total

    def _part(self, selection: SelectionNode, parent: str | None) -> Cost:
        self._step(1)
        if isinstance(selection, FieldNode):
            return self._field(selection, parent)
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value)
        assert isinstance(selection, InlineFragmentNode)  # there is no fourth kind
        condition = selection.type_condition
        return self._flat(selection.selection_set, condition.name.value if condition else parent)

    def _field(self, node: FieldNode, parent: str | None) -> Cost:
        name = node.name.value
        priced = self._prices.field(parent, node)
        inner = self.level(node.selection_set, priced.kind) if node.selection_set else Cost()
        introspects = name in _INTROSPECTION
        cost = Cost(
            depth=1 + max(0, inner.depth - _INTROSPECTION_LEVELS if introspects else inner.depth),
            aliases=inner.aliases + (node.alias is not None),
            repeats=inner.repeats,
            directives=inner.directives,
            fields=inner.fields + 1,
            introspection=inner.aliases + 1 if introspects else inner.introspection,
            uses=1,
            keys={node.alias.value if node.alias else name},
        )
        return _with_price(cost, priced, inner.price(priced.page) // (_INTROSPECTION_SHARE if introspects else 1))

    def _fragment(self, name: str) -> Cost:
        if name in self._open:
            raise FragmentCycle
        if name not in self._known:
            fragment = self._fragments.get(name)
            self._open.add(name)
            self._known[name] = (
                self._flat(fragment.selection_set, fragment.type_condition.name.value) if fragment else Cost()
            )
            self._known[name].directives += len(fragment.directives or ()) if fragment else 0
            self._open.remove(name)
        return self._known[name]

    def _step(self, count: int) -> None:
        self.steps += count
        if self.steps > MOST_STEPS:
            raise TooManySteps


def _with_price(cost: Cost, priced: Priced, inner: int) -> Cost:
    """`cost` with the price of a field that has `priced.size` rows of its weight and `inner` each."""
    each = priced.weight + inner
    if priced.by_page:
        cost.rows, cost.listed = each, each * priced.size
    else:
        cost.plain = each * priced.size
    return cost
