"""The relay of asks: a batch of envelopes goes out to the courts it names, frames go back as they answer.

A batch arrives -> every envelope is parsed, its sender's state, signature and life checked -> each is sent to its
court with what is left of the budget -> an answer envelope, or the gateway's word on why there is none, is framed at
once -> END. The asker's disconnect cancels what is not yet sent.

Invariant: it never decrypts, and keeps nothing of an envelope but what `note` is told: instant, ends, kind, size,
outcome.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from db.clock import Clock, monotonic_s
from federation.ask.frames import AnswerFrame, End, Frame, StatusFrame
from federation.ask.status import Reason, Status
from federation.delivery.checks import CannotVerifyNow, fresh_view
from federation.directory.directory import Directory
from federation.directory.fetch import Fetch, nothing_newer
from federation.relay.calls import Calls, Unheard
from federation.wire import envelope, errors
from federation.wire.envelope import MAX_ANSWER, Envelope

_LOG: Final = logging.getLogger(__name__)
_PATH: Final = "/federation/ask"
_AT_ONCE: Final = 64
"""Asks of one batch under way at the same time."""


class Note(Protocol):
    """Is told of each envelope that was carried, and of nothing in it."""

    def __call__(
        self, *, at: datetime, sender: str, to: str, kind: str, size_bytes: int, outcome: str
    ) -> Awaitable[None]: ...


class BatchRefused(Exception):
    """The whole batch is refused: nothing was sent."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class AskRelay:
    """What the relay of one gateway process holds."""

    calls: Calls
    clock: Clock
    note: Note
    fetch: Fetch = nothing_newer

    @property
    def directory(self) -> Directory:
        return self.calls.directory


async def check(relay: AskRelay, batch: list[bytes]) -> list[Envelope]:
    """The envelopes of a batch, all asks of one active member, signed and not expired, each to another member.

    A newer directory that they name is fetched first.

    Raises:
        BatchRefused: one of them is not.
    """
    now = relay.clock.now()
    asks = [_parse(raw) for raw in batch]
    if len({ask.header.sender for ask in asks}) != 1 or len({ask.header.id for ask in asks}) != len(asks):
        raise BatchRefused(Reason.MALFORMED)
    try:
        at_least = max(ask.header.directory for ask in asks)
        view = await fresh_view(relay.directory, relay.fetch, now, at_least=at_least)
        view.court(asks[0].header.sender)
        if not view.is_active(asks[0].header.sender):
            raise BatchRefused(Reason.MEMBERSHIP_SUSPENDED)
        for ask in asks:
            view.court(ask.header.to)
            relay.directory.verify(ask)
    except (errors.UnknownVersion, CannotVerifyNow):
        raise BatchRefused(Reason.UNKNOWN_DIRECTORY) from None
    except errors.UnknownCourt:
        raise BatchRefused(Reason.UNKNOWN_COURT) from None
    except errors.WireError:
        raise BatchRefused(Reason.BAD_SIGNATURE) from None
    if any(now > ask.header.expires for ask in asks):
        raise BatchRefused(Reason.STALE)
    return asks


def _parse(raw: bytes) -> Envelope:
    try:
        ask = envelope.parse(raw)
    except errors.MalformedEnvelope:
        raise BatchRefused(Reason.MALFORMED) from None
    if ask.header.kind != "ask":
        raise BatchRefused(Reason.MALFORMED)
    return ask


async def carry(
    relay: AskRelay, asks: list[Envelope], budget_ms: int, emit: Callable[[Frame], Awaitable[None]]
) -> None:
    """Ask all courts at once and `emit` a frame for each as it answers, then `End`; one `emit` at a time.

    Cancelling this cancels what is under way.
    """
    deadline_s = monotonic_s() + budget_ms / 1000
    one_at_a_time, places = asyncio.Lock(), asyncio.Semaphore(_AT_ONCE)

    async def carry_one(ask: Envelope) -> None:
        async with places:
            frame = await _ask(relay, ask, deadline_s)
        async with one_at_a_time:
            await emit(frame)

    async with asyncio.TaskGroup() as group:
        for ask in asks:
            group.create_task(carry_one(ask))
    await emit(End())


async def _ask(relay: AskRelay, ask: Envelope, deadline_s: float) -> Frame:
    """One court's answer, or the word on why there is none; both are noted."""
    head, began_s = ask.header, monotonic_s()
    try:
        raw = await _send(relay, ask, deadline_s)
    except Unheard as unheard:
        return await _silence(relay, ask, unheard, began_s)
    except Exception as error:  # noqa: BLE001 - whatever one court brings about stays its own
        _LOG.error("ask not carried", extra={"error": type(error).__name__})
        return await _silence(relay, ask, Unheard(Status.FAULTY, Reason.BAD_RESPONSE), began_s)
    await _note(relay, ask, Status.ANSWERED)
    await relay.note(
        at=relay.clock.now(), sender=head.to, to=head.sender, kind="answer", size_bytes=len(raw), outcome="CARRIED"
    )
    return AnswerFrame(raw)


async def _silence(relay: AskRelay, ask: Envelope, unheard: Unheard, began_s: float) -> Frame:
    await _note(relay, ask, unheard.status)
    took_ms = round((monotonic_s() - began_s) * 1000)
    return StatusFrame(ask.header.id, ask.header.to, unheard.status, unheard.reason, took_ms)


async def _note(relay: AskRelay, ask: Envelope, status: Status) -> None:
    head = ask.header
    await relay.note(
        at=relay.clock.now(), sender=head.sender, to=head.to, kind="ask", size_bytes=len(ask.raw), outcome=status
    )


async def _send(relay: AskRelay, ask: Envelope, deadline_s: float) -> bytes:
    raw = await relay.calls.post(ask.header.to, _PATH, ask.raw, limit_bytes=MAX_ANSWER, deadline_s=deadline_s)
    _require_answer(ask, raw)
    return raw


def _require_answer(ask: Envelope, raw: bytes) -> None:
    """An answer envelope to this very ask; whether it is genuine, the asking court finds out."""
    try:
        head = envelope.parse(raw).header
    except errors.MalformedEnvelope:
        raise Unheard(Status.FAULTY, Reason.BAD_RESPONSE) from None
    ends = (head.kind, head.sender, head.to, head.re)
    if ends != ("answer", ask.header.to, ask.header.sender, ask.header.id):
        raise Unheard(Status.FAULTY, Reason.BAD_RESPONSE)
