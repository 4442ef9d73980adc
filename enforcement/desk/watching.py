"""Changes of tracked tasks, as they are committed, for one subscription.

They are read from the court's numbered feed, so that a subscription resumes behind the last change it was told, in
whichever process. A notification only wakes the reader; every `look_again_s` it looks by itself, should one be lost
with its connection. Invariant: a change is told with the version that it made; one whose track has changed again since
is not told, because the later one will be. So nothing is left out, and no version comes twice.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import anyio

from db import track_changes, tracks
from db.pool import snapshot
from enforcement.desk import access, tracked_tasks
from enforcement.desk.feed import next_news
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.tracked_tasks import TrackedTask
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Caller

_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task after a change, and where that change stands in the court's feed."""

    task: TrackedTask
    position: int


async def changes(
    desk: GatewayDesk, caller: Caller | None, track_id: UUID | None = None, *, after: int | None = None
) -> AsyncGenerator[TaskChange, None]:
    """The task after each change, of one task or of all tasks of the caller's court; from now on, or behind `after`.

    Raises:
        NotSignedIn: no token.
        NotFound: the caller may not know of the task. An office that follows no tasks sees no change, ever.
        Malformed: CURSOR; the court's feed has no such position.
    """
    who = access.recognised(caller)
    if track_id is not None:
        await tracked_tasks.tracked_task(desk, who, track_id)
    elif not access.follows_tasks(who):
        return
    reader = _Reader(desk, who.court, track_id, await _start(desk, who.court, after))
    async with desk.feed.watch(tracks.CHANNEL) as news:
        while True:
            found, has_more = await reader.read()
            for change in found:
                yield change
            if has_more:
                continue
            try:
                await next_news(news, desk.deadlines.look_again_s)
            except anyio.EndOfStream:
                return


async def _start(desk: GatewayDesk, court: str, after: int | None) -> int:
    async with desk.pool.acquire() as conn:
        last = await track_changes.last(conn, court)
    if after is not None and not 0 <= after <= last:
        raise Malformed("CURSOR", "after")
    return last if after is None else after


@dataclass(slots=True)
class _Reader:
    """One court's feed, read up to `position`."""

    desk: GatewayDesk
    court: str
    track_id: UUID | None
    position: int

    async def read(self) -> tuple[list[TaskChange], bool]:
        """The next changes that are the newest of their tracks, and whether there may be more."""
        async with snapshot(self.desk.pool) as conn:
            last = await track_changes.last(conn, self.court)
            if last == self.position:
                return [], False
            rows = await track_changes.after(conn, self.court, self.position, self.track_id, limit=_PAGE)
            records = {track.id: track for track in await tracks.several(conn, [row.track_id for row in rows])}
            newest = [row for row in rows if records[row.track_id].version == row.version]
            told = await tracked_tasks.load(conn, [records[row.track_id] for row in newest], self.desk.clock.now())
        has_more = len(rows) == _PAGE
        self.position = rows[-1].position if has_more else last
        return [TaskChange(task, row.position) for task, row in zip(told, newest, strict=True)], has_more
