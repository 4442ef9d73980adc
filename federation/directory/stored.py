"""The directory in the database: versions with what proves them, as they were accepted."""

from datetime import datetime
from typing import Any, Final

import msgspec

from db import directory_documents, directory_versions
from db.directory_documents import DirectoryDocumentRecord
from db.directory_versions import DirectoryVersionRecord
from db.pool import Conn
from federation.directory import bundle
from federation.directory.bundle import Bundle
from federation.directory.documents import ROOT, ListingDocument, name_of
from federation.directory.held import Held
from federation.directory.signed import Signed, decoder
from federation.wire.errors import MalformedDirectory

_MOST_ROOTS: Final = 10_000


async def save(conn: Conn, before: Held | None, held: Held, now: datetime) -> None:
    """Store a version that follows `before`, or its newer issue; in the caller's transaction."""
    if before is not None and held.version <= before.version and held.listing != before.listing:
        await directory_versions.forget_from(conn, held.version)
    known = set() if before is None else {id(each) for each in (*before.roots, *before.documents.values())}
    new = [each for each in (*held.roots, *held.documents.values()) if id(each) not in known]
    if new:
        await directory_documents.add(conn, [_record(each) for each in new], accepted_at=now)
    fresh = held.fresh
    version = DirectoryVersionRecord(held.version, fresh.document.issued_at, fresh.raw, held.listing)
    await directory_versions.save(conn, version, accepted_at=now)


async def is_newer(conn: Conn, held: Held | None) -> bool:
    """Whether another process accepted something since."""
    fresh = await directory_versions.newest_fresh(conn)
    return fresh is not None and (held is None or fresh != held.fresh.raw)


async def bundle_of(conn: Conn, version: DirectoryVersionRecord, held: Held | None) -> Bundle:
    """What that version brings to who holds `held`.

    Raises:
        MalformedDirectory: what is stored is not of the form.
    """
    try:
        listing = decoder(ListingDocument).decode(version.listing)
    except msgspec.MsgspecError:
        raise MalformedDirectory("listing") from None
    known = {} if held is None else {name: each.digest for name, each in held.documents.items()}
    wanted = [(entry.name, entry.digest) for entry in listing.entries if known.get(entry.name) != entry.digest]
    records = await directory_documents.read(conn, [(name, digest) for name, digest in wanted if name != ROOT])
    decided_by = next((entry.version for entry in listing.entries if entry.name == ROOT), 0)
    roots = []
    if held is None or held.root.version < decided_by:
        roots = await directory_documents.versions_up_to(conn, ROOT, decided_by, _MOST_ROOTS)
    return bundle.of_parts(version.listing, version.fresh, [each.document for each in (*roots, *records)])


def _record(each: Signed[Any]) -> DirectoryDocumentRecord:
    return DirectoryDocumentRecord(name_of(each.document), each.document.version, each.digest, each.raw)
