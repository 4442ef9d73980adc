"""Who speaks in a part: its rows name the court that reports them, and no court reports for another. Pure."""

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

import orjson
from graphql import FieldNode, GraphQLObjectType, GraphQLSchema, get_named_type, is_object_type

from federation.graph.selection import Selection

Path: TypeAlias = tuple[str, ...]
"""Response keys from the part down; lists on the way are walked."""


def paths(
    schema: GraphQLSchema, answer: GraphQLObjectType, selection: Selection, reporters: Collection[str]
) -> tuple[Path, ...]:
    """Where a part of `answer` names its court: the selected fields of `reporters` (`Type.field`).

    Only objects are looked into: below an abstract type no answer names a court.
    """
    return tuple(_paths(schema, answer, selection, reporters, ()))


def _paths(
    schema: GraphQLSchema,
    runtime: GraphQLObjectType,
    selection: Selection,
    reporters: Collection[str],
    nodes: tuple[FieldNode, ...],
) -> Iterator[Path]:
    sets = tuple(node.selection_set for node in nodes if node.selection_set)
    for key, found in selection.fields(schema, runtime, *sets).items():
        name = found[0].name.value
        if f"{runtime.name}.{name}" in reporters:
            yield (key,)
        elif name in runtime.fields and is_object_type(below := get_named_type(runtime.fields[name].type)):
            yield from ((key, *path) for path in _paths(schema, below, selection, reporters, tuple(found)))


def speaks_for_itself(court: str, raw: bytes, named: Collection[Path]) -> bool:
    """Whether the checked part of `court`, as it came, names that court alone."""
    part = orjson.loads(raw) if named else None
    return all(_names(court, part, path) for path in named)


def _names(court: str, value: Any, path: Path) -> bool:
    if value is None:
        return True
    if isinstance(value, list):
        return all(_names(court, item, path) for item in value)
    return _names(court, value[path[0]], path[1:]) if path else bool(value == court)
