"""Writing down what an assisting unit said on paper, and answering what it objects to."""

from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import notice_answers, notice_reading, objection_answers
from enforcement.notice_answers import PaperReceipt
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.node.measures import AssistanceNotice, notice_of
from schema.node.unit_answer_types import AnswerUnitObjectionInput, RecordAssistanceReceiptInput
from schema.problems import Refusal, StaleVersion, TransitionNotAllowed, problem_of

InfoNode: TypeAlias = Info[NodeContext, None]
RecordAssistanceReceiptResult: TypeAlias = Annotated[
    AssistanceNotice | Refusal | TransitionNotAllowed,
    strawberry.union("RecordAssistanceReceiptResult", description="The notice, or why it stays. 登记结果"),
]
AnswerUnitObjectionResult: TypeAlias = Annotated[
    AssistanceNotice | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("AnswerUnitObjectionResult", description="The notice, or why it stays. 答复结果"),
]


AssistanceNoticeResult: TypeAlias = Annotated[
    AssistanceNotice | Refusal,
    strawberry.union("AssistanceNoticeResult", description="The notice, or why not. 通知结果"),
]


@strawberry.type
class NoticeQuery:
    """One notice."""

    @strawberry.field(description="One notice to an assisting unit, by its id. 协助执行通知书")
    async def assistance_notice(
        self,
        info: InfoNode,
        id: Annotated[UUID, strawberry.argument(description="Which. 编号")],  # noqa: A002
    ) -> AssistanceNoticeResult:
        try:
            return notice_of(await notice_reading.read(info.context.court, info.context.caller, id))
        except RuleBroken as refusal:
            return cast("AssistanceNoticeResult", problem_of(refusal, info.context.language))


@strawberry.type
class UnitAnswerMutation:
    """What a unit says on paper, and what the court says to its objection."""

    @strawberry.mutation(description="Write down what a unit said on paper. 登记回执")
    async def record_assistance_receipt(
        self,
        info: InfoNode,
        input: Annotated[RecordAssistanceReceiptInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordAssistanceReceiptResult:
        new = PaperReceipt(
            input.notice_id,
            input.answer,
            input.receipt_no,
            input.brought_by,
            input.paper_sha256,
            input.rank,
            input.registered_at,
            input.reason,
        )
        try:
            notice = await notice_answers.record(
                info.context.court, info.context.caller, new, idempotency_key=input.idempotency_key
            )
        except RuleBroken as refusal:
            return cast("RecordAssistanceReceiptResult", problem_of(refusal, info.context.language))
        return notice_of(notice)

    @strawberry.mutation(description="Answer a unit's objection. 答复协助单位异议")
    async def answer_unit_objection(
        self,
        info: InfoNode,
        input: Annotated[AnswerUnitObjectionInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> AnswerUnitObjectionResult:
        court, caller = info.context.court, info.context.caller
        try:
            notice = await objection_answers.answer(
                court, caller, input.id, input.version, input.decision, input.paper_sha256
            )
        except RuleBroken as refusal:
            return cast("AnswerUnitObjectionResult", problem_of(refusal, info.context.language))
        return notice_of(notice)
