"""The node's schema: every noun's queries, mutations and subscriptions under one roof."""

from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.node.asset_details import DETAILS
from schema.node.audit import AuditQuery
from schema.node.case_transfers import CaseTransferMutation, CaseTransferQuery
from schema.node.cases import CaseQuery
from schema.node.changes import ChangeSubscription
from schema.node.claims import ClaimMutation
from schema.node.clues import ClueMutation, ClueQuery
from schema.node.control import ControlMutation, ControlQuery
from schema.node.conversation import ConversationMutation
from schema.node.corrections import CorrectionMutation, CorrectionQuery
from schema.node.cross_enforcement import CrossEnforcementMutation, CrossEnforcementQuery
from schema.node.delegated_searches import DelegatedSearchMutation, DelegatedSearchQuery
from schema.node.distribution import DistributionMutation
from schema.node.entities import EntityQuery
from schema.node.follow_ups import FollowUpMutation
from schema.node.framework_texts import FrameworkTextMutation, FrameworkTextQuery
from schema.node.lookups import LookupQuery, LookupSubscription
from schema.node.measure_orders import MeasureOrderMutation
from schema.node.measure_queues import MeasureQueueQuery
from schema.node.measures import MeasureMutation
from schema.node.measures_elsewhere import MeasureElsewhereMutation, MeasureElsewhereQuery
from schema.node.money import MoneyMutation
from schema.node.objects import ObjectQuery
from schema.node.over_freezing import OverFreezingMutation
from schema.node.person_accesses import AccessesQuery
from schema.node.relatives import RelativeMutation, RelativeQuery
from schema.node.search_entries import SearchEntryMutation
from schema.node.searches import SearchMutation, SearchQuery
from schema.node.seizures import SeizureMutation
from schema.node.settlements import SettlementMutation
from schema.node.standards import StandardMutation, StandardQuery
from schema.node.task_lists import TaskBatchMutation, TaskListQuery
from schema.node.task_overlays import TaskOverlayMutation, WorkloadQuery
from schema.node.tasks import TaskMutation, TaskQuery, TaskSubscription
from schema.node.transfers import TransferMutation, TransferQuery
from schema.node.unit_answers import NoticeQuery, UnitAnswerMutation
from schema.node.units import UnitQuery
from schema.node.warnings_raised import WarningMutation, WarningQuery
from schema.node.zone_mirror import NodeSchema, committed
from schema.scalars import SCALARS
from schema.splice import SplicingExecutor
from schema.subgraph import ANY


@strawberry.type(description="What can be read at a court's node. 查询")
class Query(
    LookupQuery,
    CaseQuery,
    CaseTransferQuery,
    MeasureElsewhereQuery,
    CrossEnforcementQuery,
    TaskQuery,
    TaskListQuery,
    WorkloadQuery,
    SearchQuery,
    ClueQuery,
    ControlQuery,
    MeasureQueueQuery,
    TransferQuery,
    DelegatedSearchQuery,
    NoticeQuery,
    UnitQuery,
    AuditQuery,
    AccessesQuery,
    WarningQuery,
    RelativeQuery,
    CorrectionQuery,
    StandardQuery,
    FrameworkTextQuery,
    ObjectQuery,
    EntityQuery,
):
    """The roots of all queries."""


@strawberry.type(description="What can be done at a court's node. 变更")
class Mutation(
    TaskMutation,
    TaskBatchMutation,
    ConversationMutation,
    TaskOverlayMutation,
    SearchMutation,
    SearchEntryMutation,
    ClueMutation,
    FollowUpMutation,
    DelegatedSearchMutation,
    MeasureMutation,
    MeasureOrderMutation,
    ControlMutation,
    OverFreezingMutation,
    TransferMutation,
    UnitAnswerMutation,
    SeizureMutation,
    MoneyMutation,
    ClaimMutation,
    SettlementMutation,
    DistributionMutation,
    CaseTransferMutation,
    MeasureElsewhereMutation,
    CrossEnforcementMutation,
    WarningMutation,
    RelativeMutation,
    CorrectionMutation,
    StandardMutation,
    FrameworkTextMutation,
):
    """The roots of all mutations."""


@strawberry.type(description="What can be watched at a court's node. 订阅")
class Subscription(LookupSubscription, TaskSubscription, ChangeSubscription):
    """The roots of all subscriptions."""


SCHEMA: Final = NodeSchema(
    committed(),
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=list(DETAILS.values()),
    execution_context_class=SplicingExecutor,
    config=StrawberryConfig(scalar_map={**SCALARS, **ANY}),
)
