"""The founding courts' entries: who they are and which keys are theirs, signed by each key. Files `DIVISION.entry`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from api.founding.plan import FoundingRefused, Planned
from api.membership import facts as own_facts
from api.membership.facts import Facts
from api.membership.own_keys import OwnKeys
from enforcement.desk.membership import bundles
from enforcement.rules.refusals import RuleBroken
from federation.directory import signed
from federation.directory.documents import ApplicationDocument, CourtDocument, MemberEntry
from federation.directory.signed import Signed
from federation.wire import framing
from federation.wire.errors import MalformedEnvelope
from federation.wire.header import GATEWAY

SUFFIX: Final = ".entry"
SUPERVISING: Final = "SUPERVISING"
_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class FoundingCourt:
    """A court whose keys were proven; its own document is signed by it."""

    member: MemberEntry = field(repr=False)
    court: Signed[CourtDocument] = field(repr=False)

    @property
    def code(self) -> str:
        return self.member.code

    @property
    def has_node(self) -> bool:
        return self.member.state != SUPERVISING


def made(planned: Planned, court: str, facts: Facts, keys: OwnKeys, now: datetime) -> bytes:
    """The court's entry, signed by its identity, governance and node keys."""
    member = own_facts.member_of(court, facts, keys.identity, keys.governance, now)
    document = own_facts.court_of(court, facts, keys.node)
    signers = [keys.identity, keys.governance]
    if facts.url is None:
        member = msgspec.structs.replace(member, state=SUPERVISING)
        document = msgspec.structs.replace(document, keys=[], contracts=[], wire=[])
    else:
        signers.append(keys.node.signing)
    application = ApplicationDocument(root=planned.digest, made_at=now, member=member, court=document)
    return framing.join(
        signed.write(application, [(court, key) for key in signers]),
        signed.write(document, [(court, keys.governance)]),
    )


def read_all(folder: Path, planned: Planned) -> tuple[FoundingCourt, ...]:
    """Every entry of the folder, in the order of the courts' codes.

    Raises:
        FoundingRefused: `entry`: one is not of the form, not for this plan, or not proven; `keys`, `courts`: two
            courts are one, or share a key.
    """
    found = [read(file.read_bytes(), file.name, planned) for file in sorted(folder.glob("*" + SUFFIX))]
    if not any(each.has_node for each in found):
        raise FoundingRefused("courts")
    _require_own([each.code for each in found], "courts")
    _require_own([each.member.division for each in found], "courts")
    _require_own([key for each in found for key in _publics(each)], "keys")
    return tuple(sorted(found, key=lambda each: each.code))


def read(raw: bytes, name: str, planned: Planned) -> FoundingCourt:
    """The entry in `raw`, proven; `name` is what a refusal calls it.

    Raises:
        FoundingRefused: `entry`.
    """
    try:
        application, court = framing.split(raw, _PARTS)
        return _proven(application, court, planned)
    except (MalformedEnvelope, RuleBroken, ValueError):
        raise FoundingRefused("entry", name) from None


def _proven(raw: bytes, court_raw: bytes, planned: Planned) -> FoundingCourt:
    application = bundles.read(raw, ApplicationDocument, "application")
    court, document = bundles.read(court_raw, CourtDocument, "court"), application.document
    member = document.member
    if (
        member.code == GATEWAY
        or document.root != planned.digest
        or court.document != document.court
        or court.document.court != member.code
    ):
        raise ValueError("another plan's, or another court's")
    if court.document.version != 1 or member.before is not None or member.lost_at is not None:
        raise ValueError("no beginning")
    if member.state != ("ACTIVE" if court.document.url is not None else SUPERVISING):
        raise ValueError("state")
    bundles.check_court(court.document, has_node=court.document.url is not None)
    own = [(member.identity.id, member.identity.public), (member.governance.id, member.governance.public)]
    nodes = [(key.id, key.public) for key in bundles.signing_keys(court.document)]
    bundles.check_signed(application, member.code, own + nodes)
    bundles.check_signed(court, member.code, own[1:])
    return FoundingCourt(member, court)


def _publics(each: FoundingCourt) -> list[str]:
    own = [each.member.identity.public, each.member.governance.public]
    return own + [key.public for key in each.court.document.keys]


def _require_own(values: Iterable[str], part: str) -> None:
    listed = list(values)
    if len(set(listed)) != len(listed):
        raise FoundingRefused(part)
