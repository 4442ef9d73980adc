"""Supervision of delegated tasks by superior courts (督办)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID

import strawberry

from db.records.framework import SupervisionAnswer, SupervisionOutcome
from enforcement.desk import supervision
from enforcement.desk.supervision import NewSupervision, Only
from schema.connections import Connection, connection
from schema.enums import described
from schema.gateway.context import GatewayContext, GatewayInfo
from schema.gateway.courts import MemberCourt, member
from schema.gateway.framework_types import (
    HISTORY,
    KEY,
    NUMBER,
    READ_VERSION,
    RECORDED,
    VERSION,
    After,
    First,
    FrameworkHistoryEntry,
    OnlyOpen,
    cursor,
    place,
)
from schema.objects import Node, node_id
from schema.problems import Refusal, StaleVersion
from schema.scalars import CourtCode
from schema.task_enums import SupervisionGround, SupervisionOrigin

_FIELD: Final = "supervisions"
_A: Final = SupervisionAnswer
_O: Final = SupervisionOutcome


class SupervisionStatus(StrEnum):
    """Where a supervision stands."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


described(
    SupervisionAnswer,
    "What the supervised court says. 督办答复",
    {
        _A.DONE: "It is done. 已办理",
        _A.IN_HAND: "It is being handled. 正在办理",
        _A.LAWFULLY_DELAYED: "It is delayed on a lawful ground. 依法延期",
        _A.CANNOT_BE_DONE: "It cannot be done. 无法办理",
        _A.OTHER_COURT_ACTS: "The other court has to act. 应由对方法院办理",
    },
)
described(
    SupervisionOutcome,
    "How a supervision ended. 督办结果",
    {
        _O.SETTLED: "What was wrong is settled. 已解决",
        _O.UNFOUNDED: "Nothing was wrong. 不成立",
        _O.PASSED_UP: "It goes to a higher court. 报请上级",
    },
)
described(
    SupervisionStatus,
    "Where a supervision stands. 督办状态",
    {
        SupervisionStatus.OPEN: "Waits for the answer. 待答复",
        SupervisionStatus.ANSWERED: "Was answered, and is not closed. 已答复",
        SupervisionStatus.CLOSED: "Is closed. 已结束",
    },
)


@strawberry.type(description="A superior court asks one of its courts to account for a task, by a day. 监督记录")
class SupervisionRecord(Node):
    id: strawberry.ID = strawberry.field(description=NUMBER)
    track_id: UUID = strawberry.field(description="Number of the task. 事项编号")
    ground: SupervisionGround = strawberry.field(description="Why. 督办事由")
    raised_by: CourtCode = strawberry.field(description="The superior court, which may have no node. 督办法院")
    court: MemberCourt = strawberry.field(description="Who answers. 被督办法院")
    other_court: MemberCourt = strawberry.field(description="The other court of the task. 对方法院")
    respond_by: date = strawberry.field(description="By which day. 答复期限")
    origin: SupervisionOrigin = strawberry.field(description="What brought it about. 发起方式")
    overdue_on: date | None = strawberry.field(description="Of a missed deadline: the day that was missed. 逾期日期")
    status: SupervisionStatus = strawberry.field(description="Where it stands. 状态")
    overdue: bool = strawberry.field(description="Whether it waits for an answer after that day. 是否超期")
    answer: SupervisionAnswer | None = strawberry.field(description="What the court said. 答复")
    answer_digest: str | None = strawberry.field(description="Digest of the text that the court keeps. 答复摘要")
    answered_on: date | None = strawberry.field(description="When. 答复日期")
    outcome: SupervisionOutcome | None = strawberry.field(description="How it ended. 结果")
    closed_on: date | None = strawberry.field(description="When it was closed. 结束日期")
    recorded_at: datetime = strawberry.field(description=RECORDED)
    version: int = strawberry.field(description=VERSION)
    history: list[FrameworkHistoryEntry] = strawberry.field(description=HISTORY)

    @classmethod
    def of(cls, found: supervision.Supervision, context: GatewayContext) -> Self:
        """The supervision as the desk loaded it."""
        record = found.record
        answered = SupervisionStatus.OPEN if record.answer is None else SupervisionStatus.ANSWERED
        return cls(
            id=node_id(record.id),
            track_id=record.track_id,
            ground=record.ground,
            raised_by=CourtCode(record.raised_by),
            court=member(context, record.court),
            other_court=member(context, record.other_court),
            respond_by=record.respond_by,
            origin=record.origin,
            overdue_on=record.overdue_on,
            status=answered if record.closed_on is None else SupervisionStatus.CLOSED,
            overdue=found.is_overdue,
            answer=record.answer,
            answer_digest=record.answer_digest,
            answered_on=record.answered_on,
            outcome=record.outcome,
            closed_on=record.closed_on,
            recorded_at=record.recorded_at,
            version=record.version,
            history=FrameworkHistoryEntry.of(found.history),
        )


