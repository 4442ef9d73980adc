"""Which measure stands first on a thing, by this court's own books, and whether its disposal has begun."""

from collections.abc import Sequence
from datetime import date

from db import disposal_notices, measures
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import AssetRecord, MeasureRecord, MeasureStatus
from enforcement.rules.measure import status_on
from enforcement.rules.transfer import DisposalBegun, NotFirstSeal

_IN_FORCE = frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED})


async def own_first_seal(
    conn: Conn, court: str, assets: Sequence[AssetRecord], today: date
) -> tuple[MeasureRecord, AssetRecord] | None:
    """The measure of `court` in force on one of these rows of the same thing, with its row; the earliest."""
    rows = {asset.id: asset for asset in assets}
    found = [
        one
        for one in await measures.on_assets(conn, list(rows))
        if one.ordering_court == court
        and one.case_id is not None
        and status_on(one.status, one.expires_on, today) in _IN_FORCE
    ]
    if not found:
        return None
    first = min(found, key=lambda one: (sealed_on(one), one.id))
    return first, rows[first.asset_id]


def sealed_on(measure: MeasureRecord) -> date:
    """The day since which it stands: of its effect, its registration, or, if it was brought in without, its ruling."""
    at = measure.effective_at or measure.registered_at
    return measure.ruled_on if at is None else civil_date(at)


async def require_first_seal(
    conn: Conn, court: str, assets: Sequence[AssetRecord], today: date
) -> tuple[MeasureRecord, AssetRecord]:
    """The same, and its disposal has not begun.

    Raises:
        NotFirstSeal, DisposalBegun.
    """
    found = await own_first_seal(conn, court, assets, today)
    if found is None:
        raise NotFirstSeal
    if await disposal_notices.of_assets(conn, [asset.id for asset in assets]):
        raise DisposalBegun
    return found
