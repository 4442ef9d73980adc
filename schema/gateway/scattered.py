"""The fields that the gateway asks of every court in scope, in clear (协作区明文联邦字段)."""

from typing import Final, cast

import strawberry

from schema.answering import answered
from schema.federated import Carry, Federated
from schema.gateway import questions
from schema.gateway.context import GatewayInfo
from schema.gateway.page_door import Wanted
from schema.zone.arguments import Where
from schema.zone.matrix_types import MATRIX, CrossBorderMatrixResult
from schema.zone.page_types import After, First
from schema.zone.public_list_types import PUBLIC_LIST, OfEntries, PublicDishonestDebtorsResult
from schema.zone.standard_types import STANDARDS, OfMatter, UnifiedStandardsResult
from schema.zone.statistics_types import STATISTICS, DelegationStatisticsResult, Period
from schema.zone.unit_types import UNITS, AssistingUnitsResult, OfDivision, OfKind

_CLEAR: Final = Federated(carry=Carry.CLEAR)


@strawberry.type
class ScatteredQuery:
    """One root field each; the executor takes the rendered answer as it is, so that no resolver reads an argument."""

    @strawberry.field(description=MATRIX, directives=[_CLEAR])
    async def cross_border_matrix(self, info: GatewayInfo, scope: Where) -> CrossBorderMatrixResult:
        return cast("CrossBorderMatrixResult", await answered(questions.matrix(info, scope)))

    @strawberry.field(description=STATISTICS, directives=[_CLEAR])
    async def delegation_statistics(
        self, info: GatewayInfo, period: Period, scope: Where
    ) -> DelegationStatisticsResult:
        return cast("DelegationStatisticsResult", await answered(questions.statistics(info, period, scope)))

    @strawberry.field(description=PUBLIC_LIST, directives=[_CLEAR])
    async def public_dishonest_debtors(
        self,
        info: GatewayInfo,
        scope: Where,
        filter: OfEntries = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> PublicDishonestDebtorsResult:
        asked = questions.public_entries(info, scope, filter, Wanted(first, after))
        return cast("PublicDishonestDebtorsResult", await answered(asked))

    @strawberry.field(description=UNITS, directives=[_CLEAR])
    async def assisting_units(
        self,
        info: GatewayInfo,
        scope: Where,
        kind: OfKind = None,  # noqa: ARG002 - each court reads it
        division: OfDivision = None,
    ) -> AssistingUnitsResult:
        return cast("AssistingUnitsResult", await answered(questions.units(info, scope, division)))

    @strawberry.field(description=STANDARDS, directives=[_CLEAR])
    async def unified_standards(
        self,
        info: GatewayInfo,
        scope: Where,
        matter: OfMatter = None,  # noqa: ARG002 - each court reads it
    ) -> UnifiedStandardsResult:
        return cast("UnifiedStandardsResult", await answered(questions.standards(info, scope)))
