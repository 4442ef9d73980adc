"""The demo's directory: eight courts, their keys, people and agreements, signed by one demo key."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from api.demo import fixtures
from enforcement.rules.lookup import LookupPurpose, ProfileSection
from enforcement.rules.matter import DelegatedMatterType
from federation.ask.content import CONTRACT
from federation.directory.document import (
    ANY_COURT,
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
from federation.graph.skew import written
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import SigningKey, public_text

if TYPE_CHECKING:
    from api.demo.zone import Addresses

_SINCE: Final = date(2024, 9, 2)
_UNTIL: Final = date(2027, 8, 31)
_VALID_FOR: Final = timedelta(days=90)
_LOOKS_PER_HOUR: Final = 2000
_HOURS: Final = "Mon-Fri 08:30-17:30"
ADMINS: Final = {"g-admin-01": "GATEWAY_ADMIN", "g-admin-02": "GATEWAY_ADMIN", "g-auditor-01": "AUDITOR"}


def signed(
    addresses: "Addresses", keys: Mapping[str, NodeKeys], gateway: SigningKey, root: SigningKey, now: datetime
) -> bytes:
    """Version 1 of the demo's directory."""
    return sign_document(document(addresses, keys, gateway, now), root)


def document(
    addresses: "Addresses", keys: Mapping[str, NodeKeys], gateway: SigningKey, now: datetime
) -> DirectoryDocument:
    """The document that `signed` signs; tests change copies of it."""
    return DirectoryDocument(
        zone=ZoneEntry(code="365", name_zh="浙皖赣“365共富”协作区", name_en="Zhejiang-Anhui-Jiangxi 365 zone"),
        version=1,
        issued_at=now,
        expires_at=now + _VALID_FOR,
        gateway=GatewayEntry(
            url=addresses.gateway,
            keys=[KeyEntry(id=gateway.id, use="sign", public=public_text(gateway.public))],
            issuer=addresses.issuer("gateway"),
            admins=[OfficerEntry(id=person, roles=[role]) for person, role in ADMINS.items()],
        ),
        courts=[_court(addresses, facts, keys[facts.code]) for facts in fixtures.courts()],
        agreements=[_agreement(facts.code) for facts in fixtures.courts()],
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
        keys=[
            KeyEntry(id=keys.signing.id, use="sign", public=public_text(keys.signing.public)),
            KeyEntry(id=keys.box.id, use="box", public=public_text(keys.box.public)),
        ],
        officers=[OfficerEntry(id=officer.id, roles=list(officer.roles)) for officer in officers],
        liaison=[LiaisonEntry(officer=o.id, hours=_HOURS) for o in officers if "LIAISON_OFFICER" in o.roles],
    )


def _agreement(asking: str) -> AgreementEntry:
    """The framework agreement of the eight courts: every section, purpose and matter."""
    return AgreementEntry(
        asking=asking,
        asked=ANY_COURT,
        sections=[section.value for section in ProfileSection],
        purposes=[purpose.value for purpose in LookupPurpose],
        matters=[matter.value for matter in DelegatedMatterType],
        looks_per_hour=_LOOKS_PER_HOUR,
        valid_from=_SINCE,
        valid_until=_UNTIL,
    )
