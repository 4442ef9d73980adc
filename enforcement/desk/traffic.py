"""What the gateway carried (传输流量): envelopes by length and ends, as a carrier sees them. Never their bytes."""

from collections.abc import AsyncGenerator
from datetime import datetime

from db import carried_traffic
from db.records.tracks import CarriedEnvelope, TrafficCount
from enforcement.desk import access
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller


async def summary(desk: GatewayDesk, caller: Caller | None, since: datetime) -> list[TrafficCount]:
    """Counts by kind, padded size and outcome of what was carried at or after `since`.

    Raises:
        NotSignedIn, Forbidden: for gateway admins, and for a command centre's own court.
    """
    court = access.traffic_of(caller)
    async with desk.pool.acquire() as conn:
        return await carried_traffic.summary(conn, since, court)


async def watch(desk: GatewayDesk, caller: Caller | None) -> AsyncGenerator[CarriedEnvelope, None]:
    """Each envelope from now on, in the order in which it was noted; ends when the watcher falls behind.

    Raises:
        NotSignedIn, Forbidden: as for `summary`.
    """
    court = access.traffic_of(caller)
    async with desk.feed.watch(carried_traffic.CHANNEL) as news:
        async for payload in news:
            if payload is None:
                continue
            envelope = carried_traffic.from_payload(payload)
            if court is None or court in {envelope.sender, envelope.to}:
                yield envelope
