"""Delivery receipts (投递回执): a destination's signed answer to one message.

Invariant: outcome, message and its digest stand in the header, which the gateway can verify; why a message was refused
stands in the box, which only the sender reads.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from db.ids import new_id
from federation.delivery.node import DeliveryNode
from federation.directory.view import DirectoryView
from federation.wire.decryption import decrypt
from federation.wire.encryption import write as write_envelope
from federation.wire.envelope import Envelope
from federation.wire.errors import CannotOpen
from federation.wire.header import Header, Outcome

CANNOT_OPEN: Final = "CANNOT_OPEN"
EQUIVOCATION: Final = "EQUIVOCATION"
UNREADABLE: Final = "UNREADABLE"


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: Literal[1]
    code: str | None


def write(
    node: DeliveryNode,
    view: DirectoryView,
    message: Header,
    digest: str,
    outcome: Outcome,
    code: str | None,
    now: datetime,
) -> bytes:
    """The signed answer to `message`, whose bytes have that digest; `view` is the directory in force.

    Raises:
        UnknownCourt, UnknownKey: the sender left the zone since: nobody can read an answer.
    """
    box_id, box = view.box_key(message.sender)
    head = Header(
        kind="receipt",
        id=new_id(now),
        epoch=node.epoch,
        sender=node.code,
        to=message.sender,
        issued=now,
        expires=now + node.lifetime,
        directory=view.version,
        signing_key=node.signer.id,
        box_key=box_id,
        re=message.id,
        re_digest=digest,
        outcome=outcome,
    )
    return write_envelope(head, msgspec.json.encode(_Content(1, code)), recipient=box, signer=node.signer)


def code_of(node: DeliveryNode, receipt: Envelope) -> str | None:
    """Why the destination refused; None when it accepted, `UNREADABLE` when the box cannot be read here."""
    if receipt.header.outcome == "ACCEPTED":
        return None
    key = node.boxes.get(receipt.header.box_key)
    if key is None:
        return UNREADABLE
    try:
        return msgspec.json.decode(decrypt(receipt, key), type=_Content).code
    except (CannotOpen, msgspec.MsgspecError):
        return UNREADABLE
