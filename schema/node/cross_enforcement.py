"""Proposing cross-enforcement (交叉执行) at the node's door; no case is moved here."""

from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.case_transfers import CrossEnforcementRecord
from enforcement import cross_enforcement
from enforcement.cross_enforcement import NewProposal
from enforcement.rules.refusals import RuleBroken
from schema.connections import page_info
from schema.context import NodeContext
from schema.federated import Personal
from schema.problems import Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber, CourtCode
from schema.transfer_enums import CrossEnforcementDecision, CrossEnforcementGround, CrossEnforcementMode
from schema.zone.page_types import After, First, PageInfo

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type(
    description="What a superior court is asked to decide about cases; it moves none. 交叉执行建议",
    directives=[Personal()],
)
class CrossEnforcementProposal:
    id: UUID = strawberry.field(description="This court's id. 编号")
    mode: CrossEnforcementMode = strawberry.field(description="Which of the five modes. 模式")
    ground: CrossEnforcementGround = strawberry.field(description="Why. 事由")
    case_numbers: list[CaseNumber] = strawberry.field(description="About which cases. 案号")
    deciding_court: CourtCode = strawberry.field(description="The lowest court above all of them. 决定法院")
    proposed_by: str = strawberry.field(description="By which officer. 提出人")
    proposed_at: datetime = strawberry.field(description="When. 提出时间")
    decision: CrossEnforcementDecision | None = strawberry.field(description="What was decided. 决定结果")
    decision_no: str | None = strawberry.field(description="The decision's number. 决定文号")
    decided_on: date | None = strawberry.field(description="On which day. 决定日期")
    version: int = strawberry.field(description="Raised by every change. 版本")


def proposal_of(record: CrossEnforcementRecord) -> CrossEnforcementProposal:
    """The GraphQL object of a proposal."""
    return CrossEnforcementProposal(
        id=record.id,
        mode=CrossEnforcementMode(record.mode),
        ground=CrossEnforcementGround(record.ground),
        case_numbers=[CaseNumber(number) for number in record.case_numbers],
        deciding_court=CourtCode(record.deciding_court),
        proposed_by=record.proposed_by,
        proposed_at=record.proposed_at,
        decision=None if record.decision is None else CrossEnforcementDecision(record.decision),
        decision_no=record.decision_no,
        decided_on=record.decided_on,
        version=record.version,
    )


@strawberry.type(description="Proposals, the newest first. 交叉执行建议列表", directives=[Personal()])
class CrossEnforcementList:
    proposals: list[CrossEnforcementProposal] = strawberry.field(description="At most as many as asked for. 列表")
    page_info: PageInfo = strawberry.field(description="Where the page ends. 分页信息")


@strawberry.input(description="What a superior court should decide. 提出交叉执行建议")
class ProposeCrossEnforcementInput:
    mode: CrossEnforcementMode = strawberry.field(description="Which of the five modes. 模式")
    ground: CrossEnforcementGround = strawberry.field(description="Why. 事由")
    case_numbers: list[CaseNumber] = strawberry.field(
        description="1 to 100 cases, one of this court's among them. 案号"
    )
    idempotency_key: str = strawberry.field(description="The same key again gives the same proposal. 幂等键")


@strawberry.input(description="What the superior court decided. 登记交叉执行决定")
class RecordCrossEnforcementDecisionInput:
    id: UUID = strawberry.field(description="The proposal. 编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    decision: CrossEnforcementDecision = strawberry.field(description="What. 决定结果")
    decision_no: str = strawberry.field(description="Its number. 决定文号")
    decided_on: date = strawberry.field(description="On which day. 决定日期")


CrossEnforcementResult: TypeAlias = Annotated[
    CrossEnforcementProposal | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("CrossEnforcementResult", description="The proposal, or why there is none. 交叉执行办理结果"),
]
CrossEnforcementsResult: TypeAlias = Annotated[
    CrossEnforcementList | Refusal,
    strawberry.union("CrossEnforcementsResult", description="Proposals, or why you see none. 交叉执行列表结果"),
]


@strawberry.type
class CrossEnforcementQuery:
    """Proposals of this court."""

    @strawberry.field(description="Proposals of this court to superior courts. 交叉执行建议列表")
    async def cross_enforcement_proposals(
        self, info: InfoNode, first: First = 50, after: After = None
    ) -> CrossEnforcementsResult:
        try:
            found = await cross_enforcement.page(info.context.court, info.context.caller, first=first, after=after)
        except RuleBroken as refusal:
            return cast("CrossEnforcementsResult", problem_of(refusal, info.context.language))
        return CrossEnforcementList(
            proposals=[proposal_of(each) for each in found.rows],
            page_info=page_info(found.cursors, has_next=found.has_next),
        )


@strawberry.type
class CrossEnforcementMutation:
    """A proposal, and what became of it."""

    @strawberry.mutation(description="Propose cross-enforcement to the court above all the cases. 提出交叉执行建议")
    async def propose_cross_enforcement(
        self,
        info: InfoNode,
        input: Annotated[ProposeCrossEnforcementInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> CrossEnforcementResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewProposal(given.mode, given.ground, tuple(given.case_numbers))
        try:
            made = await cross_enforcement.propose(court, caller, new, idempotency_key=given.idempotency_key)
            return proposal_of(made)
        except RuleBroken as refusal:
            return cast("CrossEnforcementResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down what the superior court decided; no case is moved. 登记交叉执行决定")
    async def record_cross_enforcement_decision(
        self,
        info: InfoNode,
        input: Annotated[RecordCrossEnforcementDecisionInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> CrossEnforcementResult:
        court, caller, given = info.context.court, info.context.caller, input
        try:
            decided = await cross_enforcement.record_decision(
                court, caller, given.id, given.version, given.decision, given.decision_no, given.decided_on
            )
            return proposal_of(decided)
        except RuleBroken as refusal:
            return cast("CrossEnforcementResult", problem_of(refusal, info.context.language))
