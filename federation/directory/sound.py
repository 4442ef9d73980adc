"""What a single document of the directory must hold of itself; what several must hold of each other: agreeing.py."""

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from federation.directory.document import KeyEntry, KeyUse
from federation.directory.documents import (
    AgreementDocument,
    CourtDocument,
    FreshDocument,
    GatewayDocument,
    ListingDocument,
    MembersDocument,
    RootDocument,
)
from federation.rules import quorum
from federation.wire.header import EXAMINER, GATEWAY
from federation.wire.signing import MalformedKey, public_bytes

Parts = Mapping[str, bool]
"""By part, whether it holds."""


def contradiction(document: msgspec.Struct) -> str | None:
    """The part of a well-formed document that contradicts itself, or None."""
    return next((part for part, holds in _CHECKS[type(document)](document).items() if not holds), None)


def keys_are_sound(keys: Collection[KeyEntry], *, needs: Iterable[KeyUse] = ()) -> bool:
    """Ids are unique, a retirement has its instant, and of each use in `needs` one is active; of "box" never two."""
    active = [key.use for key in keys if key.state == "ACTIVE"]
    return (
        len({key.id for key in keys}) == len(keys)
        and all(_is_key(key.public) for key in keys)
        and all((key.state == "ACTIVE") == (key.retired_at is None) for key in keys)
        and all(use in active for use in needs)
        and active.count("box") <= 1
    )


def _root(root: RootDocument) -> Parts:
    """One voice for each court and for each key, and as many of them must agree as the rule says."""
    courts, keys = {voter.court for voter in root.voters}, {voter.key.public for voter in root.voters}
    return {
        "voters": len(courts) == len(keys) == len(root.voters) > 0 and all(map(_is_key, keys)),
        "threshold": bool(root.voters) and root.threshold == quorum.threshold(len(root.voters)),
        "keys": keys_are_sound(root.gateway_keys, needs=("sign",)) and all(k.use == "sign" for k in root.gateway_keys),
    }


def _members(members: MembersDocument) -> Parts:
    """A governance key is one court's alone, and no identity key."""
    codes = {member.code for member in members.members}
    governance = {member.governance.public for member in members.members}
    identity = {member.identity.public for member in members.members}
    return {
        "courts": len(codes) == len(members.members) and not codes & {GATEWAY, EXAMINER},
        "keys": len(governance) == len(members.members)
        and not governance & identity
        and all(map(_is_key, governance | identity)),
    }


def _gateway(gateway: GatewayDocument) -> Parts:
    ids = {officer.id for officer in gateway.admins}
    suspended = {entry.court for entry in gateway.suspensions}
    return {
        "officers": len(ids) == len(gateway.admins),
        "suspensions": len(suspended) == len(gateway.suspensions),
        "keys": keys_are_sound(gateway.examiner),
    }


def _court(court: CourtDocument) -> Parts:
    """Liaison officers are officers of the court; a court without a node has no keys."""
    ids = {officer.id for officer in court.officers}
    return {
        "courts": court.court not in {GATEWAY, EXAMINER},
        "keys": keys_are_sound(court.keys) and not (court.url is None and court.keys),
        "officers": len(ids) == len(court.officers) and all(entry.officer in ids for entry in court.liaison),
    }


def _agreement(agreement: AgreementDocument) -> Parts:
    pair = (agreement.asking, agreement.asked)
    return {"agreements": pair == (None, None) or (None not in pair and pair[0] != pair[1])}


def _listing(listing: ListingDocument) -> Parts:
    names = [entry.name for entry in listing.entries]
    return {"listing": names == sorted(set(names))}


def _fresh(fresh: FreshDocument) -> Parts:
    return {"expires_at": fresh.issued_at < fresh.expires_at}


_CHECKS: Final[Mapping[type, Callable[[Any], Parts]]] = MappingProxyType(
    {
        RootDocument: _root,
        MembersDocument: _members,
        GatewayDocument: _gateway,
        CourtDocument: _court,
        AgreementDocument: _agreement,
        ListingDocument: _listing,
        FreshDocument: _fresh,
    }
)


def _is_key(text: str) -> bool:
    try:
        return bool(public_bytes(text))
    except MalformedKey:
        return False
