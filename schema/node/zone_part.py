"""This court's part of the zone's clear fields (协作区明文字段): what the node executes when the gateway asks.

Invariant: every root field is federated in clear and answers from this court alone, whatever its scope says; nothing
that identifies a person who is not on a public list can be selected from here. A refusal is a value of the union.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from enforcement.court import CourtNode
from enforcement.rules.refusals import Malformed, RuleBroken
from enforcement.zone import matrix, public_list, standards, statistics, units
from federation.graph.page import PageAnswer, PageAsk
from schema.context import Language
from schema.federated import Carry, Federated
from schema.node import zone_local
from schema.problems import Refusal, problem_of
from schema.scalars import SCALARS
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

CLEAR: Final = Federated(carry=Carry.CLEAR)


@dataclass(slots=True)
class ZonePartContext:
    """A clear question of the gateway at this court. The resolver reports how much was found, and of which instant.

    `page` is what is asked of a field of rule PAGE; it reports where its rows stand as `page_answer`.
    """

    court: CourtNode
    language: Language = "zh"
    page: PageAsk | None = None
    rows: int = 0
    as_of: datetime | None = None
    page_answer: PageAnswer | None = None

    def told(self, rows: int, as_of: datetime) -> None:
        """Note what stands in the part."""
        self.rows, self.as_of = rows, as_of

    def page_asked(self, first: int, after: str | None) -> PageAsk:
        """What is asked of the field; without a page of the gateway's, this court's own first one.

        Raises:
            Malformed: CURSOR; only who put several courts' pages together reads a cursor.
        """
        if self.page is None and after is not None:
            raise Malformed("CURSOR", "after")
        return self.page or PageAsk(first=first, until=self.court.clock.now())


Asked = Info[ZonePartContext, None]


@strawberry.type(description="What the gateway asks of every court in clear. 协作区明文查询")
class Query:
    @strawberry.field(description=MATRIX, directives=[CLEAR])
    async def cross_border_matrix(self, info: Asked, scope: Where) -> CrossBorderMatrixResult:  # noqa: ARG002
        made = await matrix.cross_border_matrix(info.context.court)
        info.context.told(len(made.rows), made.as_of)
        return zone_local.matrix_of(info.context.court, made)

    @strawberry.field(description=STATISTICS, directives=[CLEAR])
    async def delegation_statistics(self, info: Asked, period: Period, scope: Where) -> DelegationStatisticsResult:  # noqa: ARG002
        made = await statistics.delegation_statistics(info.context.court, period.from_on, period.to_on)
        info.context.told(len(made.pairs), made.as_of)
        return zone_local.statistics_of(info.context.court, made)

    @strawberry.field(description=PUBLIC_LIST, directives=[CLEAR])
    async def public_dishonest_debtors(
        self,
        info: Asked,
        scope: Where,  # noqa: ARG002
        filter: OfEntries = None,  # noqa: A002
        first: First = 20,
        after: After = None,
    ) -> PublicDishonestDebtorsResult:
        wanted = (filter or PublicDishonestDebtorFilter()).record()
        made = await public_list.page(info.context.court, wanted, info.context.page_asked(first, after))
        info.context.told(len(made.entries), made.as_of)
        info.context.page_answer = made.answer
        return zone_local.public_page_of(info.context.court, made)

    @strawberry.field(description=UNITS, directives=[CLEAR])
    async def assisting_units(
        self,
        info: Asked,
        scope: Where,  # noqa: ARG002
        kind: OfKind = None,
        division: OfDivision = None,
    ) -> AssistingUnitsResult:
        made = await units.assisting_units(info.context.court, kind, division)
        info.context.told(len(made.units), made.as_of)
        return zone_local.units_of(info.context.court, made)

    @strawberry.field(description=STANDARDS, directives=[CLEAR])
    async def unified_standards(
        self,
        info: Asked,
        scope: Where,  # noqa: ARG002
        matter: OfMatter = None,
    ) -> UnifiedStandardsResult:
        made = await standards.standards_applied(info.context.court, matter)
        info.context.told(len(made.standards), made.as_of)
        return zone_local.standards_of(info.context.court, made)


class Refusals(strawberry.ExceptionHandler[RuleBroken, Refusal]):
    """A broken rule is a value of the field's union."""

    def handle(self, exception: RuleBroken, *, field: object, info: Any) -> Refusal:  # noqa: ARG002  # given by strawberry
        """The refusal, in the language of the question."""
        return cast("Refusal", problem_of(exception, info.context.language))


PART_SCHEMA: Final = strawberry.Schema(
    query=Query,
    config=StrawberryConfig(scalar_map=dict(SCALARS)),
    exception_handlers=[Refusals()],
)
