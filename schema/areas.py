"""The area of each field, read from areas.txt: what the committed SDLs print as `@area`, and what a reader is held to.

Invariant: a schema with a field that the table does not list is not built. A type that two programs serve has the same
areas at both: another program's SDL is read without its marks, and marked anew where it is served.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from graphql import (
    ConstArgumentNode,
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InterfaceTypeDefinitionNode,
    NameNode,
    ObjectTypeDefinitionNode,
    Visitor,
    is_interface_type,
    is_object_type,
    parse,
    print_ast,
    visit,
)

from enforcement.rules.areas import Area
from schema.area_words import DEFINITIONS

_FILE: Final = Path(__file__).parent / "areas.txt"
_MARK: Final = "area"
_DEFINED: Final = frozenset({"area", "Area"})

Areas = Mapping[str, Mapping[str, Area]]
"""By type and field."""


class AreaMissing(Exception):
    """The build fails: fields without an area; the text says which lines to add. Raised when a program starts."""


@dataclass(frozen=True, slots=True)
class BadLine(Exception):
    """A line of areas.txt that is none."""

    number: int


@cache
def table() -> Areas:
    """The areas of areas.txt."""
    return read(_FILE.read_text(encoding="utf-8"))


def read(text: str) -> Areas:
    """The table in `text`.

    Raises:
        BadLine: not `Type: AREA field ...`, no area of that name, or a field that an earlier line has.
    """
    found: dict[str, dict[str, Area]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, colon, said = line.partition(":")
        name, *fields = said.split() or [""]
        areas = found.setdefault(kind, {})
        if not colon or name not in Area.__members__ or not fields or areas.keys() & set(fields):
            raise BadLine(number)
        areas |= dict.fromkeys(fields, Area[name])
    return MappingProxyType({kind: MappingProxyType(areas) for kind, areas in found.items()})


def check(schema: GraphQLSchema, areas: Areas) -> None:
    """Return if the table has every field of the schema.

    Raises:
        AreaMissing: it has not.
    """
    missing: dict[str, list[str]] = {}
    for kind, field in fields_of(schema):
        if field not in areas.get(kind, {}):
            missing.setdefault(kind, []).append(field)
    if missing:
        lines = "\n".join(f"{kind}: AREA {' '.join(fields)}" for kind, fields in sorted(missing.items()))
        told = f"schema/areas.txt lists no area for these fields: add, with the area that each is of,\n{lines}"
        raise AreaMissing(told)


def stale(schemas: Iterable[GraphQLSchema], areas: Areas) -> list[str]:
    """The fields that the table lists and none of the schemas has."""
    served = {pair for schema in schemas for pair in fields_of(schema)}
    return [f"{kind}.{field}" for kind, listed in areas.items() for field in listed if (kind, field) not in served]


def fields_of(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Every field of the schema's own objects and interfaces, with its type."""
    for name, kind in schema.type_map.items():
        if not name.startswith("__") and (is_object_type(kind) or is_interface_type(kind)):
            yield from ((name, field) for field in kind.fields)


def marked(document: DocumentNode, areas: Areas) -> str:
    """The document's SDL with each field's area, and what the mark is."""
    definitions = visit(document, _Marking(areas)).definitions
    return print_ast(DocumentNode(definitions=(*parse(DEFINITIONS, no_location=True).definitions, *definitions))) + "\n"


def with_mark(document: DocumentNode) -> DocumentNode:
    """The declarations, and what the mark is: so that whoever introspects reads what the SDL says."""
    return DocumentNode(definitions=(*document.definitions, *parse(DEFINITIONS, no_location=True).definitions))


def unmarked(sdl: str) -> str:
    """The SDL without areas."""
    definitions = without(parse(sdl, no_location=True).definitions)
    return print_ast(DocumentNode(definitions=tuple(definitions))) + "\n"


def without(definitions: Iterable[DefinitionNode]) -> list[DefinitionNode]:
    """The definitions without areas, and without what the mark is."""
    kept = (each for each in definitions if not (hasattr(each, "name") and each.name.value in _DEFINED))
    return [visit(each, _Unmarking()) for each in kept]


class _Unmarking(Visitor):
    def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
        return self.REMOVE if node.name.value == _MARK else None


class _Marking(Visitor):
    def __init__(self, areas: Areas) -> None:
        super().__init__()
        self._areas = areas
        self._of_type: Mapping[str, Area] = {}

    def enter_object_type_definition(self, node: ObjectTypeDefinitionNode, *_: Any) -> None:
        self._of_type = self._areas[node.name.value]

    def enter_interface_type_definition(self, node: InterfaceTypeDefinitionNode, *_: Any) -> None:
        self._of_type = self._areas[node.name.value]

    def enter_field_definition(self, node: FieldDefinitionNode, *_: Any) -> FieldDefinitionNode:
        value = EnumValueNode(value=self._of_type[node.name.value].value)
        mark = ConstDirectiveNode(
            name=NameNode(value=_MARK), arguments=(ConstArgumentNode(name=NameNode(value="of"), value=value),)
        )
        return FieldDefinitionNode(
            description=node.description,
            name=node.name,
            arguments=node.arguments,
            type=node.type,
            directives=(*(node.directives or ()), mark),
        )
