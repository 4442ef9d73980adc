"""The node's schema: every noun's queries, mutations and subscriptions under one roof."""

from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.node.lookups import LookupQuery, LookupSubscription
from schema.scalars import SCALARS
from schema.splice import SplicingExecutor


@strawberry.type(description="What can be read at a court's node. 查询")
class Query(LookupQuery):
    pass


@strawberry.type(description="What can be watched at a court's node. 订阅")
class Subscription(LookupSubscription):
    pass


SCHEMA: Final = strawberry.Schema(
    query=Query,
    subscription=Subscription,
    execution_context_class=SplicingExecutor,
    config=StrawberryConfig(scalar_map=dict(SCALARS)),
)
