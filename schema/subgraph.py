"""A schema as an Apollo Federation subgraph, version 2.9: its SDL with keys, and what `_entities` is asked with.

Invariant: a key stands on clear and public types alone; what it fetches is read by the rule of the field that shows it.
Nothing is shareable but `PageInfo`: two courts, or a node and a gateway, do not compose as subgraphs, on purpose.
Why so: docs/decisions/0070-two-courts-are-no-two-subgraphs.md.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NewType

import strawberry
from graphql import (
    ConstArgumentNode,
    ConstDirectiveNode,
    DefinitionNode,
    DocumentNode,
    NameNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    parse,
    print_ast,
)
from strawberry.types.scalar import ScalarDefinition

from schema.declarations import fields_of, key_of
from schema.scalars import never_literal

LINK: Final = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])'
SHAREABLE: Final = frozenset({"PageInfo"})
"""Value types that other subgraphs of a Relay house define alike."""
_OWN: Final = frozenset({"_Any", "_Entity", "_Service"})
_ROOTS: Final = frozenset({"_entities", "_service"})

Keys = tuple[tuple[str, tuple[str, ...]], ...]
"""Entity types, each with the fields of which any one is a key."""

Representation = NewType("Representation", dict)  # type: ignore[type-arg]  # any members


@strawberry.type(name="_Service", description="The schema as a subgraph (Apollo Federation). 子图服务")
class Service:
    sdl: str = strawberry.field(description="Its SDL, with keys and without these fields. 子图定义")


def _members(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not isinstance(value.get("__typename"), str):
        raise ValueError("a representation is an object with a __typename")  # noqa: TRY004 - GraphQL masks it as input
    return value


ANY: Final[Mapping[object, ScalarDefinition]] = {
    Representation: strawberry.scalar(
        name="_Any",
        description="An entity by `__typename` and a key, given as a variable (Apollo Federation). 实体表示",
        specified_by_url="https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec",
        serialize=dict,
        parse_value=_members,
        parse_literal=never_literal,
    )
}
"""For the `scalar_map` of a schema with `_entities`."""


@lru_cache(maxsize=8)
def text(sdl: str, keys: Keys) -> str:
    """`sdl` as a subgraph's, whose entities are those of `keys`."""
    named = dict(keys)
    definitions = (
        _marked(definition, named)
        for definition in parse(sdl, no_location=True).definitions
        if key_of(definition) not in _OWN
    )
    return LINK + "\n\n" + print_ast(DocumentNode(definitions=tuple(definitions))) + "\n"


def _marked(definition: DefinitionNode, keys: Mapping[str, tuple[str, ...]]) -> DefinitionNode:
    if not isinstance(definition, ObjectTypeDefinitionNode):
        return definition
    name = definition.name.value
    marks = [_directive("key", fields=field) for field in keys.get(name, ())]
    if name in SHAREABLE:
        marks.append(_directive("shareable"))
    return ObjectTypeDefinitionNode(
        description=definition.description,
        name=definition.name,
        interfaces=definition.interfaces,
        directives=(*(definition.directives or ()), *marks),
        fields=tuple(field for field in fields_of(definition) if field.name.value not in _ROOTS),
    )


def _directive(name: str, **arguments: str) -> ConstDirectiveNode:
    given = [
        ConstArgumentNode(name=NameNode(value=argument), value=StringValueNode(value=value))
        for argument, value in arguments.items()
    ]
    return ConstDirectiveNode(name=NameNode(value=name), arguments=tuple(given))


def wanted(representations: Iterable[Representation], keys: Keys) -> list[tuple[str, str] | None]:
    """The type and the key of each representation; None for one of no entity, or without a key of it."""
    named = dict(keys)
    found: list[tuple[str, str] | None] = []
    for each in representations:
        given = (each.get(field) for field in named.get(each["__typename"], ()))
        key = next((value for value in given if isinstance(value, str)), None)
        found.append(None if key is None else (each["__typename"], key))
    return found