@strawberry.input(description="Which task is supervised, and why. 督办请求")
class SuperviseTaskInput:
    track_id: UUID = strawberry.field(description="Number of the task. 事项编号")
    ground: SupervisionGround = strawberry.field(description="Why. 督办事由")
    respond_by: date = strawberry.field(description="By which day; at most 90 days ahead. 答复期限")
    idempotency_key: str = strawberry.field(description=KEY)


@strawberry.input(description="What the supervised court says. 督办答复请求")
class AnswerSupervisionInput:
    id: UUID = strawberry.field(description=NUMBER)
    answer: SupervisionAnswer = strawberry.field(description="What it says. 答复")
    digest: str | None = strawberry.field(
        default=None, description="Digest of the text that the own node keeps, as it gives it. 答复摘要"
    )
    version: int = strawberry.field(description=READ_VERSION)


@strawberry.input(description="Which supervision is closed, and how it ended. 结束督办请求")
class CloseSupervisionInput:
    id: UUID = strawberry.field(description=NUMBER)
    outcome: SupervisionOutcome = strawberry.field(description="How it ended. 结果")
    version: int = strawberry.field(description=READ_VERSION)


SupervisionsResult: TypeAlias = Annotated[
    Connection[SupervisionRecord] | Refusal,
    strawberry.union("SupervisionsResult", description="The supervisions, or why not. 督办列表结果"),
]
SuperviseTaskResult: TypeAlias = Annotated[
    SupervisionRecord | Refusal,
    strawberry.union("SuperviseTaskResult", description="The supervision, or why not. 督办结果"),
]
AnswerSupervisionResult: TypeAlias = Annotated[
    SupervisionRecord | StaleVersion | Refusal,
    strawberry.union("AnswerSupervisionResult", description="The supervision, or why not. 督办答复结果"),
]
CloseSupervisionResult: TypeAlias = Annotated[
    SupervisionRecord | StaleVersion | Refusal,
    strawberry.union("CloseSupervisionResult", description="The supervision, or why not. 结束督办结果"),
]
OfTask: TypeAlias = Annotated[UUID | None, strawberry.argument(description="Of this task only. 事项编号")]
OnlyOverdue: TypeAlias = Annotated[bool, strawberry.argument(description="Overdue ones only. 仅超期")]
Raised: TypeAlias = Annotated[SuperviseTaskInput, strawberry.argument(description="Which task. 督办请求")]
Answered: TypeAlias = Annotated[AnswerSupervisionInput, strawberry.argument(description="What. 督办答复请求")]
Closed: TypeAlias = Annotated[CloseSupervisionInput, strawberry.argument(description="Which one. 结束督办请求")]


@strawberry.type
class SupervisionQuery:
    @strawberry.field(
        description="The supervisions that concern the caller's court, or a supervisor's courts, newest first. 督办列表"
    )
    async def supervisions(
        self,
        info: GatewayInfo,
        track_id: OfTask = None,
        open: OnlyOpen = None,  # noqa: A002
        overdue: OnlyOverdue = False,
        first: First = 20,
        after: After = None,
    ) -> SupervisionsResult:
        context, only = info.context, Only(track_id, open, overdue)
        page = await supervision.page(context.gateway, context.caller, only, first=first, after=place(_FIELD, after))
        return connection(
            [SupervisionRecord.of(row, context) for row in page.rows],
            [cursor(_FIELD, row.record.recorded_at, row.record.id) for row in page.rows],
            has_next=page.has_next,
        )


@strawberry.type
class SupervisionMutation:
    @strawberry.mutation(description="Supervise a task; for a supervisor of a court above one of its two. 督办")
    async def supervise_task(self, info: GatewayInfo, input: Raised) -> SuperviseTaskResult:  # noqa: A002
        context = info.context
        new = NewSupervision(input.track_id, input.ground, input.respond_by)
        made = await supervision.supervise(context.gateway, context.caller, new, idempotency_key=input.idempotency_key)
        return SupervisionRecord.of(made, context)

    @strawberry.mutation(
        description="Answer a supervision; for the command centre and liaison officers of the court. 答复督办"
    )
    async def answer_supervision(self, info: GatewayInfo, input: Answered) -> AnswerSupervisionResult:  # noqa: A002
        context = info.context
        made = await supervision.answer(
            context.gateway, context.caller, input.id, input.version, input.answer, input.digest
        )
        return SupervisionRecord.of(made, context)

    @strawberry.mutation(description="Close a supervision; for the court that raised it. 结束督办")
    async def close_supervision(self, info: GatewayInfo, input: Closed) -> CloseSupervisionResult:  # noqa: A002
        context = info.context
        made = await supervision.close(context.gateway, context.caller, input.id, input.version, input.outcome)
        return SupervisionRecord.of(made, context)
