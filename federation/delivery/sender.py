"""The sender worker: the life of a message at the court that sends it.

QUEUED, due at once (outbox.enqueue, in the transaction of the act)
  -> a worker takes the pair's lease: one message of a pair is under way at a time
  -> first attempt only: the pair's next number, encrypted to the destination, signed; these bytes never change
  -> the mark outside the database is raised, then the bytes are offered to the gateway
  -> 200 with the destination's signed answer: verified, the message is closed (federation/delivery/settle.py)
  -> 202: the gateway keeps a copy; it is offered again all the same, only less often
  -> anything else, or nothing: offered again after a pause that is written down, 1 s doubled up to 5 min
  -> its time is over: EXPIRED, and whoever queued it is told

Invariant: a message is offered until the destination's own answer is held here. The gateway may lose everything.
"""

import logging
from typing import Final
from uuid import UUID, uuid4

import anyio

from db import lives, outbox, pairs
from db.pool import Conn, transaction
from db.records.delivery import DeliveryState, Envelope, OutboxRecord, PairPosition
from federation.delivery import bell, checks, overdue, settle
from federation.delivery.checks import CannotVerifyNow, NotGenuine
from federation.delivery.node import DeliveryNode
from federation.delivery.outbox import content_of, track_of
from federation.delivery.post import Reply, Unreachable, code_of
from federation.directory.view import DirectoryView
from federation.rules.backoff import pause
from federation.rules.lives import Position
from federation.wire import envelope
from federation.wire.encryption import write
from federation.wire.errors import UnknownCourt, UnknownKey
from federation.wire.header import Header

log: Final = logging.getLogger("federation.delivery")

GATEWAY_UNREACHABLE: Final = "GATEWAY_UNREACHABLE"
_PAIRS_AT_ONCE: Final = 8
_ANSWERED: Final = 200
_CUSTODY: Final = 202


async def run(node: DeliveryNode, stop: anyio.Event) -> None:
    """Send until `stop` is set."""

    async def turn() -> None:
        await offer_due(node)
        await overdue.close_overdue(node)

    await bell.work(node.pool, outbox.CHANNEL, node.bell, stop, turn, poll_s=node.poll_s)


async def offer_due(node: DeliveryNode) -> int:
    """Offer every due message once, pairs side by side; how many were offered."""
    async with node.pool.acquire() as conn:
        peers = await outbox.due_peers(conn, node.clock.now())
    counts: list[int] = []
    limiter = anyio.CapacityLimiter(_PAIRS_AT_ONCE)

    async def serve(peer: str) -> None:
        async with limiter:
            try:
                counts.append(await _serve_pair(node, peer))
            except Exception:
                log.exception("sending to a court failed", extra={"peer": peer})

    async with anyio.create_task_group() as group:
        for peer in peers:
            group.start_soon(serve, peer)
    return sum(counts)


async def _serve_pair(node: DeliveryNode, peer: str) -> int:
    """Offer what is due to one court, in order, under the pair's lease."""
    holder, offered, last, now = uuid4(), 0, 0, node.clock.now()
    try:
        while True:
            async with node.pool.acquire() as conn:
                if not await pairs.lease(conn, peer, holder, node.lease):
                    return offered
                row = await outbox.next_due(conn, peer, now, after=last)
            if row is None:
                return offered
            last, offered = row.number, offered + 1
            await _offer(node, row)
    finally:
        with anyio.CancelScope(shield=True):
            async with node.pool.acquire() as conn:
                await pairs.release(conn, peer, holder)


async def _offer(node: DeliveryNode, row: OutboxRecord) -> None:
    """One attempt."""
    if row.state is DeliveryState.QUEUED and row.expires_at <= node.clock.now():
        await settle.expire(node, row.id)
        return
    try:
        raw = row.envelope or await _first_bytes(node, row.id)
        await node.mark.flush()
        reply = await node.post(node.gateway_url.rstrip("/") + "/relay/messages", raw, timeout_s=node.timeout_s)
        if reply.status == _ANSWERED:
            await settle.settle(node, reply.body)
        else:
            await _postpone(node, row, reply)
    except Unreachable:
        await _gateway_is_away(node, row)
        return
    except NotGenuine as error:
        await _postpone(node, row, f"BAD_RECEIPT_{error.code}")
    except (CannotVerifyNow, UnknownCourt, UnknownKey) as error:
        await _postpone(node, row, error.code)
    async with node.pool.acquire() as conn:
        await outbox.probe_after(conn, GATEWAY_UNREACHABLE, node.clock.now())


async def _first_bytes(node: DeliveryNode, message_id: UUID) -> bytes:
    """Number, encrypt and sign a message, once; two workers at it get the same bytes."""
    view = await checks.fresh_view(node.directory, node.fetch, node.clock.now())
    async with transaction(node.pool) as conn:
        before = await pairs.position(conn, await _peer(conn, message_id))
        row = await outbox.lock(conn, message_id)
        if row is None:
            raise LookupError("the message is gone")
        if row.envelope is not None:
            return row.envelope
        made = _write(node, row, before, view)
        await outbox.set_envelope(conn, row.id, made)
        await pairs.advance(conn, row.peer, PairPosition(made.epoch, made.seq, made.digest))
        size = await lives.grow(conn, node.epoch)
    node.mark.want(Position(node.epoch, size))
    return made.raw


async def _peer(conn: Conn, message_id: UUID) -> str:
    row = await outbox.by_id(conn, message_id)
    if row is None:
        raise LookupError("the message is gone")
    return row.peer


def _write(node: DeliveryNode, row: OutboxRecord, before: PairPosition, view: DirectoryView) -> Envelope:
    """The envelope of a first attempt; the pair's numbers begin at 1 in every epoch."""
    now = node.clock.now()
    seq = before.seq + 1 if before.epoch == node.epoch else 1
    box_id, box = view.box_key(row.peer)
    head = Header(
        kind="message",
        id=row.id,
        epoch=node.epoch,
        sender=node.code,
        to=row.peer,
        seq=seq,
        prev=before.digest if seq > 1 else None,
        issued=now,
        expires=now + node.lifetime,
        directory=view.version,
        signing_key=node.signer.id,
        box_key=box_id,
        re=row.re,
        re_digest=row.re_digest,
        track=track_of(row),
    )
    raw = write(head, content_of(row, node.at_rest), recipient=box, signer=node.signer)
    return Envelope(raw, envelope.digest(raw), node.epoch, seq, box_id, head.expires)


async def _postpone(node: DeliveryNode, row: OutboxRecord, why: Reply | str) -> None:
    """Write down when the message is offered next."""
    now = node.clock.now()
    in_custody = isinstance(why, Reply) and why.status == _CUSTODY
    if row.state is DeliveryState.EXPIRED:
        await settle.expire(node, row.id)
        return
    async with node.pool.acquire() as conn:
        await outbox.postpone(
            conn,
            row.id,
            until=now + pause(row.attempts + 1, node.jitter(), in_custody=in_custody),
            error=code_of(why) if isinstance(why, Reply) else why,
            custody_at=now if in_custody else None,
        )


async def _gateway_is_away(node: DeliveryNode, row: OutboxRecord) -> None:
    """Postpone this message, and what waits behind it: one probe stands for all."""
    await _postpone(node, row, GATEWAY_UNREACHABLE)
    until = node.clock.now() + pause(row.attempts + 1, 0.0)
    async with node.pool.acquire() as conn:
        await outbox.postpone_pair(conn, row.peer, until=until, error=GATEWAY_UNREACHABLE, after=row.number)
