"""The queue of measures on an asset at the node's door, and the history of a measure."""

from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.measure_life import MeasureEventRecord
from enforcement import queue_views
from enforcement.measure_views import OrderView
from enforcement.queue_views import Place, Queue
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.domain_enums import LiftGround, MeasureKind, MeasureStatus, NoticeAct, OrderStatus
from schema.federated import Personal
from schema.problems import Refusal, problem_of
from schema.scalars import CaseNumber, CourtCode

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type(description="One measure in the queue on an asset. 轮候顺位", directives=[Personal()])
class MeasureQueueEntry:
    rank: int | None = strawberry.field(description="1 is in force, others wait; null: it stands no more. 顺位")
    court: CourtCode = strawberry.field(description="Whose ruling it is. 裁定法院")
    case_number: CaseNumber | None = strawberry.field(
        description="In which case; null where it is not yours to know. 案号"
    )
    measure_id: UUID | None = strawberry.field(description="The measure, if it is of this court. 控制措施")
    kind: MeasureKind = strawberry.field(description="Its kind. 措施种类")
    status: MeasureStatus = strawberry.field(description="Its status. 措施状态")
    registered_at: datetime = strawberry.field(description="When the unit registered it; ranks follow it. 登记时间")
    effective_at: datetime | None = strawberry.field(description="Since when it is in force. 生效时间")
    expires_on: date | None = strawberry.field(description="Its last day. 届满日")
    term_years: int | None = strawberry.field(description="For how many calendar years. 期限(年)")


@strawberry.type(
    description="The measures on one asset, in the order of their registration. 轮候队列", directives=[Personal()]
)
class MeasureQueue:
    is_authoritative: bool = strawberry.field(description="Whether the asset lies here: then this is it. 是否本院辖区")
    reported_by: CourtCode | None = strawberry.field(
        description="The court where the asset lies; null: it has not reported, own measures only. 报告法院"
    )
    as_of: datetime = strawberry.field(description="How it stood at that time. 截至时间")
    entries: list[MeasureQueueEntry] = strawberry.field(description="First registered first. 顺位列表")


MeasureQueueResult: TypeAlias = Annotated[
    MeasureQueue | Refusal,
    strawberry.union("MeasureQueueResult", description="The queue, or why it is not shown. 轮候队列结果"),
]


@strawberry.type
class MeasureQueueQuery:
    """Who stands where on an asset."""

    @strawberry.field(description="The queue on an asset: name it, a measure on it, or a task: one of them. 轮候队列")
    async def measure_queue(
        self,
        info: InfoNode,
        asset_id: Annotated[UUID | None, strawberry.argument(description="The asset. 财产")] = None,
        measure_id: Annotated[UUID | None, strawberry.argument(description="A measure. 控制措施")] = None,
        task_id: Annotated[UUID | None, strawberry.argument(description="A task. 委托事项")] = None,
    ) -> MeasureQueueResult:
        court, caller = info.context.court, info.context.caller
        try:
            found = await queue_views.read(court, caller, asset_id=asset_id, measure_id=measure_id, task_id=task_id)
        except RuleBroken as refusal:
            return cast("MeasureQueueResult", problem_of(refusal, info.context.language))
        return _queue(found)


def _queue(found: Queue) -> MeasureQueue:
    return MeasureQueue(
        is_authoritative=found.is_authoritative,
        reported_by=None if found.reported_by is None else CourtCode(found.reported_by),
        as_of=found.as_of,
        entries=[_entry(place) for place in found.places],
    )


def _entry(place: Place) -> MeasureQueueEntry:
    return MeasureQueueEntry(
        rank=place.rank,
        court=CourtCode(place.court),
        case_number=None if place.case_number is None else CaseNumber(place.case_number),
        measure_id=place.measure_id,
        kind=place.kind,
        status=place.status,
        registered_at=place.registered_at,
        effective_at=place.effective_at,
        expires_on=place.expires_on,
        term_years=place.term_years,
    )


@strawberry.type(
    description="One change of a measure; none is ever changed itself. 措施变更记录", directives=[Personal()]
)
class MeasureEvent:
    no: int = strawberry.field(description="Counted from 1. 序号")
    at: datetime = strawberry.field(description="From when it counts. 变更时间")
    recorded_at: datetime = strawberry.field(description="When it was written down here. 记录时间")
    status: MeasureStatus = strawberry.field(description="The status it brought. 措施状态")
    court: CourtCode = strawberry.field(description="Whose act or word it was. 法院")
    officer_id: str | None = strawberry.field(description="Whose act; null: the system or a unit. 人员")
    ground: str | None = strawberry.field(description="A code: why. 事由代码")
    ruling_no: str | None = strawberry.field(description="By which ruling. 裁定书号")
    receipt_id: UUID | None = strawberry.field(description="By which receipt. 回执")
    rank: int | None = strawberry.field(description="Its place then. 顺位")
    effective_at: datetime | None = strawberry.field(description="In force since. 生效时间")
    expires_on: date | None = strawberry.field(description="Its last day then. 届满日")


def event_of(record: MeasureEventRecord) -> MeasureEvent:
    """The GraphQL object of a change."""
    return MeasureEvent(
        no=record.no,
        at=record.at,
        recorded_at=record.recorded_at,
        status=record.status,
        court=CourtCode(record.court),
        officer_id=record.officer,
        ground=record.ground,
        ruling_no=record.ruling_no,
        receipt_id=record.receipt_id,
        rank=record.rank,
        effective_at=record.effective_at,
        expires_on=record.expires_on,
    )


@strawberry.type(description="An order that renews or ends a measure. 变更裁定", directives=[Personal()])
class MeasureOrder:
    id: UUID = strawberry.field(description="This court's id. 编号")
    act: NoticeAct = strawberry.field(description="What the unit registers. 协助事项")
    status: OrderStatus = strawberry.field(description="How far it has come. 办理状态")
    ruling_no: CaseNumber = strawberry.field(description="The ruling. 裁定书号")
    ruled_on: date = strawberry.field(description="The day of the ruling. 裁定日期")
    ground: LiftGround | None = strawberry.field(description="Why a measure is lifted. 解除事由")
    reason: str | None = strawberry.field(description="In words; null where it is not yours to read. 说明")
    term_years: int | None = strawberry.field(description="For how many more years. 续行期限(年)")
    is_late: bool = strawberry.field(
        description="So few days were left that the unit may not register it in time. 是否临期"
    )
    ordered_by: str = strawberry.field(description="Who ordered it. 承办人")
    ordered_at: datetime = strawberry.field(description="When. 裁定时间")
    receipt_id: UUID | None = strawberry.field(description="The receipt that closed it. 回执")
    done_at: datetime | None = strawberry.field(description="When it was closed. 办结时间")


def order_of(view: OrderView) -> MeasureOrder:
    """The GraphQL object of an order."""
    order = view.order
    return MeasureOrder(
        id=order.id,
        act=order.act,
        status=order.status,
        ruling_no=CaseNumber(order.ruling_no),
        ruled_on=order.ruled_on,
        ground=order.ground,
        reason=view.reason,
        term_years=order.term_years,
        is_late=order.is_late,
        ordered_by=order.ordered_by,
        ordered_at=order.ordered_at,
        receipt_id=order.receipt_id,
        done_at=order.done_at,
    )
