"""What the gateway would publish next: the held version with further documents, signed by itself alone so far. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from federation.directory import bundle, signed
from federation.directory.advance import advance
from federation.directory.bundle import Bundle
from federation.directory.documents import FreshDocument, RootDocument, name_of
from federation.directory.held import Held, relisted
from federation.directory.publish import fresh_of
from federation.directory.signed import Signature, Signed
from federation.wire.errors import MalformedDirectory
from federation.wire.header import GATEWAY
from federation.wire.signing import SigningKey


@dataclass(frozen=True, slots=True)
class Offer:
    """A version as it is offered to witnesses: checked, but for their signatures; `brought` is what changed."""

    held: Held
    brought: tuple[Signed[Any], ...]

    @property
    def raw(self) -> bytes:
        """The bundle, without what whoever holds the version before has."""
        return self._written(self.held.fresh.raw)

    def completed(self, witnesses: Sequence[Signature]) -> bytes:
        """The bundle with the witnesses' signatures."""
        fresh = self.held.fresh
        return self._written(signed.join(fresh.body, [*fresh.signatures, *witnesses]))

    def _written(self, fresh: bytes) -> bytes:
        return bundle.write(b"", fresh, [each.raw for each in self.brought])


def offer(
    before: Held | None,
    documents: Sequence[Signed[Any]],
    *,
    pinned: str,
    key: SigningKey,
    now: datetime,
    lifetime: timedelta,
) -> Offer:
    """The version that follows `before` with these documents; the same version anew when they change nothing.

    Raises:
        BadSignature, ThresholdNotReached, MalformedDirectory, DirectoryRolledBack, DirectoryForked: they do not follow.
    """
    brought = tuple(_new(before, documents))
    roots = tuple(each for each in brought if isinstance(each.document, RootDocument))
    others = tuple(each for each in brought if not isinstance(each.document, RootDocument))
    if before is None and not roots:
        raise MalformedDirectory("root")
    root = roots[-1] if roots or before is None else before.roots[-1]
    listing = relisted(before, root, others)
    version = 1 if before is None else before.version + (listing != before.listing)
    fresh = fresh_of(listing, version, now, now + lifetime)
    own = signed.read(signed.write(fresh, [(GATEWAY, key)]), FreshDocument)
    held = advance(before, Bundle(listing, own, roots, others), pinned, is_witnessed=False)
    return Offer(held, brought)


def _new(before: Held | None, documents: Sequence[Signed[Any]]) -> list[Signed[Any]]:
    """Those that are not held already, in ascending order of versions; of each name but the root the highest."""
    known = set() if before is None else {each.digest for each in (*before.roots, *before.documents.values())}
    ascending = sorted(documents, key=lambda each: each.document.version)
    return list({_place(each): each for each in ascending if each.digest not in known}.values())


def _place(each: Signed[Any]) -> tuple[str, int]:
    """Roots are a chain; of every other name only the last is published."""
    name = name_of(each.document)
    return name, each.document.version if isinstance(each.document, RootDocument) else 0
