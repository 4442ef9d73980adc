"""Writing down that the law keeps an asset out of reach (豁免): by the case's handler, once, with the ground."""

from uuid import UUID

from db import asset_exemptions, assets, cases
from db.pool import transaction
from db.records.assets import AssetRecord
from db.records.audit import AuditAction
from db.records.control import ExemptionRecord
from enforcement import audit, basis
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.exemption import ExemptionGround, ImmuneFund, check_record
from enforcement.rules.refusals import NotFound, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller


async def record(
    court: CourtNode,
    caller: Caller | None,
    asset_id: UUID,
    version: int,
    ground: ExemptionGround,
    fund: ImmuneFund | None = None,
) -> AssetRecord:
    """The asset, exempt from now on; measures that stand on it are for their court to lift.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen, StaleVersion.
        Malformed: EXEMPTION, part fund.
        TransitionNotAllowed: it is exempt already.
    """
    officer = rights.check(caller, Act.RULE_MEASURE)
    check_record(ground, fund)
    async with transaction(court.pool) as conn:
        asset = await assets.get(conn, asset_id)
        known = None if asset is None else await cases.get(conn, asset.case_id)
        if asset is None or known is None:
            raise NotFound
        case = await basis.open_case(court, conn, officer, known.number)
        if asset.version != version:
            raise StaleVersion(asset.version)
        if asset.exemption is not None:
            raise TransitionNotAllowed(asset.exemption, ground)
        saved = await assets.exempt(conn, asset, ground)
        if saved is None:
            raise StaleVersion(asset.version)
        recorded = ExemptionRecord(asset_id, ground, fund, officer.officer_id, court.clock.now())
        await asset_exemptions.insert(conn, recorded)
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.RECORD_EXEMPTION,
            outcome=ground,
            case_number=case.number,
            object_id=asset_id,
        )
    return saved
