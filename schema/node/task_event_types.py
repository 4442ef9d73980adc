"""The timeline of a delegated task: signed events of both courts, with what they carry."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from enforcement.payloads import (
    AssistanceReceiptPayload,
    ChannelWord,
    FeedbackPayload,
    FindingPayload,
    HandlingStep,
    SeizureInventory,
)
from enforcement.tasks.contents import (
    GroundsPayload,
    LoadedPayload,
    SupplementPayload,
    SupplementRequestPayload,
)
from enforcement.tasks.reading import EventView
from schema.case_enums import OwnerMatch, ResultOutcome, SearchControlChannel
from schema.domain_enums import AssetKind
from schema.federated import Personal
from schema.node.asset_details import AssetDetails, details_of
from schema.node.asset_types import AssetIdentityPart, StandingMeasure, identity_parts, standing_measures
from schema.node.task_enums import DelegatedTaskStatus, EventStanding, EventType, FeedbackResult, StepKind
from schema.scalars import CourtCode, Money
from schema.task_enums import RequiredPaper


@strawberry.type(description="A document of a task, by its digest. 文书", directives=[Personal()])
class TaskDocument:
    kind: str = strawberry.field(description="Kind, mostly a RequiredPaper. 种类")
    number: str = strawberry.field(description="Its number, or empty. 文号")
    sha256: str = strawberry.field(description="SHA-256 of the file, hex. 摘要")
    text: str | None = strawberry.field(
        default=None,
        description="What it says, if the delegating court's program wrote it and your office reads identities. 全文",
    )


@strawberry.type(description="What an entrusted court found. 反馈的财产", directives=[Personal()])
class FedBackFinding:
    id: UUID = strawberry.field(description="The same at both courts. 编号")
    kind: AssetKind = strawberry.field(description="Kind of asset. 财产种类")
    identity: list[AssetIdentityPart] = strawberry.field(description="What the registry calls it by. 登记标识")
    division: str = strawberry.field(description="Where it lies, GB/T 2260. 所在地")
    description: str = strawberry.field(description="In words. 说明")
    unit_name: str = strawberry.field(description="Who has it on its books. 协助单位")
    source: str = strawberry.field(description="The channel of the search. 来源")
    as_of: datetime = strawberry.field(description="The instant it was true. 截至时间")
    estimated_value: Money | None = strawberry.field(description="Estimate, CNY. 估值")
    prior_measures: int = strawberry.field(description="How many measures stood on it already. 在先措施数")
    standing_measures: list[StandingMeasure] = strawberry.field(description="Those that were named, by rank. 在先措施")
    details: AssetDetails = strawberry.field(description="What is known of it, by its kind. 财产要素")
    owner: OwnerMatch = strawberry.field(description="Whose the unit's books say it is. 权属核对")


@strawberry.type(description="A receipt of an assisting unit, as fed back. 回执", directives=[Personal()])
class FedBackReceipt:
    id: UUID = strawberry.field(description="The same at both courts. 编号")
    unit_name: str = strawberry.field(description="The unit. 协助单位")
    result: str = strawberry.field(description="REGISTERED or REFUSED. 结果")
    receipt_no: str = strawberry.field(description="The unit's number. 回执编号")
    rank: int | None = strawberry.field(description="1 is the first seizure, 2 and more wait. 顺位")
    registered_at: datetime | None = strawberry.field(description="The registry's time, which decides. 登记时间")
    reason: str | None = strawberry.field(description="Code of a refusal. 拒绝原因")


@strawberry.type(description="A list of seized things with its record. 查封扣押清单", directives=[Personal()])
class Inventory:
    started_at: datetime = strawberry.field(description="Begin. 开始时间")
    finished_at: datetime = strawberry.field(description="End. 结束时间")
    place: str = strawberry.field(description="Place. 地点")
    items: list[str] = strawberry.field(description="Things with their quantity. 物品")
    custodian: str = strawberry.field(description="Who keeps them. 保管人")
    debtor_present: bool = strawberry.field(description="Whether the debtor was there. 被执行人在场")


@strawberry.type(description="A step of the entrusted court. 办理步骤", directives=[Personal()])
class TaskStep:
    kind: StepKind = strawberry.field(description="Kind. 种类")
    at: datetime = strawberry.field(description="When. 时间")
    officers: list[str] = strawberry.field(description="Ids of the officers. 办理人员")
    place: str = strawberry.field(description="Where. 地点")
    note: str = strawberry.field(description="In words. 说明")
    inventory: Inventory | None = strawberry.field(description="Of a seizure. 清单")
    receipt: FedBackReceipt | None = strawberry.field(description="Of an assisting unit. 回执")


@strawberry.type(
    description="What a channel of the entrusted court said of one kind. 渠道答复", directives=[Personal()]
)
class FedBackWord:
    kind: AssetKind = strawberry.field(description="The kind. 财产种类")
    channel: SearchControlChannel = strawberry.field(description="The channel. 查控渠道")
    outcome: ResultOutcome = strawberry.field(description="What it said. 查询结果")
    reason: str | None = strawberry.field(description="A code: why not. 原因代码")
    as_of: datetime | None = strawberry.field(description="The instant its answer speaks of. 截至时间")
    unit_id: str | None = strawberry.field(description="The unit, if one was asked. 协助执行单位")
    unit_name: str = strawberry.field(description="Its name. 单位名称")


@strawberry.type(description="The entrusted court's answer. 反馈", directives=[Personal()])
class TaskFeedback:
    result: FeedbackResult = strawberry.field(description="Result. 结果")
    note: str = strawberry.field(description="In words. 说明")
    findings: list[FedBackFinding] = strawberry.field(description="What was found, proven small. 财产")
    receipts: list[FedBackReceipt] = strawberry.field(description="What units answered. 回执")
    inventory: Inventory | None = strawberry.field(description="Of a seizure. 清单")
    searched: list[str] = strawberry.field(description="Ids of the units that looked. 已查单位")
    words: list[FedBackWord] = strawberry.field(description="What each channel said of each kind. 分类查询结果")


@strawberry.type(
    description="An event of the log that both courts hold, signed by its author. 共享日志事件", directives=[Personal()]
)
class TaskEvent:
    seq: int = strawberry.field(description="Number in the log, from 1. 序号")
    type: EventType = strawberry.field(description="What happened. 事件")
    author: CourtCode = strawberry.field(description="Whose court signed it. 签署法院")
    at: datetime = strawberry.field(description="When. 时间")
    status: DelegatedTaskStatus = strawberry.field(description="State after it. 状态")
    due_on: date | None = strawberry.field(description="Next day by which somebody must act. 期限")
    digest: str = strawberry.field(description="SHA-256 of the signed bytes, hex: equal at both courts. 摘要")
    standing: EventStanding = strawberry.field(description="Whether it is part of the log. 效力")
    step: TaskStep | None = strawberry.field(description="Of STEP_RECORDED. 办理步骤")
    feedback: TaskFeedback | None = strawberry.field(description="Of FED_BACK. 反馈")
    papers_wanted: list[RequiredPaper] = strawberry.field(description="Of SUPPLEMENT_REQUESTED. 要求补充的文书")
    documents: list[TaskDocument] = strawberry.field(description="Of SUPPLEMENTED. 补充的文书")
    reason: str | None = strawberry.field(description="Of a return, a withdrawal or a rejected feedback. 原因")
    note: str | None = strawberry.field(description="In words; its author's, never shown by the zone. 说明")


def task_event(view: EventView) -> TaskEvent:
    """The event with its payload; `view` is masked already."""
    event, payload = view.event, view.payload
    step = payload if isinstance(payload, HandlingStep) else None
    feedback = payload if isinstance(payload, FeedbackPayload) else None
    grounds = payload if isinstance(payload, GroundsPayload) else None
    wanted: list[str] = []
    if isinstance(payload, LoadedPayload):
        feedback, grounds, wanted = payload.feedback, payload.grounds, payload.wanted
    elif isinstance(payload, SupplementRequestPayload):
        wanted = payload.papers
    added = payload.documents if isinstance(payload, SupplementPayload) else []
    return TaskEvent(
        seq=event.seq,
        type=EventType(event.type),
        author=CourtCode(event.author),
        at=event.at,
        status=DelegatedTaskStatus(event.status),
        due_on=event.due_on,
        digest=event.digest,
        standing=EventStanding(event.standing),
        step=None if step is None else _step(step),
        feedback=None if feedback is None else _feedback(feedback),
        papers_wanted=[RequiredPaper(paper) for paper in wanted],
        documents=[TaskDocument(kind=d.kind, number=d.number, sha256=d.sha256) for d in added],
        reason=None if grounds is None else grounds.reason,
        note=getattr(payload, "note", None),
    )


def _step(step: HandlingStep) -> TaskStep:
    return TaskStep(
        kind=StepKind(step.kind),
        at=step.at,
        officers=step.officers,
        place=step.place,
        note=step.note,
        inventory=None if step.inventory is None else _inventory(step.inventory),
        receipt=None if step.receipt is None else _receipt(step.receipt),
    )


def _feedback(feedback: FeedbackPayload) -> TaskFeedback:
    return TaskFeedback(
        result=FeedbackResult(feedback.result),
        note=feedback.note,
        findings=[fed_back_finding(found) for found in feedback.findings],
        receipts=[_receipt(receipt) for receipt in feedback.receipts],
        inventory=None if feedback.inventory is None else _inventory(feedback.inventory),
        searched=feedback.searched,
        words=[word_of(word) for word in feedback.words],
    )


def word_of(word: ChannelWord) -> FedBackWord:
    return FedBackWord(
        kind=AssetKind(word.kind),
        channel=SearchControlChannel(word.channel),
        outcome=ResultOutcome(word.outcome),
        reason=word.reason,
        as_of=word.as_of,
        unit_id=word.unit_id,
        unit_name=word.unit_name,
    )


def fed_back_finding(found: FindingPayload) -> FedBackFinding:
    return FedBackFinding(
        id=found.id,
        kind=AssetKind(found.kind),
        identity=identity_parts(found.identity),
        division=found.division,
        description=found.description,
        unit_name=found.unit_name,
        source=found.source,
        as_of=found.as_of,
        estimated_value=_money(found.estimated_value),
        prior_measures=found.prior_measures,
        standing_measures=standing_measures(found.prior),
        details=details_of(AssetKind(found.kind), found.identity, found.facts),
        owner=OwnerMatch(found.owner),
    )


def _money(value: Decimal | None) -> Money | None:
    return None if value is None else Money(value)


def _receipt(receipt: AssistanceReceiptPayload) -> FedBackReceipt:
    return FedBackReceipt(
        id=receipt.id,
        unit_name=receipt.unit_name,
        result=receipt.result,
        receipt_no=receipt.receipt_no,
        rank=receipt.rank,
        registered_at=receipt.registered_at,
        reason=receipt.reason,
    )


def _inventory(inventory: SeizureInventory) -> Inventory:
    return Inventory(
        started_at=inventory.started_at,
        finished_at=inventory.finished_at,
        place=inventory.place,
        items=[f"{item.name} × {item.quantity}" for item in inventory.items],
        custodian=inventory.custodian,
        debtor_present=inventory.debtor_present,
    )
