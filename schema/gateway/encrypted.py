"""The fields that only a court's own node answers, read from the node's committed SDL.

Invariant: this is text and syntax only. Nothing of the node's program is imported, so nothing that can decrypt is.
Why so: docs/decisions/0010-the-gateway-declares-encrypted-fields-from-the-committed-schema.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from graphql import DocumentNode, EnumValueNode, FieldDefinitionNode, StringValueNode, parse

from schema.declarations import declarations, root_fields

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
    roots = root_fields(document)
    marked = {field.name.value for fields in roots.values() for field in fields if _is_encrypted(field)}
    chosen = {root: [_noted(f) for f in fields if f.name.value in marked] for root, fields in roots.items()}
    return Encrypted(
        fields={root: frozenset(f.name.value for f in fields) for root, fields in chosen.items() if fields},
        declarations=declarations(document, chosen),
    )


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
