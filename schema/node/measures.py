"""Control measures, assistance notices and receipts at the node's door."""

from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.searches import NoticeRecord, ReceiptRecord
from enforcement import measure_views, measures, notices, unit_objections
from enforcement.measure_views import MeasureView
from enforcement.measures import NewMeasure
from enforcement.rules.refusals import RuleBroken
from schema.case_enums import NoticeStatus, ReceiptResult
from schema.context import NodeContext
from schema.domain_enums import LiftGround, MeasureKind, MeasureStatus
from schema.federated import Personal
from schema.node.asset_types import Asset, asset_of
from schema.node.control_types import (
    MeasureApproval,
    OverFreezing,
    ProportionalityCheck,
    approval_of,
    check_of,
    over_freezing_of,
)
from schema.node.measure_queues import MeasureEvent, MeasureOrder, event_of, order_of
from schema.node.seizure_types import Custody, MeasureProofs, custody_of, proofs_of
from schema.node.unit_answer_types import UnitObjection, objection_of
from schema.objects import Node, node_id
from schema.problems import (
    DuplicateOf,
    ExceedsClaim,
    ExemptProperty,
    LegalDocumentMissing,
    Refusal,
    StaleVersion,
    TermTooLong,
    TransitionNotAllowed,
    problem_of,
)
from schema.scalars import CaseNumber, CourtCode, Money

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type(
    description="What an assisting unit answered to a notice: it alone makes a measure effective. 回执",
    directives=[Personal()],
)
class AssistanceReceipt:
    id: UUID = strawberry.field(description="The unit's id of it. 编号")
    receipt_no: str = strawberry.field(description="The number on it. 回执号")
    unit_id: str = strawberry.field(description="The unit. 协助执行单位")
    unit_name: str = strawberry.field(description="Its name. 单位名称")
    obtained_by: CourtCode = strawberry.field(description="The court that served the notice. 送达法院")
    result: ReceiptResult = strawberry.field(description="Registered or refused. 回执结果")
    rank: int | None = strawberry.field(description="1 is the first seizure; others wait. 顺位")
    registered_at: datetime | None = strawberry.field(description="When the unit registered it. 登记时间")
    reason: str | None = strawberry.field(description="A code: why the unit refused. 原因代码")
    recorded_by: str | None = strawberry.field(description="Who wrote it down, if it came on paper. 登记人")
    brought_by: str | None = strawberry.field(description="Who brought it from the counter. 取回人员")
    received_at: datetime = strawberry.field(description="When this court had it. 收到时间")


def receipt_of(record: ReceiptRecord) -> AssistanceReceipt:
    """The GraphQL object of a receipt."""
    return AssistanceReceipt(
        id=record.id,
        receipt_no=record.receipt_no,
        unit_id=record.unit_id,
        unit_name=record.unit_name,
        obtained_by=CourtCode(record.court),
        result=record.result,
        rank=record.rank,
        registered_at=record.registered_at,
        reason=record.reason,
        recorded_by=record.recorded_by,
        brought_by=record.brought_by,
        received_at=record.received_at,
    )


