"""What stands inside the boxes of an ask and of its answer.

Invariant: strict: unknown fields are refused. What is *asked about* (subject, case, purpose, sections) stands only in
the mandate; an ask adds the field, its remaining arguments and the selection, all three bound to the mandate by one
digest.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from federation.ask.status import Status

CONTRACT: Final = 1
"""The number of the public schema's contract that this release speaks."""


class MalformedContent(Exception):
    """A box holds something else than it should."""


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """One federated field asked of one court."""

    field: str
    contract: int
    arguments: dict[str, Any]
    selection: str  # a selection set and its fragments: no operation, no second root
    mandate: bytes  # a signed statement, as its bytes


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """What one court says: its part, or why there is none."""

    status: Status  # ANSWERED | EMPTY | REFUSED | UNSUPPORTED | FAULTY
    code: str | None = None
    rows: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    as_of: Annotated[datetime, Meta(tz=True)] | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")  # the field's value, compact JSON; null when there is none
    narrowed: bool = False  # values that the ask's contract does not know were rendered down to OTHER


def selection_digest(field: str, contract: int, arguments: dict[str, Any], selection: str) -> str:
    """The digest (hex) by which a mandate names what it allows to be read."""
    parts = msgspec.json.encode([field, contract, arguments, selection], order="sorted")
    return hashlib.sha256(parts).hexdigest()


def encode(value: Ask | Answer) -> bytes:
    """`value` as JSON."""
    return msgspec.json.encode(value)


def decode_ask(data: bytes) -> Ask:
    """The ask in a box.

    Raises:
        MalformedContent: not an ask.
    """
    try:
        return msgspec.json.decode(data, type=Ask)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedContent from error


def decode_answer(data: bytes) -> Answer:
    """The answer in a box.

    Raises:
        MalformedContent: not an answer.
    """
    try:
        return msgspec.json.decode(data, type=Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedContent from error
