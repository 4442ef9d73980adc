"""This court's counts and lists as GraphQL objects of the zone's answer types."""

from enforcement.court import CourtNode
from enforcement.rules.delegation_figures import by_court, total
from enforcement.zone.matrix import Matrix
from enforcement.zone.public_list import PublicPage
from enforcement.zone.standards import StandardList
from enforcement.zone.statistics import Statistics
from enforcement.zone.units import UnitList
from schema.node.own_coverage import own_coverage
from schema.scalars import CourtCode
from schema.zone.matrix_types import CrossBorderMatrix, CrossBorderRow, small_count
from schema.zone.page_types import PageInfo
from schema.zone.public_list_types import PublicDishonestDebtor, PublicDishonestDebtors
from schema.zone.standard_types import UnifiedStandard, UnifiedStandards
from schema.zone.statistics_types import DelegationStatistics, counted, court_of, pair_of
from schema.zone.unit_types import AssistingUnits, CourtUnit, unit_of


def matrix_of(court: CourtNode, made: Matrix) -> CrossBorderMatrix:
    """The court's rows of the cross-border matrix."""
    return CrossBorderMatrix(
        as_of=made.as_of,
        rows=[
            CrossBorderRow(
                source_court=CourtCode(court.code),
                division=row.division,
                open_cases=small_count(row.open_cases),
                assets_found=small_count(row.assets),
                open_tasks=small_count(row.open_tasks),
            )
            for row in made.rows
        ],
        coverage=own_coverage(court, len(made.rows), made.as_of),
    )


def statistics_of(court: CourtNode, made: Statistics) -> DelegationStatistics:
    """The pairs in which this court delegates, with their sums."""
    return DelegationStatistics(
        as_of=made.as_of,
        **counted(total(pair.figures for pair in made.pairs)),
        pairs=[pair_of(pair) for pair in made.pairs],
        courts=[court_of(each) for each in by_court(made.pairs)],
        coverage=own_coverage(court, len(made.pairs), made.as_of),
    )


def units_of(court: CourtNode, made: UnitList) -> AssistingUnits:
    """The court's assisting units."""
    return AssistingUnits(
        as_of=made.as_of,
        units=[CourtUnit(source_court=CourtCode(court.code), unit=unit_of(unit)) for unit in made.units],
        has_more=made.has_more,
        coverage=own_coverage(court, len(made.units), made.as_of),
    )


def standards_of(court: CourtNode, made: StandardList) -> UnifiedStandards:
    """The standards that the court applies."""
    return UnifiedStandards(
        as_of=made.as_of,
        standards=[UnifiedStandard.of(court.code, record) for record in made.standards],
        has_more=made.has_more,
        coverage=own_coverage(court, len(made.standards), made.as_of),
    )


def public_page_of(court: CourtNode, made: PublicPage) -> PublicDishonestDebtors:
    """The court's entries of one page; the way on is made where the page is put together."""
    return PublicDishonestDebtors(
        as_of=made.as_of,
        nodes=[
            PublicDishonestDebtor(
                source_court=CourtCode(court.code),
                kind=entry.kind,
                name=entry.name,
                number=entry.number,
                division=entry.division,
                ground=entry.ground,
                published_on=entry.published_on,
                until_on=entry.until_on,
                revision=entry.revision,
            )
            for entry in made.entries
        ],
        page_info=PageInfo(has_next_page=made.answer.has_more, end_cursor=None),
        coverage=own_coverage(court, len(made.entries), made.as_of),
    )
