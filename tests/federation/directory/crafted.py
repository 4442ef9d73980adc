"""Bundles as nobody honest publishes them: another one with some documents changed, missing or signed by others."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from federation.directory import bundle, signed
from federation.directory.documents import FreshDocument, RootDocument, name_of
from federation.directory.held import listing_of
from federation.directory.publish import Published, fresh_of
from federation.directory.signed import Signed
from federation.wire.signing import SigningKey
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, Zone

By = Sequence[tuple[str, SigningKey]]


def document(raw: bytes, name: str) -> Signed[Any]:
    """The document of that name in a bundle."""
    published = Published.of(raw)
    return published.roots[-1] if name == "root" else published.documents[name]


def changed(raw: bytes, name: str, by: By, **changes: Any) -> Signed[Any]:
    """That document with other fields, in its next version unless `changes` names one, signed by `by`."""
    old = document(raw, name).document
    new = msgspec.structs.replace(old, **({"version": old.version + 1} | changes))
    return bundle.read(signed.write(new, by))


def witnesses(zone: Zone) -> list[tuple[str, SigningKey]]:
    """The gateway and two courts: who signs fresh."""
    return [("gateway", zone.gateway), *((code, zone.keys[code].signing) for code in (KAIHUA, CHANGSHAN))]


def crafted(
    zone: Zone,
    raw: bytes,
    version: int,
    *new: Signed[Any],
    by: By | None = None,
    without: Iterable[str] = (),
    issued: datetime = ISSUED,
    lasting: timedelta = timedelta(days=30),
    whole: bool = True,
) -> bytes:
    """A directory of that version: `raw` with `new` in it and `without` some, fresh signed by `by`.

    Unless it is `whole`, it brings what is new and leaves out the rest and the listing.
    """
    old = Published.of(raw)
    roots = [*old.roots, *(each for each in new if isinstance(each.document, RootDocument))]
    others = [each for each in new if not isinstance(each.document, RootDocument)]
    by_name = dict(old.documents) | {name_of(each.document): each for each in others}
    kept = [each for name, each in by_name.items() if name not in set(without)]
    listing = listing_of(roots[-1], kept)
    fresh = fresh_of(listing, version, issued, issued + lasting)
    written = signed.write(fresh, witnesses(zone) if by is None else by)
    brought = [each.raw for each in ((*roots, *kept) if whole else new)]
    return bundle.write(listing if whole else b"", written, brought)


def fresh(raw: bytes) -> FreshDocument:
    """What says that a bundle is the newest."""
    return bundle.parse(raw).fresh.document
