"""Changing a settlement (变更执行和解协议): the parties agree on new instalments in place of those that are open.

Invariant: nothing that was agreed or paid is lost: an instalment that was replaced stays with what was paid on it, and
what was paid and the new plan are together the new total.

Source: 执行和解规定 art. 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from db import events, settlement_course, settlements
from db.clock import civil_date
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.cases import CaseStatus
from db.records.money import InstalmentRecord, SettlementChangeRecord, SettlementRecord
from enforcement import audit
from enforcement.case_money.claims import TOPIC
from enforcement.case_money.settlement_course import opened
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.money import positive, total
from enforcement.rules.refusals import CaseNotOpen, Malformed, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.settlement import RUNNING, SettlementForm, check_schedule


@dataclass(frozen=True, slots=True)
class NewTerms:
    """What was agreed instead: `total` is the new whole, of which `instalments` are what is still to be paid."""

    total: Decimal
    instalments: tuple[tuple[date, Decimal], ...]
    agreed_on: date
    form: SettlementForm


async def change(
    court: CourtNode, caller: Caller | None, settlement_id: UUID, version: int, new: NewTerms
) -> SettlementRecord:
    """The settlement with its new plan. The case's handler, or a clerk.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, StaleVersion.
        TransitionNotAllowed: it is performed, broken, void or revoked: a new one may be recorded.
        InstalmentsDoNotAddUp: to the new total less what was paid, with both figures.
        Malformed: MONEY (the total is not above what was paid), PERIOD (part agreedOn: before the signing or an earlier
            change, or ahead; part instalments), QUANTITY.
    """
    officer, now = rights.check(caller, Act.RECORD_SETTLEMENT), court.clock.now()
    whole = positive(new.total, part="total")
    async with transaction(court.pool) as conn:
        settlement, case = await opened(conn, officer, settlement_id, version, by_clerk=True)
        if case.status is CaseStatus.CLOSED:
            raise CaseNotOpen
        if settlement.status not in RUNNING:
            raise TransitionNotAllowed(settlement.status, "CHANGED")
        earlier = await settlement_course.changes(conn, [settlement_id])
        since = max([settlement.signed_on, *(each.agreed_on for each in earlier)])
        if not since <= new.agreed_on <= civil_date(now):
            raise Malformed("PERIOD", "agreedOn")
        plan = await settlements.instalments(conn, [settlement_id])
        paid = total(each.paid_amount for each in plan)
        if whole <= paid:
            raise Malformed("MONEY", "total")
        check_schedule(whole - paid, new.instalments, new.agreed_on, kept=len(plan))
        number = len(earlier) + 1
        await settlement_course.add_change(
            conn,
            SettlementChangeRecord(
                settlement_id, number, new.agreed_on, new.form, settlement.total, officer.officer_id, now
            ),
        )
        await settlements.replace_terms(
            conn, settlement_id, number, _terms(settlement_id, new.instalments, first_no=len(plan) + 1)
        )
        changed = await settlements.set_total(conn, settlement, whole)
        await events.add(conn, topic=TOPIC, ref=case.id, kind="SETTLEMENT_CHANGED", now=now)
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.RECORD_SETTLEMENT,
            outcome="CHANGED",
            case_number=case.number,
            object_id=settlement_id,
        )
        return changed


def _terms(settlement_id: UUID, plan: Sequence[tuple[date, Decimal]], *, first_no: int) -> list[InstalmentRecord]:
    return [
        InstalmentRecord(settlement_id, no, due_on, positive(amount), None, Decimal("0.00"))
        for no, (due_on, amount) in enumerate(plan, first_no)
    ]
