"""The federated part of a schema as a text of its own: what a contract is, without what else a program serves.

Invariant: pure; what is read from the text says the same as what was read from the whole. Descriptions are left out:
they decide nothing.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from graphql import (
    DirectiveDefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    NamedTypeNode,
    Node,
    TypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from federation.graph import contract
from federation.graph.compose import federated_only

_QUERY: Final = "Query"


def federated_sdl(sdl: str) -> str:
    """The federated root fields of `sdl` and all that they reach: directives first, then types, by name.

    Raises:
        BadContract: the schema contradicts itself.
    """
    stated = contract.read(sdl)
    document = parse(sdl, no_location=True)
    directives = {node.name.value: node for node in document.definitions if isinstance(node, DirectiveDefinitionNode)}
    reached = federated_only(stated.schema, stated.answers).type_map.keys() | _named(directives.values())
    types = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, TypeDefinitionNode) and node.name.value in reached
    }
    ordered = [*(directives[name] for name in sorted(directives)), *(types[name] for name in sorted(types))]
    return print_ast(visit(DocumentNode(definitions=tuple(ordered)), _Excerpt(stated.answers.keys()))) + "\n"


def bare(document: DocumentNode) -> str:
    """The definitions of `document` as text, without their descriptions."""
    return print_ast(visit(document, _Bare())) + "\n"


def _named(directives: Collection[DirectiveDefinitionNode]) -> set[str]:
    """The types of the directives' arguments."""
    found: set[str] = set()

    class Names(Visitor):
        def enter_named_type(self, node: NamedTypeNode, *_: Any) -> None:
            found.add(node.name.value)

    for directive in directives:
        visit(directive, Names())
    return found


class _Bare(Visitor):
    """Leaves out descriptions."""

    def enter(self, node: Node, *_: Any) -> Any:
        if getattr(node, "description", None) is None:
            return None
        return replace(node, description=None)  # type: ignore[call-arg]  # not every node has one: this one does


class _Excerpt(_Bare):
    """Leaves out descriptions, and the root fields that are not federated."""

    def __init__(self, answers: Collection[str]) -> None:
        super().__init__()
        self._answers = answers
        self._in_query = False

    def enter(self, node: Node, *_: Any) -> Any:
        if isinstance(node, TypeDefinitionNode):
            self._in_query = node.name.value == _QUERY
        if isinstance(node, FieldDefinitionNode) and self._in_query and node.name.value not in self._answers:
            return self.REMOVE
        return super().enter(node)
