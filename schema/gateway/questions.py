"""What the gateway asks of every court in scope, field by field: who may ask, and what is checked before anybody is.

Invariant: a field and its live twin ask by the same function, so that what holds for the one holds for the other.
"""

from db.clock import civil_date
from enforcement.desk import scattering
from enforcement.rules import public_list
from enforcement.rules.delegation_figures import check_period
from enforcement.rules.divisions import check as check_division
from enforcement.rules.rights import Act
from schema.gateway.context import GatewayInfo
from schema.gateway.page_door import ScatteredPage, Wanted
from schema.gateway.scatter_door import Scattered
from schema.gateway.statistics_formulas import FORMULAS
from schema.zone.coverage_types import Scope
from schema.zone.public_list_types import PublicDishonestDebtorFilter
from schema.zone.statistics_types import PeriodInput


def matrix(info: GatewayInfo, scope: Scope) -> Scattered:
    """The cross-border matrix. Raises RuleBroken, as all of them: nobody is asked."""
    return Scattered(info, scope, Act.READ_ZONE)


def statistics(info: GatewayInfo, period: PeriodInput, scope: Scope) -> Scattered:
    """What became of the tasks of a period."""
    scattering.check_reads(info.context.caller, Act.READ_ZONE)
    check_period(period.from_on, period.to_on, civil_date(info.context.gateway.clock.now()))
    return Scattered(info, scope, Act.READ_ZONE, FORMULAS)


def public_entries(
    info: GatewayInfo, scope: Scope, wanted: PublicDishonestDebtorFilter | None, page: Wanted
) -> ScatteredPage:
    """A page of the public list."""
    scattering.check_reads(info.context.caller, None)
    public_list.check((wanted or PublicDishonestDebtorFilter()).record(), page.first)
    return ScatteredPage(info, scope, page)


def units(info: GatewayInfo, scope: Scope, division: str | None) -> Scattered:
    """The assisting units; each court reads their kind."""
    scattering.check_reads(info.context.caller, None)
    check_division(division)
    return Scattered(info, scope)


def standards(info: GatewayInfo, scope: Scope) -> Scattered:
    """The unified standards; each court reads their matter."""
    return Scattered(info, scope, Act.READ_ZONE)
