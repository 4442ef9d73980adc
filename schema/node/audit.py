"""The audit trail of one court, and the envelopes that it refused unread."""

from datetime import datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.audit import AuditAction, AuditFilter
from enforcement import audit, lookup_logs
from enforcement.rules.refusals import RuleBroken
from schema.connections import page_info
from schema.context import NodeContext
from schema.node.audit_types import (
    AuditHead,
    AuditTrail,
    AuditTrailResult,
    RefusedEnvelopes,
    RefusedEnvelopesResult,
    audit_event,
    refused_envelope,
)
from schema.problems import problem_of
from schema.scalars import BigInt, CaseNumber, CourtCode
from schema.zone.page_types import After, First

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.input(name="AuditFilter", description="Which events; all that you may see when left out. 筛选条件")
class AuditFilterInput:
    court: CourtCode | None = strawberry.field(default=None, description="Of this court's officers. 法院")
    officer_id: str | None = strawberry.field(default=None, description="Of this officer. 人员")
    action: AuditAction | None = strawberry.field(default=None, description="Of this kind. 操作")
    case_number: CaseNumber | None = strawberry.field(default=None, description="For this case. 案号")
    lookup_id: UUID | None = strawberry.field(default=None, description="Of this look-up. 查询流水号")
    outcome: str | None = strawberry.field(default=None, description="That ended so, such as RATE_LIMITED. 结果")
    since: datetime | None = strawberry.field(default=None, description="At that instant or later. 时间起")
    until: datetime | None = strawberry.field(default=None, description="Before that instant. 时间止")

    def record(self) -> AuditFilter:
        """The filter as the trail takes it."""
        return AuditFilter(
            self.court,
            self.officer_id,
            self.action,
            self.case_number,
            self.lookup_id,
            self.outcome,
            self.since,
            self.until,
        )


Which: TypeAlias = Annotated[
    AuditFilterInput | None, strawberry.argument(description="Which events; all when left out. 筛选条件")
]


@strawberry.type
class AuditQuery:
    """What was done at this court, for those who watch over it."""

    @strawberry.field(description="What was done here, newest first; who may look up sees their own. 审计日志")
    async def audit_trail(
        self,
        info: InfoNode,
        filter: Which = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> AuditTrailResult:
        wanted = (filter or AuditFilterInput()).record()
        try:
            found = await audit.trail(info.context.court, info.context.caller, wanted, first=first, after=after)
        except RuleBroken as refusal:
            return cast("AuditTrailResult", problem_of(refusal, info.context.language))
        return AuditTrail(
            entries=[audit_event(event) for event in found.page.rows],
            page_info=page_info(found.page.cursors, has_next=found.page.has_next),
            head=AuditHead(seq=BigInt(found.head.seq), digest=found.head.digest),
        )

    @strawberry.field(
        description="What was refused here before its sender was proved, newest first; kept for 30 days. 拒收的报文"
    )
    async def refused_envelopes(self, info: InfoNode, first: First = 20, after: After = None) -> RefusedEnvelopesResult:
        try:
            found = await lookup_logs.refused_unread(info.context.court, info.context.caller, first=first, after=after)
        except RuleBroken as refusal:
            return cast("RefusedEnvelopesResult", problem_of(refusal, info.context.language))
        return RefusedEnvelopes(
            entries=[refused_envelope(record) for record in found.rows],
            page_info=page_info(found.cursors, has_next=found.has_next),
        )
