"""Declaring another program's root fields in an executable schema: their types are built from text, not imported.

Why so: docs/decisions/0010-the-gateway-declares-encrypted-fields-from-the-committed-schema.md.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from graphql import (
    DocumentNode,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_ast_schema,
    validate_schema,
)

from schema.declarations import ROOTS

_SUBSCRIPTION: Final = "Subscription"
Types = Mapping[str, GraphQLNamedType]


def declare(
    own: GraphQLSchema,
    declarations: DocumentNode,
    resolve: Callable[..., Any],
    subscribe: Callable[..., Any] | None = None,
) -> GraphQLSchema:
    """`own` with the root fields of `declarations`, each resolved by `resolve`.

    With `subscribe`, subscriptions are what it gives, event by event.

    A type that both have is `own`'s, and so resolves as before.

    Raises:
        ValueError: together they are no schema.
    """
    declared = build_ast_schema(declarations, assume_valid_sdl=True)
    shared = dict(own.type_map)
    foreign = [kind for name, kind in declared.type_map.items() if name not in shared and not name.startswith("__")]
    for kind in (*foreign, *(declared.type_map[root] for root in ROOTS if root in declared.type_map)):
        _point_at(kind, shared)
    for root in ROOTS:
        target, source = own.type_map.get(root), declared.type_map.get(root)
        if isinstance(target, GraphQLObjectType) and isinstance(source, GraphQLObjectType):
            for field in source.fields.values():
                is_live = subscribe is not None and root == _SUBSCRIPTION
                field.resolve, field.subscribe = (_event, subscribe) if is_live else (resolve, None)
            target.fields.update(source.fields)
    known = {directive.name for directive in own.directives}
    whole = GraphQLSchema(
        query=own.query_type,
        mutation=own.mutation_type,
        subscription=own.subscription_type,
        types=[*own.type_map.values(), *foreign],
        directives=[*own.directives, *(d for d in declared.directives if d.name not in known)],
        extensions=own.extensions,
    )
    if errors := validate_schema(whole):
        raise ValueError(errors[0].message)
    return whole


def _event(event: object, *_: object, **_arguments: object) -> object:
    """The event itself; an error that is given as one is the field's."""
    return event


def _point_at(kind: GraphQLNamedType, shared: Types) -> None:
    """Let everything that `kind` refers to be the shared type of that name, if there is one."""
    if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
        kind.interfaces = tuple(cast("GraphQLInterfaceType", shared.get(i.name, i)) for i in kind.interfaces)
        for field in kind.fields.values():
            field.type = _shared(field.type, shared)
            for argument in field.args.values():
                argument.type = _shared(argument.type, shared)
    elif isinstance(kind, GraphQLInputObjectType):
        for part in kind.fields.values():
            part.type = _shared(part.type, shared)
    elif isinstance(kind, GraphQLUnionType):
        kind.types = tuple(cast("GraphQLObjectType", shared.get(t.name, t)) for t in kind.types)


def _shared(kind: Any, shared: Types) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return GraphQLNonNull(_shared(kind.of_type, shared))
    if isinstance(kind, GraphQLList):
        return GraphQLList(_shared(kind.of_type, shared))
    return shared.get(kind.name, kind)
