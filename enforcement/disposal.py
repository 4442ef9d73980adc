"""Writing down that the disposal of an asset has begun in public: an auction notice, or the start of a sale."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from db import assets, cases, disposal_notices
from db.clock import civil_date
from db.ids import new_id
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.transfers import DisposalNoticeRecord
from enforcement import audit, basis, objections, once, things
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from enforcement.rules.transfer import DisposalNotice, NotFirstSeal, NotForSale
from enforcement.transfers.first_seal import own_first_seal


@dataclass(frozen=True, slots=True)
class NewDisposal:
    """What was published, and when."""

    asset_id: UUID
    kind: DisposalNotice
    published_on: date


async def record(
    court: CourtNode, caller: Caller | None, new: NewDisposal, *, idempotency_key: str
) -> DisposalNoticeRecord:
    """The notice; the same key again gives the one it made.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen.
        NotForSale: the asset is exempt, or the debtor's only home.
        ObjectionPending, EnforcementSuspended: somebody objected.
        NotFirstSeal: no measure of this court in force stands on it.
        Malformed: PERIOD, part publishedOn.
    """
    officer = rights.check(caller, Act.RULE_MEASURE)
    now = court.clock.now()
    today = civil_date(now)
    async with transaction(court.pool) as conn:
        asset = await assets.get(conn, new.asset_id)
        known = None if asset is None else await cases.get(conn, asset.case_id)
        if asset is None or known is None:
            raise NotFound
        case = await basis.open_case(court, conn, officer, known.number)
        notice_id = new_id(now)
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.RULE_MEASURE, new, result_id=notice_id, now=now
        )
        if made is not None and (found := await disposal_notices.get(conn, made)) is not None:
            return found
        if not asset.found_on <= new.published_on <= today:
            raise Malformed("PERIOD", "publishedOn")
        thing = await things.of(conn, asset)
        if not thing.is_for_sale:
            raise NotForSale
        first = await own_first_seal(conn, court.code, thing.rows, today)
        if first is None:
            raise NotFirstSeal
        await objections.check_disposal(conn, now, asset_key=asset.identity_key, measure_id=first[0].id)
        notice = DisposalNoticeRecord(notice_id, asset.id, new.kind, new.published_on, officer.officer_id, now)
        await disposal_notices.insert(conn, notice)
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.RECORD_DISPOSAL,
            outcome=new.kind,
            case_number=case.number,
            object_id=asset.id,
        )
    return notice
