"""Complaints about delegated tasks as the gateway hears of them (投诉): grounds and instants, no reason."""

from datetime import datetime
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID

import strawberry

from db.records.complaints import ComplaintRecord
from enforcement.desk import complaints
from enforcement.desk.complaints import Only
from schema.connections import Connection, connection
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.courts import MemberCourt, member
from schema.gateway.framework_types import After, First, cursor, place
from schema.problems import Refusal
from schema.task_enums import TaskComplaintGround

_FIELD: Final = "trackedComplaints"


@strawberry.type(description="The delegating court complained of a task; the reason is at the two courts. 投诉")
class TrackedComplaint:
    track_id: UUID = strawberry.field(description="Number of the task. 事项编号")
    ground: TaskComplaintGround | None = strawberry.field(
        description="On which ground; null for one that this release does not know. 投诉事由"
    )
    delegating_court: MemberCourt = strawberry.field(description="Who complained. 委托法院")
    entrusted_court: MemberCourt = strawberry.field(description="Who answers. 受托法院")
    opened_at: datetime = strawberry.field(description="When it was said. 投诉时间")
    answered_at: datetime | None = strawberry.field(description="When it was answered. 答复时间")
    closed_at: datetime | None = strawberry.field(description="When who complained closed it. 结束时间")

    @classmethod
    def of(cls, record: ComplaintRecord, context: GatewayContext) -> Self:
        """The complaint as its messages told of it."""
        known = record.ground in set(TaskComplaintGround)
        return cls(
            track_id=record.track_id,
            ground=TaskComplaintGround(record.ground) if known else None,
            delegating_court=member(context, record.delegating_court),
            entrusted_court=member(context, record.entrusted_court),
            opened_at=record.opened_at,
            answered_at=record.answered_at,
            closed_at=record.closed_at,
        )


TrackedComplaintsResult: TypeAlias = Annotated[
    Connection[TrackedComplaint] | Refusal,
    strawberry.union("TrackedComplaintsResult", description="The complaints, or why not. 投诉列表结果"),
]
OfTask: TypeAlias = Annotated[UUID | None, strawberry.argument(description="Of this task only. 事项编号")]
OnlyUnsettled: TypeAlias = Annotated[
    bool | None, strawberry.argument(description="True: neither answered nor closed; false: the others. 是否未答复")
]


@strawberry.type
class ComplaintQuery:
    @strawberry.field(
        description="Complaints about tasks of the caller's court, or of a supervisor's courts, newest first. 投诉列表"
    )
    async def tracked_complaints(
        self,
        info: GatewayInfo,
        track_id: OfTask = None,
        open: OnlyUnsettled = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> TrackedComplaintsResult:
        context, only = info.context, Only(track_id, open)
        page = await complaints.page(context.gateway, context.caller, only, first=first, after=place(_FIELD, after))
        return connection(
            [TrackedComplaint.of(row, context) for row in page.rows],
            [cursor(_FIELD, row.opened_at, row.id) for row in page.rows],
            has_next=page.has_next,
        )
