"""An ask as it leaves the asking court: encrypted to one other court, signed, and written once.

Invariant: a retry sends the same bytes, so that the asked court gives the stored answer.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from db.clock import Clock
from db.ids import new_id
from federation.ask import content
from federation.ask.client import AskClient
from federation.ask.content import Ask
from federation.directory.directory import Directory
from federation.directory.fetch import Fetch, nothing_newer
from federation.rules.freshness import FRESH
from federation.wire import encryption, envelope
from federation.wire.decryption import BoxKey
from federation.wire.header import Header
from federation.wire.signing import SigningKey


@dataclass(frozen=True, slots=True)
class AskingCourt:
    """What gathering needs of its court."""

    code: str
    clock: Clock
    directory: Directory
    signer: SigningKey
    box: BoxKey
    client: AskClient
    epoch: int
    fetch: Fetch = nothing_newer


@dataclass(frozen=True, slots=True)
class SentAsk:
    """An ask as it was written, once."""

    court: str
    id: UUID
    digest: str
    raw: bytes = field(repr=False)


def write_ask(court: AskingCourt, to: str, ask: Ask, now: datetime) -> SentAsk:
    """The envelope of one ask, encrypted to `to`.

    Raises:
        UnknownCourt, UnknownKey: the directory has no key to encrypt to.
    """
    view = court.directory.current()
    box_id, box_key = view.box_key(to)
    header = Header(
        kind="ask",
        id=new_id(now),
        epoch=court.epoch,
        sender=court.code,
        to=to,
        issued=now,
        expires=now + FRESH,
        directory=view.version,
        signing_key=court.signer.id,
        box_key=box_id,
    )
    raw = encryption.write(header, content.encode(ask), recipient=box_key, signer=court.signer)
    return SentAsk(to, header.id, envelope.digest(raw), raw)
