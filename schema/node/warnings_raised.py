"""Warnings (预警): what somebody who watches over the court should look at, and who took note of it."""

from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db.records.warnings_raised import WarningCause, WarningKind, WarningRecord
from enforcement import warnings_raised
from enforcement.rules.refusals import RuleBroken
from schema.connections import Connection, connection
from schema.context import NodeContext
from schema.enums import described
from schema.federated import Personal
from schema.problems import Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CourtCode
from schema.zone.page_types import After, First

InfoNode: TypeAlias = Info[NodeContext, None]

described(
    WarningKind,
    "What a warning is about. 预警种类",
    {
        WarningKind.LOOKUP_ANOMALY: "Something about a look-up is unusual; nothing is decided by it. 查询异常",
        WarningKind.CORRECTION_DUE: "A request to correct a list entry falls due soon. 纠正申请将到期",
        WarningKind.CORRECTION_OVERDUE: "A request to correct a list entry is overdue. 纠正申请已逾期",
    },
)
described(
    WarningCause,
    "What set it off. 预警事由",
    {
        WarningCause.MANY_SUBJECTS: "One officer asked about many persons within the window. 短时查询多人",
        WarningCause.NIGHT_HOURS: "An officer asked at night. 夜间查询",
        WarningCause.SAME_NAME: "The person has the officer's name. 与查询人员同名",
        WarningCause.SAME_FAMILY_NAME: "The person has the officer's family name. 与查询人员同姓",
        WarningCause.DECLARED_RELATIVE: "The officer had declared the person. 已申报回避的人员",
        WarningCause.REVIEW: "The court's review of the request. 审查期限",
        WarningCause.RECONSIDERATION: "The superior court's reconsideration. 复议期限",
    },
)


@strawberry.type(
    name="Warning", description="Something to look at; no decision hangs on it. 预警", directives=[Personal()]
)
class RaisedWarning:
    id: UUID = strawberry.field(description="This court's id. 编号")
    at: datetime = strawberry.field(description="When it was raised. 预警时间")
    kind: WarningKind = strawberry.field(description="What it is about. 种类")
    cause: WarningCause = strawberry.field(description="What set it off. 事由")
    court: CourtCode = strawberry.field(description="Whose officer is meant, or whose act. 法院")
    officer_id: str | None = strawberry.field(description="Which officer is meant. 人员")
    lookup_id: UUID | None = strawberry.field(description="The look-up that set it off. 查询流水号")
    correction_id: UUID | None = strawberry.field(description="The request that it is about. 纠正申请")
    since: datetime | None = strawberry.field(description="When it was, or since when it is counted. 起始时间")
    figure: int | None = strawberry.field(description="How many persons. 人数")
    due_on: date | None = strawberry.field(description="The last day of the term. 到期日")
    acknowledged_by: str | None = strawberry.field(description="Who took note of it. 确认人")
    acknowledged_at: datetime | None = strawberry.field(description="When. 确认时间")
    version: int = strawberry.field(description="Raised by every change. 版本")


@strawberry.input(description="Which warnings. 筛选条件")
class WarningFilter:
    kind: WarningKind | None = strawberry.field(default=None, description="Of this kind only. 种类")
    only_open: bool = strawberry.field(default=False, description="Those of which nobody took note. 仅未确认")


@strawberry.input(description="Taking note of a warning. 确认预警")
class AcknowledgeWarningInput:
    id: UUID = strawberry.field(description="Which one. 编号")
    version: int = strawberry.field(description="As it was read. 版本")


WarningsResult: TypeAlias = Annotated[
    Connection[RaisedWarning] | Refusal,
    strawberry.union("WarningsResult", description="A page of warnings, or why there is none. 预警列表结果"),
]
AcknowledgeWarningResult: TypeAlias = Annotated[
    RaisedWarning | Refusal | StaleVersion | TransitionNotAllowed,
    strawberry.union("AcknowledgeWarningResult", description="The warning, or why it stays as it is. 确认结果"),
]


@strawberry.type
class WarningQuery:
    """What is to be looked at."""

    @strawberry.field(description="Warnings of this court, newest first: bureau chief, president, auditor. 预警")
    async def warnings(
        self,
        info: InfoNode,
        filter: Annotated[WarningFilter | None, strawberry.argument(description="Which. 筛选")] = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> WarningsResult:
        wanted = filter or WarningFilter()
        try:
            found = await warnings_raised.page(
                info.context.court,
                info.context.caller,
                kind=wanted.kind,
                only_open=wanted.only_open,
                first=first,
                after=after,
            )
        except RuleBroken as refusal:
            return cast("WarningsResult", problem_of(refusal, info.context.language))
        return connection([_warning(record) for record in found.rows], found.cursors, has_next=found.has_next)


@strawberry.type
class WarningMutation:
    """Taking note."""

    @strawberry.mutation(description="Take note of a warning; not of one about yourself. 确认预警")
    async def acknowledge_warning(
        self,
        info: InfoNode,
        input: Annotated[AcknowledgeWarningInput, strawberry.argument(description="Which. 输入")],  # noqa: A002
    ) -> AcknowledgeWarningResult:
        court, caller = info.context.court, info.context.caller
        try:
            return _warning(await warnings_raised.acknowledge(court, caller, input.id, input.version))
        except RuleBroken as refusal:
            return cast("AcknowledgeWarningResult", problem_of(refusal, info.context.language))


def _warning(record: WarningRecord) -> RaisedWarning:
    return RaisedWarning(
        id=record.id,
        at=record.at,
        kind=record.kind,
        cause=record.cause,
        court=CourtCode(record.court),
        officer_id=record.officer,
        lookup_id=record.lookup_id,
        correction_id=record.correction_id,
        since=record.since,
        figure=record.figure,
        due_on=record.due_on,
        acknowledged_by=record.acknowledged_by,
        acknowledged_at=record.acknowledged_at,
        version=record.version,
    )
