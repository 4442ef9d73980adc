"""Approving the exception (审批) for a thing that cannot be divided: by a bureau chief who did not ask for it.

Invariant: four eyes. The figures are taken anew on the day of the decision, and stand beside the measure.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from db import assets, cases, events, measure_approvals, measure_events, measures
from db.clock import civil_date
from db.measure_events import Change
from db.pool import Conn, transaction
from db.records.assets import MeasureRecord, MeasureStatus
from db.records.audit import AuditAction
from db.records.cases import OPEN, CaseRecord
from db.records.control import ApprovalDecision, MeasureApprovalRecord
from enforcement import audit, proportionality, things
from enforcement.court import CourtNode
from enforcement.measures import TOPIC
from enforcement.rules import rights
from enforcement.rules.exemption import check_exempt
from enforcement.rules.measure import check_move
from enforcement.rules.proportionality import check_proportion
from enforcement.rules.refusals import CaseNotOpen, NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import SelfApprovalForbidden

_OVER_SEALED = "OVER_SEALED"


async def decide(
    court: CourtNode, caller: Caller | None, measure_id: UUID, version: int, decision: ApprovalDecision
) -> MeasureRecord:
    """The measure, RULED as of today; or LIFTED, because it would be too much.

    Raises:
        Forbidden, NotFound, StaleVersion.
        TransitionNotAllowed: it was decided before.
        SelfApprovalForbidden: the caller asked for it, or handles the case.
        CaseNotOpen, ExemptProperty, ExceedsClaim: it cannot be approved any more.
    """
    officer = rights.check(caller, Act.APPROVE_MEASURE)
    async with transaction(court.pool) as conn:
        measure, case, approval = await _proposed(conn, measure_id)
        if officer.officer_id in {approval.requested_by, case.handler_id}:
            raise SelfApprovalForbidden
        wanted = MeasureStatus.RULED if decision is ApprovalDecision.APPROVE else MeasureStatus.LIFTED
        if approval.decision is not None:
            raise TransitionNotAllowed(measure.status, wanted)
        if measure.version != version:
            raise StaleVersion(measure.version)
        check_move(measure.status, wanted)
        now = court.clock.now()
        if decision is ApprovalDecision.APPROVE:
            await _check_again(court, conn, measure, case)
        saved = await measures.decided(conn, _after(measure, wanted, civil_date(now)))
        if saved is None:
            raise StaleVersion(measure.version)
        await measure_events.add(conn, [_change(court, officer, saved, now)], now=now)
        await measure_approvals.decide(conn, measure.id, decision, by=officer.officer_id, at=now)
        await events.add(conn, topic=TOPIC, ref=saved.id, kind=saved.status, now=now)
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.DECIDE_MEASURE,
            outcome=decision,
            case_number=case.number,
            object_id=measure.id,
        )
    return saved


def _change(court: CourtNode, officer: Caller, saved: MeasureRecord, now: datetime) -> Change:
    return Change(
        measure_id=saved.id,
        at=now,
        status=saved.status,
        court=court.code,
        officer=officer.officer_id,
        ground=saved.lift_ground,
        ruling_no=saved.ruling_no,
    )


async def _proposed(conn: Conn, measure_id: UUID) -> tuple[MeasureRecord, CaseRecord, MeasureApprovalRecord]:
    approval = await measure_approvals.lock(conn, measure_id)
    measure = None if approval is None else await measures.get(conn, measure_id)
    case = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
    if approval is None or measure is None or case is None:
        raise NotFound
    return measure, case, approval


async def _check_again(court: CourtNode, conn: Conn, measure: MeasureRecord, case: CaseRecord) -> None:
    """Raises what forbids the exception today."""
    if case.status not in OPEN:
        raise CaseNotOpen
    asset = await assets.get(conn, measure.asset_id)
    assert asset is not None  # foreign key
    thing = await things.of(conn, asset)
    check_exempt(thing.exemptions)
    whole = max(measure.value + (asset.mortgage_amount or 0), thing.estimate or measure.value)
    check = await proportionality.weighed(court, conn, case, [(asset, whole)])
    check_proportion(check, as_indivisible=True)
    await proportionality.keep(conn, measure.id, check, court.clock.now())


def _after(measure: MeasureRecord, wanted: MeasureStatus, today: date) -> MeasureRecord:
    if wanted is MeasureStatus.RULED:
        return replace(measure, status=wanted, ruled_on=today)
    return replace(measure, status=wanted, lifted_on=today, lift_ground=_OVER_SEALED)
