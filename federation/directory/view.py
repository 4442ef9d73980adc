"""One version of the directory at one instant, to look things up in.

Invariant: a key is looked up by court, key id and version (the view is the version); there is no "current key" to
verify with. Revocation alone reaches back: a key revoked in any version known here verifies nothing in any of them. A
court without a node (a superior court that only supervises) is in none of the answers about courts: nobody asks it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from db.clock import civil_date
from federation.directory.document import AgreementEntry, CourtEntry, GatewayEntry, KeyEntry, OfficerEntry, ZoneEntry
from federation.directory.documents import GatewayDocument, RootDocument
from federation.directory.entries import agreement_entry, court_entry, narrowed, serves
from federation.directory.history import History, KeyName
from federation.wire.errors import UnknownCourt, UnknownKey, UnknownVersion
from federation.wire.header import EXAMINER, GATEWAY

T = TypeVar("T")


class DirectoryView:
    """The directory as one version says it, at the instant `at`."""

    def __init__(self, history: History, version: int, at: datetime) -> None:
        self._history = history
        self.version = version
        self.at = at
        self._courts: dict[str, CourtEntry] = {}
        self._all: tuple[CourtEntry, ...] | None = None

    def __repr__(self) -> str:
        return f"DirectoryView({self.version}, {self.at.isoformat()})"

    @property
    def zone(self) -> ZoneEntry:
        return self._root.zone

    @property
    def gateway(self) -> GatewayEntry:
        own = self._gateway
        return GatewayEntry(
            url=own.url,
            keys=self._root.gateway_keys,
            issuer=own.issuer,
            admins=own.admins,
            examiner=own.examiner,
        )

    @property
    def issued_at(self) -> datetime:
        return self._history.fresh[self.version].issued_at

    @property
    def expires_at(self) -> datetime:
        """When the first of its decisions expires."""
        decided_until = self._known(self._history.decided_until.at(self.version))
        return min(self._history.fresh[self.version].expires_at, self._root.expires_at, decided_until)

    def courts(self) -> tuple[CourtEntry, ...]:
        """All members that have a node, whatever their state, in the directory's order."""
        if self._all is None:
            entries = (self._court(code) for code, _ in self._history.members.all_at(self.version))
            self._all = tuple(entry for entry in entries if entry is not None and entry.url is not None)
        return self._all

    def supervisors(self) -> tuple[CourtEntry, ...]:
        """The superior courts that only supervise (监督法院): they have people, and no node."""
        entries = (self._court(code) for code, _ in self._history.members.all_at(self.version))
        return tuple(entry for entry in entries if entry is not None and entry.state == "SUPERVISING")

    def court(self, code: str) -> CourtEntry:
        """The member of that 代字.

        Raises:
            UnknownCourt: there is none that has a node.
        """
        entry = self._court(code)
        if entry is None or entry.url is None:
            raise UnknownCourt
        return entry

    def node_url(self, code: str) -> str:
        """The public base of that member's node, without a slash at its end.

        Raises:
            UnknownCourt: there is none that has a node.
        """
        entry = self._court(code)
        if entry is None or entry.url is None:
            raise UnknownCourt
        return entry.url.rstrip("/")

    def is_listed(self, code: str) -> bool:
        """Whether it is a member by now, whatever its state. The gateway and the examiner are none."""
        return self._court(code) is not None

    def is_active(self, code: str) -> bool:
        """Whether it may ask and be asked, and take new tasks. The gateway always is."""
        if code == GATEWAY:
            return True
        entry = self._court(code)
        return entry is not None and entry.state == "ACTIVE"

    def lost_at(self, code: str) -> datetime | None:
        """From when the courts hold that member to be lost; None: they do not."""
        entry = self._court(code)
        return None if entry is None else entry.lost_at

    def is_lost(self, code: str) -> bool:
        """Whether the courts hold that member to be lost by now: what it holds may be taken over."""
        since = self.lost_at(code)
        return since is not None and since <= self.at

    def officer(self, court: str, officer_id: str) -> OfficerEntry | None:
        """The officer's entry in force today at that court; among the gateway's admins when `court` is "gateway"."""
        entry = None if court == GATEWAY else self._court(court)
        officers = self._gateway.admins if court == GATEWAY else entry.officers if entry else []
        today = civil_date(self.at)
        return next((each for each in officers if each.id == officer_id and serves(each, today)), None)

    def agreements(self) -> tuple[AgreementEntry, ...]:
        """All agreements, past and coming ones too."""
        return tuple(agreement_entry(document) for _, document in self._history.agreements.all_at(self.version))

    def agreement(self, asking: str, asked: str, on: date) -> AgreementEntry | None:
        """What `asked` answers to `asking` on that day in China: the pair's own agreement narrows the zone's."""
        of_zone = self._agreement(None, None, on)
        own = self._agreement(asking, asked, on)
        if own is None or of_zone is None:
            return own or of_zone
        return narrowed(own, of_zone)

    def signing_key(self, court: str, key_id: str) -> Ed25519PublicKey:
        """The key with which something that names this version is verified: active or retired in it, never revoked.

        Of a retired key this says nothing about when: `Directory.verify` does. "gateway" and the examiner are courts
        here: whoever lets a sender speak asks besides whether it is a member.

        Raises:
            UnknownCourt: no such member.
            UnknownKey: no such signing key, or revoked in this or a later version.
        """
        self._require(court)
        entry = self.key_entry(court, key_id)
        if entry is None or entry.use != "sign" or (court, key_id) in self._history.revoked:
            raise UnknownKey
        return self._history.public(entry.public)

    def box_key(self, court: str) -> tuple[str, X25519PublicKey]:
        """The id and key to which boxes for this court are encrypted.

        Raises:
            UnknownCourt: no such member.
            UnknownKey: it has none (the gateway never has).
        """
        self._require(court)
        for key in self._keys_of(court):
            if key.use == "box" and key.state == "ACTIVE" and (court, key.id) not in self._history.revoked:
                return key.id, self._history.box_public(key.public)
        raise UnknownKey

    def key_entry(self, court: str, key_id: str) -> KeyEntry | None:
        """The key as this version lists it, of either use."""
        return next((key for key in self._keys_of(court) if key.id == key_id), None)

    def keys(self) -> Mapping[KeyName, KeyEntry]:
        """All keys by (court, key id)."""
        codes = [GATEWAY, EXAMINER, *(code for code, _ in self._history.members.all_at(self.version))]
        return {(code, key.id): key for code in codes for key in self._keys_of(code)}

    @property
    def _root(self) -> RootDocument:
        return self._known(self._history.roots.at(self.version))

    @property
    def _gateway(self) -> GatewayDocument:
        return self._known(self._history.gateways.at(self.version))

    def _keys_of(self, court: str) -> Iterable[KeyEntry]:
        if court == GATEWAY:
            return self._root.gateway_keys
        if court == EXAMINER:
            return self._gateway.examiner
        document = self._history.courts.at(court, self.version)
        return () if document is None else document.keys

    def _require(self, court: str) -> None:
        if court not in {GATEWAY, EXAMINER} and self._history.members.at(court, self.version) is None:
            raise UnknownCourt

    def _agreement(self, asking: str | None, asked: str | None, on: date) -> AgreementEntry | None:
        document = self._history.agreements.at((asking, asked), self.version)
        if document is None or not document.valid_from <= on <= document.valid_until:
            return None
        return agreement_entry(document)

    def _court(self, code: str) -> CourtEntry | None:
        """The member as it stands now, with a node or without; put together once."""
        entry = self._courts.get(code)
        if entry is None and (entry := self._put_together(code)) is not None:
            self._courts[code] = entry
        return entry

    def _put_together(self, code: str) -> CourtEntry | None:
        member = self._history.members.at(code, self.version)
        document = self._history.courts.at(code, self.version)
        if member is None or document is None:
            return None
        suspension = next((each for each in self._gateway.suspensions if each.court == code), None)
        return court_entry(member, document, suspension, self.at)

    def _known(self, value: T | None) -> T:
        if value is None:
            raise UnknownVersion(self.version)  # forgotten since: a thief's version
        return value
