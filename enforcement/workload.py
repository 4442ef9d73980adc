"""折合工作量: what this court's officers handled for other courts, as cases of their own would count.

A task counts when its completion comes in, for the officer it was assigned to then, by the ratio that holds then.
Invariant: a sum is an exact fraction, given as numerator and denominator; nothing is rounded, nobody is ranked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby
from typing import Final

from db import workload_credits
from db.clock import civil_date
from db.pool import Conn, snapshot
from db.records.objections import CreditRecord
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.rules import rights, workload
from enforcement.rules.delegation_figures import check_period
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.rights import Act, Caller, Role
from enforcement.tasks import opening

MOST: Final = 100_000
"""So many completed tasks of one period are added up."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What some completed tasks of one officer, or of one officer and matter, count."""

    officer: str
    matter: DelegatedMatterType
    tasks: int
    counts: Fraction


@dataclass(frozen=True, slots=True)
class Workload:
    """The credits of a period by officer and matter, and their sum."""

    credits: Sequence[Credit]
    tasks: int
    counts: Fraction
    as_of: datetime


async def credit(court: CourtNode, conn: Conn, task: TaskRecord, completed_at: datetime) -> None:
    """Write down what a completed task counts for who handled it here; the same task again changes nothing."""
    if task.direction != opening.INBOUND or task.officer is None:
        return
    ratio = court.limits.workload_ratios[DelegatedMatterType(task.matter)]
    await workload_credits.add(
        conn,
        CreditRecord(task.id, task.officer, task.matter, ratio.numerator, ratio.denominator, completed_at),
    )


async def of_period(court: CourtNode, caller: Caller | None, from_on: date, to_on: date) -> Workload:
    """What was completed from `from_on` to `to_on`, days in China; a handler without another office reads their own.

    Raises:
        Forbidden.
        Malformed: PERIOD.
    """
    officer, now = rights.check(caller, Act.READ_WORKLOAD), court.clock.now()
    since, until = check_period(from_on, to_on, civil_date(now)).instants()
    only = officer.officer_id if officer.roles <= {Role.HANDLER} else None
    async with snapshot(court.pool) as conn:
        rows = await workload_credits.between(conn, since, until, only, MOST)
    grouped = groupby(rows, key=lambda row: (row.officer, row.matter))
    found = [_credit(name, DelegatedMatterType(matter), list(group)) for (name, matter), group in grouped]
    return Workload(found, len(rows), workload.total(each.counts for each in found), now)


def _credit(officer: str, matter: DelegatedMatterType, rows: Sequence[CreditRecord]) -> Credit:
    return Credit(officer, matter, len(rows), workload.total(Fraction(r.numerator, r.denominator) for r in rows))
