"""Requests for transfer between the first-sealing court and a priority creditor's, at the node's door."""

from typing import Annotated, Final, TypeAlias, cast

import strawberry
from strawberry.types import Info

from db.records.transfers import TransferRecord
from enforcement import disposal
from enforcement.disposal import NewDisposal
from enforcement.payloads import DocumentRef
from enforcement.rules.refusals import RuleBroken
from enforcement.transfers import answering, reading, requesting
from enforcement.transfers.answering import Answered
from enforcement.transfers.requesting import NewTransfer
from schema.connections import connection
from schema.context import NodeContext
from schema.node.transfer_types import (
    AnswerTransferRequestInput,
    ChangeTransferResult,
    DisputeTransferInput,
    RecordDisposalNoticeInput,
    RecordDisposalNoticeResult,
    RecordTransferDecisionInput,
    RequestTransferInput,
    RequestTransferResult,
    TransferPaperInput,
    TransferRequest,
    TransferRequestsResult,
    disposal_of,
    transfer_of,
)
from schema.problems import problem_of
from schema.zone.page_types import After, First

InfoNode: TypeAlias = Info[NodeContext, None]
_LETTER: Final = "TRANSFER_LETTER"


@strawberry.type
class TransferQuery:
    """What is asked for, and of this court."""

    @strawberry.field(description="Requests for transfer, newest first; handlers see their own cases'. 商请移送列表")
    async def transfer_requests(self, info: InfoNode, first: First = 20, after: After = None) -> TransferRequestsResult:
        try:
            found = await reading.page(info.context.court, info.context.caller, first=first, after=after)
        except RuleBroken as refusal:
            return cast("TransferRequestsResult", problem_of(refusal, info.context.language))
        return connection([transfer_of(view) for view in found.rows], found.cursors, has_next=found.has_next)


@strawberry.type
class TransferMutation:
    """From the request to the superior court's decision; and that a disposal has begun, which forbids it."""

    @strawberry.mutation(description="Ask the first-sealing court for a thing. 商请移送执行")
    async def request_transfer(
        self,
        info: InfoNode,
        input: Annotated[RequestTransferInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RequestTransferResult:
        try:
            new = NewTransfer(
                input.case_number,
                input.asset_id,
                input.first_sealing_court,
                input.first_sealed_on,
                input.priority,
                input.amount,
                (
                    _paper(input.letter, "TRANSFER_REQUEST_LETTER"),
                    _paper(input.effective_document, "EFFECTIVE_DOCUMENT"),
                    _paper(input.explanation, "EXPLANATION"),
                ),
            )
            made = await requesting.request(
                info.context.court, info.context.caller, new, idempotency_key=input.idempotency_key
            )
            return await _shown(info, made)
        except RuleBroken as refusal:
            return cast("RequestTransferResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Hand the thing over, or say why not. 答复商请移送")
    async def answer_transfer_request(
        self,
        info: InfoNode,
        input: Annotated[AnswerTransferRequestInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> ChangeTransferResult:
        court, caller = info.context.court, info.context.caller
        try:
            letter = _paper(input.letter, _LETTER)
            said = Answered(input.answer, letter, input.reason, input.reserved_amount, input.informed_on)
            return await _shown(info, await answering.answer(court, caller, input.id, input.version, said))
        except RuleBroken as refusal:
            return cast("ChangeTransferResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Go to the common superior. 报请共同上级法院")
    async def dispute_transfer(
        self,
        info: InfoNode,
        input: Annotated[DisputeTransferInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> ChangeTransferResult:
        court, caller = info.context.court, info.context.caller
        try:
            report = _paper(input.report, "REPORT")
            return await _shown(info, await requesting.dispute(court, caller, input.id, input.version, report))
        except RuleBroken as refusal:
            return cast("ChangeTransferResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write the superior court's decision down. 登记上级法院决定")
    async def record_transfer_decision(
        self,
        info: InfoNode,
        input: Annotated[RecordTransferDecisionInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> ChangeTransferResult:
        try:
            changed = await answering.decide(
                info.context.court,
                info.context.caller,
                input.id,
                input.version,
                input.decision,
                input.decided_on,
                _paper(input.document, "DECISION"),
            )
            return await _shown(info, changed)
        except RuleBroken as refusal:
            return cast("ChangeTransferResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down that an asset's disposal has begun. 登记处置公告")
    async def record_disposal_notice(
        self,
        info: InfoNode,
        input: Annotated[RecordDisposalNoticeInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RecordDisposalNoticeResult:
        new = NewDisposal(input.asset_id, input.kind, input.published_on)
        try:
            made = await disposal.record(
                info.context.court, info.context.caller, new, idempotency_key=input.idempotency_key
            )
        except RuleBroken as refusal:
            return cast("RecordDisposalNoticeResult", problem_of(refusal, info.context.language))
        return disposal_of(made)


async def _shown(info: InfoNode, transfer: TransferRecord) -> TransferRequest:
    return transfer_of(await reading.view_of(info.context.court, info.context.caller, transfer))


def _paper(given: TransferPaperInput, kind: str) -> DocumentRef:
    return DocumentRef(kind=kind, number=given.number, sha256=given.sha256)
