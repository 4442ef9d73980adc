"""Statistics of delegated tasks (委托事项统计): counts per ordered pair of courts, and what follows from their sums.

Invariant: a rate stands beside its numerator and its denominator, and is computed from them after they were merged.
"""

from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Any, Final, TypeAlias

import strawberry

from enforcement.rules.delegation_figures import CourtFigures, Figures, PairFigures
from federation.graph.contract import Merge
from schema.problems import Refusal
from schema.scalars import BigInt, CourtCode, Percent
from schema.zone.coverage_types import Coverage, NotCovered
from schema.zone.merging import merged

STATISTICS: Final = (
    "What became of the tasks dispatched in a period, per court and per ordered pair of courts. 委托事项统计"
)
_DISPATCHED: Final = "Tasks dispatched in the period. 发出数"
_SIGNED: Final = "Of these, signed for, as far as the logs tell. 已签收数"
_SIGNED_IN_TIME: Final = "Of those signed for, signed for within the term. 及时签收数"
_SIGNED_RATE: Final = (
    "`signedForInTime / signedFor` in percent, half-up to 0.1; null when none was signed for. 签收及时率"
)
_COMPLETED: Final = "Of those dispatched, completed: the delegating court confirmed it. 已办结数"
_COMPLETED_IN_TIME: Final = "Of those completed, fed back within the term. 及时办结数"
_COMPLETED_RATE: Final = (
    "`completedInTime / completed` in percent, half-up to 0.1; null when none was completed. 办结及时率"
)
_RETURNED: Final = "Of those dispatched, returned by the entrusted court. 退回数"
_RETURN_RATE: Final = "`returned / dispatched` in percent, half-up to 0.1; null when none was dispatched. 退回率"
_HANDLED: Final = "Of those completed, the ones whose handling time is known. 计入办理时长的事项数"
_MINUTES: Final = "Minutes from receipt to the last feedback, pauses included, over all handled. 办理时长合计（分钟）"
_MEAN: Final = "`handlingMinutes / handled`, half-up to a minute; null when none was handled. 平均办理时长（分钟）"
_OVERDUE: Final = "Of those dispatched, past a deadline at `asOf`; an ended task has none. 超期数"
_EVALUATED: Final = "Of those completed, evaluated by the delegating court. 已评价数"
_POINTS: Final = "Their scores from 1 to 5, added up; the mean is `evaluationPoints / evaluated`. 评分合计"
_COMPLAINTS: Final = "Complaints of the delegating court about those dispatched. 投诉数"
_OBJECTIONS: Final = "Objections, received at either court, in those dispatched. 异议数"


@strawberry.input(description="A period of civil days in China, both inclusive, of at most three years. 统计期间")
class PeriodInput:
    from_on: date = strawberry.field(name="from", description="First day; not ahead. 起始日期")
    to_on: date = strawberry.field(name="to", description="Last day. 截止日期")


Period = Annotated[PeriodInput, strawberry.argument(description="When the tasks were dispatched. 统计期间")]


@strawberry.type(description="What became of dispatched tasks: counts, and what follows from them. 事项统计数")
class DelegationFigures:
    dispatched: BigInt = strawberry.field(description=_DISPATCHED)
    signed_for: BigInt = strawberry.field(description=_SIGNED)
    signed_for_in_time: BigInt = strawberry.field(description=_SIGNED_IN_TIME)
    signed_for_in_time_rate: Percent | None = strawberry.field(description=_SIGNED_RATE)
    completed: BigInt = strawberry.field(description=_COMPLETED)
    completed_in_time: BigInt = strawberry.field(description=_COMPLETED_IN_TIME)
    completed_in_time_rate: Percent | None = strawberry.field(description=_COMPLETED_RATE)
    returned: BigInt = strawberry.field(description=_RETURNED)
    return_rate: Percent | None = strawberry.field(description=_RETURN_RATE)
    handled: BigInt = strawberry.field(description=_HANDLED)
    handling_minutes: BigInt = strawberry.field(description=_MINUTES)
    mean_handling_minutes: BigInt | None = strawberry.field(description=_MEAN)
    overdue: BigInt = strawberry.field(description=_OVERDUE)
    evaluated: BigInt = strawberry.field(description=_EVALUATED)
    evaluation_points: BigInt = strawberry.field(description=_POINTS)
    complaints: BigInt = strawberry.field(description=_COMPLAINTS)
    objections: BigInt = strawberry.field(description=_OBJECTIONS)


