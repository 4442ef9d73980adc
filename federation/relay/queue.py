"""The gateway's queue worker: offers what is in custody again, hands answers to senders, forgets what is long closed.

Invariant: rows are claimed with a lease and SKIP LOCKED, so that any number of gateway processes share the work and one
that dies loses nothing; pauses are written down, so that a restart keeps them.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import anyio

from db import carried_messages, refused_envelopes
from db.records.delivery import CarriedRecord
from federation.delivery import bell
from federation.delivery.bell import Bell
from federation.delivery.post import Unreachable
from federation.relay.messages import UNREACHABLE, MessageRelay, deliver
from federation.rules.backoff import pause
from federation.wire.errors import UnknownCourt

log: Final = logging.getLogger("federation.relay")

_DESTINATIONS_AT_ONCE: Final = 16
_MOST_PUSHES: Final = 8
_PUSHES_PER_TURN: Final = 100
_TIDY_EVERY: Final = timedelta(hours=1)


async def run(relay: MessageRelay, stop: anyio.Event) -> None:
    """Work the queue until `stop` is set; answers are handed out beside it, so that neither waits for the other."""
    tidied: datetime | None = None

    async def deliver_turn() -> None:
        nonlocal tidied
        await deliver_due(relay)
        now = relay.clock.now()
        if tidied is None or now >= tidied + _TIDY_EVERY:
            await tidy(relay)
            tidied = now

    async def work(channel: str, ring: Bell, turn: Callable[[], Awaitable[object]]) -> None:
        await bell.work(relay.pool, channel, ring, stop, turn, poll_s=relay.poll_s)

    async with anyio.create_task_group() as group:
        group.start_soon(work, carried_messages.CHANNEL, relay.bell, deliver_turn)
        group.start_soon(work, carried_messages.ANSWERED, Bell(), lambda: push_due(relay))


async def deliver_due(relay: MessageRelay) -> None:
    """Offer everything due, destinations side by side, one message of a destination at a time."""
    async with relay.pool.acquire() as conn:
        await carried_messages.expire(conn, relay.clock.now())
        destinations = await carried_messages.due_destinations(conn, relay.clock.now())
    limiter = anyio.CapacityLimiter(_DESTINATIONS_AT_ONCE)

    async def serve(destination: str) -> None:
        async with limiter:
            try:
                await _serve(relay, destination)
            except Exception:
                log.exception("delivering to a court failed", extra={"destination": destination})

    async with anyio.create_task_group() as group:
        for destination in destinations:
            group.start_soon(serve, destination)


async def _serve(relay: MessageRelay, destination: str) -> None:
    """Offer what is due to one court until it cannot be reached: one probe stands for all."""
    now = relay.clock.now()
    while True:
        async with relay.pool.acquire() as conn:
            held = await carried_messages.claim(conn, destination, now, relay.lease)
        if held is None:
            return
        try:
            await deliver(relay, held, timeout_s=relay.timeout_s, inline=False)
        except Unreachable:
            until = relay.clock.now() + pause(held.attempts + 1, 0.0)
            async with relay.pool.acquire() as conn:
                await carried_messages.postpone_destination(conn, destination, until=until, error=UNREACHABLE)
            return


async def push_due(relay: MessageRelay) -> None:
    """Hand answers to the courts that wait for them; who is missed gets them when it offers its message again."""
    missed: set[str] = set()
    for _ in range(_PUSHES_PER_TURN):
        async with relay.pool.acquire() as conn:
            held = await carried_messages.claim_push(conn, relay.clock.now(), relay.lease, but=sorted(missed))
        if held is None:
            return
        again_at = None
        if not await _push(relay, held):
            missed.add(held.sender)
            again_at = _push_again_at(relay, held)
        async with relay.pool.acquire() as conn:
            await carried_messages.pushed(conn, held.sender, held.id, again_at=again_at)


async def _push(relay: MessageRelay, held: CarriedRecord) -> bool:
    """Whether the sender took its answer."""
    try:
        url = relay.directory.current().node_url(held.sender)
        reply = await relay.post(url + "/federation/receipts", held.receipt or b"", timeout_s=relay.inline_timeout_s)
    except (Unreachable, UnknownCourt):
        return False
    return reply.status < 300  # noqa: PLR2004 - any success


def _push_again_at(relay: MessageRelay, held: CarriedRecord) -> datetime | None:
    attempts = held.push_attempts + 1
    return None if attempts >= _MOST_PUSHES else relay.clock.now() + pause(attempts, relay.jitter())


async def tidy(relay: MessageRelay) -> None:
    """Forget messages and refusals that are long closed."""
    before = relay.clock.now() - relay.caps.kept
    async with relay.pool.acquire() as conn:
        await carried_messages.purge(conn, before)
        await refused_envelopes.purge(conn, before)
