"""How a message ends at its sender: by the destination's signed answer, however that came, or by time.

An answer that the destination gave in a life that has ended may be heard late: the gateway keeps answers. What it says
may be forgotten where it was done, and nobody gives it back any more: the content goes out again as a new message.

Invariant: only an answer whose signature, message id and digest hold closes a message; the first one kept stays.
"""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from db import outbox, pairs
from db.pool import Conn, transaction
from db.records.delivery import DeliveryState, OutboxRecord
from federation.delivery import checks, receipts
from federation.delivery.checks import NotGenuine
from federation.delivery.control import MALFORMED, tell, without_refused
from federation.delivery.node import DeliveryNode
from federation.delivery.outbox import about_of, content_of, put, track_of
from federation.rules import lives
from federation.wire import envelope
from federation.wire.envelope import Envelope
from federation.wire.errors import UnknownCourt, UnknownKey

log: Final = logging.getLogger("federation.delivery")

_STATE: Final = {
    "ACCEPTED": DeliveryState.DELIVERED,
    "REFUSED": DeliveryState.REFUSED,
    "EXPIRED": DeliveryState.EXPIRED,
}
AFTER_EXPIRY: Final = timedelta(hours=1)
"""An expired message that was ever sent is still offered this often, until the destination closes its number,"""
GIVE_UP: Final = timedelta(days=30)
"""or until so long after its expiry."""


async def settle(node: DeliveryNode, raw: bytes) -> DeliveryState:
    """Take the destination's answer; how the message stands now.

    Raises:
        NotGenuine: no answer of the destination to a message of ours.
        CannotVerifyNow: try again.
    """
    now = node.clock.now()
    receipt = await checks.genuine(raw, "receipt", directory=node.directory, fetch=node.fetch, now=now, finishes=True)
    async with transaction(node.pool) as conn:
        row = None if receipt.header.re is None else await outbox.lock(conn, receipt.header.re)
        if row is None or row.digest is None:
            raise NotGenuine("RECEIPT_MISMATCH")
        checks.require_answer_to(receipt, sender=node.code, destination=row.peer, digest=row.digest)
        if row.receipt is not None:
            if row.receipt != raw:
                log.warning("second answer to one message", extra={"message_id": str(row.id), "peer": row.peer})
            return row.state
        return await _close(node, conn, row, receipt, now)


async def _close(node: DeliveryNode, conn: Conn, row: OutboxRecord, receipt: Envelope, now: datetime) -> DeliveryState:
    outcome = receipt.header.outcome or "REFUSED"  # the header's rules give every receipt an outcome
    state, code = _STATE[outcome], receipts.code_of(node, receipt)
    await outbox.close(conn, row.id, state, code=code, receipt=receipt.raw, now=now)
    await outbox.hurry(conn, row.peer, now)
    log.info("message closed", extra={"message_id": str(row.id), "peer": row.peer, "outcome": outcome, "code": code})
    is_late = not lives.still_stands(receipt.header.epoch, await pairs.newest_epoch(conn, row.peer))
    is_known = row.state is DeliveryState.EXPIRED and (is_late or state is DeliveryState.EXPIRED)
    if (
        (is_late and not is_known)
        or _is_of_ended_life(node, row, code)
        or (code == receipts.CANNOT_OPEN and _has_other_key(node, row))
    ):
        await outbox.set_replaced(conn, row.id, await _send_anew(node, conn, row, now))
    elif code == MALFORMED and (plain := without_refused(content_of(row, node.at_rest))) is not None:
        await tell(conn, row.peer, plain, at_rest=node.at_rest, now=now, lifetime=node.lifetime)
    elif not is_known:
        await node.hooks.on_receipt(conn, row, outcome, code)
    return state


def _is_of_ended_life(node: DeliveryNode, row: OutboxRecord, code: str | None) -> bool:
    """Whether the destination refused the bytes because they were made before this database was restored."""
    if code != lives.OVER or row.state is not DeliveryState.QUEUED or row.envelope is None:
        return False
    return lives.is_over(envelope.parse(row.envelope).header.epoch, node.epoch)


def _has_other_key(node: DeliveryNode, row: OutboxRecord) -> bool:
    """Whether the destination now lists another encryption key than the one it could not open."""
    try:
        return node.directory.current().box_key(row.peer)[0] != row.box_key
    except (UnknownCourt, UnknownKey):
        return False


async def _send_anew(node: DeliveryNode, conn: Conn, row: OutboxRecord, now: datetime) -> UUID:
    """The same content as a new message: the receiver knows it again by what stands inside."""
    return await put(
        conn,
        to=row.peer,
        content=content_of(row, node.at_rest),
        at_rest=node.at_rest,
        track=track_of(row),
        now=now,
        lifetime=node.lifetime,
        about=about_of(row),
    )


async def expire(node: DeliveryNode, message_id: UUID) -> None:
    """Close a message whose time is over; one that was sent is still offered, rarely, to have its number closed."""
    now = node.clock.now()
    async with transaction(node.pool) as conn:
        row = await outbox.lock(conn, message_id)
        if row is None or row.receipt is not None:
            return
        goes_on = row.envelope is not None and now < row.expires_at + GIVE_UP
        again_at = now + AFTER_EXPIRY if goes_on else None
        await outbox.close(
            conn, row.id, DeliveryState.EXPIRED, code=None, receipt=None, now=now, next_attempt_at=again_at
        )
        if row.state is DeliveryState.QUEUED:
            log.warning("message expired", extra={"message_id": str(row.id), "peer": row.peer})
            await node.hooks.on_receipt(conn, row, "EXPIRED", None)
