"""What `xiezhi conform` is given: the applicant by its application or its key list, the zone by its directory.

Invariant: whatever cannot be read ends the run before it calls anybody; no value is repeated in the words that say so.
"""

import re
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from api.conform import address
from api.conform.address import BadAddress
from api.conform.kit import Examined
from api.conform.order import MAX_BYTES, Order
from api.conform.running import Zone
from federation.directory import bundle, signed
from federation.directory.advance import advance
from federation.directory.document import KeyEntry
from federation.directory.documents import ApplicationDocument
from federation.directory.standing import state_at
from federation.wire import keyfile
from federation.wire.encryption import box_public_from_text
from federation.wire.errors import KeyFileRefused, WireError
from federation.wire.header import EXAMINER, Court
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import MalformedKey, public_from_text

_LINE: Final = re.compile(r"(sign|box) ([A-Za-z0-9][A-Za-z0-9._-]{0,63}) ([A-Za-z0-9_-]{43})", re.ASCII)


class BadInput(Exception):
    """A run cannot be made of what was given; `what` says of which part: a fixed word."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def content(path: Path, what: str) -> bytes:
    """The content of a file that was named. Raises BadInput."""
    try:
        return path.read_bytes()
    except OSError:
        raise BadInput(what) from None


def of_application(raw: bytes, url: str) -> Examined:
    """The applicant of a signed application, which must state that address. Raises BadInput."""
    try:
        said = signed.read(raw, ApplicationDocument).document
    except WireError:
        raise BadInput("APPLICATION") from None
    if (said.court.url or "").rstrip("/") != url.rstrip("/"):
        raise BadInput("APPLICATION")
    return examined(said.member.code, url, said.court.keys)


def of_key_list(court: str, url: str, text: str) -> Examined:
    """The applicant of that code, with the public keys as `xiezhi keygen` prints them. Raises BadInput."""
    found = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    entries: list[KeyEntry] = []
    for match in found:
        if match is None:
            raise BadInput("KEYS")
        use, key_id, public = match.groups()
        entries.append(KeyEntry(id=key_id, use="sign" if use == "sign" else "box", public=public))
    return examined(court, url, entries)


def examined(court: str, url: str, keys: Iterable[KeyEntry]) -> Examined:
    """The applicant with its active keys. Raises BadInput."""
    active = [key for key in keys if key.state == "ACTIVE"]
    try:
        signing = {key.id: public_from_text(key.public) for key in active if key.use == "sign"}
        boxes = [(key.id, box_public_from_text(key.public)) for key in active if key.use == "box"]
        code = msgspec.convert(court, Court)
    except (MalformedKey, msgspec.ValidationError):
        raise BadInput("KEYS") from None
    if not signing or len(boxes) != 1:
        raise BadInput("KEYS")
    try:
        return Examined(code, address.check(url), signing, *boxes[0])
    except BadAddress:
        raise BadInput("URL") from None


def zone_of(raw: bytes, root: str, now: datetime) -> Zone:
    """The zone of a directory, if it follows from the root of that fingerprint. Raises BadInput."""
    try:
        held = advance(None, bundle.parse(raw), root)
    except WireError:
        raise BadInput("DIRECTORY") from None
    members = [code for code, member in held.members.items() if state_at(member, None, now) == "ACTIVE"]
    if not members:
        raise BadInput("DIRECTORY")
    return Zone(held.version, members[0])


def examiner(path: Path) -> NodeKeys:
    """The examiner's keys. Raises BadInput."""
    try:
        keys = keyfile.read(path)
    except KeyFileRefused:
        raise BadInput("EXAMINER") from None
    if keys.court != EXAMINER:
        raise BadInput("EXAMINER")
    return keys


def order() -> tuple[Examined, Zone]:
    """The order on the standard input. Raises BadInput."""
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        said = msgspec.json.decode(raw, type=Order)
    except msgspec.MsgspecError:
        raise BadInput("ORDER") from None
    return examined(said.court, said.url, said.keys), Zone(said.version, said.member)
