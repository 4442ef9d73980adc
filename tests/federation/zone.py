"""A small zone for tests: keys of some courts, and signed directory documents that list them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from federation.directory.document import (
    AgreementEntry,
    CourtEntry,
    DirectoryDocument,
    GatewayEntry,
    KeyEntry,
    LiaisonEntry,
    OfficerEntry,
    ZoneEntry,
)
from federation.directory.publish import sign_document
from federation.wire.keyfile import NodeKeys, generate
from federation.wire.signing import SigningKey, generate_signing, public_text

ISSUED = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
KAIHUA, CHANGSHAN, SHEXIAN = "浙0824", "浙0822", "皖1021"
DIVISIONS = {KAIHUA: "330824", CHANGSHAN: "330822", SHEXIAN: "341021"}


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
    """Root, gateway and court keys, and the documents made of them."""

    root: SigningKey = field(default_factory=generate_signing)
    gateway: SigningKey = field(default_factory=generate_signing)
    keys: dict[str, NodeKeys] = field(default_factory=_new_keys)

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

    def agreement(self, asking: str, asked: str, **changes: Any) -> AgreementEntry:
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

    def document(self, version: int = 1, **changes: Any) -> DirectoryDocument:
        document = DirectoryDocument(
            zone=ZoneEntry(code="qu-hui-rao", name_zh="某某协作区", name_en="A Zone"),
            version=version,
            issued_at=ISSUED,
            expires_at=ISSUED + timedelta(days=30),
            gateway=GatewayEntry(
                url="http://127.0.0.1:8400",
                keys=[KeyEntry(id=self.gateway.id, use="sign", public=public_text(self.gateway.public))],
                issuer="http://127.0.0.1:8409",
                admins=[OfficerEntry(id="g-admin-01", roles=["GATEWAY_ADMIN"])],
            ),
            courts=[self.court(code) for code in DIVISIONS],
            agreements=[self.agreement(KAIHUA, "*")],
        )
        return msgspec.structs.replace(document, **changes)

    def signed(self, version: int = 1, **changes: Any) -> bytes:
        return sign_document(self.document(version, **changes), self.root)
