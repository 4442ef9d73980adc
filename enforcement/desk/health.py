"""Which nodes answer (节点健康): every few seconds each member's /readyz is asked, and the outcome is written down.

Invariant: what a node answers is never read beyond its status code and its date; a suspended member is not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import anyio

from db import maintenance, node_health
from db.clock import monotonic_s
from db.pool import Conn
from db.records.maintenance import MaintenanceRecord
from db.records.tracks import HealthRecord
from enforcement.desk import access
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.rights import Caller
from federation.directory.document import CourtEntry
from federation.readiness.dates import hear_date

_OK = 200


@dataclass(frozen=True, slots=True)
class Health:
    """One member and the last outcome; None: not probed yet. `windows` were announced and are not over."""

    court: CourtEntry
    last: HealthRecord | None
    windows: Sequence[MaintenanceRecord] = ()


async def federation_health(desk: GatewayDesk, caller: Caller | None) -> list[Health]:
    """The state of every member that has not withdrawn, in the directory's order.

    Raises:
        NotSignedIn: no token.
        MembershipSuspended: the caller's court takes part in nothing new.
    """
    access.signed_in(caller)
    async with desk.pool.acquire() as conn:
        last = await node_health.by_court(conn)
        windows = await maintenance.ahead(conn, desk.clock.now())
    return [Health(court, last.get(court.code), windows.get(court.code, ())) for court in _members(desk)]


async def of_court(desk: GatewayDesk, conn: Conn, court: CourtEntry) -> Health:
    """The state of one member."""
    last = await node_health.by_court(conn)
    windows = await maintenance.ahead(conn, desk.clock.now(), [court.code])
    return Health(court, last.get(court.code), windows.get(court.code, ()))


async def run_probes(desk: GatewayDesk, stop: anyio.Event) -> None:
    """Probe every member, again and again, until `stop`."""
    while not stop.is_set():
        await probe_all(desk)
        with anyio.move_on_after(desk.deadlines.probe_every_s):
            await stop.wait()


async def probe_all(desk: GatewayDesk) -> None:
    """One round: all members at once, each within its time-out."""
    async with anyio.create_task_group() as tasks:
        for court in _members(desk):
            tasks.start_soon(_probe, desk, court)


def _members(desk: GatewayDesk) -> list[CourtEntry]:
    return [court for court in desk.directory.current().courts() if court.state != "WITHDRAWN"]


async def _probe(desk: GatewayDesk, court: CourtEntry) -> None:
    started_s = monotonic_s()
    if court.state == "SUSPENDED":
        state = "SUSPENDED"
    else:
        state = "REACHABLE" if await _is_ready(desk, court) else "UNREACHABLE"
    took_ms = round((monotonic_s() - started_s) * 1000)
    async with desk.pool.acquire() as conn:
        await node_health.save(
            conn,
            court.code,
            state=state,
            checked_at=desk.clock.now(),
            latency_ms=took_ms if state == "REACHABLE" else None,
        )


async def _is_ready(desk: GatewayDesk, court: CourtEntry) -> bool:
    timeout = aiohttp.ClientTimeout(total=desk.deadlines.probe_timeout_s)
    url = desk.directory.current().node_url(court.code) + "/readyz"
    try:
        async with desk.probes.get(url, timeout=timeout, allow_redirects=False) as answer:
            hear_date(desk.clocks, court.code, answer.headers.get("Date"))
            return answer.status == _OK
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
