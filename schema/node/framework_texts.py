"""Texts about the zone's records that stay at this court (会议纪要、督办答复)."""

from datetime import datetime
from typing import Annotated, Self, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.standards import FrameworkTextKind
from enforcement import framework_texts
from enforcement.framework_texts import NewText
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.enums import described
from schema.federated import Personal
from schema.problems import Refusal, problem_of

InfoNode: TypeAlias = Info[NodeContext, None]

described(
    FrameworkTextKind,
    "Which text of a court it is. 文本类别",
    {
        FrameworkTextKind.MINUTES: "Minutes of a meeting. 会议纪要",
        FrameworkTextKind.SUPERVISION_ANSWER: "The words of an answer to a supervision. 督办答复",
    },
)


@strawberry.type(description="A text of this court about a record at the gateway. 本院文本", directives=[Personal()])
class FrameworkText:
    record_id: UUID = strawberry.field(description="The record at the gateway. 记录编号")
    kind: FrameworkTextKind = strawberry.field(description="Which text. 文本类别")
    text: str = strawberry.field(description="The text. 内容")
    digest: str = strawberry.field(description="What the gateway is given; it tells nothing of the text. 文本摘要")
    officer_id: strawberry.ID = strawberry.field(description="Who kept it. 经办人编号")
    kept_at: datetime = strawberry.field(description="When. 时间")

    @classmethod
    def of(cls, found: framework_texts.FrameworkText) -> Self:
        """The text as this court keeps it."""
        record = found.record
        return cls(
            record_id=record.record_id,
            kind=record.kind,
            text=found.text,
            digest=record.digest,
            officer_id=strawberry.ID(record.officer_id),
            kept_at=record.kept_at,
        )


@strawberry.type(description="This court's texts about a record. 本院文本列表", directives=[Personal()])
class FrameworkTexts:
    texts: list[FrameworkText] = strawberry.field(description="Oldest first, at most 100. 文本")


@strawberry.input(description="What is kept, about which record. 留存文本请求")
class KeepFrameworkTextInput:
    record_id: UUID = strawberry.field(description="The record at the gateway. 记录编号")
    kind: FrameworkTextKind = strawberry.field(description="Which text. 文本类别")
    text: str = strawberry.field(description="At most 20,000 characters. 内容")
    idempotency_key: str = strawberry.field(description="The same key again keeps it once. 幂等键")


FrameworkTextsResult: TypeAlias = Annotated[
    FrameworkTexts | Refusal,
    strawberry.union("FrameworkTextsResult", description="The texts, or why not. 本院文本结果"),
]
KeepFrameworkTextResult: TypeAlias = Annotated[
    FrameworkText | Refusal,
    strawberry.union("KeepFrameworkTextResult", description="The text, or why not. 留存文本结果"),
]
OfRecord: TypeAlias = Annotated[UUID, strawberry.argument(description="The record at the gateway. 记录编号")]
Kept: TypeAlias = Annotated[KeepFrameworkTextInput, strawberry.argument(description="What. 留存文本请求")]


@strawberry.type
class FrameworkTextQuery:
    """Texts that stay here."""

    @strawberry.field(description="This court's texts about a record at the gateway. 本院文本")
    async def framework_texts(self, info: InfoNode, record_id: OfRecord) -> FrameworkTextsResult:
        context = info.context
        try:
            found = await framework_texts.of_record(context.court, context.caller, record_id)
        except RuleBroken as refusal:
            return cast("FrameworkTextsResult", problem_of(refusal, context.language))
        return FrameworkTexts(texts=[FrameworkText.of(each) for each in found])


@strawberry.type
class FrameworkTextMutation:
    """Keeping a text."""

    @strawberry.mutation(
        description="Keep minutes or the words of an answer at this court, and get the digest for the gateway. 留存文本"
    )
    async def keep_framework_text(self, info: InfoNode, input: Kept) -> KeepFrameworkTextResult:  # noqa: A002
        context, new = info.context, NewText(input.record_id, input.kind, input.text)
        try:
            kept = await framework_texts.keep(context.court, context.caller, new, idempotency_key=input.idempotency_key)
        except RuleBroken as refusal:
            return cast("KeepFrameworkTextResult", problem_of(refusal, context.language))
        return FrameworkText.of(kept)
