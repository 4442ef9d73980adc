"""A release one contract later, for tests: the committed contract with fields and values added to it."""

from collections.abc import Mapping
from typing import Any, Final

import strawberry
from graphql import EnumTypeExtensionNode, GraphQLEnumValue, GraphQLField, GraphQLString, ObjectTypeExtensionNode, parse
from strawberry.schema.config import StrawberryConfig

from schema.gateway import encrypted
from schema.gateway.schema import GatewaySchema
from schema.node.lookups import LookupQuery
from schema.node.schema import Mutation, Query, Subscription
from schema.node.zone_mirror import NodeSchema, committed
from schema.node.zone_part import Query as PartQuery
from schema.node.zone_part import Refusals
from schema.scalars import SCALARS
from schema.splice import SplicingExecutor
from schema.subgraph import ANY
from tests.enforcement.lookup_zone import Release

IN_LOOKUPS: Final = """
    extend type CourtPresence { remark: String }
    extend enum MatchLevel { SIMILAR_NAME }
"""
IN_CLEAR: Final = """
    extend type UnifiedStandard { remark: String }
    extend enum StandardPractice { BY_AGREEMENT }
"""
IN_ZONE: Final = """
    extend type MemberCourt { remark: String }
    extend enum CoverageReason { AWAY }
    extend enum TrackedTaskStatus { PAUSED }
"""
_LOOKUPS_SAY: Final = {("CourtPresence", "remark"): "later", ("CourtPresence", "matchLevel"): "SIMILAR_NAME"}
_ZONE_SAYS: Final = {("TrackedTask", "status"): "PAUSED", ("MemberCourt", "remark"): "later"}
_CLEAR_SAYS: Final = {("UnifiedStandard", "remark"): "later", ("UnifiedStandard", "practice"): "BY_AGREEMENT"}


def later(schema: strawberry.Schema, added: str, said: Mapping[tuple[str, str], str]) -> strawberry.Schema:
    """`schema`, which nobody else uses, with the texts and the values in `added`; fields in `said` say that."""
    sdl, types = schema.as_str() + added, schema._schema.type_map
    for node in parse(added).definitions:
        if isinstance(node, ObjectTypeExtensionNode):
            kind: Any = types[node.name.value]
            kind.fields.update({field.name.value: GraphQLField(GraphQLString) for field in node.fields or ()})
        elif isinstance(node, EnumTypeExtensionNode):
            enum: Any = types[node.name.value]
            enum.values.update({value.name.value: GraphQLEnumValue(value.name.value) for value in node.values or ()})
    for (name, field), value in said.items():
        told: Any = types[name]
        told.fields[field].resolve = _saying(value)
    schema.as_str = lambda: sdl  # type: ignore[method-assign]
    schema.document = None  # type: ignore[attr-defined]  # the text says it all
    return schema


def _saying(value: str) -> Any:
    return lambda *_, **__: value


def _fresh(query: type, **options: Any) -> strawberry.Schema:
    return strawberry.Schema(query=query, config=StrawberryConfig(scalar_map=dict(SCALARS)), **options)


LATER: Final = Release(
    2,
    lookups=later(_fresh(LookupQuery, execution_context_class=SplicingExecutor), IN_LOOKUPS, _LOOKUPS_SAY),
    clear=later(_fresh(PartQuery, exception_handlers=[Refusals()]), IN_CLEAR, _CLEAR_SAYS),
)
LATER_GATEWAY: Final = later(GatewaySchema(encrypted.committed()), IN_CLEAR + IN_ZONE, _ZONE_SAYS)
LATER_NODE: Final = later(
    NodeSchema(
        committed(),
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        execution_context_class=SplicingExecutor,
        config=StrawberryConfig(scalar_map={**SCALARS, **ANY}),
    ),
    IN_CLEAR + IN_ZONE,
    {},
)
