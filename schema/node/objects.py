"""`node` and `nodes` at a court's own node: its objects and the gateway's by id, as the fields that show them would.

An id that is no object of this court, for this officer, is passed on to the gateway, if it can be one of the gateway's:
whether there is an object here that the officer may not read makes no difference to anybody.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.cases import DeferralRecord
from db.records.claims import SuspensionRecord
from db.records.delegated_searches import DelegatedSearchRecord
from db.records.money import PaymentRecord
from db.records.searches import SearchRecord
from db.records.tasks import TaskRecord
from enforcement import objects
from enforcement.case_money.settlement_views import SettlementView
from enforcement.cases import AssetView, CaseFile, FindingView
from enforcement.measure_views import MeasureView
from schema.context import NodeContext
from schema.node.asset_types import asset_of, finding_of
from schema.node.cases import case_of
from schema.node.claim_types import suspension_of
from schema.node.delegated_search_types import shown as shown_searches
from schema.node.measures import measure_of
from schema.node.money_types import deferral_of, payment_of, settlement_of
from schema.node.searches import search_of
from schema.node.task_types import present
from schema.node.zone_objects import passed_on
from schema.objects import Node, OneId, SomeIds, checked, uuid_of

_SHOWN: Final[Mapping[type, Callable[[Any], Node]]] = {
    CaseFile: case_of,
    AssetView: asset_of,
    MeasureView: measure_of,
    SearchRecord: search_of,
    FindingView: finding_of,
    PaymentRecord: payment_of,
    SettlementView: settlement_of,
    DeferralRecord: deferral_of,
    SuspensionRecord: suspension_of,
}
"""Tasks and searches at several courts are missing here: those of one answer share a batch."""


@strawberry.type
class ObjectQuery:
    """Objects of this court, whatever their type."""

    @strawberry.field(
        description="An object of this court, or one of the gateway's, by its id, as its own field shows it; null when "
        "there is none, or none that you may know of. 按标识读取"
    )
    async def node(self, info: Info[NodeContext, None], id: OneId) -> Node | None:  # noqa: A002  # Relay's name
        (found,) = await _read(info, [id])
        return found

    @strawberry.field(
        description="The same for several ids, in their order, read together; null in the place of each that is not "
        "found. 按标识批量读取"
    )
    async def nodes(self, info: Info[NodeContext, None], ids: SomeIds) -> list[Node | None]:
        return await _read(info, checked(ids))


async def _read(info: Info[NodeContext, None], ids: list[strawberry.ID]) -> list[Node | None]:
    """The object of each id; what the gateway gives is a finished value, which the executor takes as it is."""
    shown = {str(each): node for each, node in (await _own(info.context, ids)).items()}
    others = await passed_on(info._raw_info, [each for each in ids if each not in shown])  # noqa: SLF001 - no public name
    return [shown.get(each) or cast("Node | None", others.get(each)) for each in ids]


async def _own(context: NodeContext, ids: list[strawberry.ID]) -> dict[UUID, Node]:
    wanted = [uuid_of(text) for text in ids]
    found = await objects.read(context.court, context.caller, sorted({each for each in wanted if each is not None}))
    tasks = [each for each in found.values() if isinstance(each, TaskRecord)]
    searches = [each for each in found.values() if isinstance(each, DelegatedSearchRecord)]
    shown: dict[UUID, Node] = {
        each: _SHOWN[type(value)](value) for each, value in found.items() if type(value) in _SHOWN
    }
    if tasks or searches:
        assert context.caller is not None  # nothing is found without one
        shown |= {task.record.id: task for task in present(context.court, context.caller, tasks)}
        shown |= {each.record.id: each for each in shown_searches(context.court, context.caller, searches)}
    return shown
