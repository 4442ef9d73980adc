"""A court's message to itself, by which its node sees whether it could take one in.

the last one, or the court's own data, is opened: the keys at rest are the database's
  -> written: encrypted to the box key that the directory lists for this court, signed
  -> encrypted at rest, committed, read back in another transaction, decrypted at rest
  -> parsed, its signature verified by the directory, its box opened

A court that is no member yet is listed nowhere: its own keys stand in the directory's place.

Invariant: the last message is overwritten only by who can open it, so that a node with other keys at rest is found out
at once and not only when somebody reads old data. The message leaves the process for the database alone; its header
names the gateway, which no court writes to so, for a court cannot write to itself.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from db import self_messages
from db.at_rest import AtRest
from db.ids import new_id
from db.pool import Conn
from federation.delivery.node import DeliveryNode
from federation.directory.view import DirectoryView
from federation.readiness.faults import NotListed, NotTheDatabases
from federation.readiness.kept import keep
from federation.rules.freshness import FRESH
from federation.wire import encryption, envelope
from federation.wire.decryption import decrypt
from federation.wire.errors import BadSignature, CannotOpen, UnknownCourt, UnknownKey
from federation.wire.header import GATEWAY, Header

_CONTEXT: Final = "self_message.content"
_PLAIN: Final = b"self-message"

IsOwnData: TypeAlias = Callable[[Conn], Awaitable[bool]]
"""Whether the court's data in the database open with its keys at rest, as far as there are any."""


async def exchange(court: DeliveryNode, is_own_data: IsOwnData) -> datetime:
    """Send it and take it in; what the database's clock showed.

    Raises:
        NotListed, NotTheDatabases: the keys are at fault.
        NotKept, or what the database raises: the database is.
        UnknownVersion: no directory is held.
    """
    view = court.directory.current()
    async with court.pool.acquire() as conn:
        last = await self_messages.read(conn)
        is_ours = await is_own_data(conn) if last is None else _is_ours(court.at_rest, last.content)
    if not is_ours:
        raise NotTheDatabases
    sent = _mark(court.at_rest) + _written(court, view)
    kept = await keep(court.pool, court.at_rest.encrypt(sent, context=_CONTEXT))
    _open(court, view, court.at_rest.decrypt(kept.content, context=_CONTEXT).removeprefix(_mark(court.at_rest)))
    return kept.read_at


def _mark(at_rest: AtRest) -> bytes:
    """What says that the other key at rest, under which rows are found, is the same too."""
    return at_rest.blind("REF", _CONTEXT)


def _is_ours(at_rest: AtRest, content: bytes) -> bool:
    try:
        return at_rest.decrypt(content, context=_CONTEXT).startswith(_mark(at_rest))
    except InvalidTag:
        return False


def _written(court: DeliveryNode, view: DirectoryView) -> bytes:
    now = court.clock.now()
    box_id, box = _own_box(court, view)
    head = Header(
        kind="message",
        id=new_id(now),
        epoch=court.epoch,
        sender=court.code,
        to=GATEWAY,
        seq=1,
        issued=now,
        expires=now + FRESH,
        directory=view.version,
        signing_key=court.signer.id,
        box_key=box_id,
    )
    return encryption.write(head, _PLAIN, recipient=box, signer=court.signer)


def _own_box(court: DeliveryNode, view: DirectoryView) -> tuple[str, X25519PublicKey]:
    if not view.is_listed(court.code):
        own = next(iter(court.boxes.values()))
        return own.id, own.public
    try:
        return view.box_key(court.code)
    except (UnknownCourt, UnknownKey):
        raise NotListed from None


def _open(court: DeliveryNode, view: DirectoryView, raw: bytes) -> None:
    arrived = envelope.parse(raw)
    key = court.boxes.get(arrived.header.box_key)
    try:
        if view.is_listed(court.code):
            court.directory.verify(arrived)
        else:
            envelope.verify(arrived, court.signer.public)
        if key is None or decrypt(arrived, key) != _PLAIN:
            raise NotListed
    except (UnknownCourt, UnknownKey, BadSignature, CannotOpen):
        raise NotListed from None
