"""Another program's root fields as text: read from its committed SDL with every type they need, merged into our own.

Invariant: this is text and syntax only. Nothing of the other program is imported, so nothing that can decrypt is.
Why so: docs/decisions/0010-the-gateway-declares-encrypted-fields-from-the-committed-schema.md.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from schema import areas

ROOTS: Final[tuple[str, ...]] = ("Query", "Mutation", "Subscription")


def root_fields(document: DocumentNode) -> dict[str, tuple[FieldDefinitionNode, ...]]:
    """The fields of the root types, by root."""
    types = {d.name.value: d for d in document.definitions if isinstance(d, TypeDefinitionNode)}
    return {name: fields_of(types.get(name)) for name in ROOTS if name in types}


def declarations(document: DocumentNode, chosen: Mapping[str, Iterable[FieldDefinitionNode]]) -> DocumentNode:
    """The chosen root fields of a parsed SDL, by root, with the types and directives that they reach; nothing else.

    Areas are left out: who declares them marks them anew (areas.py).
    """
    types = {d.name.value: d for d in document.definitions if isinstance(d, TypeDefinitionNode)}
    directives = {d.name.value: d for d in document.definitions if isinstance(d, DirectiveDefinitionNode)}
    roots = {name: with_fields(types[name], fields) for name, fields in chosen.items() if name in types}
    kept = {name: root for name, root in roots.items() if root.fields}
    return DocumentNode(definitions=tuple(areas.without(_reachable(kept, types, directives))))


def merged(own_sdl: str, declared: DocumentNode) -> DocumentNode:
    """Our own SDL with the declared fields and their types.

    Raises:
        ValueError: both define a type, and not alike.
    """
    added = {key_of(definition): definition for definition in declared.definitions}
    definitions: list[DefinitionNode] = []
    for definition in parse(own_sdl, no_location=True).definitions:
        other = added.pop(key_of(definition), None)
        if isinstance(definition, ObjectTypeDefinitionNode) and definition.name.value in ROOTS:
            definitions.append(with_fields(definition, (*fields_of(definition), *fields_of(other))))
            continue
        if other is not None and print_ast(other) != print_ast(definition):
            raise ValueError(f"two programs define {key_of(definition)} differently")
        definitions.append(definition)
    return DocumentNode(definitions=(*definitions, *added.values()))


def key_of(definition: DefinitionNode) -> str:
    name = definition.name.value if hasattr(definition, "name") else ""
    return f"@{name}" if isinstance(definition, DirectiveDefinitionNode) else name


def fields_of(definition: DefinitionNode | None) -> tuple[FieldDefinitionNode, ...]:
    return tuple(definition.fields or ()) if isinstance(definition, ObjectTypeDefinitionNode) else ()


def with_fields(root: TypeDefinitionNode, fields: Iterable[FieldDefinitionNode]) -> ObjectTypeDefinitionNode:
    return ObjectTypeDefinitionNode(
        description=root.description,
        name=root.name,
        directives=root.directives,
        fields=tuple(fields),
    )


class _Names(Visitor):
    """The names of types and directives that a definition uses; `answers` are the types that its fields return."""

    def __init__(self) -> None:
        super().__init__()
        self.types: set[str] = set()
        self.directives: set[str] = set()
        self.answers: set[str] = set()

    def enter_field_definition(self, node: FieldDefinitionNode, *_: Any) -> None:
        kind = node.type
        while isinstance(kind, (ListTypeNode, NonNullTypeNode)):
            kind = kind.type
        if isinstance(kind, NamedTypeNode):
            self.answers.add(kind.name.value)

    def enter_named_type(self, node: NamedTypeNode, *_: Any) -> None:
        self.types.add(node.name.value)

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.directives.add(node.name.value)


def _reachable(
    roots: Mapping[str, TypeDefinitionNode],
    types: Mapping[str, TypeDefinitionNode],
    directives: Mapping[str, DirectiveDefinitionNode],
) -> list[DefinitionNode]:
    """The roots, and what they reach in the node's SDL; standard scalars and directives are defined nowhere."""
    reached: dict[str, DefinitionNode] = dict(roots)
    waiting: list[DefinitionNode] = list(roots.values())
    while waiting:
        names = _Names()
        visit(waiting.pop(), names)
        found: dict[str, DefinitionNode] = {name: types[name] for name in names.types if name in types}
        found |= {f"@{name}": directives[name] for name in names.directives if name in directives}
        for name in names.answers:
            if isinstance(types.get(name), InterfaceTypeDefinitionNode):
                found |= _implementers(name, types)
        new = {key: definition for key, definition in found.items() if key not in reached}
        reached |= new
        waiting += new.values()
    return [reached[key] for key in sorted(reached)]


def _implementers(interface: str, types: Mapping[str, TypeDefinitionNode]) -> dict[str, DefinitionNode]:
    return {
        name: definition
        for name, definition in types.items()
        if isinstance(definition, ObjectTypeDefinitionNode)
        and any(kind.name.value == interface for kind in definition.interfaces or ())
    }
