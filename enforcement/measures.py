"""Control measures of this court: ruled in a case, on an asset of its debtor, within what is owed.

Life of a measure
    ruleMeasure              RULED, with its ruling number and the proportionality check that allowed it; PROPOSED,
                             if it is an exception that another officer must approve (enforcement/measure_approval.py)
    serveAssistanceNotice    NOTICE_SENT, by this court in its own district or by the entrusted court for a task
    AssistanceReceipt        EFFECTIVE at rank 1, WAITING behind others, or REFUSED; see enforcement/receipts.py

Invariant: the ruling belongs to this court, whoever serves it; nothing but a receipt makes a measure effective.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from db import assets, cases, events, measure_approvals, measure_events, measures
from db.clock import civil_date
from db.ids import new_id
from db.measure_events import Change
from db.pool import Conn, transaction
from db.records.assets import AssetRecord, MeasureKind, MeasureRecord, MeasureStatus
from db.records.audit import AuditAction
from db.records.cases import CaseRecord
from db.records.control import MeasureApprovalRecord
from db.records.parties import PartyRole
from enforcement import audit, basis, objections, once, proportionality, things
from enforcement.court import CourtNode
from enforcement.proportionality import CLAIMING
from enforcement.rules import case_number, rights
from enforcement.rules.exemption import check_exempt
from enforcement.rules.measure import check_kind, status_on
from enforcement.rules.money import positive
from enforcement.rules.objection import DISPOSING_MEASURES
from enforcement.rules.proportionality import INDIVISIBLE, Verdict, check_proportion, net
from enforcement.rules.refusals import DuplicateOf, Malformed, NotDebtorsAsset, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.term import check_term
from enforcement.things import Thing

TOPIC: Final = "measure"
"""Topic of `events` rows about measures."""
_LIVE: Final = CLAIMING | {MeasureStatus.PROPOSED, MeasureStatus.WAITING}


@dataclass(frozen=True, slots=True)
class NewMeasure:
    """What a handler rules; without `value` the asset's estimate counts, without `term_years` the longest term.

    `as_indivisible`: if it goes beyond what is owed, as the exception for what cannot be divided (查封规定 art. 19).
    """

    case_number: str
    asset_id: UUID
    kind: MeasureKind
    ruling_no: str
    value: Decimal | None = None
    term_years: int | None = None
    as_indivisible: bool = False


async def rule(court: CourtNode, caller: Caller | None, new: NewMeasure, *, idempotency_key: str) -> MeasureRecord:
    """The measure, RULED, or PROPOSED as an exception; the same key again gives the measure it made.

    Raises:
        Forbidden: the caller is no handler.
        NotFound, NotAssigned, CaseNotOpen: no such case, another handler's, or not worked on.
        Malformed: the ruling is not a document of this case, or nothing says what the asset is worth.
        NotDebtorsAsset: no debtor of the case owns the asset.
        MeasureNotForAsset, ExemptProperty, TermTooLong, ExceedsClaim: see enforcement/rules.
        DuplicateOf: the same measure stands on the asset already.
        ObjectionPending, EnforcementSuspended: money is taken from what somebody objected about.
    """
    officer = rights.check(caller, Act.RULE_MEASURE)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        case = await basis.open_case(court, conn, officer, new.case_number)
        measure_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.RULE_MEASURE, new, result_id=measure_id, now=now
        )
        if made is not None:
            return await _known(conn, made)
        return await ruled(court, conn, officer, case, new, measure_id)


async def ruled(
    court: CourtNode, conn: Conn, officer: Caller, case: CaseRecord, new: NewMeasure, measure_id: UUID
) -> MeasureRecord:
    """The measure, ruled in the caller's transaction, which has locked the case; raises as `rule` does."""
    now = court.clock.now()
    asset = await _asset(conn, case, new.asset_id)
    thing = await things.of(conn, asset)
    if new.kind in DISPOSING_MEASURES:
        await objections.check_disposal(conn, now, asset_key=asset.identity_key)
    check_exempt(thing.exemptions)
    value = _value(asset, thing, new.value)
    measure = _measure(court, case, asset, new, value, measure_id, now)
    found = await standing(court, conn, case, asset, measure.kind)
    if found is not None:
        raise DuplicateOf(found.id)
    check = await proportionality.weighed(court, conn, case, [(asset, value)])
    check_proportion(check, as_indivisible=new.as_indivisible)
    if check.verdict is not Verdict.OK:
        measure = replace(measure, status=MeasureStatus.PROPOSED)
    await measures.insert(conn, measure)
    await measure_events.add(conn, [_ruled(court, officer, measure, now)], now=now)
    await proportionality.keep(conn, measure.id, check, now)
    if measure.status is MeasureStatus.PROPOSED:
        await measure_approvals.insert(conn, MeasureApprovalRecord(measure.id, officer.officer_id, now))
    await events.add(conn, topic=TOPIC, ref=measure.id, kind=measure.status, now=now)
    await audit.note(court, conn, officer, AuditAction.RULE_MEASURE, case_number=case.number, object_id=measure.id)
    return measure


