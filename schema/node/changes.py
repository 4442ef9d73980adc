"""Subscriptions of a desk: its tasks, searches, measures and warnings, each as it stands after a change."""

from collections.abc import AsyncGenerator
from typing import Annotated, Final, TypeAlias, cast
from uuid import UUID

import strawberry
from strawberry.types import Info

from enforcement import following
from enforcement.rules.refusals import RuleBroken
from schema.context import NodeContext
from schema.federated import Personal
from schema.node.delegated_search_types import DelegatedSearch, shown
from schema.node.measures import ControlMeasure, measure_of
from schema.node.task_enums import Direction
from schema.node.task_types import DelegatedTaskResult, present
from schema.node.warning_enums import WarningKind
from schema.node.warnings_raised import RaisedWarning, warning_of
from schema.positions import Resume, place_cursor, place_of
from schema.problems import Refusal, problem_of

_TASKS: Final = "delegatedTasksChanged"
_MEASURES: Final = "measureChanged"
_WARNINGS: Final = "warningRaised"
_SEARCHES: Final = "delegatedSearchChanged"


@strawberry.type(description="A measure after a change. 措施变更", directives=[Personal()])
class MeasureChange:
    measure: ControlMeasure = strawberry.field(description="As it stands. 控制措施")
    cursor: str = strawberry.field(description="Give it as `after` to hear what came next. 续传游标")


@strawberry.type(description="A warning that was raised. 预警提示")
class WarningNotice:
    warning: RaisedWarning = strawberry.field(description="The warning. 预警")
    cursor: str = strawberry.field(description="Give it as `after` to hear what came next. 续传游标")


@strawberry.type(description="A search at several courts after a change. 委托查询变更", directives=[Personal()])
class DelegatedSearchChange:
    search: DelegatedSearch = strawberry.field(description="As it stands, with its coverage. 委托查询")
    cursor: str = strawberry.field(description="Give it as `after` to hear what came next. 续传游标")


DelegatedSearchChangeResult: TypeAlias = Annotated[
    DelegatedSearchChange | Refusal,
    strawberry.union(
        "DelegatedSearchChangeResult", description="The search, or why you do not hear of it. 委托查询变更结果"
    ),
]
MeasureChangeResult: TypeAlias = Annotated[
    MeasureChange | Refusal,
    strawberry.union("MeasureChangeResult", description="The measure, or why you do not hear of it. 措施变更结果"),
]
WarningNoticeResult: TypeAlias = Annotated[
    WarningNotice | Refusal,
    strawberry.union("WarningNoticeResult", description="The warning, or why you do not hear of it. 预警提示结果"),
]


@strawberry.type
class ChangeSubscription:
    """Following what a desk is about."""

    @strawberry.subscription(
        description="Each task of yours after each change; several changes at once come as one. 委托事项变更流"
    )
    async def delegated_tasks_changed(
        self,
        info: Info[NodeContext, None],
        direction: Annotated[Direction | None, strawberry.argument(description="Only these. 方向")] = None,
        after: Resume = None,
    ) -> AsyncGenerator[DelegatedTaskResult, None]:
        court, caller = info.context.court, info.context.caller
        try:
            wanted = None if direction is None else direction.value
            place = place_of(after, _TASKS)
            async for record, position in following.of_tasks(court, caller, direction=wanted, after=place):
                assert caller is not None  # the use-case refuses an anonymous caller
                (task,) = present(court, caller, [record])
                task.cursor = place_cursor(_TASKS, position)
                yield task
        except RuleBroken as broken:
            yield cast("DelegatedTaskResult", problem_of(broken, info.context.language))

    @strawberry.subscription(description="Each measure of your cases after each change from now on. 控制措施变更")
    async def measure_changed(
        self, info: Info[NodeContext, None], after: Resume = None
    ) -> AsyncGenerator[MeasureChangeResult, None]:
        try:
            place = place_of(after, _MEASURES)
            async for view, position in following.of_measures(info.context.court, info.context.caller, after=place):
                yield MeasureChange(measure=measure_of(view), cursor=place_cursor(_MEASURES, position))
        except RuleBroken as broken:
            yield cast("MeasureChangeResult", problem_of(broken, info.context.language))

    @strawberry.subscription(description="Each warning that you may read, when it is raised. 预警提示")
    async def warning_raised(
        self,
        info: Info[NodeContext, None],
        kinds: Annotated[list[WarningKind] | None, strawberry.argument(description="Only these. 种类")] = None,
        after: Resume = None,
    ) -> AsyncGenerator[WarningNoticeResult, None]:
        court, caller = info.context.court, info.context.caller
        try:
            wanted = None if kinds is None else frozenset(kinds)
            place = place_of(after, _WARNINGS)
            async for record, position in following.of_warnings(court, caller, kinds=wanted, after=place):
                yield WarningNotice(warning=warning_of(record), cursor=place_cursor(_WARNINGS, position))
        except RuleBroken as broken:
            yield cast("WarningNoticeResult", problem_of(broken, info.context.language))

    @strawberry.subscription(
        description="Each search of yours at several courts, when what is known of it may have changed. 委托查询变更流"
    )
    async def delegated_search_changed(
        self,
        info: Info[NodeContext, None],
        search_id: Annotated[UUID | None, strawberry.argument(description="Only this one. 编号")] = None,
        after: Resume = None,
    ) -> AsyncGenerator[DelegatedSearchChangeResult, None]:
        court, caller = info.context.court, info.context.caller
        try:
            place = place_of(after, _SEARCHES)
            async for record, position in following.of_searches(court, caller, search_id=search_id, after=place):
                assert caller is not None  # the use-case refuses an anonymous caller
                (search,) = shown(court, caller, [record])
                yield DelegatedSearchChange(search=search, cursor=place_cursor(_SEARCHES, position))
        except RuleBroken as broken:
            yield cast("DelegatedSearchChangeResult", problem_of(broken, info.context.language))
