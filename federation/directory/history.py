"""What the kept versions of the directory say, held once: each document stands from the version that brought it.

Invariant: a version adds to memory what it changed and no more; views (view.py) only point into it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, Generic, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from federation.directory.document import KeyEntry
from federation.directory.documents import (
    AgreementDocument,
    CourtDocument,
    FreshDocument,
    GatewayDocument,
    MemberEntry,
    MembersDocument,
    RootDocument,
)
from federation.directory.held import Held
from federation.wire.encryption import box_public_from_text
from federation.wire.header import EXAMINER, GATEWAY
from federation.wire.signing import public_from_text

KEPT_VERSIONS: Final = 256
"""How many versions a process holds in memory; older ones stay in the database as evidence."""
V = TypeVar("V")
K = TypeVar("K")
KeyName = tuple[str, str]  # court code or "gateway", key id
Pair = tuple[str | None, str | None]


class Line(Generic[V]):
    """The values of one name, each from the directory version in which it came."""

    __slots__ = ("_starts", "_values")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._values: list[V] = []

    def at(self, version: int) -> V | None:
        """What that version says; None before the first."""
        place = bisect_right(self._starts, version) - 1
        return self._values[place] if place >= 0 else None

    def put(self, version: int, value: V, *, floor: int) -> None:
        """The value from `version` on, if it is another one; what no version from `floor` on shows is let go."""
        self.cut(version)
        if self._values and self._values[-1] == value:
            return
        self._starts.append(version)
        self._values.append(value)
        gone = max(bisect_right(self._starts, floor) - 1, 0)
        del self._starts[:gone], self._values[:gone]

    def cut(self, version: int) -> None:
        """Forget what came in `version` or later."""
        place = bisect_left(self._starts, version)
        del self._starts[place:], self._values[place:]


class Lines(Generic[K, V]):
    """A line for each name."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: dict[K, Line[V]] = {}

    def at(self, name: K, version: int) -> V | None:
        """What that version says of that name."""
        line = self._lines.get(name)
        return None if line is None else line.at(version)

    def put(self, name: K, version: int, value: V, *, floor: int) -> None:
        """What is said of that name from `version` on."""
        self._lines.setdefault(name, Line()).put(version, value, floor=floor)

    def all_at(self, version: int) -> Iterator[tuple[K, V]]:
        """Every name that the version has, in the order in which names first came."""
        for name, line in self._lines.items():
            if (value := line.at(version)) is not None:
                yield name, value

    def cut(self, version: int) -> None:
        """Forget what came in `version` or later."""
        for line in self._lines.values():
            line.cut(version)


class History:
    """The kept versions. Only `Directory` writes to it."""

    def __init__(self) -> None:
        self.fresh: dict[int, FreshDocument] = {}
        self.roots: Line[RootDocument] = Line()
        self.gateways: Line[GatewayDocument] = Line()
        self.members: Lines[str, MemberEntry] = Lines()
        self.decided_until: Line[datetime] = Line()
        self.courts: Lines[str, CourtDocument] = Lines()
        self.agreements: Lines[Pair, AgreementDocument] = Lines()
        self.revoked: set[KeyName] = set()
        self._publics: dict[str, Ed25519PublicKey] = {}
        self._boxes: dict[str, X25519PublicKey] = {}

    def take(self, before: Held | None, held: Held) -> None:
        """Add a version, or the re-issue of the newest one; `before` is what was taken last.

        A version that is not above it takes its place: what came in it or later is forgotten.
        """
        if before is not None and held.version < before.version:
            self._cut(held.version)
            before = None  # what came with a forgotten version stands from this one
        self.fresh[held.version] = held.fresh.document
        while len(self.fresh) > KEPT_VERSIONS:
            del self.fresh[min(self.fresh)]
        known = {} if before is None else before.documents
        self._put(held.version, held.root)
        for name, each in held.documents.items():
            if known.get(name) is not each:
                self._put(held.version, each.document)

    def public(self, text: str) -> Ed25519PublicKey:
        """The verification key of that text, made once."""
        key = self._publics.get(text)
        if key is None:
            key = self._publics[text] = public_from_text(text)
        return key

    def box_public(self, text: str) -> X25519PublicKey:
        """The encryption key of that text, made once."""
        key = self._boxes.get(text)
        if key is None:
            key = self._boxes[text] = box_public_from_text(text)
        return key

    def _put(self, version: int, document: object) -> None:
        floor = min(self.fresh)
        match document:
            case RootDocument():
                self.roots.put(version, document, floor=floor)
                self._note_revoked(GATEWAY, document.gateway_keys)
            case GatewayDocument():
                self.gateways.put(version, document, floor=floor)
                self._note_revoked(EXAMINER, document.examiner)
            case MembersDocument():
                self.decided_until.put(version, document.expires_at, floor=floor)
                for member in document.members:
                    self.members.put(member.code, version, member, floor=floor)
            case CourtDocument():
                self.courts.put(document.court, version, document, floor=floor)
                self._note_revoked(document.court, document.keys)
            case AgreementDocument():
                self.agreements.put((document.asking, document.asked), version, document, floor=floor)

    def _note_revoked(self, court: str, keys: Iterable[KeyEntry]) -> None:
        """Revocation alone reaches back: what any known version revokes is good in none."""
        self.revoked |= {(court, key.id) for key in keys if key.state == "REVOKED"}

    def _cut(self, version: int) -> None:
        self.fresh = {kept: fresh for kept, fresh in self.fresh.items() if kept < version}
        for line in (self.roots, self.gateways, self.decided_until, self.members, self.courts, self.agreements):
            line.cut(version)