async def standing(
    court: CourtNode, conn: Conn, case: CaseRecord, asset: AssetRecord, kind: MeasureKind
) -> MeasureRecord | None:
    """The case's measure of that kind on the thing that is proposed, ruled, served, waiting or in force."""
    today, ids = civil_date(court.clock.now()), {row.id for row in (await things.of(conn, asset)).rows}
    for measure in await measures.of_case(conn, case.id):
        is_live = status_on(measure.status, measure.expires_on, today) in _LIVE
        if is_live and measure.kind is kind and measure.asset_id in ids:
            return measure
    return None


def _ruled(court: CourtNode, officer: Caller, measure: MeasureRecord, now: datetime) -> Change:
    return Change(
        measure_id=measure.id,
        at=now,
        status=measure.status,
        court=court.code,
        officer=officer.officer_id,
        ruling_no=measure.ruling_no,
    )


async def _known(conn: Conn, measure_id: UUID) -> MeasureRecord:
    measure = await measures.get(conn, measure_id)
    if measure is None:
        raise NotFound
    return measure


async def _asset(conn: Conn, case: CaseRecord, asset_id: UUID) -> AssetRecord:
    asset = await assets.get(conn, asset_id)
    if asset is None:
        raise NotFound
    if not await cases.has_role(conn, case.id, asset.owner_id, PartyRole.DEBTOR):
        raise NotDebtorsAsset
    return asset


def _measure(
    court: CourtNode,
    case: CaseRecord,
    asset: AssetRecord,
    new: NewMeasure,
    value: Decimal,
    measure_id: UUID,
    now: datetime,
) -> MeasureRecord:
    """The measure, if the law allows its kind on this asset for that long."""
    check_kind(new.kind, asset.kind)
    return MeasureRecord(
        id=measure_id,
        asset_id=asset.id,
        case_id=case.id,
        kind=new.kind,
        status=MeasureStatus.RULED,
        ordering_court=court.code,
        executing_court=court.code,
        ruling_no=ruling_number(court, case, new.ruling_no),
        ruled_on=civil_date(now),
        notice_sent_at=None,
        registered_at=None,
        effective_at=None,
        expires_on=None,
        rank=None,
        term_years=check_term(asset.kind, new.term_years),
        value=net(value, asset.mortgage_amount or Decimal(0)),
        lifted_on=None,
        lift_ground=None,
        task_id=None,
        version=1,
        synthetic=case.synthetic,
    )


def ruling_number(court: CourtNode, case: CaseRecord, text: str) -> str:
    """The canonical number of a document of `case`: …之N. Raises Malformed: CASE_NUMBER."""
    number = case_number.parse(text, today=civil_date(court.clock.now()))
    if number.document is None or str(replace(number, document=None)) != case.number:
        raise Malformed("CASE_NUMBER", "RULING")
    return str(number)


def _value(asset: AssetRecord, thing: Thing, named: Decimal | None) -> Decimal:
    """What is controlled: of what is taken whole never less than its estimate, by whichever row, whatever is named."""
    is_whole = asset.kind in INDIVISIBLE
    estimate = thing.estimate if is_whole else asset.estimated_value or thing.estimate
    value = estimate if named is None else named
    if value is None:
        raise Malformed("MONEY", "value")
    value = positive(value, part="value")
    return max(value, estimate or value) if is_whole else value
