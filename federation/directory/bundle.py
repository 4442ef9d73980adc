"""A bundle: documents of the directory together, as they are offered, served, imported and kept in a file.

    framing.join(listing, fresh, document, document, ...)

Each document says itself which one it is. A whole bundle has every document that the listing names and the chain of
roots; one that only brings changes leaves out what its reader has, and may leave the listing empty: it follows from
what the reader has and what is brought (`held.relisted`).

Invariant: nothing in a bundle is trusted for being in it; `advance` says what it is worth.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from federation.directory import signed, sound
from federation.directory.documents import KINDS, FreshDocument, RootDocument
from federation.directory.signed import D, Signed
from federation.wire import framing
from federation.wire.errors import MalformedDirectory, MalformedEnvelope

MAX_BUNDLE_BYTES: Final = 64 * 1024 * 1024
_MOST_DOCUMENTS: Final = 32_768


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was offered: every part of correct form, nothing verified."""

    listing: bytes = field(repr=False)
    fresh: Signed[FreshDocument]
    roots: tuple[Signed[RootDocument], ...]  # in ascending order of versions
    documents: tuple[Signed[Any], ...] = field(repr=False)


def parse(raw: bytes) -> Bundle:
    """The parts of a bundle.

    Raises:
        MalformedDirectory: part `size`, `framing`, `format`, `signatures`, or what a document contradicts itself in.
    """
    if len(raw) > MAX_BUNDLE_BYTES:
        raise MalformedDirectory("size")
    try:
        listing, fresh, *documents = framing.split_all(raw, most=_MOST_DOCUMENTS)
    except (MalformedEnvelope, ValueError):  # ValueError: fewer than two parts
        raise MalformedDirectory("framing") from None
    return of_parts(listing, fresh, documents)


def of_parts(listing: bytes, fresh: bytes, documents: Iterable[bytes]) -> Bundle:
    """The bundle of these parts.

    Raises:
        MalformedDirectory: as `parse` says.
    """
    found = [read(each) for each in documents]
    roots = sorted((each for each in found if _is_root(each)), key=lambda each: each.document.version)
    others = tuple(each for each in found if not _is_root(each))
    return Bundle(listing, read_as(fresh, FreshDocument), tuple(roots), others)


def write(listing: bytes, fresh: bytes, documents: Iterable[bytes]) -> bytes:
    """The bundle's bytes."""
    return framing.join(listing, fresh, *documents)


def read(raw: bytes) -> Signed[Any]:
    """A document of whichever kind it says; nothing of it is verified but its form.

    Raises:
        MalformedDirectory: as `parse` says.
    """
    try:
        kind = KINDS[signed.format_of(raw)]
    except KeyError:
        raise MalformedDirectory("format") from None
    return read_as(raw, kind)


def read_as(raw: bytes, kind: type[D]) -> Signed[D]:
    """A document of that kind; nothing of it is verified but its form.

    Raises:
        MalformedDirectory: as `parse` says.
    """
    found = signed.read(raw, kind)
    require_sound(found.document)
    return found


def require_sound(document: msgspec.Struct) -> None:
    """Return if the document does not contradict itself.

    Raises:
        MalformedDirectory: the part in which it does.
    """
    part = sound.contradiction(document)
    if part is not None:
        raise MalformedDirectory(part)


def _is_root(found: Signed[Any]) -> bool:
    return isinstance(found.document, RootDocument)
