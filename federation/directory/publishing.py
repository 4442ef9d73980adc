"""How an act becomes a version of the directory.

Its signed documents wait in a row, written in the transaction of the act -> the next version is put together and
checked as everybody will check it; an act that does not follow is refused, with its code -> active courts' nodes are
asked to witness it -> with enough of their signatures it is accepted here, and served.

Every five minutes of civil time, and at once when the clock has jumped, the newest version is issued anew. Without
witnesses nothing is published: the last issue goes on being served until it expires.

Invariant: the documents of one act are published together or not at all. Any number of gateway processes may publish:
witnesses sign one listing per version.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import anyio

from db import pending_documents
from db.clock import Clock, monotonic_s
from db.pool import Conn, Pool
from federation.delivery.post import Post
from federation.directory import bundle, gathering
from federation.directory.directory import Directory
from federation.directory.held import Held
from federation.directory.next_version import Offer, offer
from federation.directory.signed import Signed
from federation.directory.witnessing import LIFETIME
from federation.rules.renewal import ALARM_AGE
from federation.wire.errors import WireError
from federation.wire.signing import SigningKey

log: Final = logging.getLogger("federation.directory")

ISSUED_EVERY: Final = timedelta(minutes=5)
_ACTS_AT_ONCE: Final = 16
_LOOK_AGAIN_S: Final = 0.2
_PAUSE_S: Final = 2.0
_WITHIN_S: Final = 3.0


async def submit(conn: Conn, documents: Sequence[bytes], now: datetime) -> None:
    """Hand over the signed documents of one act, in the caller's transaction; they are published after its commit.

    Raises:
        MalformedDirectory: one of them is none, or contradicts itself.
    """
    for each in documents:
        bundle.read(each)
    await pending_documents.add(conn, documents, submitted_at=now)


@dataclass(slots=True)
class Publisher:
    """The gateway's worker; one per process."""

    pool: Pool
    clock: Clock
    directory: Directory
    key: SigningKey = field(repr=False)
    post: Post
    look_again_s: float = _LOOK_AGAIN_S
    lifetime: timedelta = LIFETIME
    _not_before_s: float = field(default=0.0, init=False)
    _turn: anyio.Lock = field(default_factory=anyio.Lock, init=False)
    _alarmed_at: datetime | None = field(default=None, init=False)

    async def run(self, stop: anyio.Event) -> None:
        """Publish what waits and issue anew what grows old, until `stop`."""
        while not stop.is_set():
            await self.publish_due()
            with anyio.move_on_after(self.look_again_s):
                await stop.wait()

    async def renew(self) -> None:
        """Return when a directory is in force here, or when none came of trying for some seconds."""
        with anyio.move_on_after(_WITHIN_S):
            while self._is_expired():
                await self.publish_due()
                await anyio.sleep(self.look_again_s)

    async def publish_due(self) -> None:
        """One turn: what waits is published with a new version, else an old issue is renewed, else nothing is done."""
        async with self._turn:
            async with self.pool.acquire() as conn:
                await self.directory.load(conn)
                acts = await pending_documents.waiting(conn, _ACTS_AT_ONCE)
            self._alarm()
            if monotonic_s() >= self._not_before_s and (acts or self._is_due()):
                await self._try(acts)

    async def _try(self, acts: Sequence[pending_documents.PendingRecord]) -> None:
        """Publish; what does not follow, when another process was quicker or our key is not listed, waits a while."""
        try:
            await self._publish(acts)
        except WireError as error:
            self._not_before_s = monotonic_s() + _PAUSE_S
            log.warning("directory not published", extra={"code": error.code})

    async def _publish(self, acts: Sequence[pending_documents.PendingRecord]) -> None:
        made, numbers = await self._put_together(acts)
        if made is None:
            return
        signatures = await gathering.witnesses(made, self.post)
        if signatures is None:
            self._not_before_s = monotonic_s() + _PAUSE_S
            log.warning("directory not witnessed", extra={"version": made.held.version})
            return
        async with self.pool.acquire() as conn:
            view = await self.directory.accept(conn, made.completed(signatures), self.clock.now())
            await pending_documents.note_published(conn, numbers, view.version)
        log.info("directory published", extra={"version": view.version, "acts": len(numbers)})

    async def _put_together(
        self, acts: Sequence[pending_documents.PendingRecord]
    ) -> tuple[Offer | None, Sequence[int]]:
        """The next version with all acts that follow one another; the others are refused."""
        last, documents, numbers = self.directory.held, list[Signed[Any]](), list[int]()
        for act in acts:
            try:
                own = [bundle.read(each) for each in act.documents]
                last = (await self._offer(last, own)).held  # it follows the acts before it
            except WireError as error:
                log.warning("act not published", extra={"number": act.number, "code": error.code})
                async with self.pool.acquire() as conn:
                    await pending_documents.refuse(conn, act.number, error.code)
            else:
                documents, numbers = [*documents, *own], [*numbers, act.number]
        if not documents and not self._is_due():
            return None, numbers
        return await self._offer(self.directory.held, documents), numbers

    async def _offer(self, before: Held | None, documents: Sequence[Signed[Any]]) -> Offer:
        return await anyio.to_thread.run_sync(self._offered, before, documents)

    def _offered(self, before: Held | None, documents: Sequence[Signed[Any]]) -> Offer:
        return offer(
            before,
            documents,
            pinned=self.directory.root,
            key=self.key,
            now=self.clock.now(),
            lifetime=self.lifetime,
        )

    def _is_due(self) -> bool:
        held = self.directory.held
        return held is not None and self.clock.now() >= held.fresh.document.issued_at + ISSUED_EVERY

    def _is_expired(self) -> bool:
        held = self.directory.held
        return held is not None and self.clock.now() >= held.expires_at

    def _alarm(self) -> None:
        """Once for each quarter of an hour without a new issue."""
        held, now = self.directory.held, self.clock.now()
        if held is None:
            return
        since = max(held.fresh.document.issued_at, self._alarmed_at or held.fresh.document.issued_at)
        if now - since >= ALARM_AGE:
            self._alarmed_at = now
            age_s = int((now - held.fresh.document.issued_at).total_seconds())
            log.error("directory grows old", extra={"version": held.version, "age_s": age_s})
