"""The gateway's tables `resource_offers` and `resource_requests`: an offer is locked before a request of it changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.framework import FrameworkTable
from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.framework import OfferRecord, RequestRecord, ResourceKind

TABLE: Final = FrameworkTable("resource_offers", OfferRecord)
MOST_REQUESTS: Final = 20_000
_request = mapper(RequestRecord)

_ADD_REQUEST: Final = insertion("resource_requests", RequestRecord)


async def add_request(conn: Conn, request: RequestRecord) -> None:
    await conn.execute(_ADD_REQUEST, *values(request))


_SAVE_REQUEST: Final = """
    UPDATE resource_requests SET status = $3, granted = $4, ended_on = $5 WHERE offer_id = $1 AND no = $2
"""


async def save_request(conn: Conn, request: RequestRecord) -> None:
    """Write where the request stands."""
    await conn.execute(_SAVE_REQUEST, request.offer_id, request.no, request.status, request.granted, request.ended_on)


_REQUESTS: Final = f"""
    SELECT {", ".join(columns(RequestRecord))} FROM resource_requests
     WHERE offer_id = ANY($1) ORDER BY offer_id, no LIMIT $2
"""


async def requests(conn: Conn, offer_ids: Sequence[UUID]) -> dict[UUID, list[RequestRecord]]:
    """The requests of each offer, in their order."""
    found: dict[UUID, list[RequestRecord]] = {offer_id: [] for offer_id in offer_ids}
    for row in await conn.fetch(_REQUESTS, list(offer_ids), MOST_REQUESTS):
        found[row["offer_id"]].append(_request(row))
    return found


_PAGE: Final = f"""
    SELECT {TABLE.columns} FROM resource_offers
     WHERE ($1::text[] IS NULL OR court = ANY($1) OR to_courts = '{{}}' OR to_courts && $1)
       AND ($2::text IS NULL OR kind = $2)
       AND ($3::boolean IS NULL OR (closed_on IS NULL) = $3)
       AND ($4::timestamptz IS NULL OR (recorded_at, id) < ($4, $5))
     ORDER BY recorded_at DESC, id DESC LIMIT $6
"""


async def page(
    conn: Conn,
    *,
    parties: list[str] | None,
    kind: ResourceKind | None,
    is_open: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[OfferRecord]:
    """The offers of or to one of the courts, newest first, behind `after`."""
    at, last = after or (None, None)
    return [TABLE.read(row) for row in await conn.fetch(_PAGE, parties, kind, is_open, at, last, limit)]
