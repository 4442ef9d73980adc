"""What a document may cost, found in one walk before validation: linear, because fragments are walked once each.

Validation compares all pairs of fields with one response key, and execution expands fragments, so both are capped on
the *expanded* document; the expansion itself is only counted.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.graphql_errors import refused

_INTROSPECTION: Final = frozenset({"__schema", "__type"})
_INTROSPECTION_LEVELS: Final = 10  # the standard introspection query unwraps nine list and non-null wrappers


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Caps of one document; each counts the document as expanded."""

    tokens: int = 1000
    depth: int = 15
    repeats: int = 60  # aliases, and further uses of one response key in one selection set
    fields: int = 2000


@dataclass(slots=True)
class _Cost:
    depth: int = 0
    repeats: int = 0
    fields: int = 0
    introspects: bool = False
    keys: Counter[str] = field(default_factory=Counter)


def check(document: DocumentNode, limits: DocumentLimits) -> bool:
    """Return whether the document introspects.

    Raises:
        RequestRefused: a limit is exceeded, or fragments form a cycle.
    """
    walk = _Walk(document)
    introspects = False
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            cost = walk.level(definition.selection_set)
            introspects |= cost.introspects
            for name in ("depth", "repeats", "fields"):
                if getattr(cost, name) > getattr(limits, name):
                    raise refused("DOCUMENT_TOO_LARGE", limit=name, allowed=getattr(limits, name))
    return introspects


class _Walk:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[str, _Cost] = {}
        self._open: set[str] = set()

    def level(self, selections: SelectionSetNode) -> _Cost:
        """The cost of a whole level: repeats among its flattened keys are counted here."""
        cost = self._flat(selections)
        cost.repeats += sum(cost.keys.values()) - len(cost.keys)
        return cost

    def _flat(self, selections: SelectionSetNode) -> _Cost:
        total = _Cost()
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                part = self._field(selection)
            elif isinstance(selection, FragmentSpreadNode):
                part = self._fragment(selection.name.value)
            else:
                part = self._flat(selection.selection_set)  # type: ignore[attr-defined]  # an inline fragment
            total.depth = max(total.depth, part.depth)
            total.repeats += part.repeats
            total.fields += part.fields
            total.introspects |= part.introspects
            total.keys.update(part.keys)
        return total

    def _field(self, node: FieldNode) -> _Cost:
        name = node.name.value
        inner = self.level(node.selection_set) if node.selection_set else _Cost()
        introspects = name in _INTROSPECTION
        return _Cost(
            depth=1 + max(0, inner.depth - _INTROSPECTION_LEVELS if introspects else inner.depth),
            repeats=inner.repeats + (node.alias is not None),
            fields=inner.fields + 1,
            introspects=inner.introspects or introspects,
            keys=Counter([node.alias.value if node.alias else name]),
        )

    def _fragment(self, name: str) -> _Cost:
        if name in self._open:
            raise refused("DOCUMENT_INVALID", reason="FRAGMENT_CYCLE")
        if name not in self._known:
            fragment = self._fragments.get(name)
            self._open.add(name)
            self._known[name] = self._flat(fragment.selection_set) if fragment else _Cost()
            self._open.remove(name)
        return self._known[name]
