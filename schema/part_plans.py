"""A part's selection compiled into a plan, which writes this court's own rows as JSON data without the executor.

A plan knows attributes, resolvers of the row alone, leaves, lists, objects, and interfaces and unions by the class of
the value. Invariant: of a selection with anything else in it there is no plan; a value that a plan does not expect (a
null where none may be, an error, something to await, another class) ends it with an exception. Whoever holds the plan
then lets the executor do it, so that there is one meaning: the executor's.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    SelectionSetNode,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.pyutils import Undefined
from strawberry.execution import optimized_is_awaitable

from federation.graph.selection import Selection
from schema.cells import attribute_of

Plan: TypeAlias = Callable[[Any], Any]
"""From a value to its JSON data. Raises `Unexpected`, or whatever reading and writing the value raise."""

_DEFINITION: Final = "strawberry-definition"
_DECIDED: Final = frozenset({"skip", "include"})
_TEXTS: Final = frozenset({"String", "ID"})
_PLAIN: Final = frozenset({str, int, bool, float, Decimal, date, datetime, UUID})  # neither errors nor to be awaited


class Unplanned(Exception):
    """The selection holds something that no plan can do."""


class Unexpected(Exception):
    """A value is not one that the plan writes."""


class _Column(NamedTuple):
    """One response key: how its value is read from the row, and how it is written."""

    key: str
    read: Callable[[Any], Any]
    write: Plan


def compiled(schema: GraphQLSchema, answer: GraphQLObjectType, chosen: Selection) -> Plan | None:
    """The plan of `chosen` on objects of type `answer`, which `schema` executes; None when there is none."""
    try:
        return _Compiler(schema, chosen).object(answer, [chosen.selection_set])
    except Unplanned:
        return None


class _Compiler:
    def __init__(self, schema: GraphQLSchema, chosen: Selection) -> None:
        self._schema, self._chosen = schema, chosen

    def object(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Plan:
        """Of objects of that very type: those of another class are not expected."""
        origin, columns = _origin(kind), list(self._columns(kind, sets))

        def write_object(row: Any) -> Any:
            if type(row) is not origin:
                raise Unexpected
            return {key: write(read(row)) for key, read, write in columns}

        return write_object

    def _columns(self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Iterator[_Column]:
        for key, nodes in self._chosen.fields(self._schema, kind, *sets).items():
            if any(mark.name.value not in _DECIDED for node in nodes for mark in node.directives or ()):
                raise Unplanned
            name = nodes[0].name.value
            if name == "__typename":
                yield _Column(key, lambda _: None, _constant(kind.name))
                continue
            field = kind.fields.get(name)
            if field is None or field.args:
                raise Unplanned
            yield _Column(key, _reader(field), self._value(field.type, nodes))

    def _value(self, kind: GraphQLOutputType, nodes: Sequence[FieldNode]) -> Plan:
        """Of values of any type; `nodes` are the field's, in which the selection on objects stands."""
        inner: Any = get_nullable_type(kind)
        if is_leaf_type(inner):
            return _leaf(inner, is_nullable=not is_non_null_type(kind))
        if is_list_type(inner):
            return _null(_list(self._value(inner.of_type, nodes)), is_nullable=not is_non_null_type(kind))
        sets = [node.selection_set for node in nodes if node.selection_set]
        if is_object_type(inner):
            return _null(self.object(inner, sets), is_nullable=not is_non_null_type(kind))
        if is_abstract_type(inner):
            return _null(self._abstract(inner, sets), is_nullable=not is_non_null_type(kind))
        raise Unplanned

    def _abstract(self, kind: Any, sets: Sequence[SelectionSetNode]) -> Plan:
        """Of an interface or a union: the type is told by the class of the value."""
        if getattr(kind.extensions.get(_DEFINITION), "resolve_type", None) is not None:
            raise Unplanned
        possible = self._schema.get_possible_types(kind)
        plans = {_origin(each): self.object(each, sets) for each in possible}
        if len(plans) != len(possible):
            raise Unplanned

        def write_one(row: Any) -> Any:
            plan = plans.get(type(row))
            if plan is None:
                raise Unexpected
            return plan(row)

        return write_one


def _origin(kind: GraphQLObjectType) -> type:
    """The one class whose objects are of that type."""
    declared = kind.extensions.get(_DEFINITION)
    if declared is None or declared.is_type_of is not None or declared.concrete_of is not None:
        raise Unplanned
    origin: type = declared.origin
    return origin


def _reader(field: GraphQLField) -> Callable[[Any], Any]:
    """How the field is read from its row: an attribute, or a resolver that takes the row and nothing else."""
    attribute = attribute_of(field)
    if attribute is not None:
        return attrgetter(attribute)
    declared = field.extensions.get(_DEFINITION)
    resolver = getattr(declared, "base_resolver", None)
    if resolver is None or resolver.is_async or resolver.arguments or not resolver.self_parameter:
        raise Unplanned
    if resolver.info_parameter or resolver.parent_parameter or resolver.root_parameter:
        raise Unplanned
    if declared.extensions or declared.permission_classes:  # type: ignore[union-attr]  # it has a resolver
        raise Unplanned
    of_row: Callable[[Any], Any] = resolver.wrapped_func
    return of_row


def _constant(value: str) -> Plan:
    return lambda _: value


def _null(write: Plan, *, is_nullable: bool) -> Plan:
    if is_nullable:
        return lambda value: None if value is None else write(value)

    def write_some(value: Any) -> Any:
        if value is None:
            raise Unexpected
        return write(value)

    return write_some


def _list(write: Plan) -> Plan:
    def write_list(values: Any) -> Any:
        if type(values) is not list:
            raise Unexpected
        return [write(value) for value in values]

    return write_list


def _leaf(kind: Any, *, is_nullable: bool) -> Plan:
    """Of a scalar or an enum, as its type writes it."""
    coerce = kind.coerce_output_value

    def write_leaf(value: Any) -> Any:
        if value is None and is_nullable:
            return None
        if type(value) not in _PLAIN and (isinstance(value, Exception) or optimized_is_awaitable(value)):
            raise Unexpected
        written = None if value is None else coerce(value)
        if written is None or written is Undefined:
            raise Unexpected
        return written

    if isinstance(kind, GraphQLEnumType):
        return _member(kind, write_leaf)
    return _text(write_leaf) if kind.name in _TEXTS else write_leaf


def _text(write: Plan) -> Plan:
    """Text is written as it is; `write` writes everything else."""
    return lambda value: value if type(value) is str else write(value)


def _member(kind: Any, write: Plan) -> Plan:
    """What the members of the enum are written as is known beforehand; `write` writes everything else."""
    members: Any = getattr(kind, "wrapped_cls", ())
    known = {member.name: kind.coerce_output_value(member) for member in members}

    def write_member(value: Any) -> Any:
        return known[value.name] if type(value) is members else write(value)

    return write_member
