"""Warnings (预警): what somebody who watches over the court should look at, and who took note of it."""

from datetime import date, datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from db import warnings_raised as filters
from db.records.warnings_raised import WarningRecord
from enforcement import warnings_raised
from enforcement.rules.refusals import RuleBroken
from schema.connections import Connection, connection
from schema.context import NodeContext
from schema.federated import Personal
from schema.node.warning_enums import WarningCause, WarningKind, WarningLevel
from schema.problems import Refusal, StaleVersion, TransitionNotAllowed, problem_of
from schema.scalars import CourtCode
from schema.zone.page_types import After, First

InfoNode: TypeAlias = Info[NodeContext, None]


@strawberry.type(
    name="Warning", description="Something to look at; no decision hangs on it. 预警", directives=[Personal()]
)
class RaisedWarning:
    id: UUID = strawberry.field(description="This court's id. 编号")
    at: datetime = strawberry.field(description="When it was raised. 预警时间")
    kind: WarningKind = strawberry.field(description="What it is of. 种类")
    level: WarningLevel = strawberry.field(description="How pressing. 级别")
    cause: WarningCause = strawberry.field(description="What set it off. 事由")
    court: CourtCode = strawberry.field(description="Whose officer is meant, or whose act. 法院")
    officer_id: str | None = strawberry.field(description="Which officer is meant, or whose case or task it is. 人员")
    lookup_id: UUID | None = strawberry.field(description="The look-up that set it off. 查询流水号")
    correction_id: UUID | None = strawberry.field(description="The request that it is about. 纠正申请")
    case_id: UUID | None = strawberry.field(description="The case that it is about. 案件")
    task_id: UUID | None = strawberry.field(description="The delegated task that it is about. 委托事项")
    measure_id: UUID | None = strawberry.field(description="The control measure that it is about. 控制措施")
    notice_id: UUID | None = strawberry.field(description="The notice to an assisting unit. 协助执行通知")
    search_id: UUID | None = strawberry.field(description="The asset search that it is about. 财产查控")
    clue_id: UUID | None = strawberry.field(description="The clue that it is about. 财产线索")
    since: datetime | None = strawberry.field(description="When it was, or since when it is counted. 起始时间")
    figure: int | None = strawberry.field(description="How many persons. 人数")
    due_on: date | None = strawberry.field(description="The last day of the term. 到期日")
    acknowledged_by: str | None = strawberry.field(description="Who took note of it. 确认人")
    acknowledged_at: datetime | None = strawberry.field(description="When. 确认时间")
    version: int = strawberry.field(description="Raised by every change. 版本")


@strawberry.input(description="Which warnings. 筛选条件")
class WarningFilter:
    kind: WarningKind | None = strawberry.field(default=None, description="Of this kind only. 种类")
    kinds: list[WarningKind] | None = strawberry.field(default=None, description="Of these kinds only. 多个种类")
    due_within_days: int | None = strawberry.field(
        default=None, description="Those whose term ends within so many days, or ended. 几日内到期"
    )
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

    @strawberry.field(
        description="Warnings of this court, newest first: bureau chief, president, auditor; a handler's own. 预警"
    )
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
                filters.WarningFilter(kinds=_kinds(wanted), only_open=wanted.only_open),
                due_within_days=wanted.due_within_days,
                first=first,
                after=after,
            )
        except RuleBroken as refusal:
            return cast("WarningsResult", problem_of(refusal, info.context.language))
        return connection([warning_of(record) for record in found.rows], found.cursors, has_next=found.has_next)


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
            return warning_of(await warnings_raised.acknowledge(court, caller, input.id, input.version))
        except RuleBroken as refusal:
            return cast("AcknowledgeWarningResult", problem_of(refusal, info.context.language))


def _kinds(wanted: WarningFilter) -> tuple[WarningKind, ...] | None:
    """What both filters of the kind let through; None when there is neither."""
    if wanted.kinds is None:
        return None if wanted.kind is None else (wanted.kind,)
    return tuple(kind for kind in wanted.kinds if wanted.kind in {None, kind})


def warning_of(record: WarningRecord) -> RaisedWarning:
    """The GraphQL object of a warning."""
    return RaisedWarning(
        id=record.id,
        at=record.at,
        kind=record.kind,
        level=record.level,
        cause=record.cause,
        court=CourtCode(record.court),
        officer_id=record.officer,
        lookup_id=record.lookup_id,
        correction_id=record.correction_id,
        case_id=record.case_id,
        task_id=record.task_id,
        measure_id=record.measure_id,
        notice_id=record.notice_id,
        search_id=record.search_id,
        clue_id=record.clue_id,
        since=record.since,
        figure=record.figure,
        due_on=record.due_on,
        acknowledged_by=record.acknowledged_by,
        acknowledged_at=record.acknowledged_at,
        version=record.version,
    )
