"""The fields that the gateway asks of every court in scope, in clear (协作区明文联邦字段)."""

from typing import Final, cast

import strawberry

from db.clock import civil_date
from enforcement.desk import scattering
from enforcement.rules import public_list
from enforcement.rules.delegation_figures import check_period
from enforcement.rules.divisions import check as check_division
from enforcement.rules.rights import Act
from schema.federated import Carry, Federated
from schema.gateway import page_door, scatter_door
from schema.gateway.context import GatewayInfo
from schema.gateway.page_door import Wanted
from schema.gateway.statistics_formulas import FORMULAS
from schema.zone.arguments import Where
from schema.zone.matrix_types import MATRIX, CrossBorderMatrixResult
from schema.zone.page_types import After, First
from schema.zone.public_list_types import (
    PUBLIC_LIST,
    OfEntries,
    PublicDishonestDebtorFilter,
    PublicDishonestDebtorsResult,
)
from schema.zone.standard_types import STANDARDS, OfMatter, UnifiedStandardsResult
from schema.zone.statistics_types import STATISTICS, DelegationStatisticsResult, Period
from schema.zone.unit_types import UNITS, AssistingUnitsResult, OfDivision, OfKind

_CLEAR: Final = Federated(carry=Carry.CLEAR)


@strawberry.type
class ScatteredQuery:
    """One root field each; the executor takes the rendered answer as it is, so that no resolver reads an argument."""

    @strawberry.field(description=MATRIX, directives=[_CLEAR])
    async def cross_border_matrix(self, info: GatewayInfo, scope: Where) -> CrossBorderMatrixResult:
        return cast("CrossBorderMatrixResult", await scatter_door.answer(info, scope, Act.READ_ZONE))

    @strawberry.field(description=STATISTICS, directives=[_CLEAR])
    async def delegation_statistics(
        self, info: GatewayInfo, period: Period, scope: Where
    ) -> DelegationStatisticsResult:
        scattering.check_reads(info.context.caller, Act.READ_ZONE)
        check_period(period.from_on, period.to_on, civil_date(info.context.gateway.clock.now()))
        found = await scatter_door.answer(info, scope, Act.READ_ZONE, FORMULAS)
        return cast("DelegationStatisticsResult", found)

    @strawberry.field(description=PUBLIC_LIST, directives=[_CLEAR])
    async def public_dishonest_debtors(
        self,
        info: GatewayInfo,
        scope: Where,
        filter: OfEntries = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> PublicDishonestDebtorsResult:
        scattering.check_reads(info.context.caller, None)
        public_list.check((filter or PublicDishonestDebtorFilter()).record(), first)
        found = await page_door.answer(info, scope, Wanted(first, after))
        return cast("PublicDishonestDebtorsResult", found)

    @strawberry.field(description=UNITS, directives=[_CLEAR])
    async def assisting_units(
        self,
        info: GatewayInfo,
        scope: Where,
        kind: OfKind = None,  # noqa: ARG002 - each court reads it
        division: OfDivision = None,
    ) -> AssistingUnitsResult:
        scattering.check_reads(info.context.caller, None)
        check_division(division)
        return cast("AssistingUnitsResult", await scatter_door.answer(info, scope))

    @strawberry.field(description=STANDARDS, directives=[_CLEAR])
    async def unified_standards(
        self,
        info: GatewayInfo,
        scope: Where,
        matter: OfMatter = None,  # noqa: ARG002 - each court reads it
    ) -> UnifiedStandardsResult:
        return cast("UnifiedStandardsResult", await scatter_door.answer(info, scope, Act.READ_ZONE))
