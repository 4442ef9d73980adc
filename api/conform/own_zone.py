"""A zone of the kit's own, for a vendor who has none: three courts that do not exist, a gateway, an examiner.

It is made once in a folder, and read from then on: the directory, with which the vendor's node is started, the
fingerprint of its root, and the examiner's keys. Whatever else signed it is thrown away.

Invariant: nothing of it is worth anything elsewhere: no other zone has this root.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from federation.directory.document import CourtEntry, GatewayEntry, KeyEntry, OfficerEntry, ZoneEntry
from federation.directory.publish import CourtSigner, DirectoryContent, Published, ZoneSigners, public_entry, publish
from federation.wire import keyfile
from federation.wire.errors import KeyFileRefused, MalformedDirectory
from federation.wire.header import EXAMINER
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import SigningKey, generate_signing, public_text

DIRECTORY: Final = "directory.signed"
_EXAMINER: Final = "examiner.keys"
_COURTS: Final = ("虚1", "虚2", "虚3")
_VALID_FOR: Final = timedelta(days=3650)
_NOWHERE: Final = "https://nowhere.invalid"


class NoZone(Exception):
    """The folder holds something else, or only a part of a zone."""


@dataclass(frozen=True, slots=True)
class OwnZone:
    """The zone in a folder."""

    folder: Path
    directory: bytes = field(repr=False)
    root: str  # its fingerprint
    examiner: NodeKeys = field(repr=False)

    @property
    def file(self) -> Path:
        """Where the directory is."""
        return self.folder / DIRECTORY


def make_or_read(folder: Path, now: datetime) -> OwnZone:
    """The zone in `folder`; made, if there is none.

    Raises:
        NoZone: it cannot be made or read.
    """
    try:
        if not (folder / DIRECTORY).exists():
            _make(folder, now)
        raw = (folder / DIRECTORY).read_bytes()
        root = Published.of(raw).roots[0].fingerprint
        return OwnZone(folder, raw, root, keyfile.read(folder / _EXAMINER))
    except (OSError, MalformedDirectory, KeyFileRefused):
        raise NoZone from None


def _make(folder: Path, now: datetime) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    examiner, gateway = keyfile.generate(EXAMINER), generate_signing()
    keys = {code: keyfile.generate(code) for code in _COURTS}
    signers = ZoneSigners(gateway, {code: _signer(own) for code, own in keys.items()})
    content = DirectoryContent(
        zone=ZoneEntry(code="conformance", name_zh="一致性测试协作区", name_en="Conformance zone"),
        version=1,
        issued_at=now,
        expires_at=now + _VALID_FOR,
        decided_until=now + _VALID_FOR,
        gateway=_gateway(gateway, examiner),
        courts=[_court(code, own, now.date()) for code, own in keys.items()],
        agreements=[],
    )
    keyfile.write(folder / _EXAMINER, examiner)
    (folder / DIRECTORY).write_bytes(publish(content, signers))


def _signer(own: NodeKeys) -> CourtSigner:
    return CourtSigner(identity=public_entry(generate_signing()), governance=generate_signing(), signing=own.signing)


def _gateway(key: SigningKey, examiner: NodeKeys) -> GatewayEntry:
    return GatewayEntry(
        url=_NOWHERE,
        keys=[KeyEntry(id=key.id, use="sign", public=public_text(key.public))],
        issuer=_NOWHERE,
        admins=[OfficerEntry(id="nobody", roles=["GATEWAY_ADMIN"])],
        examiner=_entries(examiner),
    )


def _court(code: str, own: NodeKeys, since: date) -> CourtEntry:
    return CourtEntry(
        code=code,
        division="000000",
        name_zh="虚设法院",
        name_en="A court that does not exist",
        level="GRASSROOTS",
        county_zh="虚设县",
        county_en="Nowhere",
        province="虚设省",
        parent="虚",
        state="ACTIVE",
        since=since,
        url=_NOWHERE,
        issuer=_NOWHERE,
        keys=_entries(own),
        officers=[],
    )


def _entries(keys: NodeKeys) -> list[KeyEntry]:
    return [
        KeyEntry(id=keys.signing.id, use="sign", public=public_text(keys.signing.public)),
        KeyEntry(id=keys.box.id, use="box", public=public_text(keys.box.public)),
    ]
