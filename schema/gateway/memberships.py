"""Reading and watching membership: members, applications, proposals, agreements."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry

from enforcement.desk.membership import reading, watching
from enforcement.rules.refusals import RuleBroken
from schema.gateway.context import GatewayInfo
from schema.gateway.membership_enums import MembershipState, ProposalState
from schema.gateway.membership_types import FEED, Membership, MembershipApplication, MembershipEvent
from schema.gateway.proposal_types import CourtAgreement, MembershipProposal
from schema.positions import Resume, position_of
from schema.problems import Refusal, problem_of
from schema.scalars import CourtCode


@strawberry.type(description="Members and applicants. 成员资格列表")
class MembershipList:
    memberships: list[Membership] = strawberry.field(description="Members first, as they joined. 成员资格")


@strawberry.type(description="Applications, newest first. 入会申请列表")
class ApplicationList:
    applications: list[MembershipApplication] = strawberry.field(description="At most 500. 入会申请")


@strawberry.type(description="Proposals, newest first. 表决提案列表")
class ProposalList:
    proposals: list[MembershipProposal] = strawberry.field(description="At most 200. 表决提案")


@strawberry.type(description="Agreements of the zone's courts. 协作协议列表")
class AgreementList:
    agreements: list[CourtAgreement] = strawberry.field(description="The framework first. 协作协议")


MembershipsResult: TypeAlias = Annotated[
    MembershipList | Refusal,
    strawberry.union("MembershipsResult", description="The memberships, or why not. 成员资格列表结果"),
]
MembershipLookResult: TypeAlias = Annotated[
    Membership | Refusal,
    strawberry.union("MembershipLookResult", description="The membership, or why not. 成员资格查询结果"),
]
ApplicationsResult: TypeAlias = Annotated[
    ApplicationList | Refusal,
    strawberry.union("ApplicationsResult", description="The applications, or why not. 入会申请列表结果"),
]
ProposalsResult: TypeAlias = Annotated[
    ProposalList | Refusal,
    strawberry.union("ProposalsResult", description="The proposals, or why not. 表决提案列表结果"),
]
AgreementsResult: TypeAlias = Annotated[
    AgreementList | Refusal,
    strawberry.union("AgreementsResult", description="The agreements, or why not. 协作协议列表结果"),
]
MembershipChange: TypeAlias = Annotated[
    MembershipEvent | Refusal,
    strawberry.union("MembershipChange", description="What was done, or why nothing is shown. 成员资格变更"),
]
OfCourt: TypeAlias = Annotated[CourtCode | None, strawberry.argument(description="Of this court only. 法院")]


@strawberry.type
class MembershipQuery:
    @strawberry.field(
        description="Who takes part, who applies, and who has left; for the zone's officers. 成员资格列表"
    )
    async def memberships(
        self,
        info: GatewayInfo,
        status: Annotated[
            list[MembershipState] | None, strawberry.argument(description="In these states only. 状态")
        ] = None,
    ) -> MembershipsResult:
        context = info.context
        found = await reading.memberships(context.office, context.caller, status)
        return MembershipList(memberships=[Membership.of(each, context.language) for each in found])

    @strawberry.field(
        description="One court's membership, or null when it never applied; for the zone's officers. 成员资格"
    )
    async def membership(
        self, info: GatewayInfo, court: Annotated[CourtCode, strawberry.argument(description="Short code. 法院代字")]
    ) -> MembershipLookResult | None:
        context = info.context
        found = await reading.membership(context.office, context.caller, court)
        return None if found is None else Membership.of(found, context.language)

    @strawberry.field(
        description="Applications, decided ones too; for gateway admins, auditors and heads of courts. 入会申请列表"
    )
    async def applications(self, info: GatewayInfo, court: OfCourt = None) -> ApplicationsResult:
        context = info.context
        found = await reading.application_views(context.office, context.caller, court)
        return ApplicationList(applications=[MembershipApplication.of(each, context.language) for each in found])

    @strawberry.field(
        description="What the courts are, or were, asked to sign; for gateway admins, auditors and heads of courts. "
        "表决提案列表"
    )
    async def proposals(
        self,
        info: GatewayInfo,
        state: Annotated[ProposalState | None, strawberry.argument(description="In this state only. 状态")] = None,
        court: OfCourt = None,
    ) -> ProposalsResult:
        context = info.context
        found = await reading.proposal_views(context.office, context.caller, state, court)
        return ProposalList(proposals=[MembershipProposal.of(each) for each in found])

    @strawberry.field(description="One proposal by its number, to whoever knows it; null when there is none. 表决提案")
    async def proposal(
        self, info: GatewayInfo, number: Annotated[UUID, strawberry.argument(description="Its number. 编号")]
    ) -> MembershipProposal | None:
        found = await reading.proposal_view(info.context.office, number)
        return None if found is None else MembershipProposal.of(found)

    @strawberry.field(description="The newest version of each agreement; for the zone's officers. 协作协议列表")
    async def agreements(self, info: GatewayInfo, court: OfCourt = None) -> AgreementsResult:
        context = info.context
        found = await reading.agreements(context.office, context.caller, court)
        return AgreementList(agreements=[CourtAgreement.of(each) for each in found])


@strawberry.type
class MembershipSubscription:
    @strawberry.subscription(
        description="What is done to memberships and proposals, as committed; for the zone's officers. 成员资格变更"
    )
    async def membership_changed(
        self, info: GatewayInfo, after: Resume = None
    ) -> AsyncGenerator[MembershipChange, None]:
        context = info.context
        try:
            behind = position_of(after, FEED)
            acts = watching.acts(context.office, context.gateway.feed, context.caller, after=behind)
            async with aclosing(acts) as watched:
                async for each in watched:
                    yield MembershipEvent.of(each)
        except RuleBroken as error:
            yield cast("Refusal", problem_of(error, context.language))
