"""The public schema as the engine sees it: types from the SDL, and the merge rule of each field of an answer type.

Invariant: whatever is read here stands in the SDL; the engine knows no type by name except the interface `Problem`,
which tells refusals from answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_object_type,
    is_union_type,
)

PROBLEM: Final = "Problem"
_FEDERATED: Final = "federated"
_MERGE: Final = "merge"


class Merge(StrEnum):
    """How the values of one field at several courts become one."""

    CONCAT = "CONCAT"
    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    ANY = "ANY"
    ALL = "ALL"
    EARLIEST = "EARLIEST"
    LATEST = "LATEST"
    SAME = "SAME"
    DERIVED = "DERIVED"


class BadContract(Exception):
    """The SDL contradicts itself: the message names the field. Raised when a program starts, never by a request."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A schema, its federated root fields with their answer types, and those types' rules."""

    schema: GraphQLSchema
    answers: Mapping[str, GraphQLObjectType]
    rules: Mapping[tuple[str, str], Merge]

    def rule(self, type_name: str, field_name: str) -> Merge:
        """The rule of a field of an answer type; `__typename` is the same everywhere."""
        return Merge.SAME if field_name == "__typename" else self.rules[type_name, field_name]


def read(sdl: str) -> Contract:
    """The contract that `sdl` states.

    Raises:
        BadContract: a federated field has not exactly one answer type, or a field of one has no rule.
    """
    schema = build_schema(sdl)
    if schema.query_type is None:
        raise BadContract("no query type")
    answers = {
        name: _answer_type(name, field)
        for name, field in schema.query_type.fields.items()
        if _directive(field, _FEDERATED) is not None
    }
    rules = {
        (answer.name, name): _rule(answer.name, name, field)
        for answer in answers.values()
        for name, field in answer.fields.items()
    }
    return Contract(schema, answers, rules)


def _answer_type(name: str, field: GraphQLField) -> GraphQLObjectType:
    returned = get_named_type(field.type)
    members = returned.types if is_union_type(returned) else (returned,)
    answers = [
        member for member in members if is_object_type(member) and PROBLEM not in {i.name for i in member.interfaces}
    ]
    if len(answers) != 1:
        raise BadContract(f"{name}: one answer type is needed")
    return answers[0]


def _directive(field: GraphQLField, name: str) -> dict[str, str] | None:
    """The directive's arguments as written; None when the field does not carry it."""
    for directive in (field.ast_node and field.ast_node.directives) or ():
        if directive.name.value == name:
            return {
                argument.name.value: str(getattr(argument.value, "value", "")) for argument in directive.arguments or ()
            }
    return None


def _rule(type_name: str, field_name: str, field: GraphQLField) -> Merge:
    merge = _directive(field, _MERGE)
    if merge is None:
        raise BadContract(f"{type_name}.{field_name}: no merge rule")
    if field.args:
        raise BadContract(f"{type_name}.{field_name}: fields of answers take no arguments")
    return Merge(merge["by"])