@strawberry.type(
    description="A measure on an asset, ordered by this court, whoever served it. 控制措施", directives=[Personal()]
)
class ControlMeasure(Node):
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    kind: MeasureKind = strawberry.field(description="Its kind. 措施种类")
    status: MeasureStatus = strawberry.field(description="Its status. 措施状态")
    asset: Asset = strawberry.field(description="What it lies on. 财产")
    ordering_court: CourtCode = strawberry.field(description="Whose ruling it is. 裁定法院")
    executing_court: CourtCode = strawberry.field(description="Who served it. 实施法院")
    ruling_no: str = strawberry.field(description="The ruling's number. 裁定书号")
    ruled_on: date = strawberry.field(description="The day of the ruling. 裁定日期")
    value: Money = strawberry.field(description="What it controls, net of mortgages. 控制金额")
    term_years: int | None = strawberry.field(description="For how many calendar years. 期限(年)")
    notice_sent_at: datetime | None = strawberry.field(description="When the notice was served. 通知时间")
    registered_at: datetime | None = strawberry.field(description="When the unit registered it. 登记时间")
    effective_at: datetime | None = strawberry.field(description="Since when it is effective. 生效时间")
    expires_on: date | None = strawberry.field(description="Its last day; it ends by itself. 届满日")
    rank: int | None = strawberry.field(description="Its place in the registry's queue. 顺位")
    version: int = strawberry.field(description="Raised by every change. 版本")
    receipts: list[AssistanceReceipt] = strawberry.field(description="What units answered, oldest first. 回执")
    lifted_on: date | None = strawberry.field(description="The day on which it was lifted. 解除日期")
    lift_ground: LiftGround | None = strawberry.field(description="Why it was lifted. 解除事由")
    orders: list[MeasureOrder] = strawberry.field(description="Renewals and ends ordered, oldest first. 变更裁定")
    history: list[MeasureEvent] = strawberry.field(description="Each change, oldest first. 变更历史")
    proportionality: ProportionalityCheck | None = strawberry.field(
        description="The figures on which it was ruled; null if it was brought in from elsewhere. 比例原则审查"
    )
    approval: MeasureApproval | None = strawberry.field(description="Of an exception; else null. 审批")
    over_freezing: OverFreezing | None = strawberry.field(
        description="What a ruling found to be too much of it, the newest; else null. 超标的冻结"
    )
    proofs: MeasureProofs = strawberry.field(description="Which proofs of it are there. 控制凭证")
    view: strawberry.Private[MeasureView]

    @strawberry.field(description="Who keeps what was physically seized; else null. 保管")
    def custody(self, info: InfoNode) -> Custody | None:
        return custody_of(info.context.court, info.context.caller, self.view)


def measure_of(view: MeasureView) -> ControlMeasure:
    """The GraphQL object of a measure as its reader may see it."""
    record, check = view.measure, view.proportion
    return ControlMeasure(
        id=node_id(record.id),
        kind=record.kind,
        status=record.status,
        asset=asset_of(view.asset),
        ordering_court=CourtCode(record.ordering_court),
        executing_court=CourtCode(record.executing_court),
        ruling_no=record.ruling_no,
        ruled_on=record.ruled_on,
        value=Money(record.value),
        term_years=record.term_years,
        notice_sent_at=record.notice_sent_at,
        registered_at=record.registered_at,
        effective_at=record.effective_at,
        expires_on=record.expires_on,
        rank=record.rank,
        version=record.version,
        receipts=[receipt_of(receipt) for receipt in view.receipts],
        proportionality=None if check is None else check_of(check, check.at),
        approval=approval_of(view.approval),
        over_freezing=over_freezing_of(view.over_freeze),
        lifted_on=record.lifted_on,
        lift_ground=None if record.lift_ground is None else LiftGround(record.lift_ground),
        orders=[order_of(order) for order in view.orders],
        proofs=proofs_of(view),
        view=view,
        history=[event_of(change) for change in view.history],
    )


@strawberry.type(description="A notice served on an assisting unit. 协助执行通知书", directives=[Personal()])
class AssistanceNotice:
    id: UUID = strawberry.field(description="Under which the unit knows it. 编号")
    unit_id: str = strawberry.field(description="The unit. 协助执行单位")
    unit_name: str = strawberry.field(description="Its name. 单位名称")
    status: NoticeStatus = strawberry.field(description="Whether the receipt is here. 通知状态")
    served_at: datetime = strawberry.field(description="When it was served. 送达时间")
    attempts: int = strawberry.field(description="How often it was offered to the unit. 送达次数")

    @strawberry.field(description="What the unit answered; null while it is awaited. 回执")
    async def receipt(self, info: InfoNode) -> AssistanceReceipt | None:
        found = await notices.receipt_to(info.context.court, self.id)
        return None if found is None else receipt_of(found)

    @strawberry.field(description="What the unit objected to it, oldest first. 协助单位异议")
    async def objections(self, info: InfoNode) -> list[UnitObjection]:
        return [objection_of(each) for each in await unit_objections.of_notice(info.context.court, self.id)]


