"""The directory of a process: what it has accepted, by version, and which keys that makes good.

A bundle is offered -> every document of it is checked, in the order of `advance` -> no version may be below the highest
ever seen here (the same version must say the same) -> its time must not be over -> it is stored -> it becomes the
current view. After a restart `load` brings the stored versions back; the highest one stays the floor.

Trust starts from one root document, known by its fingerprint; every later root is signed by the one before it.

Invariant: the current version never goes down, in memory or in the database, but for the one case that `advance` tells.
"""

from datetime import datetime
from functools import partial
from typing import Final

import anyio

from db import directory_versions
from db.clock import Clock
from db.pool import Conn
from federation.directory import bundle, stored
from federation.directory.advance import advance
from federation.directory.bundle import Bundle
from federation.directory.held import Held
from federation.directory.history import KEPT_VERSIONS, History
from federation.directory.standing import next_change
from federation.directory.view import DirectoryView
from federation.wire import envelope, statement
from federation.wire.envelope import Envelope
from federation.wire.errors import DirectoryExpired, UnknownKey, UnknownVersion
from federation.wire.statement import Statement

_MANY: Final = 64
"""With so many documents and signatures a bundle is not checked on the event loop."""
_LARGE: Final = 256 * 1024
"""Nor is one of so many bytes parsed there."""


async def parsed(raw: bytes) -> Bundle:
    """`bundle.parse`, beside the event loop when it takes long."""
    return await anyio.to_thread.run_sync(bundle.parse, raw) if len(raw) > _LARGE else bundle.parse(raw)


async def advanced(before: Held | None, offered: Bundle, pinned: str, *, is_witnessed: bool = True) -> Held:
    """`advance`, beside the event loop when it takes long: of thousands of courts, thousands sign one act."""
    signatures = sum(len(each.signatures) for each in (*offered.roots, *offered.documents))
    checked = partial(advance, before, offered, pinned, is_witnessed=is_witnessed)
    is_long = signatures + (0 if before is None else len(before.documents)) > _MANY
    return await anyio.to_thread.run_sync(checked) if is_long else checked()


