"""催办: the delegating court asks for progress. A dated fact without text, at most one per task and day in China."""

from uuid import UUID

from db import tracks, urges
from db.clock import civil_date
from db.pool import transaction
from db.records.tracks import UrgeRecord
from enforcement.desk import access, keys, tracked_tasks
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.refusals import AlreadyUrged, TaskEnded
from enforcement.desk.tracked_tasks import TrackedTask
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import Caller
from enforcement.rules.task_refusals import IdempotencyKeyReused
from enforcement.rules.task_status import ENDED


async def urge_task(desk: GatewayDesk, caller: Caller | None, track_id: UUID, *, idempotency_key: str) -> TrackedTask:
    """Urge a task; the same key for the same task gives the task again and writes nothing.

    Raises:
        NotSignedIn: no token.
        MembershipSuspended: the caller's court takes part in nothing new.
        NotFound: there is no such task, or none that the caller may know of.
        Forbidden: the caller's court is not the one that delegated.
        Malformed: KEY; empty or longer than 128 characters.
        TaskEnded, AlreadyUrged, IdempotencyKeyReused.
    """
    who = access.signed_in(caller)
    key, now = keys.digest(idempotency_key), desk.clock.now()
    async with transaction(desk.pool) as conn:
        track = access.check_sees(who, await tracks.lock(conn, track_id))
        if track.delegating_court != who.court:
            raise Forbidden
        earlier = await urges.by_key(conn, who.court, key)
        if earlier is not None and earlier.track_id != track_id:
            raise IdempotencyKeyReused
        if earlier is None:
            if track.status in ENDED:
                raise TaskEnded
            urge = UrgeRecord(track_id, civil_date(now), now, who.court, who.officer_id, key)
            if not await urges.insert(conn, urge):
                raise AlreadyUrged
            await tracks.touch(conn, track_id, now)
            track = access.check_sees(who, await tracks.find(conn, track_id))
        (found,) = await tracked_tasks.load(conn, [track], now)
    return found
