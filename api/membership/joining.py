"""`xiezhi join`: a court applies to the zone whose root it was told, with keys that it makes itself.

    the gateway's directory, verified from the fingerprint in the invitation
      -> keys: made once, read from then on
      -> the application, signed by identity, governance and node keys; kept beside them
      -> sent; the words of its keys are printed, to be compared over the telephone

Invariant: run again with the same keys and facts, it sends the same bytes.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from api.membership import facts as own_facts
from api.membership import own_keys, trusted
from api.membership.calls import Gateway, Refused
from api.membership.facts import Facts
from api.membership.own_keys import OwnKeys
from enforcement.desk.membership.bundles import fingerprint_of
from enforcement.rules import fingerprint
from federation.directory import signed
from federation.directory.documents import ApplicationDocument, CourtDocument
from federation.wire.errors import MalformedDirectory
from schema.document_text import base64_text

APPLICATION: Final = "application.signed"
COURT: Final = "court.signed"
_SEND: Final = """
mutation Apply($input: ApplyForMembershipInput!) {
  applyForMembership(input: $input) {
    ... on MembershipApplication { court status version reason conformanceRuns { isGreen } }
    ... on Problem { code message }
    ... on Refusal { part }
    ... on StaleVersion { current }
  }
}"""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the court was told, and who it is."""

    gateway: Gateway
    root: str
    court: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of it."""

    status: str
    words_zh: str
    words_en: str
    is_same: bool  # as was sent before


@dataclass(frozen=True, slots=True)
class _Bundle:
    """The two signed documents, as they are sent and kept."""

    application: bytes = field(repr=False)
    court: bytes = field(repr=False)


async def join(invitation: Invitation, folder: Path, facts: Facts, passphrase: str, now: datetime) -> Applied:
    """Apply, or see where the application stands.

    Raises:
        Untrusted: the gateway's directory does not follow from the invitation's root.
        KeyFileRefused, Refused, Unreachable, UnsafeTransport.
    """
    standing = trusted.verified(await invitation.gateway.directory(), invitation.root, now)
    if standing.member(invitation.court) is not None:
        raise Refused("ALREADY_MEMBER")
    keys = own_keys.make_or_read(folder, invitation.court, passphrase)
    document = _document(invitation, facts, keys, now)
    kept = _kept(folder, document)
    bundle = kept or _signed(document, keys)
    if kept is None:
        _keep(folder, bundle)
    answer = await _send(invitation.gateway, bundle)
    words = fingerprint_of(document.member, document.court)
    return Applied(
        str(answer["status"]), fingerprint.words(words, "zh"), fingerprint.words(words, "en"), kept is not None
    )


def _document(invitation: Invitation, facts: Facts, keys: OwnKeys, now: datetime) -> ApplicationDocument:
    return ApplicationDocument(
        root=invitation.root,
        made_at=now,
        member=own_facts.member_of(invitation.court, facts, keys.identity, keys.governance, now),
        court=own_facts.court_of(invitation.court, facts, keys.node),
    )


def _signed(document: ApplicationDocument, keys: OwnKeys) -> _Bundle:
    code = document.member.code
    all_keys = (keys.identity, keys.governance, keys.node.signing)
    return _Bundle(
        signed.write(document, [(code, key) for key in all_keys]),
        signed.write(document.court, [(code, keys.governance)]),
    )


def _kept(folder: Path, document: ApplicationDocument) -> _Bundle | None:
    """What was sent before, if it says the same but for its instants."""
    try:
        bundle = _Bundle((folder / APPLICATION).read_bytes(), (folder / COURT).read_bytes())
        before = signed.read(bundle.application, ApplicationDocument).document
        court = signed.read(bundle.court, CourtDocument).document
    except (FileNotFoundError, MalformedDirectory):
        return None
    return bundle if _timeless(before) == _timeless(document) and court == document.court else None


def _timeless(document: ApplicationDocument) -> dict[str, Any]:
    """What the application says, without when it was made."""
    plain: dict[str, Any] = msgspec.to_builtins(document)
    del plain["made_at"], plain["member"]["effective_at"], plain["member"]["since"]
    return plain


def _keep(folder: Path, bundle: _Bundle) -> None:
    (folder / APPLICATION).write_bytes(bundle.application)
    (folder / COURT).write_bytes(bundle.court)


async def _send(gateway: Gateway, bundle: _Bundle) -> dict[str, Any]:
    given = {"application": base64_text(bundle.application), "court": base64_text(bundle.court)}
    try:
        return await gateway.one(_SEND, {"input": given | {"version": 0}})
    except Refused as refused:
        if refused.code != "STALE_VERSION" or not refused.current:
            raise
        return await gateway.one(_SEND, {"input": given | {"version": refused.current}})
