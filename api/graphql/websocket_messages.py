"""What a client says over graphql-transport-ws: five kinds of message in JSON."""

from typing import Any, Final, TypeAlias

import msgspec

from api.graphql.request import AskedOperation


class Init(msgspec.Struct, tag="connection_init"):
    """The first message, with the token."""

    payload: dict[str, Any] | None = None


class Ping(msgspec.Struct, tag="ping"):
    """Is anybody there?"""

    payload: dict[str, Any] | None = None


class Pong(msgspec.Struct, tag="pong"):
    """Somebody is."""

    payload: dict[str, Any] | None = None


class Subscribe(msgspec.Struct, tag="subscribe"):
    """Run an operation."""

    id: str
    payload: AskedOperation


class Complete(msgspec.Struct, tag="complete"):
    """End an operation."""

    id: str


Incoming: TypeAlias = Init | Ping | Pong | Subscribe | Complete
_DECODER: Final = msgspec.json.Decoder(Incoming)


class Malformed(Exception):
    """The text is none of these messages."""


def decode(text: str) -> Incoming:
    """The message in `text`.

    Raises:
        Malformed.
    """
    try:
        message: Incoming = _DECODER.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Malformed from None
    return message
