"""The first version of a zone's directory: offered by the gateway, witnessed by two courts, then whole.

Invariant: nothing is offered or witnessed but what follows, byte by byte, from the folder and the courts' signatures.
"""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from api.founding import drafts, signing
from api.founding.entries import FoundingCourt
from api.founding.plan import FoundingRefused
from api.founding.table import Table
from federation.directory import authority, bundle, signed
from federation.directory.advance import advance
from federation.directory.bundle import Bundle
from federation.directory.documents import ROOT, FreshDocument, name_of
from federation.directory.held import Held, listing_of
from federation.directory.publish import fresh_of
from federation.directory.signed import Signature
from federation.directory.witnessing import LIFETIME
from federation.rules import quorum
from federation.wire.errors import WireError
from federation.wire.header import GATEWAY
from federation.wire.signing import SigningKey

OFFERED: Final = "directory.offered"
DIRECTORY: Final = "directory.signed"
WITNESS: Final = ".witness"
_OFFERED_ANEW: Final = timedelta(hours=12)
_SIGNATURE: Final = msgspec.json.Decoder(Signature)


def offer(at: Table, key: SigningKey, now: datetime) -> Held:
    """Put the first version together, or take the one that was offered; it lacks its witnesses.

    Raises:
        FoundingRefused: `signatures`: a court's are missing or not over these documents. `gateway key`, `directory`.
    """
    if key.id not in {each.id for each in at.planned.plan.gateway.keys}:
        raise FoundingRefused("gateway key")
    documents = signing.by_everybody(at)
    root, others = documents.pop(ROOT), list(documents.values())
    others += [bundle.read(signed.write(drafts.gateway(at.planned.plan), [(GATEWAY, key)]))]
    others += [each.court for each in at.courts]
    before = _before(at, now)
    if before is not None and {each.digest for each in others} == {each.digest for each in before.documents.values()}:
        return before
    others.sort(key=lambda each: name_of(each.document))
    listing = listing_of(root, others)
    fresh = fresh_of(listing, drafts.VERSION, now, now + LIFETIME)
    raw = bundle.write(listing, signed.write(fresh, [(GATEWAY, key)]), [each.raw for each in (root, *others)])
    held = _checked(at, bundle.parse(raw))
    (at.folder / OFFERED).write_bytes(raw)
    return held


def offered(at: Table) -> Held:
    """The version that the gateway offers, if it says what the courts signed and nothing else.

    Raises:
        FoundingRefused: `directory`.
    """
    try:
        return _checked(at, bundle.parse((at.folder / OFFERED).read_bytes()))
    except (OSError, WireError):
        raise FoundingRefused("directory", OFFERED) from None


def witness(at: Table, code: str, key: SigningKey) -> Path:
    """Write that the court has seen the offered version, by its node's key.

    Raises:
        FoundingRefused: `no entry`, `no vote`, `directory`.
    """
    court, fresh = at.court(code), offered(at).fresh
    if key.id not in {each.id for each in court.court.document.keys}:
        raise FoundingRefused("no vote", code)
    file = at.file(court, WITNESS)
    file.write_bytes(msgspec.json.encode(signed.signature(fresh.document, fresh.body, code, key)))
    return file


def complete(at: Table, held: Held) -> tuple[Path | None, int]:
    """The whole directory, once enough have witnessed it; and how many witnesses are missing."""
    needed = quorum.witnesses(len(at.founding.root.voters))
    found = [each for court in at.courts if (each := _witness(at, court, held)) is not None][:needed]
    if len(found) < needed:
        return None, needed - len(found)
    fresh = signed.join(held.fresh.body, [*held.fresh.signatures, *found])
    raw = bundle.write(held.listing, fresh, [each.raw for each in (*held.roots, *held.documents.values())])
    advance(None, bundle.parse(raw), at.founding.fingerprint)
    file = at.folder / DIRECTORY
    file.write_bytes(raw)
    return file, 0


def _before(at: Table, now: datetime) -> Held | None:
    """What was offered before, if it still follows and is young enough for its witnesses."""
    try:
        held = offered(at)
    except FoundingRefused:
        return None
    issued = held.fresh.document.issued_at
    return held if issued <= now < issued + _OFFERED_ANEW else None


def _checked(at: Table, given: Bundle) -> Held:
    """The bundle as everybody will check it, but for the witnesses.

    Raises:
        FoundingRefused: `directory`.
    """
    try:
        held = advance(None, given, at.founding.fingerprint, is_witnessed=False)
    except WireError as error:
        raise FoundingRefused("directory", error.code) from None
    own = {name: hashlib.sha256(body).hexdigest() for name, body in at.founding.bodies.items() if name != ROOT}
    if any(held.documents[name].fingerprint != digest for name, digest in own.items() if name in held.documents):
        raise FoundingRefused("directory")
    if len(held.documents) != len(own) + len(at.courts) + 1 or len(held.roots) != 1:
        raise FoundingRefused("directory")
    return held


def _witness(at: Table, court: FoundingCourt, held: Held) -> Signature | None:
    """The court's signature under the offered version; None when there is none that counts."""
    try:
        said = _SIGNATURE.decode(at.file(court, WITNESS).read_bytes())
        fresh = signed.read(signed.join(held.fresh.body, [*held.fresh.signatures, said]), FreshDocument)
    except (OSError, msgspec.MsgspecError, WireError):
        return None
    known = authority.of_witnesses(Held(held.roots, fresh, held.listing, held.documents))
    return said if said.by == court.code and known.count(fresh) == 1 else None
