"""Announced maintenance of courts' nodes (维护公告)."""

from datetime import datetime
from typing import Annotated, Self, TypeAlias
from uuid import UUID

import strawberry

from db.records.maintenance import MaintenanceRecord
from enforcement.desk import maintenance
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.courts import MemberCourt, member
from schema.objects import Node, node_id
from schema.problems import Refusal, StaleVersion


@strawberry.type(description="A time in which a court's node may not answer. 维护窗口")
class MaintenanceWindow(Node):
    id: strawberry.ID = strawberry.field(description="Its number. 编号")
    court: MemberCourt = strawberry.field(description="Whose node. 法院")
    from_at: datetime = strawberry.field(name="from", description="First instant. 开始时间")
    to_at: datetime = strawberry.field(name="to", description="The instant at which it is over. 结束时间")
    announced_at: datetime = strawberry.field(description="When it was announced. 公告时间")
    withdrawn_at: datetime | None = strawberry.field(description="When it was taken back or ended early. 撤回时间")
    version: int = strawberry.field(description="Give it when you withdraw the window. 版本")

    @classmethod
    def of(cls, record: MaintenanceRecord, context: GatewayContext) -> Self:
        """The window as the desk keeps it."""
        return cls(
            id=node_id(record.id),
            court=member(context, record.court),
            from_at=record.from_at,
            to_at=record.to_at,
            announced_at=record.announced_at,
            withdrawn_at=record.withdrawn_at,
            version=record.version,
        )


@strawberry.input(description="When the caller's own node may not answer. 维护公告请求")
class AnnounceMaintenanceInput:
    from_at: datetime = strawberry.field(name="from", description="First instant; at most 90 days ahead. 开始时间")
    to_at: datetime = strawberry.field(name="to", description="When it is over; at most 72 hours later. 结束时间")
    idempotency_key: str = strawberry.field(description="The same key announces once, however often sent. 幂等键")


@strawberry.input(description="Which window is withdrawn. 撤回维护请求")
class WithdrawMaintenanceInput:
    id: UUID = strawberry.field(description="Number of the window. 编号")
    version: int = strawberry.field(description="The version that the caller read. 版本")


AnnounceMaintenanceResult: TypeAlias = Annotated[
    MaintenanceWindow | Refusal,
    strawberry.union("AnnounceMaintenanceResult", description="The window, or why not. 维护公告结果"),
]
WithdrawMaintenanceResult: TypeAlias = Annotated[
    MaintenanceWindow | StaleVersion | Refusal,
    strawberry.union("WithdrawMaintenanceResult", description="The withdrawn window, or why not. 撤回维护结果"),
]
Announced = Annotated[AnnounceMaintenanceInput, strawberry.argument(description="When. 维护公告请求")]
Withdrawn = Annotated[WithdrawMaintenanceInput, strawberry.argument(description="Which window. 撤回维护请求")]


@strawberry.type
class MaintenanceMutation:
    @strawberry.mutation(
        description="Announce maintenance of the own court's node; for its command centre. 公告维护窗口"
    )
    async def announce_maintenance(self, info: GatewayInfo, input: Announced) -> AnnounceMaintenanceResult:  # noqa: A002
        context = info.context
        made = await maintenance.announce(
            context.gateway,
            context.caller,
            from_at=input.from_at,
            to_at=input.to_at,
            idempotency_key=input.idempotency_key,
        )
        return MaintenanceWindow.of(made, context)

    @strawberry.mutation(
        description="Take an announced window back, or end it early; for the command centre of its court. 撤回维护窗口"
    )
    async def withdraw_maintenance(self, info: GatewayInfo, input: Withdrawn) -> WithdrawMaintenanceResult:  # noqa: A002
        context = info.context
        made = await maintenance.withdraw(context.gateway, context.caller, input.id, input.version)
        return MaintenanceWindow.of(made, context)
