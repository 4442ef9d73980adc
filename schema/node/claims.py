"""Writing down what a case is about in money, and when its enforcement stands still."""

from datetime import date
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement.case_money import claims, suspensions
from enforcement.case_money.suspensions import NewSuspension
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.money_enums import SuspensionGround, SuspensionKind
from schema.node.cases import EnforcementCase, case_of
from schema.node.claim_types import ClaimInput, Suspension, suspension_of
from schema.problems import ClaimsDoNotAddUp, Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.input(description="All claims of an own case. 登记债权")
class RecordClaimsInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    version: int = strawberry.field(description="The case's version that was read. 版本")
    claims: list[ClaimInput] = strawberry.field(
        description="Its claims; their sums are the case's, and replace what was written down before. 债权"
    )


@strawberry.input(description="A suspension or deferral of an own case. 登记中止、暂缓")
class RecordSuspensionInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    kind: SuspensionKind = strawberry.field(description="Suspended or deferred. 种类")
    ground: SuspensionGround = strawberry.field(description="Why. 事由")
    from_on: date = strawberry.field(description="Its first day. 起始日")
    idempotency_key: str = strawberry.field(description="The same key again gives the same suspension. 幂等键")
    until_on: date | None = strawberry.field(
        default=None, description="The day enforcement went on, of one that is over. 恢复日"
    )


@strawberry.input(description="The end of a suspension or deferral. 恢复执行程序")
class EndSuspensionInput:
    id: UUID = strawberry.field(description="Which one. 编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    until_on: date = strawberry.field(description="The day enforcement goes on. 恢复日")


RecordClaimsResult: TypeAlias = Annotated[
    EnforcementCase | Refusal | StaleVersion | ClaimsDoNotAddUp,
    strawberry.union("RecordClaimsResult", description="The case, or why nothing was written. 登记结果"),
]
RecordSuspensionResult: TypeAlias = Annotated[
    Suspension | Refusal | TransitionNotAllowed | StaleVersion,
    strawberry.union("RecordSuspensionResult", description="The suspension, or why there is none. 登记结果"),
]
EndSuspensionResult: TypeAlias = Annotated[
    Suspension | Refusal | TransitionNotAllowed | StaleVersion,
    strawberry.union("EndSuspensionResult", description="The suspension, or why it stands. 恢复结果"),
]


@strawberry.type
class ClaimMutation:
    """Claims and suspensions."""

    @strawberry.mutation(description="Write down all claims of a case, in place of those before. 登记债权")
    async def record_claims(
        self,
        info: InfoNode,
        input: Annotated[RecordClaimsInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordClaimsResult:
        court, caller, given = info.context.court, info.context.caller, input
        try:
            new = [claim.new() for claim in given.claims]
            return case_of(await claims.record(court, caller, given.case_number, given.version, new))
        except RuleBroken as refusal:
            return cast("RecordClaimsResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down that enforcement stands still, or stood. 登记中止、暂缓")
    async def record_suspension(
        self,
        info: InfoNode,
        input: Annotated[RecordSuspensionInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordSuspensionResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewSuspension(given.case_number, given.kind, given.ground, given.from_on, given.until_on)
        try:
            return suspension_of(await suspensions.record(court, caller, new, idempotency_key=given.idempotency_key))
        except RuleBroken as refusal:
            return cast("RecordSuspensionResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down that enforcement goes on. 登记恢复执行程序")
    async def end_suspension(
        self,
        info: InfoNode,
        input: Annotated[EndSuspensionInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> EndSuspensionResult:
        court, caller, given = info.context.court, info.context.caller, input
        try:
            return suspension_of(await suspensions.end(court, caller, given.id, given.version, given.until_on))
        except RuleBroken as refusal:
            return cast("EndSuspensionResult", problem_of(refusal, info.context.language))
