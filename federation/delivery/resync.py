"""What two nodes tell each other after the database of one was restored from a backup.

The restored court asks each peer (`Ask`). The peer gives back, in the order in which things were closed:
  `Reoffered`: its own message that the restored court had accepted, with that court's signed receipt
  `Returned`: the restored court's message that the peer had accepted, with the peer's signed receipt
and ends with `Done`: how many those were, the heads of the logs that both share, and which of the peer's events the
restored court had refused for ever. It refuses them again: a late copy may still be under way.

All travel as ordinary messages, so nothing here is lost, doubled or forged. A receipt proves what was accepted before:
expiry, revoked encryption keys and the gateway's memory play no part. Each side's content still carries its author's
own signature, which enforcement verifies.

Until `Done` has come, new messages of that peer wait; from then on they are let in, because what was under way when
the peer said so may be the very thing that is missing. What the restored court had sent in the life that ended, and
the peer had not accepted when it gave back, the peer refuses for ever (`LIFE_OVER`): else something that this court no
longer knows would take effect after the heads were compared.

Invariant: the restored court applies `Done` last, when as much was applied as it announces and the heads agree.
"""

import logging
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from db import inbox, lives, outbox
from db.pool import Conn
from db.records.delivery import Arrival, InboxRecord, InboxState
from federation.delivery.control import Ask, Done, Reoffered, Returned, decode
from federation.delivery.give_back import give_back
from federation.delivery.node import DeliveryNode, Handler, NotYet, Refused
from federation.delivery.outbox import CONTEXT, PAYLOAD
from federation.wire import envelope, header
from federation.wire.envelope import Envelope
from federation.wire.errors import UnknownVersion, WireError
from federation.wire.header import Header

log: Final = logging.getLogger("federation.delivery")


async def apply(node: DeliveryNode, conn: Conn, head: Header, content: bytes, handler: Handler) -> None:
    """Act on a control message of `head.sender`.

    Raises:
        Refused: malformed, or a proof does not hold.
        NotYet: something else has to come first.
    """
    said = decode(content)
    if isinstance(said, Ask):
        await give_back(node, conn, head.sender, said)
        return
    if said.epoch != node.epoch:
        return  # meant for a life of ours that has ended: the new one has asked again
    if isinstance(said, Reoffered):
        await _take_reoffered(node, conn, head.sender, said, handler)
    elif isinstance(said, Returned):
        await _take_returned(node, conn, head.sender, said)
    else:
        await _finish(node, conn, head.sender, said)


async def _take_reoffered(node: DeliveryNode, conn: Conn, peer: str, said: Reoffered, handler: Handler) -> None:
    """Apply again a message that we had accepted; it gets the very receipt that we gave then."""
    head, receipt = _proven(node, said, sender=peer, destination=node.code)
    digest = receipt.header.re_digest or ""
    known = await inbox.find(conn, peer, head.id)
    if known is None or known.receipt is None:
        await handler(conn, head, said.payload)
        await _close_again(conn, known, head, digest, receipt.raw, node.clock.now())
    await lives.count_applied(conn, node.epoch, peer)


async def _close_again(
    conn: Conn, known: InboxRecord | None, head: Header, digest: str, receipt: bytes, now: datetime
) -> None:
    if known is not None:
        await inbox.close(conn, known.number, InboxState.ACCEPTED, receipt=receipt, code=None, now=now)
        return
    arrival = Arrival(
        sender=head.sender,
        id=head.id,
        epoch=head.epoch,
        seq=head.seq,
        prev=head.prev,
        digest=digest,
        task=None if head.track is None else head.track.task,
        received_at=now,
        expires_at=head.expires,
    )
    await inbox.add_closed(conn, arrival, InboxState.ACCEPTED, receipt=receipt, code=None)


async def _take_returned(node: DeliveryNode, conn: Conn, peer: str, said: Returned) -> None:
    """Take back a message of ours that the peer had accepted."""
    head, receipt = _proven(node, said, sender=node.code, destination=peer)
    known = await outbox.lock(conn, head.id)
    if known is None or known.receipt is None:
        await node.hooks.on_returned(conn, head, said.payload)
        await outbox.take_back(
            conn,
            head.id,
            peer=peer,
            payload=node.at_rest.encrypt(PAYLOAD + said.payload, context=CONTEXT),
            track=None if head.track is None else msgspec.to_builtins(head.track),
            task=None if head.track is None else head.track.task,
            enqueued_at=head.issued,
            expires_at=head.expires,
            receipt=receipt.raw,
            now=node.clock.now(),
        )
    await lives.count_applied(conn, node.epoch, peer)


def _proven(
    node: DeliveryNode, said: Reoffered | Returned, *, sender: str, destination: str
) -> tuple[Header, Envelope]:
    """The original header and receipt, if the receipt is `destination`'s signed ACCEPTED of that message.

    Raises:
        Refused: it is not.
        NotYet: it names a directory version not held here.
    """
    try:
        head, receipt = header.decode(said.head), envelope.parse(said.receipt)
        node.directory.verify(receipt)
    except UnknownVersion as error:
        raise NotYet(error.code) from None
    except WireError as error:
        raise Refused(error.code) from None
    proof = receipt.header
    if (head.sender, head.to) != (sender, destination) or (proof.sender, proof.to) != (destination, sender):
        raise Refused("PROOF_MISMATCH")
    if proof.kind != "receipt" or proof.outcome != "ACCEPTED" or proof.re != head.id:
        raise Refused("PROOF_MISMATCH")
    return head, receipt


async def _note(conn: Conn, *, node: DeliveryNode, peer: str, said: Done) -> None:
    """What is kept of `Done` even while it has to wait: from then on the peer's new messages are let in."""
    await node.hooks.remember_refused(conn, peer, said.refused)
    await lives.set_expected(conn, epoch=node.epoch, peer=peer, count=said.count)


async def _finish(node: DeliveryNode, conn: Conn, peer: str, said: Done) -> None:
    note = partial(_note, node=node, peer=peer, said=said)
    await note(conn)
    try:
        await node.hooks.confirm_heads(conn, peer, said.heads)
    except NotYet as error:
        raise NotYet(error.code, note) from None
    if not await lives.finish_if_complete(conn, node.epoch, peer, node.clock.now()):
        raise NotYet("RESYNCING", note)
    log.warning("a peer confirmed everything", extra={"peer": peer, "epoch": node.epoch})
