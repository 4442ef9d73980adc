"""The public schema as the engine sees it: types from the SDL, each answer field's merge rule, what is personal.

Invariant: whatever is read here stands in the SDL; the engine knows no type by name except the interface `Problem`,
which tells refusals from answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_ast_schema,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_list_type,
    is_object_type,
    is_union_type,
)

PROBLEM: Final = "Problem"
_FEDERATED: Final = "federated"
_MERGE: Final = "merge"
_PERSONAL: Final = "personal"
_PUBLIC: Final = "public"


class Carry(StrEnum):
    """How an answer travels through the gateway."""

    CLEAR = "CLEAR"
    ENCRYPTED = "ENCRYPTED"


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
    PAGE = "PAGE"


_OF_LISTS: Final = frozenset({Merge.CONCAT, Merge.PAGE})
_ORDERED: Final = frozenset({"Int", "BigInt", "Money", "Date", "DateTime"})
_OF_SCALARS: Final[Mapping[Merge, frozenset[str]]] = MappingProxyType(
    {
        Merge.SUM: frozenset({"Money", "BigInt"}),
        Merge.MIN: _ORDERED,
        Merge.MAX: _ORDERED,
        Merge.EARLIEST: frozenset({"Date", "DateTime"}),
        Merge.LATEST: frozenset({"Date", "DateTime"}),
        Merge.ANY: frozenset({"Boolean"}),
        Merge.ALL: frozenset({"Boolean"}),
    }
)
"""What each rule can be applied to; SAME and DERIVED fit everything."""


class BadContract(Exception):
    """The SDL contradicts itself: the message names the field. Raised when a program starts, never by a request."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A schema, its federated root fields with their answer types, those types' rules, and what names a person.

    `personal` holds type names and `Type.field` coordinates; `public` the legal basis by type name.
    """

    schema: GraphQLSchema
    answers: Mapping[str, GraphQLObjectType]
    rules: Mapping[tuple[str, str], Merge]
    carry: Mapping[str, Carry]
    personal: frozenset[str]
    public: Mapping[str, str]

    def rule(self, type_name: str, field_name: str) -> Merge:
        """The rule of a field of an answer type; `__typename` is the same everywhere."""
        return Merge.SAME if field_name == "__typename" else self.rules[type_name, field_name]


def read(sdl: str) -> Contract:
    """The contract that `sdl` states.

    Raises:
        BadContract: a federated field has not exactly one answer type, a field of one has no rule or one that does not
            fit it, or a type is both personal and public.
    """
    return _stated(build_schema(sdl))


def of(document: DocumentNode) -> Contract:
    """The contract that a document of our own states, which is known to be valid.

    Raises:
        BadContract: as `read`.
    """
    return _stated(build_ast_schema(document, assume_valid_sdl=True))


def _stated(schema: GraphQLSchema) -> Contract:
    if schema.query_type is None:
        raise BadContract("no query type")
    carry = {
        name: carried for name, field in schema.query_type.fields.items() if (carried := carry_of(field)) is not None
    }
    answers = {name: _answer_type(name, schema.query_type.fields[name]) for name in carry}
    rules = {
        (answer.name, name): _rule(answer.name, name, field)
        for answer in answers.values()
        for name, field in answer.fields.items()
    }
    return Contract(schema, answers, rules, carry, frozenset(_personal(schema)), _public(schema))


def doors(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    """Where federated fields may stand: the root of queries, then the objects that its fields return without a list."""
    root = schema.query_type
    if root is None:
        return
    yield root
    for field in root.fields.values():
        returned = get_nullable_type(field.type)
        if is_object_type(returned):
            yield returned


def carry_of(field: GraphQLField) -> Carry | None:
    """How the answers of a field travel; None when it is not federated."""
    mark = directive(field, _FEDERATED)
    return None if mark is None else Carry(mark.get("carry", Carry.ENCRYPTED))


def directive(marked: GraphQLField | GraphQLNamedType, name: str) -> dict[str, str] | None:
    """The arguments, as written, of the directive `name` on a field or type; None when it is not there."""
    extensions = getattr(marked, "extension_ast_nodes", None) or ()
    for node in (marked.ast_node, *extensions):
        for found in (node and node.directives) or ():
            if found.name.value == name:
                return _arguments(found)
    return None


def _arguments(found: ConstDirectiveNode) -> dict[str, str]:
    return {argument.name.value: str(getattr(argument.value, "value", "")) for argument in found.arguments or ()}


def _answer_type(name: str, field: GraphQLField) -> GraphQLObjectType:
    returned = get_named_type(field.type)
    members = returned.types if is_union_type(returned) else (returned,)
    answers = [
        member for member in members if is_object_type(member) and PROBLEM not in {i.name for i in member.interfaces}
    ]
    if len(answers) != 1:
        raise BadContract(f"{name}: one answer type is needed")
    return answers[0]


def _rule(type_name: str, field_name: str, field: GraphQLField) -> Merge:
    merge = directive(field, _MERGE)
    if merge is None:
        raise BadContract(f"{type_name}.{field_name}: no merge rule")
    if field.args:
        raise BadContract(f"{type_name}.{field_name}: fields of answers take no arguments")
    rule, declared = Merge(merge["by"]), get_nullable_type(field.type)
    if not _fits(rule, is_list_type(declared), get_named_type(declared).name):
        raise BadContract(f"{type_name}.{field_name}: {rule} does not fit {field.type}")
    return rule


def _fits(rule: Merge, is_list: bool, scalar: str) -> bool:
    if rule in _OF_LISTS:
        return is_list
    return rule not in _OF_SCALARS or (not is_list and scalar in _OF_SCALARS[rule])


def _personal(schema: GraphQLSchema) -> Iterator[str]:
    for name, kind in schema.type_map.items():
        if not (is_object_type(kind) or is_interface_type(kind)):
            continue
        if directive(kind, _PERSONAL) is not None:
            yield name
        for field_name, field in kind.fields.items():
            if directive(field, _PERSONAL) is not None:
                yield f"{name}.{field_name}"


def _public(schema: GraphQLSchema) -> Mapping[str, str]:
    """The basis of each public type.

    Raises:
        BadContract: it gives none, or the type is personal too.
    """
    found = {}
    for name, kind in schema.type_map.items():
        mark = directive(kind, _PUBLIC)
        if mark is None:
            continue
        if not mark.get("basis", "").strip():
            raise BadContract(f"{name}: public on which basis")
        if directive(kind, _PERSONAL) is not None:
            raise BadContract(f"{name}: personal and public")
        found[name] = mark["basis"]
    return found
