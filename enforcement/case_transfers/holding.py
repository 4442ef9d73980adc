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

import msgspec

from db import assets, measures, measures_elsewhere
from db.pool import Conn
from db.records.assets import MeasureRecord
from enforcement import court_statements, sweeping
from enforcement.case_transfers.contents import HeldMeasure, HeldMeasuresPayload
from enforcement.case_transfers.opening import locked
from enforcement.court import CourtNode
from enforcement.payloads import AssetRef

MEASURES: Final = "CASE_TRANSFER_MEASURES"
_AT_ONCE: Final = 50
"""Measures in one statement, each of which is about half a KiB."""
_ROOM: Final = 48 * 1024
"""What they may have together: things described at length are told in more statements."""


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


def fitting(given: Sequence[HeldMeasure]) -> list[HeldMeasure]:
    """As many of them, from the first, as one statement has room for; the others are told in the background."""
    found, room = list[HeldMeasure](), _ROOM
    for each in given:
        room -= len(msgspec.json.encode(each))
        if found and room < 0:
            break
        found.append(each)
    return found


async def tell(court: CourtNode) -> int:
    """Tell each court how the measures stand that are held for its case; of how many transfers something was told."""

    async def find(conn: Conn, after: UUID | None, limit: int) -> list[UUID]:
        return await measures_elsewhere.untold(conn, court.code, after=after, limit=limit)

    async def look(conn: Conn, transfer_id: UUID) -> bool:
        return await _told(court, conn, transfer_id)

    return await sweeping.each(court, find, look, key=lambda transfer_id: transfer_id)


async def _told(court: CourtNode, conn: Conn, transfer_id: UUID) -> bool:
    """Whether a statement went out; so many measures in each."""
    found, told = await locked(conn, transfer_id), False
    if found is None:
        return False
    while wanted := await measures_elsewhere.untold_of(conn, court.code, transfer_id, limit=_AT_ONCE):
        given = fitting(await held(court, conn, await measures.of_ids(conn, wanted)))
        payload = HeldMeasuresPayload(measures=given)
        await court_statements.send(court, conn, found[0].peer, MEASURES, payload, refers=transfer_id)
        await measures_elsewhere.set_told(conn, transfer_id, {each.measure_id: each.version for each in given})
        told = True
    return told
