"""The peer's part after another court's database was restored: give back what was closed between the two.

Invariant: only what one side accepted, with the receipt that proves it, in the order in which it was sent.
"""

import logging
from datetime import UTC, datetime
from typing import Final

from db import inbox, outbox
from db.pool import Conn
from federation.delivery.control import Ask, Control, Done, Reoffered, Returned, tell
from federation.delivery.node import DeliveryNode
from federation.delivery.outbox import PAYLOAD, content_of
from federation.wire import envelope
from federation.wire.decryption import decrypt
from federation.wire.envelope import Envelope
from federation.wire.errors import CannotOpen

log: Final = logging.getLogger("federation.delivery")

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


async def give_back(node: DeliveryNode, conn: Conn, peer: str, asked: Ask) -> None:
    """Queue everything that the restored court may have forgotten, oldest first, and `Done` with what it refused."""
    since = asked.since or _BEGINNING
    found = [
        *await _reoffers(node, conn, peer, asked.epoch, since),
        *await _returns(node, conn, peer, asked.epoch, since),
    ]
    found.sort(key=lambda item: item[0])
    heads, refused = await node.hooks.heads(conn, peer), await node.hooks.refused_by(conn, peer)
    last = Done(epoch=asked.epoch, count=len(found), heads=heads, refused=refused)
    for said in (*(said for _, said in found), last):
        await tell(conn, peer, said, at_rest=node.at_rest, now=node.clock.now(), lifetime=node.lifetime)
    log.warning("giving back to a restored court", extra={"peer": peer, "epoch": asked.epoch, "messages": len(found)})


async def _reoffers(
    node: DeliveryNode, conn: Conn, peer: str, epoch: int, since: datetime
) -> list[tuple[datetime, Control]]:
    """Our messages that the peer accepted, by when they were sent."""
    found: list[tuple[datetime, Control]] = []
    after = 0
    while rows := await outbox.acknowledged(conn, peer, after=after, since=since):
        after = rows[-1].number
        for row in rows:
            content = content_of(row, node.at_rest)
            if row.envelope is None or row.receipt is None or content[:1] != PAYLOAD:
                continue
            sent = envelope.parse(row.envelope)
            said = Reoffered(epoch=epoch, head=sent.header_bytes, receipt=row.receipt, payload=content[1:])
            found.append((sent.header.issued, said))
    return found


async def _returns(
    node: DeliveryNode, conn: Conn, peer: str, epoch: int, since: datetime
) -> list[tuple[datetime, Control]]:
    """The peer's messages that we accepted, by when they were sent."""
    found: list[tuple[datetime, Control]] = []
    after = 0
    while rows := await inbox.accepted_from(conn, peer, after=after, since=since):
        after = rows[-1].number
        for row in rows:
            if row.envelope is None or row.receipt is None:
                continue
            sent = envelope.parse(row.envelope)
            content = _reopen(node, sent)
            if content[:1] != PAYLOAD:
                continue
            said = Returned(epoch=epoch, head=sent.header_bytes, receipt=row.receipt, payload=content[1:])
            found.append((sent.header.issued, said))
    return found


def _reopen(node: DeliveryNode, sent: Envelope) -> bytes:
    key = node.boxes.get(sent.header.box_key)
    try:
        return b"" if key is None else decrypt(sent, key)
    except CannotOpen:
        return b""
