"""Whether an operation is given identifiers of people or cases: such values never stand in an address."""

from graphql import (
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableDefinitionNode,
    get_named_type,
    type_from_ast,
)

from schema.scalars import IDENTIFIERS


def takes_identifier(schema: GraphQLSchema, operation: OperationDefinitionNode) -> bool:
    """Whether a variable of `operation` is an identifier, or an input that holds one at any depth."""
    waiting = [_named(schema, definition) for definition in operation.variable_definitions or ()]
    seen: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind.name in IDENTIFIERS:
            return True
        if isinstance(kind, GraphQLInputObjectType) and kind.name not in seen:
            seen.add(kind.name)
            waiting += [get_named_type(part.type) for part in kind.fields.values()]
    return False


def _named(schema: GraphQLSchema, definition: VariableDefinitionNode) -> GraphQLNamedType:
    return get_named_type(type_from_ast(schema, definition.type))  # type: ignore[return-value]  # a valid document names known types
