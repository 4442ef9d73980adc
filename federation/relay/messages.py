"""Carrying messages: the life of a message at the gateway.

bytes -> of right form, signed by a member, to a member, in time, within the sender's share of the queue; else refused
  -> known (sender, id), same bytes: the destination's stored answer, if there is one; other bytes: refused, both kept
  -> written down (custody), committed, and only then anything else
  -> offered to the destination within the sender's own request: its signed answer, verified, goes back at once
  -> else 202 to the sender, and the queue offers it again (federation/relay/queue.py)
  -> answered: the desk hears of an ACCEPTED one in the transaction that keeps the answer; the bytes are dropped

Invariant: custody is no delivery. Only the destination's signed answer closes a message; what the gateway loses, the
sender offers again. Nothing here can decrypt.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from db import carried_messages
from db.clock import Clock
from db.pool import Conn, Pool, transaction
from db.records.delivery import CarriedRecord, DeliveryState
from federation.delivery import checks
from federation.delivery.bell import POLL_S, Bell
from federation.delivery.checks import CannotVerifyNow, NotGenuine
from federation.delivery.post import Post, Reply, Unreachable, code_of
from federation.directory.directory import Directory
from federation.relay.asks import Note
from federation.rules.backoff import pause
from federation.wire import envelope, header
from federation.wire.envelope import Envelope
from federation.wire.errors import UnknownCourt
from federation.wire.header import Header

log: Final = logging.getLogger("federation.relay")

OnAccepted: TypeAlias = Callable[[Conn, Header, datetime], Awaitable[None]]
"""Hears of a message that its destination accepted, in the transaction that keeps the answer."""

UNREACHABLE: Final = "UNREACHABLE"
_ANSWERED: Final = 200
_STATE: Final = {
    "ACCEPTED": DeliveryState.DELIVERED,
    "REFUSED": DeliveryState.REFUSED,
    "EXPIRED": DeliveryState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Caps:
    """How much one sender may have queued, and how long what is closed is remembered."""

    messages: int = 10_000
    size_bytes: int = 512 * 1024 * 1024
    kept: timedelta = timedelta(days=30)  # after a message's expiry


@dataclass(frozen=True, slots=True)
class MessageRelay:
    """What the gateway's part of the durable road needs; made once per process."""

    pool: Pool
    clock: Clock
    directory: Directory
    post: Post
    note: Note
    on_accepted: OnAccepted
    fetch: checks.Fetch
    jitter: Callable[[], float]
    caps: Caps = field(default_factory=Caps)
    bell: Bell = field(default_factory=Bell)
    lease: timedelta = timedelta(seconds=12)  # above `timeout_s`: what a killed process held is free again so soon
    inline_timeout_s: float = 2.0
    timeout_s: float = 10.0
    poll_s: float = POLL_S

    @property
    def inline_lease(self) -> timedelta:
        """How long a request claims its message: its one attempt, and two seconds to write down the outcome."""
        return min(self.lease, timedelta(seconds=self.inline_timeout_s + 2))


async def accept(relay: MessageRelay, raw: bytes) -> bytes | None:
    """Take a message: the destination's signed answer, or None when it is in custody.

    Raises:
        NotGenuine: refused; nothing of it is kept but the fact (the caller notes it).
        CannotVerifyNow: try again later.
    """
    now = relay.clock.now()
    message = await checks.genuine(raw, "message", directory=relay.directory, fetch=relay.fetch, now=now)
    head = message.header
    url = _url(relay, head.to)
    if now >= head.expires:
        return await _pass_on_late(relay, message, url)
    held = await _take_custody(relay, message, now)
    if held is None:
        return None
    if held.receipt is not None:
        return held.receipt
    return await deliver(relay, held, timeout_s=relay.inline_timeout_s, inline=True)


def _url(relay: MessageRelay, court: str) -> str:
    try:
        return relay.directory.current().node_url(court)
    except UnknownCourt as error:
        raise NotGenuine(error.code) from None


async def _take_custody(relay: MessageRelay, message: Envelope, now: datetime) -> CarriedRecord | None:
    """The row, claimed for this request or answered already; None while another has it claimed."""
    head, digest = message.header, envelope.digest(message.raw)
    async with transaction(relay.pool) as conn:
        await carried_messages.probe(conn, head.sender, now)  # the sender lives: what waits for it may go
        known = await carried_messages.find(conn, head.sender, head.id)
        if known is None:
            await _require_room(relay, conn, head.sender, len(message.raw))
            return await _add(relay, conn, message, digest, now)
        if known.digest == digest and known.receipt is not None:
            return known
        if known.digest == digest:
            return await carried_messages.lease(conn, head.sender, head.id, relay.inline_lease)
        await carried_messages.add_conflict(conn, head.sender, head.id, digest, message.raw, now)
    log.error("two messages under one id", extra={"sender": head.sender, "message_id": str(head.id), "digest": digest})
    raise NotGenuine("EQUIVOCATION")


