"""The demo's directory: eight courts, their keys and people, and their agreement, signed by each liaison's key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from api.demo import fixtures
from api.membership.facts import node_keys
from enforcement.rules.lookup import LookupPurpose, ProfileSection
from enforcement.rules.matter import DelegatedMatterType
from federation.ask.content import CONTRACT
from federation.directory.document import (
    AgreementEntry,
    CourtEntry,
    GatewayEntry,
    KeyEntry,
    LiaisonEntry,
    OfficerEntry,
    ZoneEntry,
)
from federation.directory.publish import (
    CourtSigner,
    DirectoryContent,
    Published,
    ZoneSigners,
    public_entry,
    publish,
)
from federation.graph.skew import written
from federation.wire import gateway_keyfile, governance_keyfile
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import SigningKey, public_text

if TYPE_CHECKING:
    from api.demo.zone import Addresses

_SINCE: Final = date(2024, 9, 2)
_UNTIL: Final = date(2027, 8, 31)
_VALID_FOR: Final = timedelta(days=365 * 20)  # the demo's clock may be moved by years
_DECIDED_UNTIL: Final = datetime(2055, 1, 1, tzinfo=UTC)
_LOOKS_PER_HOUR: Final = 2000
HOURS: Final = "Mon-Fri 08:30-17:30"
ADMINS: Final = {"g-admin-01": "GATEWAY_ADMIN", "g-admin-02": "GATEWAY_ADMIN", "g-auditor-01": "AUDITOR"}


PASSPHRASE: Final = "demo"  # noqa: S105 (said to everybody)
"""Of every liaison's governance key: a demo's keys protect nothing."""
_COST: Final = 2**12


@dataclass(frozen=True, slots=True)
class Governance:
    """What the courts of the demo decide with: by court, the governance key and the identity key."""

    governance: Mapping[str, SigningKey] = field(repr=False)
    identity: Mapping[str, SigningKey] = field(repr=False)

    def write(self, folder: Path) -> None:
        """Each key in a file of its own, named by division."""
        for facts in fixtures.courts():
            file = folder / f"{facts.division}.governance"
            governance_keyfile.write(file, facts.code, self.governance[facts.code], PASSPHRASE, cost=_COST)
            gateway_keyfile.write(folder / f"{facts.division}.identity", self.identity[facts.code])


def generate() -> Governance:
    """Fresh governance and identity keys for the eight courts."""
    codes = [facts.code for facts in fixtures.courts()]
    return Governance(
        {code: governance_keyfile.generate() for code in codes}, {code: gateway_keyfile.generate() for code in codes}
    )


def signers(keys: Mapping[str, NodeKeys], gateway: SigningKey, governance: Governance) -> ZoneSigners:
    """Everybody who signs the demo's directory; a court that has no governance key yet gets one."""
    return ZoneSigners(gateway, {code: _signer(code, own, governance) for code, own in keys.items()})


def _signer(code: str, keys: NodeKeys, governance: Governance) -> CourtSigner:
    identity = governance.identity.get(code) or gateway_keyfile.generate()
    return CourtSigner(
        identity=public_entry(identity),
        governance=governance.governance.get(code) or governance_keyfile.generate(),
        signing=keys.signing,
    )


def signed(
    addresses: "Addresses",
    keys: Mapping[str, NodeKeys],
    gateway: SigningKey,
    governance: Governance,
    now: datetime,
    examiner: NodeKeys | None = None,
) -> bytes:
    """Version 1 of the demo's directory."""
    return publish(content(addresses, keys, gateway, now, examiner), signers(keys, gateway, governance))


def root_of(bundle: bytes) -> str:
    """The fingerprint of its first root."""
    return Published.of(bundle).roots[0].fingerprint


def content(
    addresses: "Addresses",
    keys: Mapping[str, NodeKeys],
    gateway: SigningKey,
    now: datetime,
    examiner: NodeKeys | None = None,
) -> DirectoryContent:
    """What `signed` signs; tests change copies of it."""
    return DirectoryContent(
        zone=ZoneEntry(code="365", name_zh="浙皖赣“365共富”协作区", name_en="Zhejiang-Anhui-Jiangxi 365 zone"),
        version=1,
        issued_at=now,
        expires_at=now + _VALID_FOR,
        decided_until=_DECIDED_UNTIL,
        gateway=GatewayEntry(
            url=addresses.gateway,
            keys=[KeyEntry(id=gateway.id, use="sign", public=public_text(gateway.public))],
            issuer=addresses.issuer("gateway"),
            admins=[OfficerEntry(id=person, roles=[role]) for person, role in ADMINS.items()],
            examiner=[] if examiner is None else node_keys(examiner),
        ),
        courts=[_court(addresses, facts, keys[facts.code]) for facts in fixtures.courts()],
        agreements=[_AGREEMENT],
    )


def _court(addresses: "Addresses", facts: Any, keys: NodeKeys) -> CourtEntry:
    officers = fixtures.officers(facts.code)
    return CourtEntry(
        code=facts.code,
        division=facts.division,
        name_zh=facts.name_zh,
        name_en=facts.name_en,
        level=facts.level,
        county_zh=facts.county_zh,
        county_en=facts.county_en,
        province=facts.province,
        parent=facts.parent,
        state="ACTIVE",
        since=_SINCE,
        url=addresses.node(facts.division),
        issuer=addresses.issuer(facts.division),
        contracts=written(CONTRACT),
        keys=node_keys(keys),
        officers=[OfficerEntry(id=officer.id, roles=list(officer.roles)) for officer in officers],
        liaison=[LiaisonEntry(officer=o.id, hours=HOURS) for o in officers if "LIAISON_OFFICER" in o.roles],
    )


_AGREEMENT: Final = AgreementEntry(
    asking=None,
    asked=None,
    sections=[section.value for section in ProfileSection],
    purposes=[purpose.value for purpose in LookupPurpose],
    matters=[matter.value for matter in DelegatedMatterType],
    looks_per_hour=_LOOKS_PER_HOUR,
    valid_from=_SINCE,
    valid_until=_UNTIL,
)
"""The framework agreement (框架协议) of the eight courts: every section, purpose and matter."""
