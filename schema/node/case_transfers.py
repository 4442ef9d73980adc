"""Entrusting a whole case to a court of another province (委托执行), at the node's door."""

from collections.abc import Awaitable
from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.case_transfers import CaseTransferRecord
from enforcement.case_transfers import filing, proposing, reading, stepping
from enforcement.case_transfers.filing import NewFiling
from enforcement.case_transfers.proposing import NewCaseTransfer
from enforcement.case_transfers.stepping import NewStep
from enforcement.rules.refusals import RuleBroken
from schema.connections import page_info
from schema.context import NodeContext
from schema.federated import Personal
from schema.node.task_enums import Direction
from schema.problems import DuplicateOf, Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber, CourtCode, Money
from schema.transfer_enums import CaseTransferPaper, CaseTransferStatus, CaseTransferStep
from schema.zone.page_types import After, First, PageInfo

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type(description="A whole case entrusted to a court of another province. 委托执行", directives=[Personal()])
class CaseTransfer:
    id: UUID = strawberry.field(description="The same at both courts. 编号")
    direction: Direction = strawberry.field(description="Entrusted by this court, or to it. 方向")
    other_court: CourtCode = strawberry.field(description="The other court. 对方法院")
    case_id: UUID | None = strawberry.field(description="The own case, once there is one. 本院案件")
    other_case_number: CaseNumber | None = strawberry.field(description="The other court's case. 对方案号")
    status: CaseTransferStatus = strawberry.field(description="Where it stands. 状态")
    proposed_at: datetime = strawberry.field(description="When it was proposed, or came. 提出时间")
    sent_at: datetime | None = strawberry.field(description="When it was sent. 委托时间")
    due_on: date | None = strawberry.field(description="By when somebody must act. 期限")
    filed_on: date | None = strawberry.field(description="The day the entrusted court filed it. 受托立案日期")
    strike_off_by: date | None = strawberry.field(description="By when the own case is struck off. 销案期限")
    struck_off_on: date | None = strawberry.field(
        description="The day it was struck off and the applicant told. 销案及告知日期"
    )
    conclude_by: date | None = strawberry.field(
        description="After this day the applicant may ask the entrusted court's superior. 六个月期限"
    )
    high_court_approval_no: str | None = strawberry.field(description="The approval to return it. 高院批准文号")
    ended_on: date | None = strawberry.field(description="The day it was returned or concluded. 结束日期")
    was_withdrawn: bool = strawberry.field(description="It counts as withdrawn: papers did not come. 视为撤回")
    paid_there: Money = strawberry.field(
        description="What the other court says was paid there; it counts in what is outstanding. 对方法院到账"
    )
    refused_code: str | None = strawberry.field(
        description="Why the other court refused what this one said last; it was taken back. 对方拒收原因"
    )
    is_under_way: bool = strawberry.field(
        description="The other court has not answered for what this one said last. 待对方接收"
    )
    version: int = strawberry.field(description="Raised by every change. 版本")


def transfer_of(record: CaseTransferRecord) -> CaseTransfer:
    """The GraphQL object of a transfer."""
    return CaseTransfer(
        id=record.id,
        direction=Direction(record.direction),
        other_court=CourtCode(record.peer),
        case_id=record.case_id,
        other_case_number=None if record.peer_case_number is None else CaseNumber(record.peer_case_number),
        status=CaseTransferStatus(record.status),
        proposed_at=record.proposed_at,
        sent_at=record.sent_at,
        due_on=record.due_on,
        filed_on=record.filed_on,
        strike_off_by=record.strike_off_by,
        struck_off_on=record.struck_off_on,
        conclude_by=reading.conclude_by(record),
        high_court_approval_no=record.high_court_approval_no,
        ended_on=record.ended_on,
        was_withdrawn=record.was_withdrawn,
        paid_there=Money(record.paid_there),
        refused_code=record.refused_code,
        is_under_way=record.under_way,
        version=record.version,
    )


@strawberry.type(description="Transfers of cases, the newest first. 委托执行列表", directives=[Personal()])
class CaseTransferList:
    transfers: list[CaseTransfer] = strawberry.field(description="At most as many as asked for. 列表")
    page_info: PageInfo = strawberry.field(description="Where the page ends. 分页信息")


@strawberry.input(description="A paper by its digest. 材料摘要")
class CaseTransferPaperInput:
    kind: CaseTransferPaper = strawberry.field(description="Which one. 种类")
    sha256: str = strawberry.field(description="64 lower-case hex digits. 摘要")


@strawberry.input(description="A case that should be entrusted. 提出委托执行")
class ProposeCaseTransferInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    entrusted_court: CourtCode = strawberry.field(description="A court of another province, same level. 受托法院")
    papers: list[CaseTransferPaperInput] = strawberry.field(description="What goes with it. 材料")
    idempotency_key: str = strawberry.field(description="The same key again gives the same transfer. 幂等键")


