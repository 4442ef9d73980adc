"""Arguments as plain JSON values: what the executor has read into Python values, written again for another program.

Invariant: only constants and variables of the request are written; a value is written by the type that it was read by,
so that reading it again gives the same.
"""

from collections.abc import Collection, Mapping
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    type_from_ast,
    value_from_ast_untyped,
)


def arguments(schema: GraphQLSchema, info: GraphQLResolveInfo[Any], besides: Collection[str]) -> dict[str, Any]:
    """The arguments of the field being resolved, without those named by `besides`; what was left out stays out."""
    chosen = [node for node in info.field_nodes[0].arguments or () if node.name.value not in besides]
    given = variables(schema, info) if chosen else {}
    return {node.name.value: _written(node.value, given) for node in chosen if _is_given(node.value, given)}


def _written(node: ValueNode, given: Mapping[str, Any]) -> Any:
    """The JSON value of a node; a variable that was not given is no member of an object, and null in a list."""
    if isinstance(node, VariableNode):
        return given.get(node.name.value)
    if isinstance(node, ListValueNode):
        return [_written(item, given) for item in node.values]
    if isinstance(node, ObjectValueNode):
        parts = [part for part in node.fields if _is_given(part.value, given)]
        return {part.name.value: _written(part.value, given) for part in parts}
    return value_from_ast_untyped(node)


def _is_given(node: ValueNode, given: Mapping[str, Any]) -> bool:
    return not isinstance(node, VariableNode) or node.name.value in given


def variables(schema: GraphQLSchema, info: GraphQLResolveInfo[Any]) -> dict[str, Any]:
    """The operation's variables, defaults included, as plain values."""
    coerced: Any = info.variable_values
    coerced = getattr(coerced, "coerced", coerced)
    types: dict[str, Any] = {
        definition.variable.name.value: type_from_ast(schema, definition.type)
        for definition in info.operation.variable_definitions or ()
    }
    return {name: plain(kind, coerced[name]) for name, kind in types.items() if name in coerced}


def plain(kind: GraphQLInputType, value: Any) -> Any:
    """`value`, which was read as a `kind`, as its JSON value."""
    inner: Any = get_nullable_type(kind)
    if value is None:
        return None
    if is_list_type(inner):
        return [plain(inner.of_type, item) for item in value]
    if is_leaf_type(inner):
        return inner.serialize(value)
    assert isinstance(inner, GraphQLInputObjectType)  # there is no fourth kind of input
    parts = ((name, part, part.out_name or name) for name, part in inner.fields.items())
    return {name: plain(part.type, value[key]) for name, part, key in parts if key in value}
