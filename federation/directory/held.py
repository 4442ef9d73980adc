"""One version of the directory with everything that proves it: what a process holds, and offers to others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from federation.directory import bundle
from federation.directory.documents import (
    GATEWAY_DOCUMENT,
    MEMBERS,
    FreshDocument,
    GatewayDocument,
    ListingDocument,
    ListingEntry,
    MemberEntry,
    MembersDocument,
    RootDocument,
    name_of,
)
from federation.directory.signed import Signed


@dataclass(frozen=True)
class Held:
    """A version that was accepted; `documents` are those that its listing names, by name, but for the root."""

    roots: tuple[Signed[RootDocument], ...] = field(repr=False)  # from the pinned one upward; the last one decides
    fresh: Signed[FreshDocument] = field(repr=False)
    listing: bytes = field(repr=False)
    documents: Mapping[str, Signed[Any]] = field(repr=False)

    @property
    def version(self) -> int:
        return self.fresh.document.version

    @property
    def root(self) -> RootDocument:
        return self.roots[-1].document

    @property
    def gateway(self) -> GatewayDocument:
        document: GatewayDocument = self.documents[GATEWAY_DOCUMENT].document
        return document

    @cached_property
    def members(self) -> Mapping[str, MemberEntry]:
        """The courts of the zone by code, whatever their state."""
        return {member.code: member for member in self._members.members}

    @property
    def expires_at(self) -> datetime:
        """When the first of its decisions expires."""
        return min(self.fresh.document.expires_at, self.root.expires_at, self._members.expires_at)

    @property
    def _members(self) -> MembersDocument:
        document: MembersDocument = self.documents[MEMBERS].document
        return document

    @property
    def tag(self) -> str:
        """Its strong entity tag (RFC 9110, section 8.8.3): two issues of one version have two."""
        return f'"{self.version}-{self.fresh.digest[:32]}"'

    def bundle(self) -> bytes:
        """All of it, for others."""
        documents = [each.raw for each in (*self.roots, *self.documents.values())]
        return bundle.write(self.listing, self.fresh.raw, documents)


def listing_of(root: Signed[RootDocument], documents: Iterable[Signed[Any]]) -> bytes:
    """The listing of these documents: one way to write it, so that two readers come to the same digest."""
    entries = [
        ListingEntry(name=name_of(each.document), version=each.document.version, digest=each.digest)
        for each in (root, *documents)
    ]
    return msgspec.json.encode(ListingDocument(entries=sorted(entries, key=lambda entry: entry.name)))


def relisted(before: Held | None, root: Signed[RootDocument], brought: Iterable[Signed[Any]]) -> bytes:
    """The listing that follows when what is brought takes the place of what is held."""
    held = {} if before is None else before.documents
    return listing_of(root, {**held, **{name_of(each.document): each for each in brought}}.values())
