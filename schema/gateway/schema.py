"""The gateway's schema: its own fields with resolvers, and the encrypted ones declared: together the supergraph.

Invariant: an encrypted field has no resolver that does anything. A document that selects one is refused before
(own_court.py); should that fail, the field itself refuses.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

import strawberry
from graphql import (
    GraphQLError,
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
from strawberry.schema.config import StrawberryConfig

from enforcement.rules.refusals import RuleBroken
from schema.gateway import encrypted
from schema.gateway.composition import CompositionQuery
from schema.gateway.courts import CourtQuery
from schema.gateway.encrypted import ROOTS, Encrypted
from schema.gateway.health import HealthQuery
from schema.gateway.maintenance import MaintenanceMutation
from schema.gateway.own_court import ASK_OWN_COURT
from schema.gateway.route import RouteQuery
from schema.gateway.scattered import ScatteredQuery
from schema.gateway.tracks import TrackMutation, TrackQuery, TrackSubscription
from schema.gateway.traffic import TrafficQuery, TrafficSubscription
from schema.messages import message
from schema.problems import Refusal, problem_of
from schema.scalars import SCALARS
from schema.splice import SplicingExecutor

Types = Mapping[str, GraphQLNamedType]


@strawberry.type(description="What can be asked at the gateway. 查询")
class Query(CourtQuery, RouteQuery, TrackQuery, HealthQuery, TrafficQuery, ScatteredQuery, CompositionQuery):
    """The roots of all queries."""


@strawberry.type(description="What can be done at the gateway. 变更")
class Mutation(TrackMutation, MaintenanceMutation):
    """The roots of all mutations."""


@strawberry.type(description="What can be watched at the gateway. 订阅")
class Subscription(TrackSubscription, TrafficSubscription):
    """The roots of all subscriptions."""


class Refusals(strawberry.ExceptionHandler[RuleBroken, Refusal]):
    """A broken rule is a value of the field's union."""

    def handle(self, exception: RuleBroken, *, field: object, info: Any) -> Refusal:  # noqa: ARG002  # given by strawberry
        """The refusal, in the caller's language."""
        return cast("Refusal", problem_of(exception, info.context.language))


class GatewaySchema(strawberry.Schema):
    """The supergraph as it is served; `own_sdl` is the part that the gateway answers itself."""

    def __init__(self, declared: Encrypted) -> None:
        """Build the gateway's own schema, then declare the encrypted fields beside it."""
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            config=StrawberryConfig(scalar_map=dict(SCALARS)),
            exception_handlers=[Refusals()],
            execution_context_class=SplicingExecutor,
        )
        self.own_sdl: Final = super().as_str() + "\n"
        self._supergraph: Final = encrypted.merged(self.own_sdl, declared)
        if declared.fields:
            self._schema = _declare(self._schema, build_ast_schema(declared.declarations))
            self._schema._strawberry_schema = self  # type: ignore[attr-defined]  # noqa: SLF001  # as strawberry does

    def as_str(self) -> str:
        """The supergraph's SDL."""
        return self._supergraph


def _declare(own: GraphQLSchema, declared: GraphQLSchema) -> GraphQLSchema:
    """`own` with the root fields of `declared`; a type that both have is `own`'s, and so resolves as before."""
    shared = dict(own.type_map)
    foreign = [kind for name, kind in declared.type_map.items() if name not in shared and not name.startswith("__")]
    for kind in (*foreign, *(declared.type_map[root] for root in ROOTS if root in declared.type_map)):
        _point_at(kind, shared)
    for root in ROOTS:
        target, source = own.type_map.get(root), declared.type_map.get(root)
        if isinstance(target, GraphQLObjectType) and isinstance(source, GraphQLObjectType):
            for field in source.fields.values():
                field.resolve, field.subscribe = _never, None
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


def _never(_root: object, _info: object, **_arguments: object) -> None:
    raise GraphQLError(message(ASK_OWN_COURT, "en"), extensions={"code": ASK_OWN_COURT})


SCHEMA: Final = GatewaySchema(encrypted.committed())