@strawberry.type(description="The tasks that one court sent to another, reported by the one that sent them. 两院间事项")
class PairDelegations:
    delegating_court: CourtCode = strawberry.field(description="Who sent them, and reports. 委托法院")
    entrusted_court: CourtCode = strawberry.field(description="Who received them. 受托法院")
    figures: DelegationFigures = strawberry.field(description="What became of them. 统计数")


@strawberry.type(description="One court in both roles, over the pairs that were reported. 单个法院的委托与受托")
class CourtDelegations:
    court: CourtCode = strawberry.field(description="The court. 法院")
    as_delegating: DelegationFigures = strawberry.field(description="The tasks that it sent. 作为委托法院")
    as_entrusted: DelegationFigures = strawberry.field(description="The tasks that were sent to it. 作为受托法院")


@strawberry.type(description="What became of delegated tasks, over the courts that answered. 委托事项统计")
class DelegationStatistics:
    as_of: datetime = merged(Merge.EARLIEST, "The oldest instant that a figure speaks of. 截至时间")
    dispatched: BigInt = merged(Merge.SUM, _DISPATCHED)
    signed_for: BigInt = merged(Merge.SUM, _SIGNED)
    signed_for_in_time: BigInt = merged(Merge.SUM, _SIGNED_IN_TIME)
    signed_for_in_time_rate: Percent | None = merged(Merge.DERIVED, _SIGNED_RATE)
    completed: BigInt = merged(Merge.SUM, _COMPLETED)
    completed_in_time: BigInt = merged(Merge.SUM, _COMPLETED_IN_TIME)
    completed_in_time_rate: Percent | None = merged(Merge.DERIVED, _COMPLETED_RATE)
    returned: BigInt = merged(Merge.SUM, _RETURNED)
    return_rate: Percent | None = merged(Merge.DERIVED, _RETURN_RATE)
    handled: BigInt = merged(Merge.SUM, _HANDLED)
    handling_minutes: BigInt = merged(Merge.SUM, _MINUTES)
    mean_handling_minutes: BigInt | None = merged(Merge.DERIVED, _MEAN)
    overdue: BigInt = merged(Merge.SUM, _OVERDUE)
    evaluated: BigInt = merged(Merge.SUM, _EVALUATED)
    evaluation_points: BigInt = merged(Merge.SUM, _POINTS)
    complaints: BigInt = merged(Merge.SUM, _COMPLAINTS)
    objections: BigInt = merged(Merge.SUM, _OBJECTIONS)
    pairs: list[PairDelegations] = merged(
        Merge.CONCAT, "Each ordered pair of courts with a task, by delegating, then entrusted court. 两院间事项"
    )
    courts: list[CourtDelegations] = merged(
        Merge.DERIVED, "Each court of the pairs, by code: the pairs' figures added up. 各法院"
    )
    coverage: Coverage = merged(Merge.DERIVED, "For which courts, as delegating ones, this speaks. 覆盖情况")


DelegationStatisticsResult: TypeAlias = Annotated[
    DelegationStatistics | Refusal | NotCovered,
    strawberry.union(
        "DelegationStatisticsResult", description="The statistics, or why there are none. 委托事项统计结果"
    ),
]


def counted(figures: Figures) -> dict[str, Any]:
    """The counts and rates of `figures`, by the names of the fields that show them."""
    return {field.name: getattr(figures, field.name) for field in fields(DelegationFigures)}


def figures_of(figures: Figures) -> DelegationFigures:
    """The figures with their rates."""
    return DelegationFigures(**counted(figures))


def pair_of(pair: PairFigures) -> PairDelegations:
    """One ordered pair of courts."""
    return PairDelegations(
        delegating_court=CourtCode(pair.delegating),
        entrusted_court=CourtCode(pair.entrusted),
        figures=figures_of(pair.figures),
    )


def court_of(court: CourtFigures) -> CourtDelegations:
    """One court in both roles."""
    return CourtDelegations(
        court=CourtCode(court.court),
        as_delegating=figures_of(court.as_delegating),
        as_entrusted=figures_of(court.as_entrusted),
    )
