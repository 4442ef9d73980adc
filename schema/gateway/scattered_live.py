"""The live twins of the fields that the gateway asks of every court in scope, in clear (协作区明文联邦字段，实时)."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

import strawberry
from graphql import GraphQLError

from enforcement.rules.refusals import RuleBroken
from schema.answering import Underway, growing
from schema.gateway import questions
from schema.gateway.context import GatewayInfo
from schema.gateway.page_door import Wanted
from schema.problems import problem_of
from schema.zone.arguments import Where
from schema.zone.matrix_types import CrossBorderMatrixResult
from schema.zone.page_types import First
from schema.zone.public_list_types import OfEntries, PublicDishonestDebtorsResult
from schema.zone.standard_types import OfMatter, UnifiedStandardsResult
from schema.zone.statistics_types import DelegationStatisticsResult, Period
from schema.zone.unit_types import AssistingUnitsResult, OfDivision, OfKind


async def _live(info: GatewayInfo, begin: Callable[[], Underway]) -> AsyncGenerator[Any, None]:
    """The answer as it grows; or why nobody is asked, as the query says it: an error given is the field's."""
    try:
        asked = begin()
    except RuleBroken as broken:
        yield problem_of(broken, info.context.language)
        return
    except GraphQLError as error:
        yield error
        return
    async with aclosing(growing(asked)) as answers:
        async for each in answers:
            yield each


@strawberry.type
class ScatteredSubscription:
    """The same names, arguments and answers as in `ScatteredQuery`; a list that pages shows its first page."""

    @strawberry.subscription(description="The same as the query, growing as courts answer. 跨域矩阵（实时）")
    def cross_border_matrix(self, info: GatewayInfo, scope: Where) -> AsyncGenerator[CrossBorderMatrixResult, None]:
        return _live(info, partial(questions.matrix, info, scope))

    @strawberry.subscription(description="The same as the query, growing as courts answer. 委托事项统计（实时）")
    def delegation_statistics(
        self, info: GatewayInfo, period: Period, scope: Where
    ) -> AsyncGenerator[DelegationStatisticsResult, None]:
        return _live(info, partial(questions.statistics, info, period, scope))

    @strawberry.subscription(
        description="The first page of the query, growing as courts answer; the last answer leads on. "
        "失信被执行人名单（实时）"
    )
    def public_dishonest_debtors(
        self,
        info: GatewayInfo,
        scope: Where,
        filter: OfEntries = None,  # noqa: A002
        first: First = 20,
    ) -> AsyncGenerator[PublicDishonestDebtorsResult, None]:
        return _live(info, partial(questions.public_entries, info, scope, filter, Wanted(first, None)))

    @strawberry.subscription(description="The same as the query, growing as courts answer. 协助执行单位（实时）")
    def assisting_units(
        self,
        info: GatewayInfo,
        scope: Where,
        kind: OfKind = None,  # noqa: ARG002 - each court reads it
        division: OfDivision = None,
    ) -> AsyncGenerator[AssistingUnitsResult, None]:
        return _live(info, partial(questions.units, info, scope, division))

    @strawberry.subscription(description="The same as the query, growing as courts answer. 统一标准（实时）")
    def unified_standards(
        self,
        info: GatewayInfo,
        scope: Where,
        matter: OfMatter = None,  # noqa: ARG002 - each court reads it
    ) -> AsyncGenerator[UnifiedStandardsResult, None]:
        return _live(info, partial(questions.standards, info, scope))
