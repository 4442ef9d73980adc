"""Which nodes answer (节点健康)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self, TypeAlias

import strawberry

from enforcement.desk import health
from schema.enums import described
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.courts import MemberCourt
from schema.gateway.maintenance import MaintenanceWindow
from schema.problems import Refusal


class NodeState(StrEnum):
    """What the last probe of a node found."""

    REACHABLE = "REACHABLE"
    UNREACHABLE = "UNREACHABLE"
    SUSPENDED = "SUSPENDED"
    NOT_CHECKED = "NOT_CHECKED"


described(
    NodeState,
    "What the last probe of a court's node found. 节点状态",
    {
        NodeState.REACHABLE: "It is ready. 可联通",
        NodeState.UNREACHABLE: "No answer, or it is not ready. 不可联通",
        NodeState.SUSPENDED: "Not probed: the membership is suspended. 已暂停",
        NodeState.NOT_CHECKED: "Not probed yet. 尚未检测",
    },
)


@strawberry.type(description="Whether a court's node answers. 节点健康")
class NodeHealth:
    court: MemberCourt = strawberry.field(description="The court. 法院")
    state: NodeState = strawberry.field(description="What the last probe found. 状态")
    since: datetime | None = strawberry.field(description="Since when it is in this state. 起始时间")
    checked_at: datetime | None = strawberry.field(description="When it was probed last. 检测时间")
    latency_ms: int | None = strawberry.field(description="How long its answer took, in milliseconds. 延迟（毫秒）")
    maintenance: list[MaintenanceWindow] = strawberry.field(
        description="Windows that were announced and are not over, at most 20, by their first instant. 维护窗口"
    )

    @classmethod
    def of(cls, found: health.Health, context: GatewayContext) -> Self:
        """The court with its last probe, if any."""
        last = found.last
        return cls(
            court=MemberCourt.of(found.court, context.language),
            state=NodeState(last.state) if last else NodeState.NOT_CHECKED,
            since=last.since if last else None,
            checked_at=last.checked_at if last else None,
            latency_ms=last.latency_ms if last else None,
            maintenance=[MaintenanceWindow.of(window, context) for window in found.windows],
        )


@strawberry.type(description="The nodes of the zone, in the directory's order. 协作区节点健康")
class FederationHealth:
    nodes: list[NodeHealth] = strawberry.field(description="One for each court that has not left. 节点")


FederationHealthResult: TypeAlias = Annotated[
    FederationHealth | Refusal,
    strawberry.union("FederationHealthResult", description="The nodes' health, or why not. 节点健康结果"),
]


@strawberry.type
class HealthQuery:
    @strawberry.field(description="Which nodes answer; for every signed-in officer of the zone. 节点健康")
    async def federation_health(self, info: GatewayInfo) -> FederationHealthResult:
        context = info.context
        found = await health.federation_health(context.gateway, context.caller)
        return FederationHealth(nodes=[NodeHealth.of(each, context) for each in found])