class Directory:
    """Made once per process with the fingerprint of a root; then `load`, then `accept` what is fetched."""

    def __init__(self, root: str, clock: Clock) -> None:
        self.root: Final = root
        self._clock = clock
        self._history = History()
        self._held: Held | None = None
        self._current: DirectoryView | None = None  # of the newest version
        self._good_until: datetime | None = None  # until when it says what holds
        self._brought_in: dict[str, int] = {}  # by name, the version that brought the document held
        self._changed = anyio.Event()
        self._one_at_a_time = anyio.Lock()

    def current(self) -> DirectoryView:
        """The newest version, expired or not, as it holds now.

        Raises:
            UnknownVersion: (0) none was accepted yet.
        """
        if self._current is None or self._good_until is None:
            raise UnknownVersion(0)
        if (now := self._clock.now()) >= self._good_until:
            return self._look_again(now)
        return self._current

    @property
    def held(self) -> Held | None:
        """The newest version with everything that proves it; None before the first."""
        return self._held

    @property
    def changed(self) -> anyio.Event:
        """Set when something newer is taken over than what is held now."""
        return self._changed

    def bundle(self, since: int | None = None) -> bytes:
        """The newest version for others: whole, or what it brings to who holds version `since`.

        Raises:
            UnknownVersion: (0) none was accepted yet.
        """
        held = self._held
        if held is None:
            raise UnknownVersion(0)
        root = None if since is None or since not in self._history.fresh else self._history.roots.at(since)
        if since is None or root is None or since > held.version:
            return held.bundle()
        roots = [each.raw for each in held.roots if each.document.version > root.version]
        brought = [held.documents[name].raw for name, version in self._brought_in.items() if version > since]
        return bundle.write(b"", held.fresh.raw, [*roots, *brought])

    def fresh(self, now: datetime) -> DirectoryView:
        """The highest version, if its time is not over: what may be acted upon.

        Raises:
            DirectoryExpired: fetch a newer one first.
            UnknownVersion: (0) none was accepted yet.
        """
        view = self.current()
        if now >= view.expires_at:
            raise DirectoryExpired(view.version)
        return view

    def at(self, version: int) -> DirectoryView:
        """That version.

        Raises:
            UnknownVersion: not held; if it is above the current one, fetch and try again.
        """
        current = self._current
        if current is not None and current.version == version:
            return current
        if current is None or version not in self._history.fresh:
            raise UnknownVersion(version)
        return DirectoryView(self._history, version, current.at)

    def verify(self, arrived: Envelope) -> None:
        """Return if the envelope was signed by its sender's key, good at the time.

        Raises:
            UnknownVersion: the envelope names a version not held here: cannot verify now.
            UnknownCourt, UnknownKey, BadSignature: verified bad.
        """
        head = arrived.header
        key = self.at(head.directory).signing_key(head.sender, head.signing_key)
        self._require_not_retired(head.sender, head.signing_key, head.issued)
        envelope.verify(arrived, key)

    def verify_statement(self, claim: Statement) -> None:
        """Return if the statement was signed by its author's key in the version it names, not revoked since.

        Of a key retired since this says nothing about when it signed: the envelope that brought the statement does.

        Raises:
            UnknownVersion: names a version not held here: cannot verify now.
            UnknownCourt, UnknownKey, BadSignature: verified bad.
        """
        statement.verify(claim, self.at(claim.directory).signing_key(claim.author, claim.key_id))

    def verify_said(self, claim: Statement, issued: datetime) -> None:
        """Return if the statement, which says of itself that it was signed at `issued`, proves itself alone.

        Nothing brought it that tells when it was signed: a key that is retired by then is good for nothing.

        Raises:
            UnknownVersion: names a version not held here: cannot verify now.
            UnknownCourt, UnknownKey, BadSignature: verified bad.
        """
        self.verify_statement(claim)
        self._require_not_retired(claim.author, claim.key_id, issued)

    async def accept(self, conn: Conn, raw: bytes, now: datetime) -> DirectoryView:
        """Take a bundle over; `conn` is in no transaction. What is held already changes nothing.

        Raises:
            BadSignature, ThresholdNotReached: whoever decides did not sign.
            MalformedDirectory: not of the format, or contradicts itself or the keys of the version before.
            DirectoryRolledBack: older than the highest version seen.
            DirectoryForked: the same version with other content.
            DirectoryExpired: its time is over.
        """
        offered = await parsed(raw)
        async with self._one_at_a_time:
            async with conn.transaction():
                await directory_versions.lock(conn)
                before = await self._caught_up(conn)
                held = await self._advance(before, offered)
                if now >= held.expires_at:
                    raise DirectoryExpired(held.version)
                if before is None or held.fresh.raw != before.fresh.raw:
                    await stored.save(conn, before, held, now)
            self._take(held)
        return self.current()

    async def load(self, conn: Conn) -> None:
        """Take the stored versions into memory; call before serving. Expiry is not checked here but by `fresh`.

        Raises:
            BadSignature, ThresholdNotReached, MalformedDirectory: the tables hold what was not signed.
        """
        async with self._one_at_a_time:
            await self._caught_up(conn)

    async def _caught_up(self, conn: Conn) -> Held | None:
        """What is held after taking in what other processes accepted since."""
        if not await stored.is_newer(conn, self._held):
            return self._held
        versions = await directory_versions.newest(conn, KEPT_VERSIONS)
        if self._held is not None and versions[0].version < self._held.version:
            self._forget()
        known = 0 if self._held is None else self._held.version
        for version in reversed(versions):
            if version.version >= known:
                self._take(await self._advance(self._held, await stored.bundle_of(conn, version, self._held)))
        return self._held

    async def _advance(self, before: Held | None, offered: Bundle) -> Held:
        return await advanced(before, offered, self.root)

    def _take(self, held: Held) -> None:
        before = self._held
        if before is None or held.fresh.raw != before.fresh.raw:
            self._history.take(before, held)
            known = {} if before is None else before.documents
            new = (name for name, each in held.documents.items() if known.get(name) is not each)
            self._brought_in |= dict.fromkeys(new, held.version)
            self._held = held
            self._changed.set()
            self._changed = anyio.Event()
        self._look_again(self._clock.now())

    def _forget(self) -> None:
        """Another process found the newest versions to be a thief's: all is read anew."""
        self._history, self._held, self._brought_in = History(), None, {}

    def _look_again(self, now: datetime) -> DirectoryView:
        held = self._held
        if held is None:
            raise UnknownVersion(0)
        self._current = DirectoryView(self._history, held.version, now)
        self._good_until = next_change(held.members.values(), held.gateway.suspensions, now)
        return self._current

    def _require_not_retired(self, court: str, key_id: str, issued: datetime) -> None:
        """A key that the current version retires is good for what was issued before; a dropped one for nothing."""
        entry = self.current().key_entry(court, key_id)
        if entry is None or (entry.retired_at is not None and issued >= entry.retired_at):
            raise UnknownKey
