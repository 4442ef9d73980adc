"""How an offered bundle becomes the next version held, or is refused. Pure: no clock, no database.

In the order of TUF's client workflow (specification 1.0, section 5):

    roots, one by one from the trusted one upward  ->  fresh: the gateway's signature, not older than what is held
    ->  the listing that fresh names  ->  every listed document, held already or brought
    ->  no document older than the one held, none gone  ->  whoever decides on it signed each new one
    ->  the documents agree with each other  ->  witness courts signed fresh, by the keys of this very version

Invariant: a version number never goes down and never means two contents. One exception, TUF's (5.3.11): what was signed
by a key that a newer root or members document replaced is no floor any more, or a thief could count so far up that
nothing could follow.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from federation.directory import agreeing, authority
from federation.directory.bundle import Bundle, require_sound
from federation.directory.documents import (
    GATEWAY_DOCUMENT,
    MEMBERS,
    ROOT,
    FreshDocument,
    ListingDocument,
    RootDocument,
    name_of,
)
from federation.directory.held import Held, relisted
from federation.directory.signed import Signed, decoder
from federation.wire import strict_json
from federation.wire.errors import BadSignature, DirectoryForked, DirectoryRolledBack, MalformedDirectory


def advance(before: Held | None, offered: Bundle, pinned: str, *, is_witnessed: bool = True) -> Held:
    """What is held after `offered`; `pinned` is the fingerprint of the root from which trust starts.

    Not `is_witnessed` is what the gateway offers to witnesses: it still lacks their signatures.

    Raises:
        BadSignature, ThresholdNotReached: whoever decides did not sign.
        MalformedDirectory: a document that is listed is missing, or they contradict each other.
        DirectoryRolledBack: a version went down. DirectoryForked: one version has two contents.
    """
    roots = _roots(() if before is None else before.roots, offered.roots, pinned)
    authority.require_fresh(roots[-1].document, offered.fresh)
    if before is not None and authority.of_gateway(roots[-1].document).has_signed(before.fresh):
        _require_later(before.fresh, offered.fresh)
    is_listed = before is not None and roots[-1] is before.roots[-1]
    if before is not None and is_listed and offered.fresh.document.listing == before.fresh.document.listing:
        held = replace(before, fresh=offered.fresh)
        if is_witnessed:
            authority.require_witnessed(held)
        return held
    listing = offered.listing or relisted(before, roots[-1], offered.documents)
    if hashlib.sha256(listing).hexdigest() != offered.fresh.document.listing:
        raise MalformedDirectory("listing")
    held = Held(roots, offered.fresh, listing, _documents(listing, roots[-1], before, offered.documents))
    for name in _to_verify(held, before):
        _require_signed(held, before, name, held.documents[name])
    agreeing.require_agreeing(held, before)
    if is_witnessed:
        authority.require_witnessed(held)
    return held


def _roots(
    trusted: tuple[Signed[RootDocument], ...], offered: Collection[Signed[RootDocument]], pinned: str
) -> tuple[Signed[RootDocument], ...]:
    """The chain of roots, longer by those offered that follow it."""
    if not trusted:
        trusted = tuple(root for root in offered if root.fingerprint == pinned)[:1]
    if not trusted:
        raise BadSignature
    for root in offered:
        last = trusted[-1].document
        if root.document.version <= last.version:
            continue
        if root.document.version != last.version + 1:
            raise MalformedDirectory("root")
        authority.of_root(last).require(root, "root")
        authority.of_root(root.document).require(root, "root")
        trusted = (*trusted, root)
    return trusted


def _require_later(held: Signed[FreshDocument], offered: Signed[FreshDocument]) -> None:
    """The same version again must be of the same listing, and no older; then it is a re-issue."""
    old, new = held.document, offered.document
    if new.version < old.version:
        raise DirectoryRolledBack(new.version, old.version)
    if new.version > old.version:
        return
    if new.listing != old.listing or (new.issued_at == old.issued_at and held.body != offered.body):
        raise DirectoryForked(new.version)
    if new.issued_at < old.issued_at:
        raise DirectoryRolledBack(new.version, old.version)


def _documents(
    listing: bytes, root: Signed[RootDocument], before: Held | None, brought: Collection[Signed[Any]]
) -> Mapping[str, Signed[Any]]:
    """The listed documents by name, the root left out; those that were held stay the same objects."""
    held = {} if before is None else before.documents
    new = {(name_of(each.document), each.digest): each for each in brought}
    found: dict[str, Signed[Any]] = {}
    for entry in _listed(listing).entries:
        old = root if entry.name == ROOT else held.get(entry.name)
        same = old if old is not None and old.digest == entry.digest else new.get((entry.name, entry.digest))
        if same is None or same.document.version != entry.version:
            raise MalformedDirectory("root" if entry.name == ROOT else "documents")
        found[entry.name] = same
    if found.pop(ROOT, None) is None:
        raise MalformedDirectory("root")
    if not found.keys() >= {MEMBERS, GATEWAY_DOCUMENT}:
        raise MalformedDirectory("names")
    return found


def _listed(raw: bytes) -> ListingDocument:
    try:
        listing: ListingDocument = strict_json.decode(raw, decoder(ListingDocument))[0]
    except strict_json.NotStrict:
        raise MalformedDirectory("listing") from None
    require_sound(listing)
    return listing


def _to_verify(held: Held, before: Held | None) -> Iterator[str]:
    """The documents to verify, members first: they say whose keys decide on the rest.

    When the same courts decide by the same keys as before, those that were verified then are left out.
    """
    same_decide = (
        before is not None
        and held.roots[-1] is before.roots[-1]
        and held.documents[MEMBERS] is before.documents[MEMBERS]
    )
    known = {} if before is None or not same_decide else before.documents
    if known.get(MEMBERS) is None:
        yield MEMBERS
    for name, document in held.documents.items():
        if name != MEMBERS and known.get(name) is not document:
            yield name


def _require_signed(held: Held, before: Held | None, name: str, document: Signed[Any]) -> None:
    """Return if who decides on it signed it, and it does not fall behind the one held before."""
    decides = authority.of(held, document.document)
    old = None if before is None else before.documents.get(name)
    if old is document and before is not None and authority.of(before, document.document) == decides:
        return
    decides.require(document, name)
    if old is None or old is document or not decides.has_signed(old):
        return
    if document.document.version < old.document.version:
        raise DirectoryRolledBack(document.document.version, old.document.version)
    if document.document.version == old.document.version and document.body != old.body:
        raise DirectoryForked(document.document.version)
