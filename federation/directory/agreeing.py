"""What the documents of one version must hold of each other, and of those of the version before.

Invariant: a court that was listed once stays listed; a key id keeps its key and its use, and its state never goes back.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from federation.directory.document import KeyEntry, KeyState, KeyUse
from federation.directory.documents import (
    GATEWAY_DOCUMENT,
    MEMBERS,
    AgreementDocument,
    CourtDocument,
    SuspensionEntry,
    court_name,
)
from federation.directory.held import Held
from federation.directory.sound import keys_are_sound
from federation.rules import quorum
from federation.wire.errors import MalformedDirectory

_ORDER: Final[dict[KeyState, int]] = {"ACTIVE": 0, "RETIRED": 1, "REVOKED": 2}
_NODE_KEYS: Final[tuple[KeyUse, ...]] = ("sign", "box")


def require_agreeing(held: Held, before: Held | None) -> None:
    """Return if the documents agree.

    Raises:
        MalformedDirectory: part `voters`, `names`, `courts`, `keys` or `suspensions`.
    """
    for part, holds in _CHECKS:
        if not holds(held, before):
            raise MalformedDirectory(part)


def _voters_agree(held: Held, _before: Held | None) -> bool:
    """The active courts vote, each by its governance key, from when the decision is published."""
    active = {code: member.governance for code, member in held.members.items() if member.state == "ACTIVE"}
    return {voter.court: voter.key for voter in held.root.voters} == active


def _names_agree(held: Held, before: Held | None) -> bool:
    """The listing has one document of each member, and agreements of members."""
    courts = {court_name(code) for code in held.members}
    others = held.documents.keys() - courts - {MEMBERS, GATEWAY_DOCUMENT}
    stays = before is None or before.documents.keys() <= held.documents.keys()
    return (
        stays
        and courts | {MEMBERS, GATEWAY_DOCUMENT} <= held.documents.keys()
        and all(_is_of_members(held, held.documents[name].document) for name in others)
    )


def _is_of_members(held: Held, document: object) -> bool:
    return isinstance(document, AgreementDocument) and all(
        code is None or code in held.members for code in (document.asking, document.asked)
    )


def _nodes_agree(held: Held, _before: Held | None) -> bool:
    """A court that only supervises has no node, and a court that has one does not only supervise."""
    return all(
        (_document(held, code).url is None) == (member.state == "SUPERVISING") for code, member in held.members.items()
    )


def _active_have_keys(held: Held, before: Held | None) -> bool:
    return all(
        keys_are_sound(_document(held, code).keys, needs=_NODE_KEYS)
        for code, member in held.members.items()
        if member.state == "ACTIVE" and not _was_active_so(held, before, code)
    )


def _was_active_so(held: Held, before: Held | None, code: str) -> bool:
    """Whether the version before had the court active with the very same document: its keys were looked at then."""
    if before is None or before.documents.get(court_name(code)) is not held.documents[court_name(code)]:
        return False
    return before.members[code].state == "ACTIVE"


def _keys_are_kept(held: Held, before: Held | None) -> bool:
    if before is None:
        return True
    kept = _are_kept(before.root.gateway_keys, held.root.gateway_keys)
    kept = kept and _are_kept(before.gateway.examiner, held.gateway.examiner)
    return kept and all(
        _are_kept(_document(before, code).keys, _document(held, code).keys)
        for code in before.members
        if before.documents[court_name(code)] is not held.documents[court_name(code)]
    )


def _are_kept(before: Collection[KeyEntry], after: Collection[KeyEntry]) -> bool:
    known = {key.id: key for key in before}
    return all(
        (key.public, key.use) == (old.public, old.use) and _ORDER[key.state] >= _ORDER[old.state]
        for key in after
        if (old := known.get(key.id)) is not None
    )


def _suspensions_agree(held: Held, _before: Held | None) -> bool:
    """At no instant does the gateway alone suspend more courts than it may."""
    listed, most = held.gateway.suspensions, quorum.most_suspended(len(held.root.voters))
    return all(entry.court in held.members for entry in listed) and all(
        _in_force(listed, entry.at) <= most for entry in listed
    )


def _in_force(listed: Collection[SuspensionEntry], instant: datetime) -> int:
    return sum(entry.at <= instant < entry.at + quorum.LAPSES_AFTER for entry in listed)


def _document(held: Held, code: str) -> CourtDocument:
    document: CourtDocument = held.documents[court_name(code)].document
    return document


_CHECKS: Final[tuple[tuple[str, Callable[[Held, Held | None], bool]], ...]] = (
    ("voters", _voters_agree),
    ("names", _names_agree),
    ("courts", _nodes_agree),
    ("keys", _active_have_keys),
    ("keys", _keys_are_kept),
    ("suspensions", _suspensions_agree),
)
