"""The zone's standards of delegated matters at a court's own node (统一标准): what it holds, and what it signs."""

from datetime import date, datetime
from typing import Annotated, Self, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.standards import HeldStandardRecord
from enforcement import agreed_standards
from enforcement.agreed_standards import TextToSign
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.problems import Refusal, problem_of
from schema.scalars import CourtCode
from schema.task_enums import DelegatedMatterType, RequiredPaper, StandardStatus

InfoNode: TypeAlias = Info[NodeContext, None]
_STANDARD = "The standard; the same at the gateway. 统一标准编号"
_REVISION = "Counts the texts of this standard that were agreed upon. 修订号"


@strawberry.type(description="What the zone's courts demand of a delegated matter beyond the law. 统一标准内容")
class StandardDemands:
    matter: DelegatedMatterType = strawberry.field(description="Of which matter. 委托事项")
    province: str | None = strawberry.field(
        description="Character of the entrusted court's province; null for every one without its own. 省份"
    )
    papers: list[RequiredPaper] = strawberry.field(description="Papers on top of those of the law. 增加的应附文书")
    answer_within_days: int | None = strawberry.field(description="Days within which it is answered. 反馈期限（日）")
    sign_for_within_working_days: int | None = strawberry.field(
        description="Working days within which it is signed for. 签收期限（工作日）"
    )
    from_on: date = strawberry.field(name="from", description="First day. 生效日期")
    to_on: date | None = strawberry.field(name="to", description="Last day; null when none is set. 失效日期")


@strawberry.type(description="A standard that this node holds, because enough courts signed it. 本院持有的统一标准")
class AgreedStandard:
    standard_id: UUID = strawberry.field(description=_STANDARD)
    revision: int = strawberry.field(description=_REVISION)
    demands: StandardDemands = strawberry.field(description="What it demands. 内容")
    signed_by: list[CourtCode] = strawberry.field(description="Whose signatures this node verified. 已核验签署法院")
    accepted_at: datetime = strawberry.field(description="Since when this node holds it. 接收时间")

    @classmethod
    def of(cls, record: HeldStandardRecord) -> Self:
        """The standard as this court keeps it."""
        return cls(
            standard_id=record.id,
            revision=record.revision,
            demands=StandardDemands(
                matter=DelegatedMatterType(record.matter),
                province=record.province,
                papers=[RequiredPaper(paper) for paper in record.papers],
                answer_within_days=record.answer_within_days,
                sign_for_within_working_days=record.sign_for_working_days,
                from_on=record.from_on,
                to_on=record.to_on,
            ),
            signed_by=[CourtCode(code) for code in record.courts],
            accepted_at=record.accepted_at,
        )


@strawberry.type(description="The standards that this node holds. 本院持有的统一标准列表")
class AgreedStandards:
    standards: list[AgreedStandard] = strawberry.field(description="In force or to come, at most 1,000. 统一标准")


@strawberry.type(description="A text that waits for the courts' signatures. 待签署统一标准")
class StandardToSign:
    standard_id: UUID = strawberry.field(description=_STANDARD)
    revision: int = strawberry.field(description=_REVISION)
    demands: StandardDemands = strawberry.field(description="What it would demand. 内容")
    digest: str = strawberry.field(description="Give it when you sign this text. 文本摘要")
    status: StandardStatus = strawberry.field(description="Whether the courts agreed upon it. 状态")

    @classmethod
    def of(cls, text: TextToSign) -> Self:
        """The text as this node read it."""
        content = text.content
        return cls(
            standard_id=content.id,
            revision=content.revision,
            demands=StandardDemands(
                matter=content.matter,
                province=content.province,
                papers=list(content.papers),
                answer_within_days=content.answer_within_days,
                sign_for_within_working_days=content.sign_for_working_days,
                from_on=content.from_on,
                to_on=content.to_on,
            ),
            digest=text.digest,
            status=text.status,
        )


@strawberry.input(description="Which text the court signs. 签署统一标准请求")
class SignStandardInput:
    standard_id: UUID = strawberry.field(description=_STANDARD)
    digest: str = strawberry.field(description="That of the text which the officer read. 文本摘要")
    version: int = strawberry.field(description="The revision which the officer read. 修订号")


AgreedStandardsResult: TypeAlias = Annotated[
    AgreedStandards | Refusal,
    strawberry.union("AgreedStandardsResult", description="The standards, or why not. 本院持有的统一标准结果"),
]
StandardToSignResult: TypeAlias = Annotated[
    StandardToSign | Refusal,
    strawberry.union("StandardToSignResult", description="The text, or why not. 待签署统一标准结果"),
]
SignStandardResult: TypeAlias = Annotated[
    StandardToSign | Refusal,
    strawberry.union("SignStandardResult", description="The signed text, or why not. 签署统一标准结果"),
]
OfMatter: TypeAlias = Annotated[
    DelegatedMatterType | None, strawberry.argument(description="Of this matter only. 委托事项")
]
WhichStandard: TypeAlias = Annotated[UUID, strawberry.argument(description=_STANDARD)]
WhichText: TypeAlias = Annotated[SignStandardInput, strawberry.argument(description="Which text. 签署统一标准请求")]


@strawberry.type
class StandardQuery:
    """Standards of the zone as this court holds them."""

    @strawberry.field(
        description="The standards of delegated matters by which this node goes, each signed by enough courts. "
        "本院持有的统一标准"
    )
    async def agreed_standards(self, info: InfoNode, matter: OfMatter = None) -> AgreedStandardsResult:
        context = info.context
        try:
            found = await agreed_standards.held(context.court, context.caller, matter)
        except RuleBroken as refusal:
            return cast("AgreedStandardsResult", problem_of(refusal, context.language))
        return AgreedStandards(standards=[AgreedStandard.of(record) for record in found])

    @strawberry.field(description="The text of a standard that waits for signatures. 待签署统一标准")
    async def standard_to_sign(self, info: InfoNode, standard_id: WhichStandard) -> StandardToSignResult:
        context = info.context
        try:
            return StandardToSign.of(await agreed_standards.to_sign(context.court, context.caller, standard_id))
        except RuleBroken as refusal:
            return cast("StandardToSignResult", problem_of(refusal, context.language))


@strawberry.type
class StandardMutation:
    """Signing."""

    @strawberry.mutation(description="Sign a text for this court; for its president. 签署统一标准")
    async def sign_standard(self, info: InfoNode, input: WhichText) -> SignStandardResult:  # noqa: A002
        context = info.context
        try:
            signed = await agreed_standards.sign(
                context.court, context.caller, input.standard_id, input.digest, revision=input.version
            )
        except RuleBroken as refusal:
            return cast("SignStandardResult", problem_of(refusal, context.language))
        return StandardToSign.of(signed)
