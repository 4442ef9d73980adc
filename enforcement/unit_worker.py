"""The worker that asks assisting units: claims what is due, asks each unit, records what it said.

Invariant: a claim is committed before the unit is asked and lapses after `LEASE`: a killed worker loses nothing and
registers nothing twice, because the unit knows each request by its id. Many workers may run at once.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import anyio

from db import notices, searches
from db.pool import transaction
from enforcement.channels import SearchChannel
from enforcement.court import CourtNode
from enforcement.inquiries import ask
from enforcement.notice_answers import offer
from federation.delivery.bell import POLL_S, Bell, work

log: Final = logging.getLogger("enforcement.units")

LEASE: Final = timedelta(seconds=8)
"""Above the time that a unit is given to answer; what a killed worker had claimed is due again so soon."""
BATCH: Final = 16
_LEAST_JITTER: Final = 0.8
_JITTER_SPAN: Final = 0.6


async def run_once(court: CourtNode, channel: SearchChannel, random: Callable[[], float]) -> int:
    """Ask everything that is due now, at most one batch of each kind; how many requests went out."""
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        asked = await searches.claim(conn, now, until=now + LEASE, limit=BATCH)
        served = await notices.claim(conn, now, until=now + LEASE, limit=BATCH)
    async with anyio.create_task_group() as group:
        for inquiry in asked:
            group.start_soon(_alone, ask(court, channel, inquiry, _jitter(random)))
        for notice in served:
            group.start_soon(_alone, offer(court, channel, notice, _jitter(random)))
    return len(asked) + len(served)


async def run(court: CourtNode, channel: SearchChannel, stop: anyio.Event, random: Callable[[], float]) -> None:
    """Work until `stop`: woken by NOTIFY, and by a poll as the net."""

    async def turn() -> None:
        while not stop.is_set() and await run_once(court, channel, random):
            pass

    await work(court.pool, searches.CHANNEL, Bell(), stop, turn, poll_s=POLL_S)


async def _alone(one: Awaitable[None]) -> None:
    """A row that fails is due again when its claim lapses; it stops no other row."""
    try:
        await one
    except Exception as error:  # noqa: BLE001
        log.warning("a unit's answer was not recorded", extra={"error": type(error).__name__})


def _jitter(random: Callable[[], float]) -> float:
    return _LEAST_JITTER + _JITTER_SPAN * random()
