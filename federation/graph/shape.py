"""A peer's part, checked against the selection it was asked with: taken whole or not at all.

Invariant: what passes has exactly the keys of the selection, in a nesting and with nulls, enums, scalars and types
that the contract allows, in lists of bounded length. What does not pass is the peer's fault and is never shown.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final

import orjson
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    is_abstract_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_scalar_type,
)

from federation.graph.selection import Selection

MAX_LIST: Final = 1000
MAX_TEXT: Final = 4000
_TYPENAME: Final = "__typename"
_INT32: Final = 2**31


class WrongShape(Exception):
    """The part is not what the selection asks for; `path` is made of response keys, without a value."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT


def _is_int(value: Any) -> bool:
    return type(value) is int


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _is_when(pattern: str, parse: Callable[[str], Any]) -> Callable[[Any], bool]:
    """Of that form, and in the calendar: what is compared with other courts' values must be readable."""
    matches = _matches(pattern)

    def check_value(value: Any) -> bool:
        try:
            return matches(value) and parse(value) is not None
        except (ValueError, OverflowError):
            return False

    return check_value


_DATE: Final = r"\d{4}-\d\d-\d\d"
_LEAVES: Final[Mapping[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "Int": lambda value: _is_int(value) and -_INT32 <= value < _INT32,
        "BigInt": lambda value: (
            _is_int(value) or (isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value) is not None)
        ),
        "Float": lambda value: type(value) in {int, float},
        "Boolean": lambda value: type(value) is bool,
        "Money": _matches(r"-?\d{1,15}\.\d\d"),
        "Date": _is_when(_DATE, date.fromisoformat),
        "DateTime": _is_when(_DATE + r"T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", _instant),
        "UUID": _matches(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    }
)
"""Scalars by name; any other one is text of bounded length."""


def check(schema: GraphQLSchema, answer: GraphQLObjectType, selection: Selection, raw: bytes) -> dict[str, Any]:
    """The part in `raw`: the value of the asked field, an object of type `answer`.

    A part is compact JSON, as orjson writes it; this also excludes doubled keys.

    Raises:
        WrongShape: it is anything else.
    """
    try:
        value = orjson.loads(raw)
        is_compact = orjson.dumps(value) == raw
    except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
        raise WrongShape("not JSON, or nested beyond reason") from error
    if not is_compact:
        raise WrongShape("not compact, or a key is doubled")
    _Shape(schema, selection).check_object(answer, (), value, "")
    checked: dict[str, Any] = value
    return checked


class _Shape:
    """One walk over selection and value together."""

    def __init__(self, schema: GraphQLSchema, selection: Selection) -> None:
        self._schema = schema
        self._selection = selection

    def check_object(self, runtime: GraphQLObjectType, nodes: tuple[FieldNode, ...], value: Any, path: str) -> None:
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        fields = self._selection.fields(self._schema, runtime, *sets)
        if not isinstance(value, dict) or value.keys() != fields.keys():
            raise WrongShape(path)
        for key, found in fields.items():
            name = found[0].name.value
            if name == _TYPENAME:
                if value[key] != runtime.name:
                    raise WrongShape(f"{path}.{key}")
                continue
            self._check(runtime.fields[name].type, tuple(found), value[key], f"{path}.{key}")

    def _check(self, declared: GraphQLOutputType, nodes: tuple[FieldNode, ...], value: Any, path: str) -> None:
        if is_non_null_type(declared):
            if value is None:
                raise WrongShape(path)
            declared = declared.of_type
        if value is None:
            return
        if is_list_type(declared):
            if not isinstance(value, list) or len(value) > MAX_LIST:
                raise WrongShape(path)
            for item in value:
                self._check(declared.of_type, nodes, item, path)
        elif is_object_type(declared):
            self.check_object(declared, nodes, value, path)
        elif is_abstract_type(declared):
            self.check_object(self._runtime(declared, value, path), nodes, value, path)
        else:
            _check_leaf(declared, value, path)

    def _runtime(self, declared: Any, value: Any, path: str) -> GraphQLObjectType:
        """The possible type that the value names under `__typename`, which must be selected on abstract types."""
        name = value.get(_TYPENAME) if isinstance(value, dict) else None
        for possible in self._schema.get_possible_types(declared):
            if possible.name == name:
                return possible
        raise WrongShape(path)


def _check_leaf(declared: GraphQLOutputType, value: Any, path: str) -> None:
    if is_enum_type(declared):
        enum: GraphQLEnumType = declared
        is_good = isinstance(value, str) and value in enum.values
    elif is_scalar_type(declared):
        scalar: GraphQLScalarType = declared
        is_good = _LEAVES.get(scalar.name, _is_text)(value)
    else:
        is_good = False
    if not is_good:
        raise WrongShape(path)
