"""What a document costs, found in one walk: linear, because fragments are walked once each.

Validation compares all pairs of fields with one response key, and execution expands fragments, so each figure counts
the *expanded* document; the expansion itself is only counted. Invariant: pure.
"""

from collections import Counter
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

_INTROSPECTION: Final = frozenset({"__schema", "__type"})
_INTROSPECTION_LEVELS: Final = 10  # the standard introspection query unwraps nine list and non-null wrappers


class FragmentCycle(Exception):
    """A fragment spreads itself."""


@dataclass(slots=True)
class Cost:
    """`repeats` counts aliases, and further uses of one response key in one selection set."""

    depth: int = 0
    repeats: int = 0
    fields: int = 0
    introspects: bool = False
    keys: Counter[str] = field(default_factory=Counter)


class Walk:
    """One walk over selection sets that share their fragments."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Cost] = {}
        self._open: set[str] = set()

    def level(self, selections: SelectionSetNode) -> Cost:
        """The cost of a whole level: repeats among its flattened keys are counted here.

        Raises:
            FragmentCycle.
            RecursionError: nested beyond reason.
        """
        cost = self._flat(selections)
        cost.repeats += sum(cost.keys.values()) - len(cost.keys)
        return cost

    def _flat(self, selections: SelectionSetNode) -> Cost:
        total = Cost()
        for selection in selections.selections:
            part = self._part(selection)
            total.depth = max(total.depth, part.depth)
            total.repeats += part.repeats
            total.fields += part.fields
            total.introspects |= part.introspects
            total.keys.update(part.keys)
        return total

    def _part(self, selection: SelectionNode) -> Cost:
        if isinstance(selection, FieldNode):
            return self._field(selection)
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value)
        assert isinstance(selection, InlineFragmentNode)  # there is no fourth kind
        return self._flat(selection.selection_set)

    def _field(self, node: FieldNode) -> Cost:
        name = node.name.value
        inner = self.level(node.selection_set) if node.selection_set else Cost()
        introspects = name in _INTROSPECTION
        return Cost(
            depth=1 + max(0, inner.depth - _INTROSPECTION_LEVELS if introspects else inner.depth),
            repeats=inner.repeats + (node.alias is not None),
            fields=inner.fields + 1,
            introspects=inner.introspects or introspects,
            keys=Counter([node.alias.value if node.alias else name]),
        )

    def _fragment(self, name: str) -> Cost:
        if name in self._open:
            raise FragmentCycle
        if name not in self._known:
            fragment = self._fragments.get(name)
            self._open.add(name)
            self._known[name] = self._flat(fragment.selection_set) if fragment else Cost()
            self._open.remove(name)
        return self._known[name]
