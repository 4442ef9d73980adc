"""The directory of a process: what it has accepted, by version, and which keys that makes good.

A signed document is offered -> signature and form are checked -> its version must be above every version ever seen here
(the same version must be the same bytes) -> its time must not be over -> it is stored -> it becomes the current view.
After a restart `load` brings the stored versions back; the highest one stays the floor.

Invariant: the current version never goes down, in memory or in the database. In this first form one root key signs
everything; what replaces it stands behind this class and changes none of its callers.
"""

from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from db import directory_documents
from db.pool import Conn
from federation.directory.document import DirectoryDocument, KeyState
from federation.directory.publish import open_document
from federation.directory.view import DirectoryView, KeyName, build
from federation.wire import envelope, statement
from federation.wire.envelope import Envelope
from federation.wire.errors import (
    DirectoryExpired,
    DirectoryForked,
    DirectoryRolledBack,
    MalformedDirectory,
    UnknownKey,
    UnknownVersion,
)
from federation.wire.statement import Statement

KEPT_VERSIONS: Final = 256
"""How many versions a process holds in memory; older ones stay in the database as evidence."""
_ORDER: Final[dict[KeyState, int]] = {"ACTIVE": 0, "RETIRED": 1, "REVOKED": 2}


class Directory:
    """Made once per process with the root's public key; then `load`, then `accept` what is fetched."""

    def __init__(self, root: Ed25519PublicKey) -> None:
        self._root = root
        self._views: dict[int, DirectoryView] = {}
        self._current: DirectoryView | None = None  # the highest of them
        self._revoked: frozenset[KeyName] = frozenset()

    def current(self) -> DirectoryView:
        """The highest version, expired or not.

        Raises:
            UnknownVersion: (0) none was accepted yet.
        """
        if self._current is None:
            raise UnknownVersion(0)
        return self._current

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
        try:
            return self._views[version]
        except KeyError:
            raise UnknownVersion(version) from None

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
        """Take a signed document over; `conn` is in no transaction. The current version again changes nothing.

        Raises:
            BadSignature: the root did not sign it.
            MalformedDirectory: not of the format, or contradicts itself or the keys of the version before.
            DirectoryRolledBack: older than the highest version seen.
            DirectoryForked: the same version with other bytes.
            DirectoryExpired: its time is over.
        """
        document = open_document(raw, self._root)
        async with conn.transaction():
            await directory_documents.lock(conn)
            stored = await directory_documents.highest(conn)
            if stored is not None and document.version < stored.version:
                raise DirectoryRolledBack(document.version, stored.version)
            if stored is not None and document.version == stored.version and raw != stored.document:
                raise DirectoryForked(document.version)
            if now >= document.expires_at:
                raise DirectoryExpired(document.version)
            view = build(document)
            if stored is not None:
                _require_keys_kept(build(open_document(stored.document, self._root)), view)
            if stored is None or document.version > stored.version:
                await directory_documents.add(conn, document.version, raw, accepted_at=now)
        return self._hold(document)

    async def load(self, conn: Conn) -> None:
        """Take the stored versions into memory; call before serving. Expiry is not checked here but by `fresh`.

        Raises:
            BadSignature, MalformedDirectory: the table holds what the root did not sign.
        """
        for record in reversed(await directory_documents.newest(conn, KEPT_VERSIONS)):
            self._hold(open_document(record.document, self._root))

    def _hold(self, document: DirectoryDocument) -> DirectoryView:
        view = build(document, self._revoked)
        news = view.revoked() - self._revoked
        if news:
            self._revoked |= news
            self._views = {version: build(old.document, self._revoked) for version, old in self._views.items()}
        self._views[document.version] = view
        while len(self._views) > KEPT_VERSIONS:
            del self._views[min(self._views)]
        self._current = self._views[max(self._views)]
        return self._views.get(document.version, view)

    def _require_not_retired(self, court: str, key_id: str, issued: datetime) -> None:
        """A key that the current version retires is good for what was issued before; a dropped one for nothing."""
        entry = self.current().key_entry(court, key_id)
        if entry is None or (entry.retired_at is not None and issued >= entry.retired_at):
            raise UnknownKey


def _require_keys_kept(before: DirectoryView, after: DirectoryView) -> None:
    """A key id keeps its key and its use, and its state never goes back."""
    for name, old in before.keys().items():
        new = after.keys().get(name)
        if new is not None and (
            (new.public, new.use) != (old.public, old.use) or _ORDER[new.state] < _ORDER[old.state]
        ):
            raise MalformedDirectory("keys")
