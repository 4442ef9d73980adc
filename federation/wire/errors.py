"""What the wire and the directory refuse: typed, without a word of the peer's text.

Invariant: no field of these exceptions holds bytes, text or identifiers taken from a peer, except numbers of versions
and sizes. `code` is stable and documented in docs/wire.md.
"""

from typing import ClassVar


class WireError(Exception):
    """An envelope, statement, key or directory document was refused; `code` says by which rule."""

    code: ClassVar[str]


class MalformedEnvelope(WireError):
    """The bytes are no envelope or statement of this wire version; `part` names the failing part.

    Parts: size, framing, header, version, suite, box, signature, type, body.
    """

    code = "MALFORMED_ENVELOPE"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class BadSignature(WireError):
    """The signature is not the named key's over these bytes."""

    code = "BAD_SIGNATURE"


class CannotOpen(WireError):
    """The box cannot be decrypted with this key, or its padding is not the one form allowed."""

    code = "CANNOT_OPEN"


class TooLong(WireError):
    """A plaintext exceeds the largest padded size of its kind (bytes)."""

    code = "TOO_LONG"

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(f"{size_bytes} of at most {limit_bytes} bytes")
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class UnknownCourt(WireError):
    """The directory version lists no such court."""

    code = "UNKNOWN_COURT"


class UnknownKey(WireError):
    """No key of that id may be used so: never listed, of the other use, retired too early, or revoked."""

    code = "UNKNOWN_KEY"


class UnknownVersion(WireError):
    """No directory of that version is held here; `version` 0 means none at all."""

    code = "UNKNOWN_DIRECTORY_VERSION"

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


class MalformedDirectory(WireError):
    """The bytes are no directory, or its documents contradict each other; `part` names the failing part."""

    code = "MALFORMED_DIRECTORY"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class DirectoryExpired(WireError):
    """The document's time is over; a newer one must be fetched before anything is trusted."""

    code = "DIRECTORY_EXPIRED"

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


class DirectoryRolledBack(WireError):
    """An older version than the highest one seen was offered."""

    code = "DIRECTORY_ROLLED_BACK"

    def __init__(self, offered: int, highest: int) -> None:
        super().__init__(f"{offered} after {highest}")
        self.offered = offered
        self.highest = highest


class ThresholdNotReached(WireError):
    """Too few of those who decide on a document of the directory signed it; `part` names its kind.

    Parts: root, members, agreement, fresh.
    """

    code = "THRESHOLD_NOT_REACHED"

    def __init__(self, part: str, signed: int, needed: int) -> None:
        super().__init__(f"{part}: {signed} of {needed}")
        self.part = part
        self.signed = signed
        self.needed = needed


class DirectoryForked(WireError):
    """Two different documents with one version number: somebody signs twice."""

    code = "DIRECTORY_FORKED"

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


class KeyFileRefused(WireError):
    """A key file cannot be used; `part` is one of: exposed, format, missing, unreadable, exists, passphrase."""

    code = "KEY_FILE_REFUSED"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part
