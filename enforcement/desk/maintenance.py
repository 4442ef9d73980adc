"""维护公告: a court's command centre announces when its own node may not answer. Instants, no text.

Invariant: the windows of one court never overlap. They are shown beside the node's health; what a probe or a look-up
finds stays what it is, announced or not.
"""

from datetime import datetime
from uuid import UUID

from db import maintenance
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.maintenance import MaintenanceRecord
from enforcement.desk import access, keys
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.members import court_of
from enforcement.desk.refusals import MaintenanceOver, MaintenanceOverlaps, TooManyMaintenances
from enforcement.rules.maintenance import MOST_AHEAD, check_window
from enforcement.rules.refusals import NotFound, StaleVersion
from enforcement.rules.rights import Caller
from enforcement.rules.task_refusals import IdempotencyKeyReused


async def announce(
    desk: GatewayDesk, caller: Caller | None, *, from_at: datetime, to_at: datetime, idempotency_key: str
) -> MaintenanceRecord:
    """Announce a window of the caller's own court; the same key for the same window gives it again.

    Raises:
        NotSignedIn: no token.
        Forbidden: not of a court's command centre.
        UnknownCourt: the caller's court has no node in the zone.
        Malformed: KEY; PERIOD, see `check_window`.
        MaintenanceOverlaps, TooManyMaintenances, IdempotencyKeyReused.
    """
    who = access.check_maintains(caller)
    court_of(desk.directory.current(), who.court, "court")
    key, now = keys.digest(idempotency_key), desk.clock.now()
    async with transaction(desk.pool) as conn:
        await maintenance.lock_court(conn, who.court)
        earlier = await maintenance.by_key(conn, who.court, key)
        if earlier is not None:
            if (earlier.from_at, earlier.to_at) != (from_at, to_at):
                raise IdempotencyKeyReused
            return earlier
        check_window(from_at, to_at, now)
        await _check_room(conn, who.court, from_at, to_at, now)
        window = MaintenanceRecord(
            id=new_id(now),
            court=who.court,
            from_at=from_at,
            to_at=to_at,
            announced_at=now,
            officer_id=who.officer_id,
            idempotency_key=key,
            withdrawn_at=None,
            version=1,
        )
        await maintenance.add(conn, window)
    return window


async def _check_room(conn: Conn, court: str, from_at: datetime, to_at: datetime, now: datetime) -> None:
    """Return if nothing that the court announced stands in the way.

    Raises:
        MaintenanceOverlaps, TooManyMaintenances.
    """
    windows = (await maintenance.ahead(conn, now, [court])).get(court, [])
    if any(window.from_at < to_at and from_at < window.to_at for window in windows):
        raise MaintenanceOverlaps
    if len(windows) >= MOST_AHEAD:
        raise TooManyMaintenances


async def withdraw(desk: GatewayDesk, caller: Caller | None, window_id: UUID, version: int) -> MaintenanceRecord:
    """Take a window back, or end it early: from now on it is not shown.

    Raises:
        NotSignedIn, Forbidden: as for `announce`.
        NotFound: there is none, or another court's.
        MaintenanceOver: its last instant is past.
        StaleVersion: it was withdrawn already.
    """
    who = access.check_maintains(caller)
    now = desk.clock.now()
    async with transaction(desk.pool) as conn:
        window = await maintenance.find(conn, window_id)
        if window is None or window.court != who.court:
            raise NotFound
        if window.version == version and window.to_at <= now:
            raise MaintenanceOver
        withdrawn = await maintenance.withdraw(conn, window_id, version, now)
        if withdrawn is None:
            current = await maintenance.find(conn, window_id)
            raise StaleVersion(window.version if current is None else current.version)
    return withdrawn


async def several(desk: GatewayDesk, caller: Caller, window_ids: list[UUID]) -> list[MaintenanceRecord]:
    """Those of the windows that the caller may know of: the own court's, and others' while nodes' health shows them."""
    now = desk.clock.now()
    async with desk.pool.acquire() as conn:
        found = await maintenance.several(conn, window_ids)
    return [
        window
        for window in found
        if window.court == caller.court or (window.withdrawn_at is None and window.to_at > now)
    ]
