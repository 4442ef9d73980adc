"""Proposals and agreements as the gateway shows them: the bytes that are signed, and what they say."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

import strawberry

from enforcement.desk.membership.drafts import Draft
from enforcement.desk.membership.reading import ProposalView
from federation.directory.documents import AgreementDocument
from schema.gateway.membership_enums import ProposalKind, ProposalState, SuspensionGround
from schema.scalars import CourtCode, SignedDocument


@strawberry.type(description="What a court answers to another, or every court to every other. 协作协议")
class CourtAgreement:
    asking: CourtCode | None = strawberry.field(description="Who is assisted; null for every court. 委托法院")
    asked: CourtCode | None = strawberry.field(description="Who assists; null for every court. 受托法院")
    version: int = strawberry.field(description="Its version. 版本")
    sections: list[str] = strawberry.field(description="What of a profile is answered, as codes. 查询内容")
    purposes: list[str] = strawberry.field(description="For which purposes, as codes. 查询目的")
    matters: list[str] = strawberry.field(description="Which matters may be delegated, as codes. 委托事项")
    looks_per_hour: int = strawberry.field(description="How many look-ups in an hour. 每小时查询上限")
    valid_from: date = strawberry.field(description="First day, in China. 生效日期")
    valid_until: date = strawberry.field(description="Last day, in China, inclusive. 终止日期")

    @classmethod
    def of(cls, document: AgreementDocument) -> Self:
        """The agreement as it is signed."""
        return cls(
            asking=None if document.asking is None else CourtCode(document.asking),
            asked=None if document.asked is None else CourtCode(document.asked),
            version=document.version,
            sections=list(document.sections),
            purposes=list(document.purposes),
            matters=list(document.matters),
            looks_per_hour=document.looks_per_hour,
            valid_from=document.valid_from,
            valid_until=document.valid_until,
        )


@strawberry.type(description="A document that the courts are asked to sign. 待签文件")
class ProposedDocument:
    name: str = strawberry.field(description="Its name in the directory. 名称")
    version: int = strawberry.field(description="Its version. 版本")
    body: SignedDocument = strawberry.field(description="The bytes to sign, without signatures. 待签内容")

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """The document as it is stored."""
        return cls(name=draft.name, version=draft.version, body=SignedDocument(draft.body))


@strawberry.type(description="That a court signed every document of a proposal. 签署")
class ProposalSignature:
    court: CourtCode = strawberry.field(description="Which court. 法院")
    at: datetime = strawberry.field(description="When. 时间")


@strawberry.type(description="A decision that the courts are asked to sign. 表决提案")
class MembershipProposal:
    number: UUID = strawberry.field(description="Its number. 编号")
    kind: ProposalKind = strawberry.field(description="What is proposed. 种类")
    court: CourtCode | None = strawberry.field(description="About which court; null for all. 法院")
    other_court: CourtCode | None = strawberry.field(description="The other court of an agreement. 对方法院")
    ground: SuspensionGround | None = strawberry.field(description="Why, of a suspension. 事由")
    state: ProposalState = strawberry.field(description="Where it stands. 状态")
    made_at: datetime = strawberry.field(description="When it was made; the documents follow from it. 提出时间")
    effective_at: datetime = strawberry.field(description="From when it holds. 生效时间")
    made_by_court: str = strawberry.field(description="Whose officer made it; gateway for its admins. 提出方")
    closed_at: datetime | None = strawberry.field(description="When it was decided or superseded. 结束时间")
    version: int = strawberry.field(description="Give it when you sign. 版本")
    documents: list[ProposedDocument] = strawberry.field(description="What is signed, by name. 待签文件")
    application: SignedDocument | None = strawberry.field(description="What the applicant signed, if it is one. 申请")
    agreement: CourtAgreement | None = strawberry.field(description="The terms, if it is an agreement. 协议条款")
    signatures: list[ProposalSignature] = strawberry.field(description="Who signed, in their order. 已签署法院")
    voters: list[CourtCode] = strawberry.field(description="Who may sign, while it is open. 可签署法院")
    missing: int = strawberry.field(description="How many signatures are missing, at least. 尚缺签署数")

    @classmethod
    def of(cls, view: ProposalView) -> Self:
        """The proposal as it is stored."""
        proposal, ballot = view.ballot.proposal, view.ballot
        signed = {each.court: each.at for each in ballot.signatures}
        agreed = [draft.document for draft in ballot.drafts if isinstance(draft.document, AgreementDocument)]
        return cls(
            number=proposal.id,
            kind=ProposalKind(proposal.kind),
            court=None if proposal.court is None else CourtCode(proposal.court),
            other_court=None if proposal.other_court is None else CourtCode(proposal.other_court),
            ground=None if proposal.ground is None else SuspensionGround(proposal.ground),
            state=proposal.state,
            made_at=proposal.made_at,
            effective_at=proposal.effective_at,
            made_by_court=proposal.made_by_court,
            closed_at=proposal.closed_at,
            version=proposal.version,
            documents=[ProposedDocument.of(draft) for draft in ballot.drafts],
            application=None if view.application is None else SignedDocument(view.application.application),
            agreement=CourtAgreement.of(agreed[0]) if agreed else None,
            signatures=[ProposalSignature(court=CourtCode(court), at=at) for court, at in signed.items()],
            voters=[CourtCode(court) for court in view.voters],
            missing=view.missing,
        )
