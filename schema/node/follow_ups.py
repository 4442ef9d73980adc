"""From a find to its seizure by the court where it lies: one mutation."""

from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import follow_ups
from enforcement.follow_ups import NewSeizure
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.node.task_inputs import TaskDocumentInput, documents_of
from schema.node.task_types import DelegatedTask, present
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
from schema.scalars import CaseNumber, Money


@strawberry.input(description="A find that the court of its district is to seize. 委托查封、扣押、冻结")
class DelegateSeizureInput:
    finding_id: UUID = strawberry.field(description="The find; adopted as an asset if it is none yet. 发现财产")
    idempotency_key: str = strawberry.field(description="The same key again gives the same task. 幂等键")
    ruling_no: CaseNumber | None = strawberry.field(
        default=None, description="The ruling: the case's number and 之N; nothing is seized without one. 裁定书号"
    )
    documents: list[TaskDocumentInput] = strawberry.field(
        default_factory=list,
        description="Papers that the program does not write itself, or others in their place. 附件",
    )
    value: Money | None = strawberry.field(default=None, description="What it is worth; else the estimate. 价值")
    term_years: int | None = strawberry.field(default=None, description="Else the longest term. 期限(年)")
    urgent: bool = strawberry.field(default=False, description="Hours instead of days. 紧急")
    contact: str = strawberry.field(default="", description="Whom to call. 联系人")
    remark: str = strawberry.field(default="", description="In words; travels encrypted. 备注")

    def parsed(self) -> NewSeizure:
        """The use-case's words."""
        return NewSeizure(
            finding_id=self.finding_id,
            ruling_no=self.ruling_no or "",
            documents=tuple(documents_of(self.documents)),
            value=self.value,
            term_years=self.term_years,
            urgent=self.urgent,
            contact=self.contact,
            remark=self.remark,
        )


DelegateSeizureResult: TypeAlias = Annotated[
    DelegatedTask
    | LegalDocumentMissing
    | DuplicateOf
    | ExceedsClaim
    | ExemptProperty
    | TermTooLong
    | StaleVersion
    | TransitionNotAllowed
    | Refusal,
    strawberry.union("DelegateSeizureResult", description="The drafted task, or why there is none. 委托结果"),
]


@strawberry.type
class FollowUpMutation:
    """What follows a find."""

    @strawberry.mutation(
        description="Adopt a find, rule the measure and draft the task to the court where it lies. 委托查封、扣押、冻结"
    )
    async def delegate_seizure(
        self,
        info: Info[NodeContext, None],
        input: Annotated[DelegateSeizureInput, strawberry.argument(description="Which find. 输入")],  # noqa: A002
    ) -> DelegateSeizureResult:
        court, caller = info.context.court, info.context.caller
        try:
            task = await follow_ups.delegate_seizure(
                court, caller, input.parsed(), idempotency_key=input.idempotency_key
            )
        except RuleBroken as refusal:
            return cast("DelegateSeizureResult", problem_of(refusal, info.context.language))
        assert caller is not None  # the use-case refuses an anonymous caller
        return present(court, caller, [task])[0]
