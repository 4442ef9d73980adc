"""What of the contract a member's schema serves: per federated field, every contradiction with its exact path and kind.

A member serves a field when every document that the contract allows on it can be executed there, and every answer has
the contract's shape and merge rules: answers may promise more (never null), arguments may demand less. Values of enums
that the contract does not know are allowed where it has an OTHER to render them down to.

Invariant: pure; a member's SDL is read within a cap and never executed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from graphql import (
    BreakingChangeType,
    DangerousChangeType,
    DirectiveDefinitionNode,
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    TypeDefinitionNode,
    build_ast_schema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_interface_type,
    is_object_type,
    parse,
    validate_schema,
)
from graphql.utilities.find_schema_changes import find_schema_changes

from federation.graph.contract import Contract
from federation.graph.difference import Comparison, Difference, find_field

MAX_CHARACTERS: Final = 1280 * 1024
MAX_TOKENS: Final = 120_000
"""About three times the committed schema of a node."""
_TOO_MANY: Final = f"more than {MAX_TOKENS} tokens"
MAX_INTERFACES: Final = 16
MAX_INHERITED: Final = 10_000
"""Of one type, and fields inherited by all types: what validation multiplies."""


class UnreadableSchema(Exception):
    """The text is no schema with a query type (`part` FORM), or larger than the caps (SIZE)."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Verdict(StrEnum):
    """Whether a member can be asked for a field."""

    SERVED = "SERVED"
    UNSUPPORTED = "UNSUPPORTED"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a schema as graphql-core names and describes it."""

    kind: str
    description: str


@dataclass(frozen=True, slots=True)
class Composition:
    """A member's schema held against the contract; `fields` has every federated field, and why it is not served."""

    fields: Mapping[str, tuple[Difference, ...]]
    breaking: tuple[Change, ...]
    dangerous: tuple[Change, ...]

    def verdict(self, field: str) -> Verdict:
        """Whether the member can be asked for `field`."""
        return Verdict.UNSUPPORTED if self.fields[field] else Verdict.SERVED


def compose(contract: Contract, member_sdl: str) -> Composition:
    """`member_sdl` held against the contract.

    Raises:
        UnreadableSchema: it is no schema, or too large.
    """
    member = read_schema(member_sdl)
    fields = {name: Comparison(contract, member).field(name) for name in sorted(contract.answers)}
    ours, theirs = (federated_only(schema, contract.answers) for schema in (contract.schema, member))
    changes = find_schema_changes(ours, theirs)
    return Composition(
        MappingProxyType(fields),
        tuple(Change(c.type.name, c.description) for c in changes if isinstance(c.type, BreakingChangeType)),
        tuple(Change(c.type.name, c.description) for c in changes if isinstance(c.type, DangerousChangeType)),
    )


def read_schema(sdl: str) -> GraphQLSchema:
    """The schema in `sdl`, which may be anybody's.

    Raises:
        UnreadableSchema: it is none, or too large.
    """
    if len(sdl) > MAX_CHARACTERS:
        raise UnreadableSchema("SIZE")
    try:
        document = parse(sdl, no_location=True, max_tokens=MAX_TOKENS)
        names = [(type(node) is DirectiveDefinitionNode, node.name.value) for node in _named(document)]
        schema = build_ast_schema(document, assume_valid_sdl=True)
        is_small = _is_quickly_validated(schema)
        is_valid = is_small and len(set(names)) == len(names) and not validate_schema(schema)
    except (GraphQLError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise UnreadableSchema("SIZE" if _TOO_MANY in str(error) else "FORM") from error
    if not is_valid:
        raise UnreadableSchema("FORM" if is_small else "SIZE")
    return schema


def _named(document: DocumentNode) -> list[TypeDefinitionNode | DirectiveDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, TypeDefinitionNode | DirectiveDefinitionNode)]


def _is_quickly_validated(schema: GraphQLSchema) -> bool:
    """Validation compares each type with all fields of its interfaces, and those with one another."""
    implementing = [kind for kind in schema.type_map.values() if is_object_type(kind) or is_interface_type(kind)]
    inherited = sum(len(interface.fields) for kind in implementing for interface in kind.interfaces)
    return inherited <= MAX_INHERITED and all(len(kind.interfaces) <= MAX_INTERFACES for kind in implementing)


def federated_only(schema: GraphQLSchema, names: Iterable[str]) -> GraphQLSchema:
    """The federated fields of those names as roots, and what they reach: a member's own fields are its own matter."""
    found = {name: field for name in names if (field := find_field(schema, name)) is not None}
    root = GraphQLObjectType("Query", found)
    return GraphQLSchema(query=root, types=list(_possible(schema, root)), directives=())


def _possible(schema: GraphQLSchema, root: GraphQLObjectType) -> Iterator[GraphQLObjectType]:
    """The possible types of every abstract type that `root` reaches: nothing else leads to those of an interface."""
    waiting: list[Any] = [root]
    seen = set()
    while waiting:
        kind = waiting.pop()
        if kind.name in seen:
            continue
        seen.add(kind.name)
        if is_abstract_type(kind):
            possible = schema.get_possible_types(kind)
            yield from possible
            waiting += possible
        if hasattr(kind, "fields"):
            waiting += (
                get_named_type(f.type) for f in kind.fields.values() if is_composite_type(get_named_type(f.type))
            )
