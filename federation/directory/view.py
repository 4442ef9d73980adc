"""One immutable version of the directory, indexed for look-ups.

Invariant: a key is looked up by court, key id and version (the view is the version); there is no "current key" to
verify with. Revocation alone reaches back: a key revoked in any version known here verifies nothing in any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from federation.directory.document import (
    ANY_COURT,
    AgreementEntry,
    CourtEntry,
    DirectoryDocument,
    GatewayEntry,
    KeyEntry,
    OfficerEntry,
    ZoneEntry,
)
from federation.wire.encryption import box_public_from_text
from federation.wire.errors import MalformedDirectory, UnknownCourt, UnknownKey
from federation.wire.header import GATEWAY
from federation.wire.signing import MalformedKey, public_from_text

KeyName = tuple[str, str]  # court code or "gateway", key id


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """The directory as one version says it."""

    document: DirectoryDocument = field(repr=False)
    _courts: Mapping[str, CourtEntry] = field(repr=False)
    _keys: Mapping[KeyName, KeyEntry] = field(repr=False)
    _signing: Mapping[KeyName, Ed25519PublicKey] = field(repr=False)
    _box: Mapping[str, tuple[str, X25519PublicKey]] = field(repr=False)
    _agreements: Mapping[tuple[str, str], tuple[AgreementEntry, ...]] = field(repr=False)
    _revoked: frozenset[KeyName] = field(repr=False)

    @property
    def version(self) -> int:
        return self.document.version

    @property
    def zone(self) -> ZoneEntry:
        return self.document.zone

    @property
    def gateway(self) -> GatewayEntry:
        return self.document.gateway

    @property
    def issued_at(self) -> datetime:
        return self.document.issued_at

    @property
    def expires_at(self) -> datetime:
        return self.document.expires_at

    def courts(self) -> tuple[CourtEntry, ...]:
        """All members, whatever their state, in the document's order."""
        return tuple(self._courts.values())

    def court(self, code: str) -> CourtEntry:
        """The member of that 代字.

        Raises:
            UnknownCourt: there is none.
        """
        try:
            return self._courts[code]
        except KeyError:
            raise UnknownCourt from None

    def is_active(self, code: str) -> bool:
        """Whether it may ask and be asked, and take new tasks. The gateway always is."""
        court = self._courts.get(code)
        return code == GATEWAY or (court is not None and court.state == "ACTIVE")

    def officer(self, court: str, officer_id: str) -> OfficerEntry | None:
        """The officer's entry at that court, or among the gateway's admins when `court` is "gateway"."""
        entry = self._courts.get(court)
        officers = self.gateway.admins if court == GATEWAY else entry.officers if entry else []
        return next((officer for officer in officers if officer.id == officer_id), None)

    def agreement(self, asking: str, asked: str, on: date) -> AgreementEntry | None:
        """What `asked` answers to `asking` on that day in China; the pair's own agreement goes before one with all."""
        for pair in ((asking, asked), (asking, ANY_COURT)):
            for entry in self._agreements.get(pair, ()):
                if entry.valid_from <= on <= entry.valid_until:
                    return entry
        return None

    def signing_key(self, court: str, key_id: str) -> Ed25519PublicKey:
        """The key with which something that names this version is verified: active or retired in it, never revoked.

        Of a retired key this says nothing about when: `Directory.verify` does. "gateway" is a court here.

        Raises:
            UnknownCourt: no such member.
            UnknownKey: no such signing key, or revoked in this or a later version.
        """
        self._require(court)
        name = (court, key_id)
        if name in self._revoked or name not in self._signing:
            raise UnknownKey
        return self._signing[name]

    def box_key(self, court: str) -> tuple[str, X25519PublicKey]:
        """The id and key to which boxes for this court are encrypted.

        Raises:
            UnknownCourt: no such member.
            UnknownKey: it has none (the gateway never has).
        """
        self._require(court)
        found = self._box.get(court)
        if found is None or (court, found[0]) in self._revoked:
            raise UnknownKey
        return found

    def key_entry(self, court: str, key_id: str) -> KeyEntry | None:
        """The key as this version lists it, of either use."""
        return self._keys.get((court, key_id))

    def keys(self) -> Mapping[KeyName, KeyEntry]:
        """All keys by (court, key id)."""
        return self._keys

    def revoked(self) -> frozenset[KeyName]:
        """Keys revoked in this version."""
        return frozenset(name for name, key in self._keys.items() if key.state == "REVOKED")

    def _require(self, court: str) -> None:
        if court != GATEWAY and court not in self._courts:
            raise UnknownCourt


def build(document: DirectoryDocument, revoked: frozenset[KeyName] = frozenset()) -> DirectoryView:
    """The view of a document; `revoked` are the keys revoked in other known versions.

    Raises:
        MalformedDirectory: a public key is none.
    """
    keys: dict[KeyName, KeyEntry] = {(GATEWAY, key.id): key for key in document.gateway.keys}
    for court in document.courts:
        keys |= {(court.code, key.id): key for key in court.keys}
    agreements: dict[tuple[str, str], tuple[AgreementEntry, ...]] = {}
    for entry in document.agreements:
        pair = (entry.asking, entry.asked)
        agreements[pair] = (*agreements.get(pair, ()), entry)
    try:
        signing = {name: public_from_text(key.public) for name, key in keys.items() if key.use == "sign"}
        boxes = {name: box_public_from_text(key.public) for name, key in keys.items() if key.use == "box"}
    except MalformedKey:
        raise MalformedDirectory("keys") from None
    active_boxes = {name[0]: (name[1], key) for name, key in boxes.items() if keys[name].state == "ACTIVE"}
    own_revoked = frozenset(name for name, key in keys.items() if key.state == "REVOKED")
    return DirectoryView(
        document=document,
        _courts=MappingProxyType({court.code: court for court in document.courts}),
        _keys=MappingProxyType(keys),
        _signing=MappingProxyType(signing),
        _box=MappingProxyType(active_boxes),
        _agreements=MappingProxyType(agreements),
        _revoked=own_revoked | revoked,
    )
