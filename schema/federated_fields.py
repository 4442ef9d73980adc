"""Where a document has federated fields (联邦字段): at the root, or one level below it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from federation.graph.contract import Contract
from federation.graph.selection import Nodes, is_included

_FEDERATED: Final = "federated"


class _Chosen(NamedTuple):
    """What decides which of a request's selections stand: its fragments, and its variables."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]


class FederatedFields:
    """The federated fields of one contract, by where they stand."""

    def __init__(self, stated: Contract) -> None:
        root = stated.schema.query_type
        below = {
            name: _marked(kind)
            for name, field in (root.fields.items() if root else ())
            if isinstance(kind := get_named_type(field.type), GraphQLObjectType)
        }
        # the root fields whose objects have federated fields of their own, with those
        self._doors: Final[Mapping[str, frozenset[str]]] = {name: marked for name, marked in below.items() if marked}
        within: frozenset[str] = frozenset().union(*self._doors.values())
        self._names: Final[tuple[Collection[str], Collection[str]]] = (stated.answers.keys(), within)

    def paths(self, operation: Nodes, variables: Mapping[str, Any]) -> frozenset[str]:
        """The paths of response keys, joined by dots, at which an operation has federated fields; skipped ones not."""
        roots = [node.selection_set for node in operation.nodes if isinstance(node, OperationDefinitionNode)]
        chosen = _Chosen(operation.fragments, variables)
        return frozenset(path for root in roots for path in self._keys(root, chosen, ""))

    def _keys(self, selection_set: SelectionSetNode, chosen: _Chosen, within: str) -> Iterator[str]:
        for node in selection_set.selections:
            if not is_included(node, chosen.variables):
                continue
            if isinstance(node, FragmentSpreadNode):
                yield from self._keys(chosen.fragments[node.name.value].selection_set, chosen, within)
            elif isinstance(node, InlineFragmentNode):
                yield from self._keys(node.selection_set, chosen, within)
            elif isinstance(node, FieldNode):
                key = within + (node.alias or node.name).value
                if node.name.value in self._names[bool(within)]:
                    yield key
                elif not within and node.selection_set and node.name.value in self._doors:
                    yield from self._keys(node.selection_set, chosen, key + ".")


def _marked(kind: GraphQLObjectType) -> frozenset[str]:
    """The fields of a type that are marked as federated."""
    return frozenset(
        name
        for name, field in kind.fields.items()
        if any(mark.name.value == _FEDERATED for mark in (field.ast_node and field.ast_node.directives) or ())
    )
