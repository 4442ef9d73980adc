"""What the gateway tells a court of supervisions of its tasks (督办标记): codes, courts and days, as the node reads it.

Invariant: strict form, but a word that a reader's release does not know is kept as it came: it is shown as a code.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from federation.wire.header import Court, Instant, Token

MOST_MARKS: Final = 2000
"""So many open supervisions of one court are told at once; about 400 bytes each."""


class SupervisionMark(msgspec.Struct, frozen=True, kw_only=True):
    """One supervision that is neither answered nor closed."""

    id: UUID
    task: UUID
    ground: Token
    origin: Token
    raised_by: Court
    court: Court
    respond_by: date
    at: Instant


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    supervisions: Annotated[list[SupervisionMark], Meta(max_length=MOST_MARKS)]
    as_of: Instant


class NotMarks(Exception):
    """The content is not of the form."""


_DECODER: Final = msgspec.json.Decoder(_Content)


def write(marks: Sequence[SupervisionMark], as_of: datetime) -> bytes:
    """The content."""
    return msgspec.json.encode(_Content(supervisions=list(marks), as_of=as_of))


def read(raw: bytes) -> list[SupervisionMark]:
    """The marks in a content.

    Raises:
        NotMarks.
    """
    try:
        return _DECODER.decode(raw).supervisions
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotMarks from None
