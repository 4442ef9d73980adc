"""Finds what must not stand in a document: literals of identifiers, and of free text that may name somebody.

A document without them may be hashed, cached and stored. Each selection is looked at once, fragments where they are
defined. Invariant: what is found is a place and an argument's name, never a value.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from graphql import GraphQLInputObjectType, GraphQLSchema, get_named_type, type_from_ast
from graphql.language import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from schema.scalars import IDENTIFIERS

OPEN_TEXT: Final = frozenset({"idempotencyKey", "province", "sha256"})
"""Text fields of inputs that name nobody; every other text of an input is free, and may."""
_LONG_NUMBER: Final = re.compile(r"\d{15}")
"""In an id number, an old one, or an account, and in nothing that a front end writes into a document."""


class Found(NamedTuple):
    """A literal that must be a variable: the argument's path, and where the value begins."""

    argument: str
    node: ValueNode


def forbidden(document: DocumentNode, schema: GraphQLSchema) -> Iterator[Found]:
    """The forbidden literals of the whole document, defaults of variables among them.

    Raises:
        RecursionError: nested beyond reason.
    """
    search = _Search(schema)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            root = schema.get_root_type(definition.operation)
            yield from search.defaults(definition)
            yield from search.directives(definition.directives)
            yield from search.selections(definition.selection_set, root)
        elif isinstance(definition, FragmentDefinitionNode):
            yield from search.directives(definition.directives)
            yield from search.selections(
                definition.selection_set, schema.get_type(definition.type_condition.name.value)
            )


class _Search:
    """Goes through a document with the schema's types at hand."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def defaults(self, operation: OperationDefinitionNode) -> Iterator[Found]:
        for definition in operation.variable_definitions or ():
            if definition.default_value is not None:
                kind = type_from_ast(self._schema, definition.type)
                yield from self._value(definition.default_value, kind, f"${definition.variable.name.value}")

    def selections(self, selection_set: SelectionSetNode, parent: Any) -> Iterator[Found]:
        for node in selection_set.selections:
            yield from self.directives(node.directives)
            if isinstance(node, FieldNode):
                yield from self._field(node, parent)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self._schema.get_type(condition.name.value) if condition else parent
                yield from self.selections(node.selection_set, inner)

    def _field(self, node: FieldNode, parent: Any) -> Iterator[Found]:
        field = self._schema.get_field(parent, node.name.value) if hasattr(parent, "fields") else None
        yield from self._arguments(node.arguments, field.args if field else {})
        if node.selection_set:
            yield from self.selections(node.selection_set, get_named_type(field.type) if field else None)

    def directives(self, nodes: tuple[DirectiveNode, ...] | None) -> Iterator[Found]:
        for node in nodes or ():
            directive = self._schema.get_directive(node.name.value)
            yield from self._arguments(node.arguments, directive.args if directive else {})

    def _arguments(self, nodes: tuple[ArgumentNode, ...] | None, declared: Mapping[str, Any]) -> Iterator[Found]:
        for node in nodes or ():
            if (argument := declared.get(node.name.value)) is not None:
                yield from self._value(node.value, argument.type, node.name.value)

    def _value(self, node: Node, kind: Any, path: str, *, free: bool = False) -> Iterator[Found]:
        named = get_named_type(kind)
        if named is None or isinstance(node, VariableNode | NullValueNode):
            return
        if isinstance(node, ListValueNode):
            for item in node.values:
                yield from self._value(item, named, path, free=free)
        elif isinstance(named, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
            for part in node.fields:
                name = part.name.value
                if (field := named.fields.get(name)) is not None:
                    yield from self._value(part.value, field.type, f"{path}.{name}", free=name not in OPEN_TEXT)
        elif isinstance(node, ValueNode) and (
            named.name in IDENTIFIERS or (free and named.name == "String") or _has_long_number(node)
        ):
            yield Found(path, node)


def _has_long_number(node: ValueNode) -> bool:
    """Whatever the type of the argument: a number in the wrong place is still somebody's."""
    return isinstance(node, StringValueNode | IntValueNode) and _LONG_NUMBER.search(node.value) is not None
