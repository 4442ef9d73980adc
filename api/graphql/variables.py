"""The variables of a request: decoded late, and explained by place when they do not fit, never by content."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import orjson
from graphql import GraphQLError, GraphQLSchema
from graphql.language import OperationDefinitionNode, VariableDefinitionNode
from graphql.utilities import type_from_ast, validate_input_value

from api.graphql.errors import MOST_ERRORS, Entry, refused

_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of U+0000, which no text column holds; after an odd number of backslashes it is printable text."""
MOST_LEVELS: Final = 12
MOST_ITEMS: Final = 1_000  # of one list or object
MOST_VALUES: Final = 5_000


def variables_of(raw: msgspec.Raw) -> dict[str, Any]:
    """The variables in `raw`.

    Raises:
        RequestRefused: they are not a JSON object in UTF-8, or null, or a text in them holds U+0000.
    """
    if _NUL.search(bytes(raw)):
        raise refused("CHARACTER_NOT_ALLOWED", part="VARIABLES")
    try:
        value = orjson.loads(bytes(raw) or b"null")
    except (ValueError, RecursionError):
        raise refused("MALFORMED_REQUEST") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refused("MALFORMED_REQUEST")
    _check_size(value)
    return value


def _check_size(variables: dict[str, Any]) -> None:
    """Return if the variables are no deeper, wider or longer than any input of a schema could be.

    Raises:
        RequestRefused: VARIABLES_TOO_LARGE.
    """
    values, level, waiting = 0, 0, [list(variables.values())]
    while waiting:
        level += 1
        values += sum(map(len, waiting))
        _refuse_beyond("depth", level, MOST_LEVELS)
        _refuse_beyond("values", values, MOST_VALUES)
        inner = [item for items in waiting for item in items if isinstance(item, (dict, list)) and item]
        for item in inner:
            _refuse_beyond("items", len(item), MOST_ITEMS)
        waiting = [list(item.values()) if isinstance(item, dict) else item for item in inner]


def _refuse_beyond(limit: str, value: int, allowed: int) -> None:
    if value > allowed:
        raise refused("VARIABLES_TOO_LARGE", limit=limit, allowed=allowed)


def misfits(schema: GraphQLSchema, operation: OperationDefinitionNode, values: Mapping[str, Any]) -> list[Entry]:
    """Which variables do not fit, and where in them; the first ten, after which nothing is looked at."""
    found: list[Entry] = []
    try:
        for definition in operation.variable_definitions or ():
            _find_misfits(schema, definition, values, found)
    except _Enough:
        pass
    return found


class _Enough(Exception):
    """The errors of one response are found."""


def _find_misfits(
    schema: GraphQLSchema, definition: VariableDefinitionNode, values: Mapping[str, Any], found: list[Entry]
) -> None:
    name = definition.variable.name.value
    kind: Any = type_from_ast(schema, definition.type)
    locations = () if definition.loc is None else (definition.loc.start_token,)

    def report(error: GraphQLError, path: list[str | int]) -> None:
        at = {"at": ".".join(str(step) for step in path)} if path else {}
        extensions = {"variable": name, "expected": str(kind), **at}
        found.append(Entry(_code(error), locations, extensions=extensions))
        if len(found) >= MOST_ERRORS:
            raise _Enough

    if name in values:
        validate_input_value(values[name], kind, report, hide_suggestions=True)
    elif definition.default_value is None and str(kind).endswith("!"):
        report(GraphQLError("not provided"), [])


def _code(error: GraphQLError) -> str:
    """The code that a scalar gave its refusal, or the general one."""
    for cause in (error, error.original_error):
        if isinstance(cause, GraphQLError) and cause.extensions and "code" in cause.extensions:
            return str(cause.extensions["code"])
    return "VARIABLES_INVALID"
