"""Requests to hand a sealed thing over (商请移送执行), as the node shows and takes them."""

from datetime import date, datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from db.records.transfers import DisposalNoticeRecord, TransferDirection
from enforcement.rules.transfer import DeclineReason, DisposalNotice, PriorityKind, TransferAnswer, TransferStatus
from enforcement.transfers.reading import TransferView
from schema.connections import Connection
from schema.enums import described
from schema.federated import Personal
from schema.node.asset_types import Asset, asset_of
from schema.problems import DuplicateOf, Refusal, StaleVersion, TransferTooEarly, TransitionNotAllowed
from schema.scalars import CaseNumber, CourtCode, Money

described(
    TransferDirection,
    "Who asks for the thing. 商请方向",
    {
        TransferDirection.OUTBOUND: "This court does. 本院商请",
        TransferDirection.INBOUND: "Another court does, of this one. 外院商请",
    },
)
described(
    TransferStatus,
    "Where a request for transfer stands. 商请移送状态",
    {
        TransferStatus.SENT: "On its way to the first-sealing court. 已发出",
        TransferStatus.NOT_ACCEPTED: "The first court's node refused it: `refusedCode` says why. 未被接收",
        TransferStatus.PENDING: "The first court has it and answers until `dueOn`. 待答复",
        TransferStatus.TRANSFERRED: "The first court hands the thing over. 同意移送",
        TransferStatus.DECLINED: "The first court keeps it. 不予移送",
        TransferStatus.DISPUTED: "Before the common superior. 报请共同上级法院",
        TransferStatus.ORDERED: "The superior ordered the transfer. 上级法院决定移送",
        TransferStatus.UPHELD: "The superior left it with the first court. 上级法院决定不移送",
    },
)
described(
    PriorityKind,
    "What makes the claim prior. 优先受偿权",
    {
        PriorityKind.MORTGAGE: "A mortgage. 抵押权",
        PriorityKind.PLEDGE: "A pledge. 质权",
        PriorityKind.LIEN: "A lien. 留置权",
        PriorityKind.STATUTORY: "A priority by statute. 法定优先权",
    },
)
described(
    TransferAnswer,
    "What the first court, or the superior one, says. 答复",
    {
        TransferAnswer.TRANSFER: "The thing is handed over. 移送",
        TransferAnswer.KEEP: "The first court goes on with it. 不移送",
    },
)
described(
    DeclineReason,
    "Why the first court keeps the thing. 不予移送的理由",
    {
        DeclineReason.NOT_FIRST_SEAL: "It did not seal first. 本院非首先查封法院",
        DeclineReason.SIXTY_DAYS_NOT_OVER: "Sixty days are not exceeded. 未超过六十日",
        DeclineReason.AUCTION_ANNOUNCED: "An auction notice is published. 已发布拍卖公告",
        DeclineReason.SALE_BEGUN: "The sale has begun. 已进入变卖程序",
        DeclineReason.CLAIM_NOT_PRIOR: "The claim is not prior. 债权不优先",
        DeclineReason.OTHER_STATUTORY: "Another ground of law. 其他法定事由",
    },
)
described(
    DisposalNotice,
    "How a disposal begins in public. 处置公告",
    {
        DisposalNotice.AUCTION_NOTICE: "An auction notice. 拍卖公告",
        DisposalNotice.SALE: "A sale. 变卖程序",
    },
)


@strawberry.type(
    description="That a court with a prior claim asks the first-sealing court for a thing. 商请移送执行",
    directives=[Personal()],
)
class TransferRequest:
    id: UUID = strawberry.field(description="The same at both courts. 编号")
    direction: TransferDirection = strawberry.field(description="Who asks. 商请方向")
    other_court: CourtCode = strawberry.field(description="The other of the two courts. 对方法院")
    asking_case: CaseNumber = strawberry.field(description="The case of the asking court. 商请法院案号")
    asset: Asset = strawberry.field(description="The thing, as this court knows it. 财产")
    measure_id: UUID | None = strawberry.field(description="The first measure, at the first court. 首先查封措施")
    status: TransferStatus = strawberry.field(description="Where it stands. 状态")
    priority: PriorityKind = strawberry.field(description="What makes the claim prior. 优先受偿权")
    amount: Money = strawberry.field(description="The prior claim. 优先债权金额")
    first_sealed_on: date = strawberry.field(description="The day of the first seal. 首先查封日期")
    asked_at: datetime = strawberry.field(description="When it was asked for. 商请时间")
    received_on: date | None = strawberry.field(description="When the first court had it. 收到日期")
    due_on: date | None = strawberry.field(description="By when it answers. 答复期限")
    refused_code: str | None = strawberry.field(description="Why its node did not take it in. 未接收代码")
    answered_at: datetime | None = strawberry.field(description="When it answered. 答复时间")
    reason: DeclineReason | None = strawberry.field(description="Why it keeps the thing. 不予移送的理由")
    reserved: Money | None = strawberry.field(description="Kept for first claims not confirmed yet. 预留份额")
    informed_on: date | None = strawberry.field(description="When the parties were told. 告知当事人日期")
    deciding_court: CourtCode | None = strawberry.field(description="The common superior. 共同上级法院")
    decided_on: date | None = strawberry.field(description="When it decided. 决定日期")
    reported_decision: TransferAnswer | None = strawberry.field(
        description="The decision by the other court's word; this court's own record alone moves it. 对方法院所报决定"
    )
    reported_decided_on: date | None = strawberry.field(description="When, by that word. 所报决定日期")
    version: int = strawberry.field(description="Raised by every change. 版本")


