"""The fields that only a court's own node answers, read from the node's committed SDL.

Invariant: this is text and syntax only. Nothing of the node's program is imported, so nothing that can decrypt is.
Why so: docs/decisions/0010-the-gateway-declares-encrypted-fields-from-the-committed-schema.md.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    TypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

ROOTS: Final[tuple[str, ...]] = ("Query", "Mutation", "Subscription")
NOTE: Final = "Ask your own court's node. 向本院节点查询"
_NODE_SDL: Final = Path(__file__).parent.parent / "node.graphql"
_FEDERATED: Final = "federated"
_CARRY: Final = "carry"
_CLEAR: Final = "CLEAR"


@dataclass(frozen=True, slots=True)
class Encrypted:
    """`fields` by root type; `declarations` are those fields with every type they need, and nothing else."""

    fields: Mapping[str, frozenset[str]]
    declarations: DocumentNode


@cache
def committed() -> Encrypted:
    """What the committed SDL of the node declares."""
    return read(_NODE_SDL.read_text(encoding="utf-8"))


def read(node_sdl: str) -> Encrypted:
    """The encrypted fields of a node's SDL: root fields marked `@federated` that are not carried in clear.

    The live twin of such a field bears its name under Subscription, and is encrypted with it.
    """
    document = parse(node_sdl, no_location=True)
    types = {d.name.value: d for d in document.definitions if isinstance(d, TypeDefinitionNode)}
    marked = {f.name.value for name in ROOTS for f in _fields(types.get(name)) if _is_encrypted(f)}
    roots = {name: _only(marked, types[name]) for name in ROOTS if name in types}
    kept = {name: root for name, root in roots.items() if root.fields}
    directives = {d.name.value: d for d in document.definitions if isinstance(d, DirectiveDefinitionNode)}
    return Encrypted(
        fields={name: frozenset(field.name.value for field in root.fields or ()) for name, root in kept.items()},
        declarations=DocumentNode(definitions=tuple(_reachable(kept, types, directives))),
    )


def merged(own_sdl: str, encrypted: Encrypted) -> str:
    """The supergraph: the gateway's own SDL with the encrypted fields and their types.

    Raises:
        ValueError: both define a type, and not alike.
    """
    added = {_key(definition): definition for definition in encrypted.declarations.definitions}
    definitions: list[DefinitionNode] = []
    for definition in parse(own_sdl, no_location=True).definitions:
        other = added.pop(_key(definition), None)
        if isinstance(definition, ObjectTypeDefinitionNode) and definition.name.value in ROOTS:
            definitions.append(_with_fields(definition, (*_fields(definition), *_fields(other))))
            continue
        if other is not None and print_ast(other) != print_ast(definition):
            raise ValueError(f"node and gateway define {_key(definition)} differently")
        definitions.append(definition)
    return print_ast(DocumentNode(definitions=(*definitions, *added.values()))) + "\n"


def _key(definition: DefinitionNode) -> str:
    name = definition.name.value if hasattr(definition, "name") else ""
    return f"@{name}" if isinstance(definition, DirectiveDefinitionNode) else name


def _fields(definition: DefinitionNode | None) -> tuple[FieldDefinitionNode, ...]:
    return tuple(definition.fields or ()) if isinstance(definition, ObjectTypeDefinitionNode) else ()


def _with_fields(root: ObjectTypeDefinitionNode, fields: Iterable[FieldDefinitionNode]) -> ObjectTypeDefinitionNode:
    return ObjectTypeDefinitionNode(
        description=root.description,
        name=root.name,
        directives=root.directives,
        interfaces=root.interfaces,
        fields=tuple(fields),
    )


def _only(names: AbstractSet[str], root: TypeDefinitionNode) -> ObjectTypeDefinitionNode:
    if not isinstance(root, ObjectTypeDefinitionNode):
        raise TypeError(root.name.value)
    return _with_fields(root, (_noted(field) for field in _fields(root) if field.name.value in names))


def _is_encrypted(field: FieldDefinitionNode) -> bool:
    """Marked, and not in clear: the directive's own default is encrypted."""
    marks = [mark for mark in field.directives or () if mark.name.value == _FEDERATED]
    return bool(marks) and not any(
        given.name.value == _CARRY and isinstance(given.value, EnumValueNode) and given.value.value == _CLEAR
        for given in marks[0].arguments or ()
    )


def _noted(field: FieldDefinitionNode) -> FieldDefinitionNode:
    text = f"{field.description.value}\n\n{NOTE}" if field.description else NOTE
    return FieldDefinitionNode(
        description=StringValueNode(value=text, block=True),
        name=field.name,
        arguments=field.arguments,
        type=field.type,
        directives=field.directives,
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
