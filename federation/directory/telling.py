"""What a version of the directory is made of, for people: a row for each document, and whose signatures are good."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from federation.directory import authority
from federation.directory.documents import MEMBERS
from federation.directory.held import Held
from federation.directory.signed import Signed
from federation.wire.header import GATEWAY


@dataclass(frozen=True, slots=True)
class Row:
    """One document: who signed it of those who decide on it, and how many must have; `expires_at` if it ever does."""

    name: str
    version: int
    signers: tuple[str, ...]
    needed: int
    expires_at: datetime | None


def rows(held: Held) -> Iterator[Row]:
    """Root, fresh, members, then the others by name."""
    root = held.roots[-1]
    yield _row("root", root, [authority.of_root(held.root)], held.root.expires_at)
    fresh = [authority.of_gateway(held.root), authority.of_witnesses(held)]
    yield _row("fresh", held.fresh, fresh, held.fresh.document.expires_at)
    for name in sorted(held.documents, key=lambda name: (name != MEMBERS, name)):
        document = held.documents[name]
        expires_at = document.document.expires_at if name == MEMBERS else None
        yield _row(name, document, [authority.of(held, document.document)], expires_at)


def _row(name: str, document: Signed[Any], decide: Iterable[authority.Authority], expires_at: datetime | None) -> Row:
    signers, needed = set[str](), 0
    for each in decide:
        signers |= each.signers(document)
        needed += each.needed
    in_order = tuple(sorted(signers, key=lambda code: (code != GATEWAY, code)))
    return Row(name, document.document.version, in_order, needed, expires_at)
