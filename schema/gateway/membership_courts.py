"""What courts hand in, signed by their own keys: applications, signatures, withdrawals, documents, agreements."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from db.records.membership import ProposalRecord
from enforcement.desk.membership import agreements, applying, court_documents, reading, signing, withdrawing
from enforcement.desk.membership.withdrawing import Withdrawal
from federation.directory.signed import Signature
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.membership_admin import MembershipActResult, ProposeResult, membership_of
from schema.gateway.membership_enums import ProposalKind
from schema.gateway.membership_types import MembershipApplication
from schema.gateway.proposal_types import MembershipProposal
from schema.problems import Refusal, StaleVersion
from schema.scalars import CourtCode, SignedDocument


@strawberry.input(description="What a court signs to become a member. 入会申请")
class ApplyForMembershipInput:
    application: SignedDocument = strawberry.field(
        description="Signed by the court's identity, governance and signing keys. 申请文件"
    )
    court: SignedDocument = strawberry.field(
        description="The court's own document, version 1, signed by its governance key. 法院文件"
    )
    version: int = strawberry.field(
        default=0, description="Version of the application that this changes; 0 for a new one. 版本"
    )


@strawberry.input(description="A court's signature over one document. 签名")
class DocumentSignatureInput:
    document: str = strawberry.field(description="Name of the document, such as members. 文件名称")
    key: str = strawberry.field(description="Id of the court's governance key. 密钥编号")
    signature: str = strawberry.field(description="The 64 bytes of Ed25519 in base64url. 签名值")


@strawberry.input(description="A court's signatures over all documents of a proposal. 签署请求")
class SignProposalInput:
    number: UUID = strawberry.field(description="Number of the proposal. 编号")
    court: CourtCode = strawberry.field(description="Which court signs. 法院")
    signatures: list[DocumentSignatureInput] = strawberry.field(description="One for each document. 签名")
    version: int = strawberry.field(description="The proposal's version that the caller read. 版本")


@strawberry.input(description="That a court leaves: what it signed follows from the instants. 退出请求")
class WithdrawMembershipInput:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    made_at: datetime = strawberry.field(description="When it was signed; at most a day ago. 签署时间")
    effective_at: datetime = strawberry.field(description="From when it leaves; at most 90 days ahead. 生效时间")
    signatures: list[DocumentSignatureInput] = strawberry.field(description="Over the next root and members. 签名")
    version: int = strawberry.field(description="The membership's version that the caller read. 版本")


@strawberry.input(description="The next version of a court's own document. 变更法院文件请求")
class ChangeCourtDocumentInput:
    document: SignedDocument = strawberry.field(description="Signed by its governance key. 法院文件")
    version: int = strawberry.field(description="The version of the document that it replaces. 版本")


@strawberry.input(description="A version of an agreement, signed by the court that writes it. 协议请求")
class AgreementInput:
    agreement: SignedDocument = strawberry.field(description="Signed by one of its courts. 协议文件")
    version: int = strawberry.field(description="The version that it replaces; 0 for the first. 版本")


ApplyForMembershipResult: TypeAlias = Annotated[
    MembershipApplication | StaleVersion | Refusal,
    strawberry.union("ApplyForMembershipResult", description="The application, or why not. 申请结果"),
]
Applying: TypeAlias = Annotated[ApplyForMembershipInput, strawberry.argument(description="What was signed. 入会申请")]
Signing: TypeAlias = Annotated[SignProposalInput, strawberry.argument(description="What was signed. 签署请求")]
Leaving: TypeAlias = Annotated[WithdrawMembershipInput, strawberry.argument(description="Who, when. 退出请求")]
Changing: TypeAlias = Annotated[ChangeCourtDocumentInput, strawberry.argument(description="To what. 变更请求")]
Agreed: TypeAlias = Annotated[AgreementInput, strawberry.argument(description="What was signed. 协议请求")]


@strawberry.type
class MembershipCourtMutation:
    @strawberry.mutation(
        description="Apply for membership, without a token: the court's keys prove it. The same bytes give the same "
        "application. 申请加入"
    )
    async def apply_for_membership(self, info: GatewayInfo, input: Applying) -> ApplyForMembershipResult:  # noqa: A002
        context = info.context
        made = await applying.apply(context.office, input.application, input.court, input.version)
        view = await reading.application_of(context.office, made.id)
        return MembershipApplication.of(view, context.language)

    @strawberry.mutation(
        description="Sign every document of a proposal by the court's governance key; with the last one needed it is "
        "decided. 签署提案"
    )
    async def sign_proposal(self, info: GatewayInfo, input: Signing) -> ProposeResult:  # noqa: A002
        return await _sign(info.context, input)

    @strawberry.mutation(
        description="Leave the zone: the others sign what the court signed, and open tasks run off. 退出协作区"
    )
    async def withdraw_membership(self, info: GatewayInfo, input: Leaving) -> MembershipActResult:  # noqa: A002
        context = info.context
        wish = Withdrawal(input.court, input.made_at, input.effective_at, _by_name(input.court, input.signatures))
        await withdrawing.withdraw(context.office, context.caller, wish, input.version)
        return await membership_of(context, input.court)

    @strawberry.mutation(
        description="Change the court's address, keys, provider or officers by its own signed document. 变更法院文件"
    )
    async def change_court_document(self, info: GatewayInfo, input: Changing) -> MembershipActResult:  # noqa: A002
        context = info.context
        made = await court_documents.change(context.office, context.caller, input.document, input.version)
        return await membership_of(context, made.court)

    @strawberry.mutation(
        description="Bring a version of an agreement, of two courts or the zone, signed by who writes it. 提出协议"
    )
    async def propose_agreement(self, info: GatewayInfo, input: Agreed) -> ProposeResult:  # noqa: A002
        context = info.context
        made = await agreements.propose(context.office, context.caller, input.agreement, input.version)
        return await _shown(context, made)

    @strawberry.mutation(description="Sign the other court's version of an agreement. 接受协议")
    async def accept_agreement(self, info: GatewayInfo, input: Signing) -> ProposeResult:  # noqa: A002
        return await _sign(info.context, input, frozenset({ProposalKind.PAIR_AGREEMENT, ProposalKind.ZONE_AGREEMENT}))

    @strawberry.mutation(
        description="Bring a version that ends an agreement earlier, and changes nothing else. 终止协议"
    )
    async def end_agreement(self, info: GatewayInfo, input: Agreed) -> ProposeResult:  # noqa: A002
        context = info.context
        made = await agreements.end(context.office, context.caller, input.agreement, input.version)
        return await _shown(context, made)


async def _sign(
    context: GatewayContext, given: SignProposalInput, kinds: frozenset[ProposalKind] = frozenset(ProposalKind)
) -> MembershipProposal:
    made = await signing.sign(
        context.office,
        context.caller,
        signing.Vote(given.number, given.version, given.court, _by_name(given.court, given.signatures), kinds),
    )
    return await _shown(context, made)


def _by_name(court: str, given: list[DocumentSignatureInput]) -> dict[str, Signature]:
    """The signatures by document; of two for one document, the last."""
    return {each.document: Signature(by=court, key=each.key, signature=each.signature) for each in given}


async def _shown(context: GatewayContext, made: ProposalRecord) -> MembershipProposal:
    return MembershipProposal.of(await reading.proposal_of(context.office, made.id))