def transfer_of(view: TransferView) -> TransferRequest:
    """The GraphQL object of a request."""
    record = view.transfer
    superior = record.deciding_court
    return TransferRequest(
        id=record.id,
        direction=record.direction,
        other_court=CourtCode(record.peer),
        asking_case=CaseNumber(view.asking_case),
        asset=asset_of(view.asset),
        measure_id=record.measure_id,
        status=TransferStatus(record.status),
        priority=PriorityKind(record.priority),
        amount=Money(record.amount),
        first_sealed_on=record.first_measure_on,
        asked_at=record.asked_at,
        received_on=record.received_on,
        due_on=record.due_on,
        refused_code=record.refused_code,
        answered_at=record.answered_at,
        reason=None if record.reason is None else DeclineReason(record.reason),
        reserved=None if record.reserved is None else Money(record.reserved),
        informed_on=record.informed_on,
        deciding_court=None if superior is None else CourtCode(superior),
        decided_on=record.decided_on,
        reported_decision=None if view.reported is None else TransferAnswer(view.reported.answer),
        reported_decided_on=None if view.reported is None else view.reported.decided_on,
        version=record.version,
    )


@strawberry.type(description="That the disposal of an asset has begun in public. 处置公告", directives=[Personal()])
class DisposalRecord:
    id: UUID = strawberry.field(description="This court's id. 编号")
    kind: DisposalNotice = strawberry.field(description="How it began. 种类")
    published_on: date = strawberry.field(description="The day of the notice. 公告日期")


def disposal_of(record: DisposalNoticeRecord) -> DisposalRecord:
    """The GraphQL object of a disposal's beginning."""
    return DisposalRecord(id=record.id, kind=DisposalNotice(record.kind), published_on=record.published_on)


@strawberry.input(description="A paper by its digest. 文书")
class TransferPaperInput:
    number: str = strawberry.field(description="Its number. 文号")
    sha256: str = strawberry.field(description="Digest of the file, 64 lower-case hex digits. 摘要")


@strawberry.input(description="Asking the first-sealing court for a thing. 商请移送执行")
class RequestTransferInput:
    case_number: CaseNumber = strawberry.field(description="The own case, in which the prior claim is enforced. 案号")
    asset_id: UUID = strawberry.field(description="The thing, as the own case knows it. 财产")
    first_sealing_court: CourtCode = strawberry.field(description="Which court sealed first. 首先查封法院")
    first_sealed_on: date = strawberry.field(description="When. 首先查封日期")
    priority: PriorityKind = strawberry.field(description="What makes the claim prior. 优先受偿权")
    amount: Money = strawberry.field(description="The prior claim. 优先债权金额")
    letter: TransferPaperInput = strawberry.field(description="The request letter. 商请移送执行函")
    effective_document: TransferPaperInput = strawberry.field(description="What confirms the claim. 生效法律文书")
    explanation: TransferPaperInput = strawberry.field(description="How the case stands. 案件情况说明")
    idempotency_key: str = strawberry.field(description="The same key again gives the same request. 幂等键")


@strawberry.input(description="The first court's answer. 答复商请移送")
class AnswerTransferRequestInput:
    id: UUID = strawberry.field(description="The request. 编号")
    version: int = strawberry.field(description="As it was read. 版本")
    answer: TransferAnswer = strawberry.field(description="Handed over or kept. 答复")
    letter: TransferPaperInput = strawberry.field(description="The transfer letter, or the refusal. 移送执行函或者复函")
    reason: DeclineReason | None = strawberry.field(default=None, description="With KEEP alone. 不予移送的理由")
    reserved_amount: Money | None = strawberry.field(
        default=None, description="Kept for first claims that nothing confirms yet. 预留份额"
    )
    informed_on: date | None = strawberry.field(default=None, description="When the parties were told. 告知日期")


@strawberry.input(description="Going to the common superior. 报请共同上级法院")
class DisputeTransferInput:
    id: UUID = strawberry.field(description="The request. 编号")
    version: int = strawberry.field(description="As it was read. 版本")
    report: TransferPaperInput = strawberry.field(description="The report to the superior. 报请文书")


@strawberry.input(description="What the common superior decided. 登记上级法院决定")
class RecordTransferDecisionInput:
    id: UUID = strawberry.field(description="The request. 编号")
    version: int = strawberry.field(description="As it was read. 版本")
    decision: TransferAnswer = strawberry.field(description="Handed over or kept. 决定")
    decided_on: date = strawberry.field(description="The day of the decision. 决定日期")
    document: TransferPaperInput = strawberry.field(description="The decision. 决定文书")


@strawberry.input(description="That the disposal of an asset has begun. 登记处置公告")
class RecordDisposalNoticeInput:
    asset_id: UUID = strawberry.field(description="The asset. 财产")
    kind: DisposalNotice = strawberry.field(description="How. 种类")
    published_on: date = strawberry.field(description="When. 公告日期")
    idempotency_key: str = strawberry.field(description="The same key again gives the same record. 幂等键")


TransferRequestsResult: TypeAlias = Annotated[
    Connection[TransferRequest] | Refusal,
    strawberry.union("TransferRequestsResult", description="A page of requests, or why there is none. 列表结果"),
]
RequestTransferResult: TypeAlias = Annotated[
    TransferRequest | Refusal | DuplicateOf | TransferTooEarly,
    strawberry.union("RequestTransferResult", description="The request, or why there is none. 商请结果"),
]
ChangeTransferResult: TypeAlias = Annotated[
    TransferRequest | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("ChangeTransferResult", description="The request, or why it stays as it is. 办理结果"),
]
RecordDisposalNoticeResult: TypeAlias = Annotated[
    DisposalRecord | Refusal,
    strawberry.union("RecordDisposalNoticeResult", description="The record, or why there is none. 登记结果"),
]
