"""Contract skew: members of one zone may speak contracts one apart for a while.

A member *ahead* makes its part and narrows it down to the contract that the ask names: a value of an enum that this
contract does not know becomes OTHER, and the court is marked as narrowed; fields that came later are not in the
selection. A member *behind* that lacks a selected field cannot be asked for it: it is unsupported, its rows are never
null. For both to hold, a contract succeeds another only by the rules of `succession`. Pure.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_interface_type,
    is_non_null_type,
    is_object_type,
)

from federation.graph.compose import federated_only
from federation.graph.contract import Contract
from federation.graph.difference import OTHER, Comparison, Difference, Kind
from federation.graph.selection import Selection

_TYPENAME: Final = "__typename"
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


def narrow(contract: Contract, answer: GraphQLObjectType, selection: Selection, part: Mapping[str, Any]) -> Narrowed:
    """`part`, made by a newer release with that selection, as `contract` knows it; `answer` is a type of `contract`.

    Raises:
        CannotNarrow: an unknown value of an enum without OTHER, or an object of an unknown type.
    """
    walk = _Narrowing(contract, selection)
    made = walk.object(answer, (), part)
    return Narrowed(made, walk.is_narrowed)


class _Narrowing:
    def __init__(self, contract: Contract, selection: Selection) -> None:
        self._schema = contract.schema
        self._selection = selection
        self.is_narrowed = False

    def object(self, runtime: GraphQLObjectType, nodes: tuple[FieldNode, ...], value: Mapping[str, Any]) -> Any:
        sets = tuple(node.selection_set for node in nodes if node.selection_set)
        made: dict[str, Any] = {}
        for key, found in self._selection.fields(self._schema, runtime, *sets).items():
            name = found[0].name.value
            declared = None if name == _TYPENAME else get_named_type(runtime.fields[name].type)
            made[key] = value[key] if declared is None else self._value(declared, tuple(found), value[key])
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
        if value.get(_TYPENAME) not in known:
            raise CannotNarrow
        return known[value[_TYPENAME]]


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
    broken = (difference for name in older.answers for difference in Comparison(older, newer.schema).field(name))
    both = older.answers.keys() & newer.answers.keys()
    unreadable = (
        difference
        for name in sorted(both)
        for difference in Comparison(newer, older.schema).field(name)
        if difference.kind in _LOOSENED and "(" not in difference.path
    )
    return Succession(tuple(broken), tuple(unreadable), tuple(_required(older, newer)))


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
