"""Clues (线索): brought to a case, and verified by its handler."""

from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import clues
from enforcement.clues import ClueView, NewClue
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.federated import Personal
from schema.node.clue_enums import ClueKind, ClueOutcome, ClueReliability, ClueSource, ClueStatus, ClueUrgency
from schema.objects import node_id
from schema.problems import Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CaseNumber, CourtCode

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type(description="A clue to a debtor's property or whereabouts. 线索", directives=[Personal()])
class Clue:
    id: strawberry.ID = strawberry.field(description="This court's id. 编号")
    kind: ClueKind = strawberry.field(description="What it leads to. 线索种类")
    source: ClueSource = strawberry.field(description="Who brought it. 线索来源")
    reliability: ClueReliability = strawberry.field(description="What it rests on. 可靠程度")
    urgency: ClueUrgency = strawberry.field(description="How soon it is to be verified. 紧急程度")
    text: str | None = strawberry.field(description="In words; null for offices that read no identities. 内容")
    informant: str | None = strawberry.field(
        description="Who gave it: for the case's handler alone; null for everybody else. 举报人"
    )
    location_court: CourtCode = strawberry.field(description="The court where it points to. 所在地法院")
    submitted_by: str = strawberry.field(description="Id of the officer who wrote it down. 登记人员")
    submitted_at: datetime = strawberry.field(description="When. 登记时间")
    due_on: date | None = strawberry.field(description="The last day for verifying; a vague one has none. 核实期限")
    status: ClueStatus = strawberry.field(description="Its status. 线索状态")
    result: ClueOutcome | None = strawberry.field(description="What the verification came to. 核实结果")
    verified_by: str | None = strawberry.field(description="Id of the officer who verified it. 核实人员")
    verified_at: datetime | None = strawberry.field(description="When. 核实时间")
    note: str | None = strawberry.field(description="The handler's words. 核实说明")
    version: int = strawberry.field(description="Raised by every change. 版本")


def clue_of(view: ClueView) -> Clue:
    """The GraphQL object of a clue as its reader may see it."""
    record = view.clue
    return Clue(
        id=node_id(record.id),
        kind=record.kind,
        source=record.source,
        reliability=record.reliability,
        urgency=record.urgency,
        text=view.text,
        informant=view.informant,
        location_court=CourtCode(record.location_court),
        submitted_by=record.submitted_by,
        submitted_at=record.submitted_at,
        due_on=record.due_on,
        status=record.status,
        result=record.result,
        verified_by=record.verified_by,
        verified_at=record.verified_at,
        note=view.note,
        version=record.version,
    )


@strawberry.input(description="A clue to write down. 登记线索")
class SubmitClueInput:
    kind: ClueKind = strawberry.field(description="What it leads to. 线索种类")
    source: ClueSource = strawberry.field(description="Who brought it. 线索来源")
    text: str = strawberry.field(description="In words, at most 2000 characters. 内容")
    reliability: ClueReliability = strawberry.field(description="What it rests on. 可靠程度")
    idempotency_key: str = strawberry.field(description="The same key again gives the same clue. 幂等键")
    case_number: CaseNumber | None = strawberry.field(
        default=None, description="The case; without one there is no basis. 案号"
    )
    urgency: ClueUrgency = strawberry.field(
        default=ClueUrgency.SPECIFIC, description="How soon it is to be verified. 紧急程度"
    )
    location_court: CourtCode | None = strawberry.field(
        default=None, description="The court where it points to; this one if none is named. 所在地法院"
    )
    informant: str | None = strawberry.field(
        default=None, description="Who gave it; shown to the case's handler alone. 举报人"
    )

    def parsed(self) -> NewClue:
        return NewClue(
            case_number=self.case_number,
            kind=self.kind,
            source=self.source,
            text=self.text,
            reliability=self.reliability,
            urgency=self.urgency,
            location_court=self.location_court,
            informant=self.informant,
        )


@strawberry.input(description="What came of a clue. 核实线索")
class VerifyClueInput:
    clue_id: UUID = strawberry.field(description="The clue. 线索")
    version: int = strawberry.field(description="Of the clue as it was read. 版本")
    result: ClueOutcome = strawberry.field(description="What it came to. 核实结果")
    note: str | None = strawberry.field(default=None, description="In words. 核实说明")


ClueResult: TypeAlias = Annotated[
    Clue | Refusal, strawberry.union("ClueResult", description="A clue, or why none. 线索结果")
]
VerifyClueResult: TypeAlias = Annotated[
    Clue | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("VerifyClueResult", description="The verified clue, or why not. 核实结果"),
]


@strawberry.type
class ClueQuery:
    """Clues of this court."""

    @strawberry.field(description="One clue of this court. 线索")
    async def clue(
        self,
        info: InfoNode,
        id: Annotated[UUID, strawberry.argument(description="The clue. 编号")],  # noqa: A002
    ) -> ClueResult:
        try:
            return clue_of(await clues.read(info.context.court, info.context.caller, id))
        except RuleBroken as refusal:
            return cast("ClueResult", problem_of(refusal, info.context.language))


@strawberry.type
class ClueMutation:
    """Bringing clues, and saying what came of them."""

    @strawberry.mutation(description="Write a clue down for a case. 登记线索")
    async def submit_clue(
        self,
        info: InfoNode,
        input: Annotated[SubmitClueInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> ClueResult:
        court, caller = info.context.court, info.context.caller
        try:
            made = await clues.submit(court, caller, input.parsed(), idempotency_key=input.idempotency_key)
        except RuleBroken as refusal:
            return cast("ClueResult", problem_of(refusal, info.context.language))
        return clue_of(made)

    @strawberry.mutation(description="Say what came of a clue. 核实线索")
    async def verify_clue(
        self,
        info: InfoNode,
        input: Annotated[VerifyClueInput, strawberry.argument(description="What. 输入")],  # noqa: A002
    ) -> VerifyClueResult:
        court, caller = info.context.court, info.context.caller
        try:
            done = await clues.verify(court, caller, input.clue_id, input.version, input.result, input.note)
        except RuleBroken as refusal:
            return cast("VerifyClueResult", problem_of(refusal, info.context.language))
        return clue_of(done)
