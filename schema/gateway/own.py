"""What the gateway answers itself: its own part of the supergraph, which knows nothing of any node's schema."""

from typing import Any, Final, cast

import strawberry
from graphql import parse
from strawberry.schema.config import StrawberryConfig

from enforcement.rules.refusals import RuleBroken
from schema import areas
from schema.gateway.composition import CompositionQuery
from schema.gateway.entities import EntityQuery
from schema.gateway.membership_admin import MembershipAdminMutation
from schema.gateway.membership_courts import MembershipCourtMutation
from schema.gateway.memberships import MembershipQuery, MembershipSubscription
from schema.gateway.objects import ObjectQuery
from schema.gateway.scattered_live import ScatteredSubscription
from schema.gateway.tracks import TrackSubscription
from schema.gateway.traffic import TrafficSubscription
from schema.gateway.zone import ClearMutation, ClearQuery, ZoneMutations, ZoneQuery
from schema.problems import Refusal, problem_of
from schema.scalars import SCALARS
from schema.splice import SplicingExecutor
from schema.subgraph import ANY


@strawberry.type(description="What can be asked at the gateway. 查询")
class Query(ZoneQuery, ClearQuery, CompositionQuery, MembershipQuery, ObjectQuery, EntityQuery):
    """The roots of all queries."""


@strawberry.type(description="What can be done at the gateway. 变更")
class Mutation(ZoneMutations, ClearMutation, MembershipAdminMutation, MembershipCourtMutation):
    """The roots of all mutations."""


@strawberry.type(description="What can be watched at the gateway. 订阅")
class Subscription(TrackSubscription, TrafficSubscription, MembershipSubscription, ScatteredSubscription):
    """The roots of all subscriptions."""


class Refusals(strawberry.ExceptionHandler[RuleBroken, Refusal]):
    """A broken rule is a value of the field's union."""

    def handle(self, exception: RuleBroken, *, field: object, info: Any) -> Refusal:  # noqa: ARG002  # given by strawberry
        """The refusal, in the caller's language."""
        return cast("Refusal", problem_of(exception, info.context.language))


OPTIONS: Final[dict[str, Any]] = {
    "query": Query,
    "mutation": Mutation,
    "subscription": Subscription,
    "config": StrawberryConfig(scalar_map={**SCALARS, **ANY}),
    "exception_handlers": [Refusals()],
    "execution_context_class": SplicingExecutor,
}
"""What the gateway's schema is made of."""


def own_sdl() -> str:
    """The SDL of that part; a node declares `zone` from it.

    Raises:
        AreaMissing: a field has no area.
    """
    own = strawberry.Schema(**OPTIONS)
    areas.check(own._schema, areas.table())  # noqa: SLF001 - strawberry has no public name for it
    return areas.marked(parse(own.as_str(), no_location=True), areas.table())