@strawberry.input(description="Sending a proposed transfer. 发出委托执行")
class SendCaseTransferInput:
    id: UUID = strawberry.field(description="Which one. 编号")
    version: int = strawberry.field(description="Its version that was read. 版本")


@strawberry.input(description="Filing an entrusted case. 受托立案")
class FileCaseTransferInput:
    id: UUID = strawberry.field(description="Which one. 编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    handler_id: str = strawberry.field(description="In whose hands the case is put. 承办人")
    case_number: CaseNumber | None = strawberry.field(
        default=None, description="Its number; else the court's next one of the year. 案号"
    )


@strawberry.input(description="What happened to a transfer. 登记委托执行进展")
class RecordCaseTransferStepInput:
    id: UUID = strawberry.field(description="Which one. 编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    step: CaseTransferStep = strawberry.field(description="What. 进展")
    on: date = strawberry.field(description="On which day. 日期")
    papers: list[CaseTransferPaper] = strawberry.field(
        default_factory=list, description="With ASK_SUPPLEMENT: which papers. 所缺材料"
    )
    documents: list[CaseTransferPaperInput] = strawberry.field(
        default_factory=list, description="With SUPPLEMENT: the papers, or the explanation. 补办材料"
    )
    approval_no: str | None = strawberry.field(
        default=None, description="With RETURN: the High Court's approval. 高院批准文号"
    )


CaseTransferResult: TypeAlias = Annotated[
    CaseTransfer | Refusal | StaleVersion | TransitionNotAllowed | DuplicateOf,
    strawberry.union("CaseTransferResult", description="The transfer, or why it stays as it is. 委托执行办理结果"),
]
CaseTransfersResult: TypeAlias = Annotated[
    CaseTransferList | Refusal,
    strawberry.union("CaseTransfersResult", description="Transfers, or why you see none. 委托执行列表结果"),
]


@strawberry.type
class CaseTransferQuery:
    """Transfers of cases."""

    @strawberry.field(description="Transfers of cases; handlers see those of own cases. 委托执行列表")
    async def case_transfers(self, info: InfoNode, first: First = 50, after: After = None) -> CaseTransfersResult:
        try:
            found = await reading.page(info.context.court, info.context.caller, first=first, after=after)
        except RuleBroken as refusal:
            return cast("CaseTransfersResult", problem_of(refusal, info.context.language))
        return CaseTransferList(
            transfers=[transfer_of(each) for each in found.rows],
            page_info=page_info(found.cursors, has_next=found.has_next),
        )


@strawberry.type
class CaseTransferMutation:
    """From the proposal to the end."""

    @strawberry.mutation(description="Propose that a case be entrusted to another province's court. 提出委托执行")
    async def propose_case_transfer(
        self,
        info: InfoNode,
        input: Annotated[ProposeCaseTransferInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> CaseTransferResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewCaseTransfer(
            given.case_number, given.entrusted_court, {paper.kind: paper.sha256 for paper in given.papers}
        )
        return await _told(info, proposing.propose(court, caller, new, idempotency_key=given.idempotency_key))

    @strawberry.mutation(description="Send a proposed transfer: the case crosses. 发出委托执行")
    async def send_case_transfer(
        self,
        info: InfoNode,
        input: Annotated[SendCaseTransferInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> CaseTransferResult:
        return await _told(info, proposing.send(info.context.court, info.context.caller, input.id, input.version))

    @strawberry.mutation(description="File an entrusted case as a case of this court. 受托立案")
    async def file_case_transfer(
        self,
        info: InfoNode,
        input: Annotated[FileCaseTransferInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> CaseTransferResult:
        new = NewFiling(input.id, input.version, input.handler_id, input.case_number)
        return await _told(info, filing.file(info.context.court, info.context.caller, new))

    @strawberry.mutation(description="Write down what happened to a transfer; the other court hears of it. 登记进展")
    async def record_case_transfer_step(
        self,
        info: InfoNode,
        input: Annotated[RecordCaseTransferStepInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> CaseTransferResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewStep(
            given.step,
            given.on,
            tuple(given.papers),
            tuple((paper.kind, paper.sha256) for paper in given.documents),
            given.approval_no,
        )
        return await _told(info, stepping.record(court, caller, given.id, given.version, new))


async def _told(info: InfoNode, act: Awaitable[CaseTransferRecord]) -> CaseTransferResult:
    try:
        return transfer_of(await act)
    except RuleBroken as refusal:
        return cast("CaseTransferResult", problem_of(refusal, info.context.language))
