"""Measures that this court holds for a case that is with another court, told to that court as they stand.

Life of such a measure
    sendCaseTransfer, RETURN    the case is the other court's; what was controlled for it counts as controlled for that
                                court, in the place in the queue that it has (委托执行规定 art. 6)
    renewMeasure, liftMeasure   by this court, at whose name the registry has it, though its own case is struck off
    tell                        in the background: each change, to the court that has the case
Invariant: the registration, and so the rank, stays what it was; both courts are warned before the last day.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from db import assets, measures, measures_elsewhere
from db.pool import Conn, transaction
from db.records.assets import MeasureRecord
from enforcement import court_statements
from enforcement.case_transfers.contents import HeldMeasure, HeldMeasuresPayload
from enforcement.case_transfers.opening import locked
from enforcement.court import CourtNode
from enforcement.payloads import AssetRef

MEASURES: Final = "CASE_TRANSFER_MEASURES"
_BATCH: Final = 100
_AT_ONCE: Final = 50
"""Measures in one statement, each of which is about half a KiB."""


async def held(court: CourtNode, conn: Conn, rows: Sequence[MeasureRecord]) -> list[HeldMeasure]:
    """The measures as the other court reads them."""
    things = {asset.id: asset for asset in await assets.of_ids(conn, [row.asset_id for row in rows])}
    return [
        HeldMeasure(
            measure_id=row.id,
            version=row.version,
            kind=row.kind,
            status=row.status,
            ruling_no=row.ruling_no,
            asset=AssetRef(
                kind=things[row.asset_id].kind,
                identity=assets.identity(court.at_rest, things[row.asset_id]),
                division=things[row.asset_id].division,
                description=things[row.asset_id].description,
            ),
            value=row.value,
            rank=row.rank,
            effective_at=row.effective_at,
            expires_on=row.expires_on,
        )
        for row in rows
    ]


async def tell(court: CourtNode, *, batch: int = _BATCH) -> int:
    """Tell each court how the measures stand that are held for its case; how many statements went out."""
    told, after = 0, None
    while True:
        async with court.pool.acquire() as conn:
            found = await measures_elsewhere.untold(conn, court.code, after=after, limit=batch)
        for transfer_id in found:
            while await _told(court, transfer_id):
                told += 1
            after = transfer_id
        if len(found) < batch:
            return told


async def _told(court: CourtNode, transfer_id: UUID) -> bool:
    """Whether a statement went out; so many measures at a time."""
    async with transaction(court.pool) as conn:
        found = await locked(conn, transfer_id)
        wanted = await measures_elsewhere.untold_of(conn, court.code, transfer_id, limit=_AT_ONCE)
        if found is None or not wanted:
            return False
        payload = HeldMeasuresPayload(measures=await held(court, conn, await measures.of_ids(conn, wanted)))
        await court_statements.send(court, conn, found[0].peer, MEASURES, payload, refers=transfer_id)
        await measures_elsewhere.set_told(
            conn, transfer_id, {each.measure_id: each.version for each in payload.measures}
        )
        return True
