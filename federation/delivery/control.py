"""What two nodes say to each other about the road itself: MessagePack, strict, inside ordinary encrypted messages.

Invariant: a receiver refuses what it does not know; nothing here takes effect by arriving, only by proof.
"""

from datetime import datetime, timedelta
from typing import Final, TypeAlias

import msgspec

from db.at_rest import AtRest
from db.pool import Conn
from federation.delivery.node import Refused, RefusedEvent
from federation.delivery.outbox import CONTROL, put


class _Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """Base: MessagePack, strict. `epoch` is the restored court's new life."""

    epoch: int


class Ask(_Control, frozen=True, tag="ask", kw_only=True):
    """Give me back what was closed between us at or after `since`; None: everything."""

    since: datetime | None


class _GivenBack(_Control, frozen=True, kw_only=True):
    head: bytes  # the original message's header
    receipt: bytes  # the original receipt
    payload: bytes


class Reoffered(_GivenBack, frozen=True, tag="reoffered", kw_only=True):
    """A message of the giver, which the restored court had accepted."""


class Returned(_GivenBack, frozen=True, tag="returned", kw_only=True):
    """A message of the restored court, which the giver had accepted."""


class Done(_Control, frozen=True, tag="done", omit_defaults=True, kw_only=True):
    """That was all: `count` messages, where the shared logs stand at the giver, and what of it was refused.

    A court of the release before knows no `refused`: it is told again without (federation/delivery/settle.py).
    """

    count: int
    heads: dict[str, str]
    refused: list[RefusedEvent] = []


MALFORMED: Final = "MALFORMED_CONTROL"
Control: TypeAlias = Ask | Reoffered | Returned | Done
_DECODER: Final = msgspec.msgpack.Decoder(Control)


def decode(content: bytes) -> Control:
    """What was said.

    Raises:
        Refused: malformed.
    """
    try:
        said: Control = _DECODER.decode(content)
    except msgspec.MsgspecError:
        raise Refused(MALFORMED) from None
    return said


def without_refused(content: bytes) -> Done | None:
    """The `Done` in a message that told of refused events, without them; None: it is no such message."""
    if content[:1] != CONTROL:
        return None
    said: Control = _DECODER.decode(content[1:])
    return msgspec.structs.replace(said, refused=[]) if isinstance(said, Done) and said.refused else None


async def tell(conn: Conn, peer: str, said: Control, *, at_rest: AtRest, now: datetime, lifetime: timedelta) -> None:
    """Queue it for `peer`, in the caller's transaction."""
    content = CONTROL + msgspec.msgpack.encode(said)
    await put(conn, to=peer, content=content, at_rest=at_rest, track=None, now=now, lifetime=lifetime)
