"""The contradictions between a contract and a member's schema, one federated field at a time.

Invariant: the walk is over the contract's types, each once per field, so a member's schema cannot make it longer; each
contradiction stands at the shortest path that leads to it. Pure.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
)

from federation.graph.contract import PROBLEM, Carry, Contract, carry_of, directive, doors

OTHER: Final = "OTHER"
"""The value of an enum to which an unknown one is rendered down."""


class Kind(StrEnum):
    """What contradicts the contract."""

    MISSING_FIELD = "MISSING_FIELD"
    OTHER_TYPE = "OTHER_TYPE"
    NULLABILITY = "NULLABILITY"
    MISSING_ARGUMENT = "MISSING_ARGUMENT"
    REQUIRED_ARGUMENT = "REQUIRED_ARGUMENT"
    ENUM_VALUES = "ENUM_VALUES"
    POSSIBLE_TYPES = "POSSIBLE_TYPES"
    MERGE_RULE = "MERGE_RULE"
    CARRY = "CARRY"


@dataclass(frozen=True, slots=True)
class Difference:
    """A contradiction: `path` is such as `Query.stock<Stock>.boxes.size`, or `Query.stock(of)` for an argument."""

    path: str
    kind: Kind


def find_field(member: GraphQLSchema, name: str) -> GraphQLField | None:
    """The member's federated field of that name, at its root or at another door; failing that, what its root has."""
    found: list[GraphQLField] = [door.fields[name] for door in doors(member) if name in door.fields]
    at_root: GraphQLField | None = member.query_type.fields.get(name) if member.query_type else None
    return next((field for field in found if _carry(field) is not None), at_root)


class Comparison:
    """One federated field of the contract, held against a member's schema."""

    def __init__(self, contract: Contract, member: GraphQLSchema) -> None:
        self._contract = contract
        self._member = member
        self._found: list[Difference] = []
        self._waiting: deque[tuple[Any, Any, str, bool]] = deque()
        self._seen: set[tuple[str, bool]] = set()

    def field(self, name: str) -> tuple[Difference, ...]:
        """Every contradiction on the field `name`."""
        ours = self._contract.schema.query_type
        assert ours is not None  # contract.read has seen it
        path = f"{ours.name}.{name}"
        member_field = find_field(self._member, name)
        if member_field is None:
            return (Difference(path, Kind.MISSING_FIELD),)
        if _carry(member_field) != self._contract.carry.get(name):
            self._find(path, Kind.CARRY)
        self._field(ours.fields[name], member_field, path)
        while self._waiting:
            self._named(*self._waiting.popleft())
        return tuple(self._found)

    def _find(self, path: str, kind: Kind) -> None:
        self._found.append(Difference(path, kind))

    def _field(self, ours: Any, theirs: Any, path: str) -> None:
        self._inputs(ours.args, theirs.args, path, "({})")
        self._type(ours.type, theirs.type, path, is_input=False)

    def _inputs(
        self,
        ours: Mapping[str, GraphQLArgument | GraphQLInputField],
        theirs: Mapping[str, GraphQLArgument | GraphQLInputField],
        path: str,
        form: str,
    ) -> None:
        """Arguments of a field, or fields of an input object."""
        for name, given in ours.items():
            further = path + form.format(name)
            if name in theirs:
                self._type(given.type, theirs[name].type, further, is_input=True)
            else:
                self._find(further, Kind.MISSING_ARGUMENT)
        for name in theirs.keys() - ours.keys():
            if _is_required(theirs[name]):
                self._find(path + form.format(name), Kind.REQUIRED_ARGUMENT)

    def _type(self, ours: Any, theirs: Any, path: str, *, is_input: bool) -> None:
        """What is given must fit what is wanted: the member gives answers, and wants arguments."""
        wanted, given = (theirs, ours) if is_input else (ours, theirs)
        while True:
            if is_non_null_type(wanted) and not is_non_null_type(given):
                self._find(path, Kind.NULLABILITY)
            wanted = wanted.of_type if is_non_null_type(wanted) else wanted
            given = given.of_type if is_non_null_type(given) else given
            if is_list_type(wanted) is not is_list_type(given):
                self._find(path, Kind.OTHER_TYPE)
                return
            if not is_list_type(wanted):
                break
            wanted, given = wanted.of_type, given.of_type
        if wanted.name != given.name:
            self._find(path, Kind.OTHER_TYPE)
            return
        self._wait(get_named_type(ours), get_named_type(theirs), path, is_input)

    def _wait(self, ours: Any, theirs: Any, path: str, is_input: bool) -> None:
        if (ours.name, is_input) not in self._seen:
            self._seen.add((ours.name, is_input))
            self._waiting.append((ours, theirs, path, is_input))

    def _named(self, ours: Any, theirs: Any, path: str, is_input: bool) -> None:
        if type(ours) is not type(theirs):
            self._find(path, Kind.OTHER_TYPE)
        elif is_enum_type(ours):
            self._enum(set(ours.values), set(theirs.values), path, is_input=is_input)
        elif is_input_object_type(ours):
            self._inputs(ours.fields, theirs.fields, path, ".{}")
        else:
            if is_abstract_type(ours):
                self._possible(ours, theirs, path)
            if is_object_type(ours) or is_interface_type(ours):
                self._fields(ours, theirs, path)

    def _enum(self, ours: set[str], theirs: set[str], path: str, *, is_input: bool) -> None:
        if not (ours <= theirs if is_input else theirs <= ours or OTHER in ours):
            self._find(path, Kind.ENUM_VALUES)

    def _possible(self, ours: Any, theirs: Any, path: str) -> None:
        """The same possible types: a missing one cannot be selected, and rows of a further one cannot be told.

        Further problems may be: a member's refusal is a status, never a part.
        """
        known = {kind.name: kind for kind in self._contract.schema.get_possible_types(ours)}
        member = {kind.name: kind for kind in self._member.get_possible_types(theirs)}
        further = member.keys() - known.keys()
        if known.keys() - member.keys() or not all(_is_problem(member[name]) for name in further):
            self._find(path, Kind.POSSIBLE_TYPES)
        for name in sorted(known.keys() & member.keys()):
            self._wait(known[name], member[name], f"{path}<{name}>", is_input=False)

    def _fields(self, ours: Any, theirs: Any, path: str) -> None:
        if {kind.name for kind in ours.interfaces} - {kind.name for kind in theirs.interfaces}:
            self._find(path, Kind.POSSIBLE_TYPES)
        for name, field in ours.fields.items():
            further = f"{path}.{name}"
            if name not in theirs.fields:
                self._find(further, Kind.MISSING_FIELD)
                continue
            rule = self._contract.rules.get((ours.name, name))
            if rule is not None and (directive(theirs.fields[name], "merge") or {}).get("by") != rule:
                self._find(further, Kind.MERGE_RULE)
            self._field(field, theirs.fields[name], further)


def _carry(field: GraphQLField) -> Carry | None:
    """As `carry_of`; None also for a word that is no carry."""
    try:
        return carry_of(field)
    except ValueError:
        return None


def _is_problem(kind: GraphQLObjectType) -> bool:
    return PROBLEM in {interface.name for interface in kind.interfaces}


def _is_required(value: GraphQLArgument | GraphQLInputField) -> bool:
    return is_required_argument(value) if isinstance(value, GraphQLArgument) else is_required_input_field(value)
