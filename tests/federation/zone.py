"""A small zone for tests: keys of some courts, and directories that list them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from federation.directory import bundle
from federation.directory import signed as form
from federation.directory.advance import advance
from federation.directory.document import (
    AgreementEntry,
    CourtEntry,
    GatewayEntry,
    KeyEntry,
    LiaisonEntry,
    OfficerEntry,
    ZoneEntry,
)
from federation.directory.documents import PublicKeyEntry, RootDocument
from federation.directory.history import History
from federation.directory.publish import (
    CourtSigner,
    DirectoryContent,
    Published,
    ZoneSigners,
    public_entry,
    publish,
    root_of,
)
from federation.directory.signed import Signed
from federation.directory.view import DirectoryView
from federation.wire.keyfile import NodeKeys, generate
from federation.wire.signing import SigningKey, generate_signing, public_text

ISSUED = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
KAIHUA, CHANGSHAN, SHEXIAN = "浙0824", "浙0822", "皖1021"
DIVISIONS = {KAIHUA: "330824", CHANGSHAN: "330822", SHEXIAN: "341021"}


_IDENTITIES: defaultdict[str, PublicKeyEntry] = defaultdict(lambda: public_entry(generate_signing()))


def flipped(raw: bytes) -> bytes:
    """The same bytes but for one bit of the last."""
    return raw[:-1] + bytes([raw[-1] ^ 1])


def _new_keys() -> dict[str, NodeKeys]:
    return {code: generate(code) for code in DIVISIONS}


def key_entries(keys: NodeKeys) -> list[KeyEntry]:
    return [
        KeyEntry(id=keys.signing.id, use="sign", public=public_text(keys.signing.public)),
        KeyEntry(id=keys.box.id, use="box", public=public_text(keys.box.public)),
    ]


@dataclass(frozen=True, slots=True)
class Zone:
    """The keys of gateway and courts, and the directories made of them, each from the one published before it."""

    gateway: SigningKey = field(default_factory=generate_signing)
    keys: dict[str, NodeKeys] = field(default_factory=_new_keys)
    governance: dict[str, SigningKey] = field(default_factory=dict)
    _published: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)  # by version, content and bundle
    _made: dict[tuple[bytes, bytes], bytes] = field(default_factory=dict)

    @property
    def signers(self) -> ZoneSigners:
        """Everybody."""
        return ZoneSigners(self.gateway, {code: self.signer(code) for code in self.keys})

    def signer(self, code: str) -> CourtSigner:
        """What that court signs with."""
        key = self.governance.setdefault(code, generate_signing())
        return CourtSigner(identity=_IDENTITIES[code], governance=key, signing=self.keys[code].signing)

    @property
    def founding(self) -> Signed[RootDocument]:
        """The first root: every court decides."""
        courts = [msgspec.structs.replace(self.court(KAIHUA), code=code) for code in self.keys]
        root = root_of(Zone.document(self, courts=courts, agreements=[]), self.signers)
        return form.read(form.write(root, self.signers.voters(self.keys)), RootDocument)

    @property
    def root(self) -> str:
        """The fingerprint of the first root."""
        return self.founding.fingerprint

    def court(self, code: str, **changes: Any) -> CourtEntry:
        entry = CourtEntry(
            code=code,
            division=DIVISIONS[code],
            name_zh="某某县人民法院",
            name_en="A County People's Court",
            level="BASIC",
            county_zh="某某县",
            county_en="A County",
            province="浙江",
            parent="浙08",
            state="ACTIVE",
            since=date(2025, 1, 1),
            url="http://127.0.0.1:8401",
            issuer="http://127.0.0.1:8409",
            keys=key_entries(self.keys[code]),
            officers=[OfficerEntry(id=f"o-{DIVISIONS[code]}-01", roles=["HANDLER"])],
            liaison=[LiaisonEntry(officer=f"o-{DIVISIONS[code]}-01", hours="Mon-Fri 08:30-17:30")],
        )
        return msgspec.structs.replace(entry, **changes)

    def everybody(self, asking: str, **changes: Any) -> list[AgreementEntry]:
        """What every other court answers to `asking`, pair by pair."""
        return [self.agreement(asking, code, **changes) for code in self.keys if code != asking]

    def agreement(self, asking: str | None, asked: str | None, **changes: Any) -> AgreementEntry:
        entry = AgreementEntry(
            asking=asking,
            asked=asked,
            sections=["CASES"],
            purposes=["PROPERTY_INVESTIGATION"],
            matters=["SEIZE_VEHICLE"],
            looks_per_hour=2000,
            valid_from=date(2025, 1, 1),
            valid_until=date(2025, 12, 31),
        )
        return msgspec.structs.replace(entry, **changes)

    def document(self, version: int = 1, **changes: Any) -> DirectoryContent:
        content = DirectoryContent(
            zone=ZoneEntry(code="qu-hui-rao", name_zh="某某协作区", name_en="A Zone"),
            version=version,
            issued_at=ISSUED,
            expires_at=ISSUED + timedelta(days=30),
            decided_until=ISSUED + timedelta(days=36500),
            gateway=GatewayEntry(
                url="http://127.0.0.1:8400",
                keys=[KeyEntry(id=self.gateway.id, use="sign", public=public_text(self.gateway.public))],
                issuer="http://127.0.0.1:8409",
                admins=[OfficerEntry(id="g-admin-01", roles=["GATEWAY_ADMIN"])],
            ),
            courts=[self.court(code) for code in DIVISIONS],
            agreements=self.everybody(KAIHUA),
        )
        return msgspec.structs.replace(content, **changes)

    def signed(self, version: int = 1, **changes: Any) -> bytes:
        """The bundle of that version, which follows the version below it that was asked for last."""
        content = self.document(version, **changes)
        lower = [each for each in self._published if each < version]
        before = self._published[max(lower)][1] if lower else b""
        made = (msgspec.json.encode(content), before)
        if made not in self._made:
            published = Published.of(before) if before else Published((self.founding,))
            self._made[made] = publish(content, self.signers, published)
        self._published[version] = (made[0], self._made[made])
        return self._made[made]

    def view(self, version: int = 1, *, at: datetime = ISSUED, **changes: Any) -> DirectoryView:
        """That version, as a process sees it."""
        history = History()
        held = advance(None, bundle.parse(self.signed(version, **changes)), self.root)
        history.take(None, held)
        return DirectoryView(history, version, at)
