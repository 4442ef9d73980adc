"""Changes of tracked tasks, as they are committed, for one subscription.

A notification names the track; every `look_again_s` the court's recent changes are looked through as well, should a
notification be lost with its connection. Invariant: a watcher is shown a version of a track at most once.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream

from db import tracks
from db.pool import snapshot
from enforcement.desk import access, tracked_tasks
from enforcement.desk.feed import News
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.tracked_tasks import TrackedTask
from enforcement.rules.rights import Caller

_OVERLAP: Final = timedelta(minutes=1)
"""Changes are stamped before they are committed: each look reaches back this far behind the newest one seen."""
_PAGE: Final = 1000


async def changes(
    desk: GatewayDesk, caller: Caller | None, track_id: UUID | None = None
) -> AsyncGenerator[TrackedTask, None]:
    """The task after each change from now on: of one task, or of all tasks of the caller's court.

    Raises:
        NotSignedIn: no token.
        NotFound: the caller may not know of the task. An office that follows no tasks sees no change, ever.
    """
    who = access.signed_in(caller)
    if track_id is not None:
        await tracked_tasks.tracked_task(desk, who, track_id)
    elif not access.follows_tasks(who):
        return
    look = _Look(desk, who, desk.clock.now() - _OVERLAP)
    look.known = {track: version for track, version, _ in await look.changed()}
    async with desk.feed.watch(tracks.CHANNEL) as news:
        told = await look.again()  # what changed while this watcher was not listening yet
        while True:
            for changed in told:
                found = await look.show(changed) if track_id in {None, changed} else None
                if found is not None:
                    yield found
            try:
                told = await _wait(look, news)
            except anyio.EndOfStream:
                return


@dataclass(slots=True)
class _Look:
    """What the watcher may see, how far back it looks, and which version of each track it knows."""

    desk: GatewayDesk
    caller: Caller
    since: datetime
    known: dict[UUID, int] = field(default_factory=dict)

    async def changed(self) -> list[tuple[UUID, int, datetime]]:
        """The court's changes from `since` on, which moves on with them."""
        async with self.desk.pool.acquire() as conn:
            rows = await tracks.changed_since(conn, self.caller.court, self.since, _PAGE)
        if rows:
            newest = rows[-1][2]
            self.since = max(self.since, newest if len(rows) == _PAGE else newest - _OVERLAP)
        return rows

    async def again(self) -> list[UUID]:
        """The tracks that changed and were not told of; what is too old to be found again is forgotten."""
        rows = await self.changed()
        new = [track for track, version, _ in rows if self.known.get(track) != version]
        if len(rows) < _PAGE:
            self.known = {track: self.known[track] for track, _, _ in rows if track in self.known}
        return new

    async def show(self, track_id: UUID) -> TrackedTask | None:
        """The task, unless it is another court's or the watcher has been shown this version."""
        async with snapshot(self.desk.pool) as conn:
            record = await tracks.find(conn, track_id)
            if record is None or self.caller.court not in record.courts or self.known.get(track_id) == record.version:
                return None
            (found,) = await tracked_tasks.load(conn, [record], self.desk.clock.now())
        self.known[track_id] = record.version
        return found


async def _wait(look: _Look, news: MemoryObjectReceiveStream[News]) -> list[UUID]:
    """The tracks that changed: by the next notification, or by looking when none came in time.

    Raises:
        anyio.EndOfStream: the feed stopped, or this watcher fell behind.
    """
    with anyio.move_on_after(look.desk.deadlines.look_again_s):
        told = await news.receive()
        if told is not None:
            return [UUID(told)]
    return await look.again()