async def _add(relay: MessageRelay, conn: Conn, message: Envelope, digest: str, now: datetime) -> CarriedRecord | None:
    """The new row; None when another request has just written it."""
    head = message.header
    return await carried_messages.add(
        conn,
        sender=head.sender,
        message_id=head.id,
        destination=head.to,
        header=message.header_bytes,
        digest=digest,
        raw=message.raw,
        task=None if head.track is None else head.track.task,
        now=now,
        expires_at=head.expires,
        lease=relay.inline_lease,
    )


async def _require_room(relay: MessageRelay, conn: Conn, sender: str, size_bytes: int) -> None:
    """Return if `sender` may queue another message of that size.

    Raises:
        CannotVerifyNow: QUEUE_FULL; the sender keeps its message and tries again.
    """
    messages, used_bytes = await carried_messages.queued(conn, sender)
    if messages >= relay.caps.messages or used_bytes + size_bytes > relay.caps.size_bytes:
        log.warning("queue of a sender is full", extra={"sender": sender})
        raise CannotVerifyNow("QUEUE_FULL")


async def _pass_on_late(relay: MessageRelay, message: Envelope, url: str) -> bytes:
    """Offer an expired message once, without custody: only its destination can close its number.

    Raises:
        NotGenuine: EXPIRED; the destination gave no answer.
    """
    try:
        reply = await relay.post(url + "/federation/messages", message.raw, timeout_s=relay.inline_timeout_s)
        if reply.status == _ANSWERED:
            digest = envelope.digest(message.raw)
            return (await _genuine_answer(relay, reply.body, message.header, digest)).raw
    except (Unreachable, NotGenuine, CannotVerifyNow):
        log.info("an expired message got no answer", extra={"sender": message.header.sender})
    raise NotGenuine("EXPIRED")


async def _genuine_answer(relay: MessageRelay, raw: bytes, message: Header, digest: str) -> Envelope:
    receipt = await checks.genuine(raw, "receipt", directory=relay.directory, fetch=relay.fetch, now=relay.clock.now())
    checks.require_answer_to(receipt, sender=message.sender, destination=message.to, digest=digest)
    return receipt


async def deliver(relay: MessageRelay, held: CarriedRecord, *, timeout_s: float, inline: bool) -> bytes | None:
    """Offer a claimed message to its destination once; its signed answer, or None and a later attempt.

    Raises:
        Unreachable: no answer at all, when not `inline`; the attempt is counted.
    """
    try:
        url = _url(relay, held.destination)
        reply = await relay.post(url + "/federation/messages", held.raw or b"", timeout_s=timeout_s)
    except Unreachable:
        await _postpone(relay, held, UNREACHABLE)
        if not inline:
            raise
        return None
    except NotGenuine as error:  # the destination left the directory since
        await _postpone(relay, held, error.code)
        return None
    return await _take_answer(relay, held, reply, inline=inline)


async def _take_answer(relay: MessageRelay, held: CarriedRecord, reply: Reply, *, inline: bool) -> bytes | None:
    if reply.status != _ANSWERED:
        await _postpone(relay, held, code_of(reply))
        return None
    message = header.decode(held.header)
    try:
        receipt = await _genuine_answer(relay, reply.body, message, held.digest)
    except (NotGenuine, CannotVerifyNow) as error:
        log.warning("answer not accepted", extra={"destination": held.destination, "code": error.code})
        await _postpone(relay, held, f"BAD_RECEIPT_{error.code}")
        return None
    await _close(relay, held, message, receipt, inline=inline)
    return receipt.raw


async def _close(relay: MessageRelay, held: CarriedRecord, message: Header, receipt: Envelope, *, inline: bool) -> None:
    """Keep the answer, and let the desk hear of an accepted message, in one transaction."""
    now, outcome = relay.clock.now(), receipt.header.outcome or "REFUSED"
    async with transaction(relay.pool) as conn:
        kept = await carried_messages.close(
            conn,
            held.sender,
            held.id,
            _STATE[outcome],
            receipt=receipt.raw,
            now=now,
            push_at=None if inline else now,
        )
        if kept and outcome == "ACCEPTED":
            await relay.on_accepted(conn, message, now)
        await carried_messages.hurry(conn, held.destination, now)
    if kept:
        sender, to = held.sender, held.destination
        size_bytes = len(held.raw or b"")
        await relay.note(at=now, sender=sender, to=to, kind="message", size_bytes=size_bytes, outcome="CARRIED")
        size_bytes = len(receipt.raw)
        await relay.note(at=now, sender=to, to=sender, kind="receipt", size_bytes=size_bytes, outcome=outcome)


async def _postpone(relay: MessageRelay, held: CarriedRecord, error: str) -> None:
    """Write down when the message is offered next, and why not now."""
    now = relay.clock.now()
    until = now + pause(held.attempts + 1, relay.jitter())
    async with relay.pool.acquire() as conn:
        await carried_messages.postpone(conn, held.sender, held.id, until=until, error=error)
    if held.attempts == 0:
        await relay.note(
            at=now,
            sender=held.sender,
            to=held.destination,
            kind="message",
            size_bytes=len(held.raw or b""),
            outcome="QUEUED",
        )
