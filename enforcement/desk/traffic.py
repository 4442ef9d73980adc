"""What the gateway carried (传输流量): envelopes by length and ends, as a carrier sees them. Never their bytes.

A watcher reads the table behind the last envelope that it was told, so that it resumes in whichever process; a
notification only wakes it, and every `look_again_s` it looks by itself. Invariant: nothing is left out and nothing
comes twice; who cannot be told everything is told so, or is told nothing more.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import anyio

from db import carried_traffic
from db.carried_traffic import NotedEnvelope
from db.pool import snapshot
from db.records.tracks import TrafficCount
from enforcement.desk import access
from enforcement.desk.feed import next_news
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Caller

_PAGE: Final = 100


async def summary(desk: GatewayDesk, caller: Caller | None, since: datetime) -> list[TrafficCount]:
    """Counts by kind, padded size and outcome of what was carried at or after `since`.

    Raises:
        NotSignedIn, Forbidden: for gateway admins, and for a command centre's own court.
    """
    court = access.traffic_of(caller)
    async with desk.pool.acquire() as conn:
        return await carried_traffic.summary(conn, since, court)


async def watch(
    desk: GatewayDesk, caller: Caller | None, *, after: tuple[datetime, int] | None = None
) -> AsyncGenerator[NotedEnvelope, None]:
    """Each envelope, in the order in which it was noted: from now on, or behind `after`, one's instant and row.

    Ends when the watcher falls behind what is kept.

    Raises:
        NotSignedIn, Forbidden: as for `summary`.
        Malformed: CURSOR; that row is not kept, so that nobody can tell what came behind it.
    """
    reader = _Reader(desk, access.traffic_of(caller), await _start(desk, after))
    async with desk.feed.watch(carried_traffic.CHANNEL) as news:
        while (found := await reader.read()) is not None:
            for noted in found:
                yield noted
            if len(found) == _PAGE:
                continue
            try:
                await next_news(news, desk.deadlines.look_again_s)
            except anyio.EndOfStream:
                return


async def _start(desk: GatewayDesk, after: tuple[datetime, int] | None) -> int:
    async with desk.pool.acquire() as conn:
        if after is None:
            return await carried_traffic.last_id(conn)
        at, row_id = after
        if not await carried_traffic.stands(conn, row_id, at):
            raise Malformed("CURSOR", "after")
        return row_id


@dataclass(slots=True)
class _Reader:
    """The table, read up to `position`; of one court's envelopes, or of all."""

    desk: GatewayDesk
    court: str | None
    position: int

    async def read(self) -> list[NotedEnvelope] | None:
        """The next envelopes, at most `_PAGE`; None when some of them may have gone already."""
        async with snapshot(self.desk.pool) as conn:
            last = await carried_traffic.last_id(conn)
            if last == self.position:
                return []
            if last - self.position > carried_traffic.KEEP:
                return None
            found = await carried_traffic.after(conn, self.position, self.court, limit=_PAGE)
        self.position = found[-1].id if len(found) == _PAGE else last
        return found
