"""Closing what waited here past its expiry.

Invariant: a message that could never be applied still gets this court's signed answer: EXPIRED.
"""

from db import inbox
from db.pool import transaction
from db.records.delivery import InboxState
from federation.delivery import checks, receipts
from federation.delivery.checks import CannotVerifyNow
from federation.delivery.node import DeliveryNode
from federation.wire import envelope
from federation.wire.errors import UnknownCourt, UnknownKey


async def close_overdue(node: DeliveryNode) -> None:
    """Sign EXPIRED for messages that waited too long; their senders get it when they offer again."""
    now = node.clock.now()
    try:
        view = await checks.newest_view(node.directory, node.fetch, now)
    except CannotVerifyNow:
        return  # there is no directory; the next turn tries again
    async with transaction(node.pool) as conn:
        for row in await inbox.overdue(conn, now):
            if row.envelope is None:
                continue
            head = envelope.parse(row.envelope).header
            try:
                receipt = receipts.write(node, view, head, row.digest, "EXPIRED", None, now)
            except (UnknownCourt, UnknownKey):
                continue  # the sender left the zone: nobody waits for an answer
            await inbox.close(conn, row.number, InboxState.EXPIRED, receipt=receipt, code=None, now=now)
