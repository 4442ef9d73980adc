"""What becomes of a settlement: its breach, its end, the applicant's choice, the case that goes on."""

from datetime import date
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.money import SettlementStatus
from enforcement.case_money import closing, resumption, settlement_changes, settlement_course, settlement_views
from enforcement.case_money.resumption import NewResumption
from enforcement.case_money.settlement_changes import NewTerms
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.settlement import SettlementForm
from schema.context import NodeContext
from schema.money_enums import SettlementEnd
from schema.node.cases import EnforcementCase, case_of
from schema.node.money import InstalmentInput
from schema.node.money_types import SettlementAgreement, settlement_of
from schema.problems import DuplicateOf, InstalmentsDoNotAddUp, Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber, Money

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.input(description="That a settlement is broken, found on the applicant's application. 认定不履行和解")
class DeclareBreachInput:
    id: UUID = strawberry.field(description="The settlement. 和解编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    applied_on: date = strawberry.field(description="The day of the application. 申请日期")


@strawberry.input(description="Other instalments that the parties agreed on. 变更执行和解协议")
class ChangeSettlementInput:
    id: UUID = strawberry.field(description="The settlement. 和解编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    total: Money = strawberry.field(description="What is settled now, with what was paid. 变更后的和解金额")
    instalments: list[InstalmentInput] = strawberry.field(
        description="In place of those that are open; with what was paid they add up to the total. 分期"
    )
    agreed_on: date = strawberry.field(description="The day of the agreement. 变更日期")
    form: SettlementForm = strawberry.field(description="How it was put down. 变更形式")


@strawberry.input(description="That a case's debt is performed. 执行完毕结案")
class CloseEnforcedCaseInput:
    case_number: CaseNumber = strawberry.field(description="The own case. 案号")
    version: int = strawberry.field(description="Its version that was read. 版本")


@strawberry.input(description="That a settlement is void or revoked. 和解无效、撤销")
class EndSettlementInput:
    id: UUID = strawberry.field(description="The settlement. 和解编号")
    version: int = strawberry.field(description="Its version that was read. 版本")
    outcome: SettlementEnd = strawberry.field(description="Void or revoked. 认定结果")
    applied_on: date = strawberry.field(description="The day of the application. 申请日期")


@strawberry.input(description="That the applicant sued on a broken settlement. 就和解协议起诉")
class RecordSettlementSuitInput:
    id: UUID = strawberry.field(description="The settlement. 和解编号")
    version: int = strawberry.field(description="Its version that was read. 版本")


@strawberry.input(description="That the applicant chose to resume enforcement. 恢复执行")
class ResumeEnforcementInput:
    settlement_id: UUID = strawberry.field(description="The broken settlement. 和解编号")
    applied_on: date = strawberry.field(description="The day of the application. 申请日期")
    idempotency_key: str = strawberry.field(description="The same key again gives the same case. 幂等键")
    case_number: CaseNumber | None = strawberry.field(
        default=None, description="The new case's number; else the court's next one of the year. 执恢案号"
    )
    guarantor_ruling_no: CaseNumber | None = strawberry.field(
        default=None, description="The ruling by which a guarantor who promised it is a debtor now. 裁定文号"
    )


SettlementCourseResult: TypeAlias = Annotated[
    SettlementAgreement | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("SettlementCourseResult", description="The settlement, or why it stays as it is. 和解办理结果"),
]
ChangeSettlementResult: TypeAlias = Annotated[
    SettlementAgreement | Refusal | StaleVersion | TransitionNotAllowed | InstalmentsDoNotAddUp,
    strawberry.union("ChangeSettlementResult", description="The settlement, or why it stays as it is. 和解变更结果"),
]
CloseEnforcedCaseResult: TypeAlias = Annotated[
    EnforcementCase | Refusal | StaleVersion,
    strawberry.union("CloseEnforcedCaseResult", description="The case, or why it stays open. 结案结果"),
]
ResumeEnforcementResult: TypeAlias = Annotated[
    EnforcementCase | Refusal | TransitionNotAllowed | DuplicateOf,
    strawberry.union("ResumeEnforcementResult", description="The case, or why none is resumed. 恢复执行结果"),
]


@strawberry.type
class SettlementMutation:
    """After the signing."""

    @strawberry.mutation(description="Find, on application, that a settlement is broken. 认定不履行和解")
    async def declare_breach(
        self,
        info: InfoNode,
        input: Annotated[DeclareBreachInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> SettlementCourseResult:
        return await _decided(info, input.id, input.version, SettlementStatus.BREACHED, input.applied_on)

    @strawberry.mutation(description="Find, on application, that a settlement is void or revoked. 认定和解无效、撤销")
    async def end_settlement(
        self,
        info: InfoNode,
        input: Annotated[EndSettlementInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> SettlementCourseResult:
        return await _decided(info, input.id, input.version, SettlementStatus(input.outcome), input.applied_on)

    @strawberry.mutation(description="Write down that the applicant sued on a broken settlement. 登记就和解协议起诉")
    async def record_settlement_suit(
        self,
        info: InfoNode,
        input: Annotated[RecordSettlementSuitInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> SettlementCourseResult:
        court, caller = info.context.court, info.context.caller
        try:
            sued = await settlement_course.sue(court, caller, input.id, input.version)
            return settlement_of(await settlement_views.view_of(court, sued))
        except RuleBroken as refusal:
            return cast("SettlementCourseResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Resume enforcement after a breach, as a case 执恢. 恢复执行")
    async def resume_enforcement(
        self,
        info: InfoNode,
        input: Annotated[ResumeEnforcementInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> ResumeEnforcementResult:
        court, caller, given = info.context.court, info.context.caller, input
        new = NewResumption(given.settlement_id, given.applied_on, given.case_number, given.guarantor_ruling_no)
        try:
            return case_of(await resumption.resume(court, caller, new, idempotency_key=given.idempotency_key))
        except RuleBroken as refusal:
            return cast("ResumeEnforcementResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(description="Write down that the parties changed a settlement. 登记变更执行和解协议")
    async def change_settlement(
        self,
        info: InfoNode,
        input: Annotated[ChangeSettlementInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> ChangeSettlementResult:
        court, caller, given = info.context.court, info.context.caller, input
        plan = tuple((part.due_on, part.amount) for part in given.instalments)
        new = NewTerms(given.total, plan, given.agreed_on, given.form)
        try:
            changed = await settlement_changes.change(court, caller, given.id, given.version, new)
            return settlement_of(await settlement_views.view_of(court, changed))
        except RuleBroken as refusal:
            return cast("ChangeSettlementResult", problem_of(refusal, info.context.language))

    @strawberry.mutation(
        description="Close a case as enforced: its debt or what was settled is performed. 执行完毕结案"
    )
    async def close_enforced_case(
        self,
        info: InfoNode,
        input: Annotated[CloseEnforcedCaseInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> CloseEnforcedCaseResult:
        court, caller = info.context.court, info.context.caller
        try:
            return case_of(await closing.close(court, caller, input.case_number, input.version))
        except RuleBroken as refusal:
            return cast("CloseEnforcedCaseResult", problem_of(refusal, info.context.language))


async def _decided(
    info: InfoNode, settlement_id: UUID, version: int, outcome: SettlementStatus, applied_on: date
) -> SettlementCourseResult:
    court, caller = info.context.court, info.context.caller
    try:
        decided = await settlement_course.decide(court, caller, settlement_id, version, outcome, applied_on)
        return settlement_of(await settlement_views.view_of(court, decided))
    except RuleBroken as refusal:
        return cast("SettlementCourseResult", problem_of(refusal, info.context.language))
