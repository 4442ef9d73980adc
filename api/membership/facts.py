"""What an applicant says of itself, as a JSON file beside its keys: strict, so that a slip is named."""

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from db.clock import civil_date
from federation.ask.content import CONTRACT
from federation.directory.document import Division, Entry, KeyEntry, LiaisonEntry, OfficerEntry, Text, Token, Url
from federation.directory.documents import CourtDocument, MemberEntry
from federation.directory.publish import public_entry
from federation.graph.skew import written
from federation.wire import strict_json
from federation.wire.header import VERSION
from federation.wire.keyfile import NodeKeys
from federation.wire.signing import SigningKey, public_text

_MAX_BYTES: Final = 256 * 1024


class FactsRefused(Exception):
    """The file is missing or not of the form (docs/membership.md)."""


class Facts(Entry, frozen=True, kw_only=True):
    """法院信息: what the zone's members document and the court's own will say."""

    division: Division
    name_zh: Text
    name_en: Text
    level: Token
    county_zh: Text
    county_en: Text
    province: Text
    parent: Text
    url: Url | None  # none for a superior court that only supervises
    issuer: Url
    officers: list[OfficerEntry]
    liaison: list[LiaisonEntry]


_FACTS: Final = msgspec.json.Decoder(Facts)


def read(path: Path, *, may_supervise: bool = False) -> Facts:
    """The facts; a court without a node is refused unless it `may_supervise`.

    Raises:
        FactsRefused.
    """
    try:
        with path.open("rb") as file:
            facts = strict_json.decode(file.read(_MAX_BYTES), _FACTS)[0]
    except (OSError, strict_json.NotStrict):
        raise FactsRefused from None
    if facts.url is None and not may_supervise:
        raise FactsRefused
    return facts


def member_of(court: str, facts: Facts, identity: SigningKey, governance: SigningKey, now: datetime) -> MemberEntry:
    """The entry with which the court applies; the courts write its instants when they admit it."""
    return MemberEntry(
        code=court,
        division=facts.division,
        name_zh=facts.name_zh,
        name_en=facts.name_en,
        level=facts.level,
        county_zh=facts.county_zh,
        county_en=facts.county_en,
        province=facts.province,
        parent=facts.parent,
        state="ACTIVE",
        since=civil_date(now),
        effective_at=now,
        identity=public_entry(identity),
        governance=public_entry(governance),
    )


def node_keys(keys: NodeKeys) -> list[KeyEntry]:
    """The node's public keys as its court's document lists them."""
    return [
        KeyEntry(id=keys.signing.id, use="sign", public=public_text(keys.signing.public)),
        KeyEntry(id=keys.box.id, use="box", public=public_text(keys.box.public)),
    ]


def court_of(court: str, facts: Facts, keys: NodeKeys) -> CourtDocument:
    """Version 1 of the court's own document."""
    return CourtDocument(
        version=1,
        court=court,
        url=facts.url,
        issuer=facts.issuer,
        keys=node_keys(keys),
        officers=facts.officers,
        liaison=facts.liaison,
        contracts=written(CONTRACT),
        wire=[VERSION],
    )