def notice_of(record: NoticeRecord) -> AssistanceNotice:
    """The GraphQL object of a notice."""
    return AssistanceNotice(
        id=record.id,
        unit_id=record.unit_id,
        unit_name=record.unit_name,
        status=record.status,
        served_at=record.served_at,
        attempts=record.attempts,
    )


@strawberry.input(description="A ruling on an asset of the case's debtor. 裁定采取控制措施")
class RuleMeasureInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    asset_id: UUID = strawberry.field(description="The asset. 财产")
    kind: MeasureKind = strawberry.field(description="The measure. 措施种类")
    ruling_no: CaseNumber = strawberry.field(description="The ruling: the case's number and 之N. 裁定书号")
    idempotency_key: str = strawberry.field(description="The same key again gives the same measure. 幂等键")
    value: Money | None = strawberry.field(default=None, description="What it is worth; else the estimate. 价值")
    term_years: int | None = strawberry.field(default=None, description="Else the longest term. 期限(年)")
    as_indivisible: bool = strawberry.field(
        default=False,
        description="If it goes beyond what is owed: as the exception for what cannot be divided, which a bureau chief "
        "must approve. 不可分割物例外",
    )


@strawberry.input(description="An own measure, or a task in your hands: exactly one. 送达协助执行通知书")
class ServeAssistanceNoticeInput:
    idempotency_key: str = strawberry.field(description="The same key again gives the same notice. 幂等键")
    measure_id: UUID | None = strawberry.field(default=None, description="The own measure. 控制措施")
    task_id: UUID | None = strawberry.field(default=None, description="The task of another court. 委托事项")
    unit_id: str | None = strawberry.field(default=None, description="Which unit, if several. 协助执行单位")


RuleMeasureResult: TypeAlias = Annotated[
    ControlMeasure | Refusal | DuplicateOf | ExemptProperty | ExceedsClaim | TermTooLong,
    strawberry.union("RuleMeasureResult", description="The measure, or why there is none. 裁定结果"),
]
ServeAssistanceNoticeResult: TypeAlias = Annotated[
    AssistanceNotice
    | Refusal
    | DuplicateOf
    | ExemptProperty
    | LegalDocumentMissing
    | TermTooLong
    | TransitionNotAllowed
    | StaleVersion,
    strawberry.union("ServeAssistanceNoticeResult", description="The notice, or why there is none. 送达结果"),
]


@strawberry.type
class MeasureMutation:
    """Ruling a measure, and serving the notice that brings it to the unit."""

    @strawberry.mutation(description="Rule a measure; it takes effect only by a unit's receipt. 裁定采取控制措施")
    async def rule_measure(
        self,
        info: InfoNode,
        input: Annotated[RuleMeasureInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> RuleMeasureResult:
        court, caller = info.context.court, info.context.caller
        new = NewMeasure(
            input.case_number,
            input.asset_id,
            input.kind,
            input.ruling_no,
            input.value,
            input.term_years,
            input.as_indivisible,
        )
        try:
            measure = await measures.rule(court, caller, new, idempotency_key=input.idempotency_key)
            return measure_of(await measure_views.read(court, caller, measure.id))
        except RuleBroken as refusal:
            return cast("RuleMeasureResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Serve the notice on the unit of this district. 送达协助执行通知书")
    async def serve_assistance_notice(
        self,
        info: InfoNode,
        input: Annotated[ServeAssistanceNoticeInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> ServeAssistanceNoticeResult:
        try:
            notice = await notices.serve(
                info.context.court,
                info.context.caller,
                measure_id=input.measure_id,
                task_id=input.task_id,
                unit_id=input.unit_id,
                idempotency_key=input.idempotency_key,
            )
        except RuleBroken as refusal:
            return cast("ServeAssistanceNoticeResult", problem_of(refusal, info.context.language))
        return notice_of(notice)
