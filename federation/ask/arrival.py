"""An ask on its way through an asked court's checks: what the steps share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from db.at_rest import AtRest
from db.clock import Clock
from db.pool import Conn, Pool
from db.records.lookups import StoredAnswer
from federation.ask.content import CONTRACT, Answer, Ask
from federation.ask.mandate import Mandate
from federation.directory.directory import Directory
from federation.directory.document import AgreementEntry
from federation.directory.fetch import Fetch, nothing_newer
from federation.directory.view import DirectoryView
from federation.wire.decryption import BoxKey
from federation.wire.envelope import Envelope
from federation.wire.header import Header
from federation.wire.signing import SigningKey


@dataclass(frozen=True, slots=True)
class Admitted:
    """An ask that may be executed; its mandate names the sections that may be answered."""

    ask: Ask
    mandate: Mandate


Execute: TypeAlias = Callable[[Admitted, Conn], Awaitable[Answer]]
"""Makes the part, on the admission's own connection. May raise `Refused`."""


@dataclass(frozen=True, slots=True)
class AskedCourt:
    """What admission needs of its court."""

    code: str
    pool: Pool
    clock: Clock
    at_rest: AtRest
    directory: Directory
    signer: SigningKey
    box: BoxKey
    epoch: int
    looks_per_hour_officer: int
    fetch: Fetch = nothing_newer
    contract: int = CONTRACT  # of its release


@dataclass(slots=True)
class Arrival:
    """An ask on its way through the lists: each step may fill in what the next ones need."""

    court: AskedCourt
    raw: bytes
    now: datetime
    digest: str
    envelope: Envelope | None = None
    agreement: AgreementEntry | None = None
    plaintext: bytes = b""
    ask: Ask | None = None
    mandate: Mandate | None = None
    sections: tuple[str, ...] = ()  # of the mandate's, those that the agreement allows
    stored: StoredAnswer | None = None

    @property
    def header(self) -> Header:
        assert self.envelope is not None  # the header step has passed
        return self.envelope.header

    @property
    def directory(self) -> DirectoryView:
        return self.court.directory.current()
