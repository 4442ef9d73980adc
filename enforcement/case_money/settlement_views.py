"""Settlements with their plan and what became of it: payments that were matched, guarantee, findings, the choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from db import settlement_course, settlements
from db.pool import Conn
from db.records.money import (
    GuaranteeRecord,
    InstalmentPaymentRecord,
    InstalmentRecord,
    SettlementChangeRecord,
    SettlementDecisionRecord,
    SettlementRecord,
)
from enforcement.cases import Files, pool_of
from enforcement.court import CourtNode
from enforcement.rules.paging import portions
from enforcement.rules.settlement import Term


@dataclass(frozen=True, slots=True)
class SettlementView:
    """A settlement with all that hangs on it."""

    settlement: SettlementRecord
    instalments: list[InstalmentRecord]
    matches: list[InstalmentPaymentRecord]
    guarantee: GuaranteeRecord | None
    decisions: list[SettlementDecisionRecord]
    changes: list[SettlementChangeRecord]


async def of_files(files: Files) -> Mapping[UUID, list[SettlementView]]:
    """The settlements of each case: a query, and five for each hundred."""
    async with pool_of(files).acquire() as conn:
        signed = await settlements.of_cases(conn, list(files))
        found = [view for part in portions(signed) for view in await views(conn, part)]
    return {case_id: [view for view in found if view.settlement.case_id == case_id] for case_id in files}


async def views(conn: Conn, rows: Sequence[SettlementRecord]) -> list[SettlementView]:
    """Each settlement with all that hangs on it: five queries, however many there are."""
    wanted = [row.id for row in rows]
    if not wanted:
        return []
    terms = await settlements.instalments(conn, wanted)
    matches = await settlement_course.matches(conn, wanted)
    guarantees = {each.settlement_id: each for each in await settlement_course.guarantees(conn, wanted)}
    decisions = await settlement_course.decisions(conn, wanted)
    changes = await settlement_course.changes(conn, wanted)
    return [
        SettlementView(
            row,
            [term for term in terms if term.settlement_id == row.id],
            [match for match in matches if match.settlement_id == row.id],
            guarantees.get(row.id),
            [decision for decision in decisions if decision.settlement_id == row.id],
            [change for change in changes if change.settlement_id == row.id],
        )
        for row in rows
    ]


async def view_of(court: CourtNode, row: SettlementRecord) -> SettlementView:
    """One settlement, which the caller just changed."""
    async with court.pool.acquire() as conn:
        (view,) = await views(conn, [row])
    return view


def terms_of(instalments: Sequence[InstalmentRecord]) -> list[Term]:
    """The plan as the rules take it; of an instalment that was replaced what was paid is all that was agreed."""
    return [
        Term(each.due_on, each.amount if each.replaced_in is None else each.paid_amount, each.paid_amount)
        for each in instalments
    ]
