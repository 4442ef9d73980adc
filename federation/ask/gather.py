"""The asking side: envelopes out, answers in, each verified, opened and checked before it counts.

Asks are written once (a retry re-sends the same bytes) -> one batch goes to the gateway while the own court answers
itself -> each frame is matched to its ask, its signature and its binding verified, its box opened, its part checked
against the selection -> it joins the set of parts, and its court the coverage. Who was not heard of when the stream
ends is unreachable; when the time ends, timed out.

Invariant: nothing of a part counts before all of it passed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

from db.clock import monotonic_s
from federation.ask import content
from federation.ask.asking import AskingCourt, SentAsk
from federation.ask.content import Answer
from federation.ask.frames import AnswerFrame, End, Frame, StatusFrame
from federation.ask.gathering import Gathering
from federation.ask.status import SAID, TOLD, Reason, Reporter, Status
from federation.rules.freshness import is_fresh
from federation.wire import decryption, envelope, errors
from federation.wire.envelope import Envelope

_LOG: Final = logging.getLogger(__name__)
_ATTEMPTS: Final = 2
_ON_THE_WAY_MS: Final = 100
"""What the gateway gets less than the officer waits, so that its word on a late court still arrives."""

Local: TypeAlias = Callable[[], Awaitable[Answer]]
Changed: TypeAlias = Callable[[], None]


async def gather(
    court: AskingCourt,
    gathering: Gathering,
    asks: Sequence[SentAsk],
    *,
    local: Local | None,
    budget_ms: int,
    changed: Changed,
) -> None:
    """Fill `gathering` from the own court (`local`) and from the asks, within `budget_ms`; `changed` after each."""
    began_s = monotonic_s()
    try:
        async with asyncio.timeout(budget_ms / 1000):
            if local is not None and not asks:  # nobody else: no task of its own
                await _answer_here(court, gathering, local, began_s, changed)
            else:
                await _answer_and_listen(court, gathering, asks, local, budget_ms, began_s, changed)
    except TimeoutError:
        rest = (Status.TIMED_OUT, Reason.DEADLINE)
    else:
        rest = (Status.UNREACHABLE, Reason.STREAM_CUT)
    took_ms = _since_ms(began_s)
    for code in [court.code, *(ask.court for ask in asks)]:
        if code in gathering.waiting and gathering.waiting[code].status is not Status.NOT_ASKED:
            gathering.fail(code, *rest, took_ms, Reporter.ASKER)
    changed()


async def _answer_and_listen(
    court: AskingCourt,
    gathering: Gathering,
    asks: Sequence[SentAsk],
    local: Local | None,
    budget_ms: int,
    began_s: float,
    changed: Changed,
) -> None:
    async with asyncio.TaskGroup() as group:
        if local is not None:
            group.create_task(_answer_here(court, gathering, local, began_s, changed))
        if asks:
            group.create_task(_listen(court, gathering, asks, budget_ms, changed))


async def _answer_here(
    court: AskingCourt, gathering: Gathering, local: Local, began_s: float, changed: Changed
) -> None:
    gathering.take(court.code, await local(), _since_ms(began_s))
    changed()


async def _listen(
    court: AskingCourt, gathering: Gathering, asks: Sequence[SentAsk], budget_ms: int, changed: Changed
) -> None:
    """Hear the gateway out; a stream that is cut is asked for once more, with the same envelopes."""
    began_s, rest = monotonic_s(), list(asks)
    async with asyncio.TaskGroup() as later:
        hearing = _Hearing(court, gathering, {ask.id: ask for ask in asks}, changed, later, began_s)
        for _ in range(_ATTEMPTS):
            left_ms = budget_ms - _since_ms(began_s)
            relay_ms = max(left_ms - _ON_THE_WAY_MS, left_ms // 2)
            async with aclosing(court.client.ask([ask.raw for ask in rest], relay_ms)) as stream:
                async for frame in stream:
                    if isinstance(frame, End):
                        return
                    hearing.hear(frame)
            rest = [ask for ask in rest if ask.court not in gathering.heard]
            if not rest:
                return


@dataclass(frozen=True, slots=True)
class _Hearing:
    """What it takes to hear frames; in `later`, those are heard for which a newer directory is fetched first.

    Invariant: no frame waits for another.
    """

    court: AskingCourt
    gathering: Gathering
    sent: Mapping[UUID, SentAsk]
    changed: Changed
    later: asyncio.TaskGroup
    began_s: float
    waiting: set[UUID] = field(default_factory=set)  # asks whose answer waits for the directory: one of each

    def hear(self, frame: Frame) -> None:
        """Count one frame; one that belongs to no ask of ours is nothing."""
        if isinstance(frame, StatusFrame):
            ask = self.sent.get(frame.re)
            if ask is not None and frame.status in TOLD:
                self.gathering.fail(ask.court, frame.status, frame.reason, frame.took_ms, Reporter.GATEWAY)
        elif isinstance(frame, AnswerFrame):
            self._hear_answer(frame.raw)
        self.changed()

    def _hear_answer(self, raw: bytes) -> None:
        try:
            arrived = envelope.parse(raw)
        except errors.MalformedEnvelope:
            return
        ask = self.sent.get(arrived.header.re) if arrived.header.re else None
        if ask is None:
            return
        took_ms = _since_ms(self.began_s)
        if arrived.header.directory <= self.court.directory.current().version:
            self._take(ask, arrived, took_ms)
        elif ask.id not in self.waiting:
            self.waiting.add(ask.id)
            self.later.create_task(self._take_later(ask, arrived, took_ms))

    async def _take_later(self, ask: SentAsk, arrived: Envelope, took_ms: int) -> None:
        try:
            await self.court.fetch()
        except Exception as error:  # noqa: BLE001 - then the directory is not held here
            _LOG.error("directory not fetched", extra={"error": type(error).__name__})
        self._take(ask, arrived, took_ms)
        self.changed()

    def _take(self, ask: SentAsk, arrived: Envelope, took_ms: int) -> None:
        try:
            answer = open_answer(self.court, ask, arrived)
            self.gathering.take(ask.court, answer, took_ms)
        except BadAnswer as bad:
            self.gathering.fail(ask.court, Status.FAULTY, bad.reason, took_ms, Reporter.ASKER)
        except Exception as error:  # noqa: BLE001 - whatever one court brings about stays its own
            _LOG.error("answer failed", extra={"error": type(error).__name__})
            self.gathering.fail(ask.court, Status.FAULTY, Reason.BAD_ANSWER, took_ms, Reporter.ASKER)


class BadAnswer(Exception):
    """Not the asked court's genuine answer to this ask, as far as can be told here."""

    def __init__(self, reason: Reason = Reason.BAD_ANSWER) -> None:
        super().__init__(reason)
        self.reason = reason


def open_answer(court: AskingCourt, ask: SentAsk, arrived: Envelope) -> Answer:
    """What the asked court says, once signature and binding hold.

    Raises:
        BadAnswer: it is not its answer to these very bytes, is stale, or cannot be opened or read; or, by its reason,
            it names a directory that is not held here, so that nobody can tell.
    """
    head, now = arrived.header, court.clock.now()
    bound = (head.kind, head.sender, head.to, head.re_digest) == ("answer", ask.court, court.code, ask.digest)
    if not bound or not is_fresh(head.issued, head.expires, now):
        raise BadAnswer
    try:
        court.directory.verify(arrived)
        answer = content.decode_answer(decryption.decrypt(arrived, court.box))
    except errors.UnknownVersion as error:
        raise BadAnswer(Reason.UNKNOWN_DIRECTORY) from error
    except (errors.WireError, content.MalformedContent) as error:
        raise BadAnswer from error
    if answer.status not in SAID:
        raise BadAnswer
    return answer


def _since_ms(began_s: float) -> int:
    return round((monotonic_s() - began_s) * 1000)
