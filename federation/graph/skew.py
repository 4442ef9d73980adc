"""Contract skew: members of one zone may speak contracts one apart for a while.

A member *ahead* makes its part and narrows it down to the contract that the ask names: a value of an enum that this
contract does not know becomes OTHER, and the court is marked as narrowed; fields that came later are not in the
selection. A member *behind* that lacks a selected field cannot be asked for it: it is unsupported, its rows are never
null. For both to hold, a contract succeeds another only by the rules of `succession`. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_interface_type,
    is_non_null_type,
    is_object_type,
)

from federation.graph.compose import federated_only
from federation.graph.contract import Contract, carry_of
from federation.graph.difference import OTHER, Comparison, Difference, Kind
from federation.graph.selection import Selection

_TYPENAME: Final = "__typename"
_NARROWED: Final = "narrowed"
"""The field in which an object says whether something of it was rendered down."""
_LOOSENED: Final = frozenset({Kind.NULLABILITY, Kind.ENUM_VALUES, Kind.POSSIBLE_TYPES})
"""What would make an answer of the older contract unreadable under the newer one."""


def is_spoken(own: int, named: int) -> bool:
    """Whether a member whose release speaks contract `own` answers an ask that names `named`: one behind, one ahead."""
    return named >= 1 and abs(own - named) <= 1


def written(own: int) -> list[int]:
    """The contracts in which a member of `own` can ask, and which it says that it serves: the one before, its own."""
    return [number for number in (own - 1, own) if number >= 1]


def common(own: int, served: Collection[int]) -> int | None:
    """The contract in which a member of `own` asks one that serves `served`: the highest of both; None without one."""
    return next((number for number in (own, own - 1) if number >= 1 and number in served), None)


class CannotNarrow(Exception):
    """The part holds what the older contract has no word for: the member cannot serve the ask."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A part as the older contract knows it; `is_narrowed` if a value was rendered down for that."""

    part: dict[str, Any]
    is_narrowed: bool


def narrow(
    older: GraphQLSchema,
    answer: GraphQLObjectType,
    selection: Selection,
    part: Mapping[str, Any],
    *,
    names: str = _TYPENAME,
) -> Narrowed:
    """`part`, made by a newer release with that selection, as `older` knows it; `answer` is a type of `older`.

    `names` is the key under which a value of an abstract type names its own; one that is not selected goes no further.

    Raises:
        CannotNarrow: an unknown value of an enum without OTHER, or an object of an unknown type.
    """
    walk = _Narrowing(older, selection, names)
    made = walk.object(answer, (), part)
    return Narrowed(made, walk.is_narrowed)


class _Narrowing:
    def __init__(self, schema: GraphQLSchema, selection: Selection, names: str) -> None:
        self._schema, self._selection, self._names = schema, selection, names
        self.is_narrowed = False

    def object(self, runtime: GraphQLObjectType, nodes: tuple[FieldNode, ...], value: Mapping[str, Any]) -> Any:
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        made: dict[str, Any] = {}
        before, self.is_narrowed = self.is_narrowed, False
        marks = []
        for key, found in self._selection.fields(self._schema, runtime, *sets).items():
            name = found[0].name.value
            declared = None if name == _TYPENAME else get_named_type(runtime.fields[name].type)
            made[key] = value[key] if declared is None else self._value(declared, tuple(found), value[key])
            if name == _NARROWED:
                marks.append(key)
        if self.is_narrowed:
            made.update(dict.fromkeys(marks, True))
        self.is_narrowed = self.is_narrowed or before
        return made

    def _value(self, declared: Any, nodes: tuple[FieldNode, ...], value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, list):
            return [self._value(declared, nodes, item) for item in value]
        if is_enum_type(declared):
            return self._enum(declared, value)
        if is_abstract_type(declared):
            return self.object(self._runtime(declared, value), nodes, value)
        return self.object(declared, nodes, value) if is_object_type(declared) else value

    def _enum(self, declared: GraphQLEnumType, value: Any) -> Any:
        if value in declared.values:
            return value
        if OTHER not in declared.values:
            raise CannotNarrow
        self.is_narrowed = True
        return OTHER

    def _runtime(self, declared: Any, value: Mapping[str, Any]) -> GraphQLObjectType:
        known = {kind.name: kind for kind in self._schema.get_possible_types(declared)}
        if value.get(self._names) not in known:
            raise CannotNarrow
        return known[value[self._names]]


@dataclass(frozen=True, slots=True)
class Succession:
    """What a newer contract does that it must not.

    `broken`: a document of the older one no longer holds. `unreadable`: an answer of the older one may break the newer
    one. `required`: coordinates of fields that it adds to answers without allowing null.
    """

    broken: tuple[Difference, ...]
    unreadable: tuple[Difference, ...]
    required: tuple[str, ...]

    @property
    def is_lawful(self) -> bool:
        """Whether members of both contracts may be of one zone."""
        return not (self.broken or self.unreadable or self.required)


def succession(older: Contract, newer: Contract) -> Succession:
    """`newer` held against a contract that is still spoken: its predecessor, and the one before that."""
    both = sorted(older.answers.keys() & newer.answers.keys())
    broken, unreadable = _broken(older, newer, older.answers), _unreadable(older, newer, both)
    return Succession(tuple(broken), tuple(unreadable), tuple(_required(older, newer)))


def succession_of_roots(older: GraphQLSchema, newer: GraphQLSchema) -> Succession:
    """`newer` held against `older` in the same way, by all root fields of `older`, whatever the operation.

    Who answers them is one program, and refuses what it lacks: what is added to a type need not be null.
    """
    broken, unreadable = list[Difference](), list[Difference]()
    for before in filter(None, (older.query_type, older.mutation_type, older.subscription_type)):
        after = newer.get_type(before.name)
        fields = after.fields if is_object_type(after) else {}
        views = _view(older, before), _view(newer, GraphQLObjectType(before.name, fields))
        broken += _broken(*views, before.fields)
        unreadable += _unreadable(*views, sorted(before.fields.keys() & fields.keys()))
    return Succession(tuple(broken), tuple(unreadable), ())


def _view(schema: GraphQLSchema, root: GraphQLObjectType) -> Contract:
    """The schema with `root` for that of its queries, as far as fields are compared."""
    carry = {name: carried for name, field in root.fields.items() if (carried := carry_of(field)) is not None}
    types = [kind for name, kind in schema.type_map.items() if name != root.name]
    return Contract(GraphQLSchema(query=root, types=types), {}, {}, carry, frozenset(), {})


def _broken(older: Contract, newer: Contract, names: Iterable[str]) -> Iterator[Difference]:
    return (difference for name in names for difference in Comparison(older, newer.schema).field(name))


def _unreadable(older: Contract, newer: Contract, names: Iterable[str]) -> Iterator[Difference]:
    return (
        difference
        for name in names
        for difference in Comparison(newer, older.schema).field(name)
        if difference.kind in _LOOSENED and "(" not in difference.path
    )


def _required(older: Contract, newer: Contract) -> Iterator[str]:
    """The fields that types of both contracts have in the newer one alone, and that are never null there."""
    before, after = (federated_only(each.schema, each.answers).type_map for each in (older, newer))
    for name, kind in after.items():
        known = before.get(name)
        if name == "Query" or name.startswith("__") or not (is_object_type(kind) or is_interface_type(kind)):
            continue
        for field_name, field in kind.fields.items():
            if known is not None and field_name not in getattr(known, "fields", {}) and is_non_null_type(field.type):
                yield f"{name}.{field_name}"
