"""What the gateway's admins do to memberships, and what anybody brings before the courts."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from enforcement.desk.membership import examining, proposing, reading, suspending
from enforcement.desk.membership.proposing import Wish
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.membership_enums import ProposalKind, RejectionReason, SuspensionGround
from schema.gateway.membership_types import Membership, MembershipApplication
from schema.gateway.proposal_types import MembershipProposal
from schema.problems import Refusal, StaleVersion, TransitionNotAllowed
from schema.scalars import CourtCode


@strawberry.input(description="An act upon a court's application. 审核请求")
class ApplicationActInput:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    version: int = strawberry.field(description="The application's version that the caller read. 版本")


@strawberry.input(description="Why an application is rejected. 驳回请求")
class RejectApplicationInput(ApplicationActInput):
    reason: RejectionReason = strawberry.field(description="Why. 驳回理由")


@strawberry.input(description="Which member the gateway suspends, and why. 暂停请求")
class SuspendMembershipInput:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    ground: SuspensionGround = strawberry.field(description="Why. 事由")
    version: int = strawberry.field(description="The membership's version that the caller read. 版本")


@strawberry.input(description="A decision about a court that is brought before the courts. 提案请求")
class ProposeDecisionInput:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    effective_at: datetime = strawberry.field(description="From when it holds; at most 90 days ahead. 生效时间")
    version: int = strawberry.field(
        description="The membership's version that the caller read; to admit, the application's. 版本"
    )


@strawberry.input(description="A suspension that is brought before the courts. 确认暂停请求")
class ConfirmSuspensionInput(ProposeDecisionInput):
    ground: SuspensionGround = strawberry.field(description="Why. 事由")


@strawberry.input(description="A renewal of root and members. 续期请求")
class RenewDirectoryInput:
    version: int = strawberry.field(description="Any membership's version that the caller read. 版本")


ApplicationActResult: TypeAlias = Annotated[
    MembershipApplication | StaleVersion | TransitionNotAllowed | Refusal,
    strawberry.union("ApplicationActResult", description="The application after it, or why not. 审核结果"),
]
MembershipActResult: TypeAlias = Annotated[
    Membership | StaleVersion | TransitionNotAllowed | Refusal,
    strawberry.union("MembershipActResult", description="The membership after it, or why not. 成员资格变更结果"),
]
ProposeResult: TypeAlias = Annotated[
    MembershipProposal | StaleVersion | TransitionNotAllowed | Refusal,
    strawberry.union("ProposeResult", description="The proposal, or why there is none. 提案结果"),
]
Application: TypeAlias = Annotated[ApplicationActInput, strawberry.argument(description="Which one. 审核请求")]
Rejection: TypeAlias = Annotated[RejectApplicationInput, strawberry.argument(description="Which one, why. 驳回请求")]
Suspension: TypeAlias = Annotated[SuspendMembershipInput, strawberry.argument(description="Whom, why. 暂停请求")]
Decision: TypeAlias = Annotated[ProposeDecisionInput, strawberry.argument(description="About whom, when. 提案请求")]
Confirmation: TypeAlias = Annotated[
    ConfirmSuspensionInput, strawberry.argument(description="About whom, when, why. 确认暂停请求")
]
Renewal: TypeAlias = Annotated[RenewDirectoryInput, strawberry.argument(description="Of which version. 续期请求")]


@strawberry.type
class MembershipAdminMutation:
    @strawberry.mutation(
        description="Examine the applicant's node by the conformance kit; for gateway admins. 开始检测"
    )
    async def start_conformance_run(
        self,
        info: GatewayInfo,
        input: Application,  # noqa: A002
    ) -> ApplicationActResult:
        context = info.context
        await examining.start_run(context.office, context.caller, input.court, input.version)
        return await _application(context, input.court)

    @strawberry.mutation(
        description="Approve an application; with a second, different admin it is APPROVED. 批准入会申请"
    )
    async def approve_membership(
        self,
        info: GatewayInfo,
        input: Application,  # noqa: A002
    ) -> ApplicationActResult:
        context = info.context
        await examining.approve(context.office, context.caller, input.court, input.version)
        return await _application(context, input.court)

    @strawberry.mutation(description="Reject an application; for gateway admins. 驳回入会申请")
    async def reject_application(self, info: GatewayInfo, input: Rejection) -> ApplicationActResult:  # noqa: A002
        context = info.context
        await examining.reject(context.office, context.caller, input.court, input.version, input.reason)
        return await _application(context, input.court)

    @strawberry.mutation(
        description="Suspend a member at once; for gateway admins. It lapses after 72 hours. 暂停成员资格"
    )
    async def suspend_membership(self, info: GatewayInfo, input: Suspension) -> MembershipActResult:  # noqa: A002
        context = info.context
        await suspending.suspend(context.office, context.caller, input.court, input.ground, input.version)
        return await membership_of(context, input.court)

    @strawberry.mutation(
        description="Lift the gateway's own suspension at once, or propose to end the courts'. 恢复成员资格"
    )
    async def reinstate_membership(self, info: GatewayInfo, input: Decision) -> MembershipActResult:  # noqa: A002
        context = info.context
        await suspending.reinstate(context.office, context.caller, input.court, input.effective_at, input.version)
        return await membership_of(context, input.court)

    @strawberry.mutation(
        description="Propose that the courts admit an approved applicant; for gateway admins. 提请接纳"
    )
    async def propose_admission(self, info: GatewayInfo, input: Decision) -> ProposeResult:  # noqa: A002
        return await _propose(info.context, ProposalKind.ADMIT, input)

    @strawberry.mutation(
        description="Propose that the courts suspend a member; for gateway admins and heads of courts. 提请确认暂停"
    )
    async def confirm_suspension(self, info: GatewayInfo, input: Confirmation) -> ProposeResult:  # noqa: A002
        return await _propose(info.context, ProposalKind.CONFIRM_SUSPENSION, input, input.ground)

    @strawberry.mutation(description="Propose that a withdrawing court has left, once no task is open. 提请完成退出")
    async def finish_withdrawal(self, info: GatewayInfo, input: Decision) -> ProposeResult:  # noqa: A002
        return await _propose(info.context, ProposalKind.FINISH_WITHDRAWAL, input)

    @strawberry.mutation(
        description="Propose that the courts declare a member lost; for admins and heads of courts. 提请宣告失联"
    )
    async def declare_lost(self, info: GatewayInfo, input: Decision) -> ProposeResult:  # noqa: A002
        return await _propose(info.context, ProposalKind.DECLARE_LOST, input)

    @strawberry.mutation(
        description="Propose that root and members stay as they are for another year; for admins and heads. 提请续期"
    )
    async def renew_directory(self, info: GatewayInfo, input: Renewal) -> ProposeResult:  # noqa: A002
        context = info.context
        wish = Wish(ProposalKind.RENEW, None, context.gateway.clock.now())
        made = await proposing.propose(context.office, context.caller, wish, input.version)
        return MembershipProposal.of(await reading.proposal_of(context.office, made.id))


async def _application(context: GatewayContext, court: str) -> MembershipApplication:
    """The court's newest application, as the admin reads it."""
    (found, *_) = await reading.application_views(context.office, context.caller, court)
    return MembershipApplication.of(found, context.language)


async def membership_of(context: GatewayContext, court: str) -> Membership:
    """The member, as it stands after an act."""
    return Membership.of(await reading.member_of(context.office, court), context.language)


async def _propose(
    context: GatewayContext, kind: ProposalKind, given: ProposeDecisionInput, ground: SuspensionGround | None = None
) -> MembershipProposal:
    wish = Wish(kind, given.court, given.effective_at, ground)
    made = await proposing.propose(context.office, context.caller, wish, given.version)
    return MembershipProposal.of(await reading.proposal_of(context.office, made.id))
