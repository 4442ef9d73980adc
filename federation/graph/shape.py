"""A peer's part, checked against the selection it was asked with: taken whole or not at all.

Invariant: what passes has exactly the keys of the selection, in a nesting and with nulls, enums, scalars and types
that the contract allows, in lists of bounded length. What does not pass is the peer's fault and is never shown.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import orjson
from graphql import (
    FieldNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLOutputType,
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


_is_long: Final = _matches(r"-?\d{1,30}")
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
_SUMS: Final[Mapping[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "BigInt": lambda value: _is_int(value) or _is_long(value),
        "Money": _matches(r"-?\d{1,30}\.\d\d"),
    }
)
"""What a sum of many courts' values may be: each was bounded, and together they are more."""


Checker: TypeAlias = Callable[[Any], None]
"""Returns if a decoded value is good; raises `WrongShape` else."""


def check(
    schema: GraphQLSchema,
    answer: GraphQLObjectType,
    selection: Selection,
    raw: bytes,
    *,
    most_rows: int = MAX_LIST,
    is_named: bool = True,
    is_sum: bool = False,
) -> dict[str, Any]:
    """As `compiled`, for one part."""
    return compiled(schema, answer, selection, most_rows=most_rows, is_named=is_named, is_sum=is_sum)(raw)


def compiled(
    schema: GraphQLSchema,
    answer: GraphQLObjectType,
    selection: Selection,
    *,
    most_rows: int = MAX_LIST,
    is_named: bool = True,
    is_sum: bool = False,
) -> Callable[[bytes], dict[str, Any]]:
    """The check of parts: of the bytes of the value of the asked field, an object of type `answer`.

    No list in a part has over `most_rows`. A value of an abstract type says which it is, under `__typename`; if not
    `is_named`, it may be silent, or have another field under that key, and fit one. With `is_sum` a number may be as
    large as those of many courts together. A part is compact JSON, as orjson
    writes it; this also excludes doubled keys. The selection is looked at here, once, and not for every row. The check
    raises `WrongShape` for anything else.
    """
    leaves = {**_LEAVES, **_SUMS} if is_sum else _LEAVES
    shape = _Shape(schema, selection, leaves, most_rows, is_named).object(answer, (), "")

    def check_part(raw: bytes) -> dict[str, Any]:
        try:
            value = orjson.loads(raw)
            is_compact = orjson.dumps(value) == raw
        except (orjson.JSONDecodeError, orjson.JSONEncodeError) as error:
            raise WrongShape("not JSON, or nested beyond reason") from error
        if not is_compact:
            raise WrongShape("not compact, or a key is doubled")
        shape(value)
        checked: dict[str, Any] = value
        return checked

    return check_part


class _Shape:
    """One walk over the selection, from which checkers of values come."""

    def __init__(
        self,
        schema: GraphQLSchema,
        selection: Selection,
        leaves: Mapping[str, Callable[[Any], bool]],
        most_rows: int,
        is_named: bool,
    ) -> None:
        self._schema = schema
        self._selection = selection
        self._leaves = leaves
        self._most_rows = most_rows
        self._is_named = is_named

    def object(self, runtime: GraphQLObjectType, nodes: tuple[FieldNode, ...], path: str) -> Checker:
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        fields = self._selection.fields(self._schema, runtime, *sets)
        members = [(key, self._member(runtime, key, tuple(found), path)) for key, found in fields.items()]
        keys = fields.keys()

        def check_object(value: Any) -> None:
            if not isinstance(value, dict) or value.keys() != keys:
                raise WrongShape(path)
            for key, check_member in members:
                check_member(value[key])

        return check_object

    def _member(self, runtime: GraphQLObjectType, key: str, nodes: tuple[FieldNode, ...], path: str) -> Checker:
        path, name = f"{path}.{key}", nodes[0].name.value
        if name == _TYPENAME:
            return _leaf(lambda value: bool(value == runtime.name), path)
        return self._any(runtime.fields[name].type, nodes, path)

    def _any(self, declared: GraphQLOutputType, nodes: tuple[FieldNode, ...], path: str) -> Checker:
        if is_non_null_type(declared):
            return self._present(declared.of_type, nodes, path)
        check_present = self._present(declared, nodes, path)

        def check_nullable(value: Any) -> None:
            if value is not None:
                check_present(value)

        return check_nullable

    def _present(self, declared: GraphQLOutputType, nodes: tuple[FieldNode, ...], path: str) -> Checker:
        """The checker of a value that may not be null."""
        if is_list_type(declared):
            return _list(self._any(declared.of_type, nodes, path), self._most_rows, path)
        if is_object_type(declared):
            return self.object(declared, nodes, path)
        if is_abstract_type(declared):
            return self._abstract(declared, nodes, path)
        return _leaf(_leaf_rule(declared, self._leaves), path)

    def _abstract(self, declared: GraphQLAbstractType, nodes: tuple[FieldNode, ...], path: str) -> Checker:
        """By the possible type that the value names; one that names none is tried as each, where that is allowed."""
        by_name = {kind.name: self.object(kind, nodes, path) for kind in self._schema.get_possible_types(declared)}
        silent = _one_of(tuple(by_name.values()), path) if not self._is_named else None
        is_told = not any(self._is_alias(kind, nodes) for kind in self._schema.get_possible_types(declared))

        def check_abstract(value: Any) -> None:
            name = value.get(_TYPENAME) if is_told and isinstance(value, dict) else None
            check_possible = by_name.get(name) if isinstance(name, str) else silent if name is None else None
            if check_possible is None:
                raise WrongShape(path)
            check_possible(value)

        return check_abstract

    def _is_alias(self, runtime: GraphQLObjectType, nodes: tuple[FieldNode, ...]) -> bool:
        """Whether another field of the selection goes by the key that names a value's type."""
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        named = self._selection.fields(self._schema, runtime, *sets).get(_TYPENAME)
        return named is not None and named[0].name.value != _TYPENAME


def _one_of(checkers: tuple[Checker, ...], path: str) -> Checker:
    def check_one(value: Any) -> None:
        for check_possible in checkers:
            with suppress(WrongShape):
                check_possible(value)
                return
        raise WrongShape(path)

    return check_one


def _list(check_item: Checker, most_rows: int, path: str) -> Checker:
    def check_list(value: Any) -> None:
        if not isinstance(value, list) or len(value) > most_rows:
            raise WrongShape(path)
        for item in value:
            check_item(item)

    return check_list


def _leaf(is_good: Callable[[Any], bool], path: str) -> Checker:
    def check_leaf(value: Any) -> None:
        if not is_good(value):
            raise WrongShape(path)

    return check_leaf


def _leaf_rule(declared: GraphQLOutputType, leaves: Mapping[str, Callable[[Any], bool]]) -> Callable[[Any], bool]:
    if is_enum_type(declared):
        names = frozenset(declared.values)
        return lambda value: isinstance(value, str) and value in names
    if is_scalar_type(declared):
        return leaves.get(declared.name, _is_text)
    return lambda _: False
