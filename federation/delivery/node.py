"""What the durable road needs of its court, and the ways in which enforcement hears from it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias

from db.at_rest import AtRest
from db.clock import Clock
from db.pool import Conn, Pool
from db.records.delivery import OutboxRecord
from federation.delivery.bell import POLL_S, Bell
from federation.delivery.checks import Fetch
from federation.delivery.mark import MarkFile
from federation.delivery.post import Post
from federation.directory.directory import Directory
from federation.wire.decryption import BoxKey
from federation.wire.header import Digest, Header, SmallCount
from federation.wire.signing import SigningKey

LIFETIME: Final = timedelta(days=30)
"""How long a message is offered; a setting, at least 14 days."""

Handler: TypeAlias = Callable[[Conn, Header, bytes], Awaitable[None]]
"""Applies a message in the transaction that takes it in; raises `Refused` or `NotYet`."""

OnReceipt: TypeAlias = Callable[[Conn, OutboxRecord, str, str | None], Awaitable[None]]
"""Hears in the closing transaction how a message was closed: its row, ACCEPTED, REFUSED or EXPIRED, and the code."""

OnReturned: TypeAlias = Callable[[Conn, Header, bytes], Awaitable[None]]
"""Takes back, after a restored backup, a message that this court had sent and forgotten: header and payload."""

Heads: TypeAlias = Callable[[Conn, str], Awaitable[dict[str, str]]]
"""The heads (task -> digest) of the logs that this court shares with that one."""

RefusedEvent: TypeAlias = tuple[str, SmallCount, Digest]
"""An event of this court that a peer refused for ever: its log (task), its number, its digest."""

RefusedBy: TypeAlias = Callable[[Conn, str], Awaitable[list[RefusedEvent]]]
"""What of this court's events that peer refused, the newest first."""

RememberRefused: TypeAlias = Callable[[Conn, str, Sequence[RefusedEvent]], Awaitable[None]]
"""Writes down again what of that peer's events this court had refused before its database was restored."""

ConfirmHeads: TypeAlias = Callable[[Conn, str, Mapping[str, str]], Awaitable[None]]
"""Compares a peer's heads with ours; raises `NotYet` while ours are behind, `Refused` when they contradict."""


@dataclass(eq=False)
class Refused(Exception):
    """The message is verified and wrong: final, signed by this court; `code` is stable and says nothing personal.

    What the handler wrote is undone; `keep` then writes, in the same transaction, what must outlive the refusal.
    """

    code: str
    keep: Callable[[Conn], Awaitable[None]] | None = None


@dataclass(eq=False)
class NotYet(Exception):
    """The message may be right but cannot be applied now: it waits here and is offered again.

    `keep` as in `Refused`.
    """

    code: str = "NOT_YET"
    keep: Callable[[Conn], Awaitable[None]] | None = None


async def _deaf(*_: object) -> None:
    """A hook that nobody listens to."""


async def _no_heads(_conn: Conn, _peer: str) -> dict[str, str]:
    return {}


async def _none_refused(_conn: Conn, _peer: str) -> list[RefusedEvent]:
    return []


@dataclass(frozen=True, slots=True)
class Hooks:
    """How enforcement hears from the road; the road knows nothing of enforcement."""

    on_receipt: OnReceipt = _deaf
    on_returned: OnReturned = _deaf
    heads: Heads = _no_heads
    confirm_heads: ConfirmHeads = _deaf
    refused_by: RefusedBy = _none_refused
    remember_refused: RememberRefused = _deaf


@dataclass(frozen=True, slots=True)
class DeliveryNode:
    """One court's end of the road, made once per process after `epoch.begin`.

    `boxes` are the court's private encryption keys by id, the current one and those still needed; `jitter` gives random
    numbers in [0, 1).
    """

    code: str
    pool: Pool
    clock: Clock
    at_rest: AtRest
    directory: Directory
    signer: SigningKey
    boxes: Mapping[str, BoxKey]
    epoch: int
    gateway_url: str
    post: Post
    mark: MarkFile
    fetch: Fetch
    jitter: Callable[[], float]
    hooks: Hooks = field(default_factory=Hooks)
    bell: Bell = field(default_factory=Bell)
    lifetime: timedelta = LIFETIME
    lease: timedelta = timedelta(seconds=12)  # above `timeout_s`: what a killed process held is free again so soon
    timeout_s: float = 10.0
    poll_s: float = POLL_S
