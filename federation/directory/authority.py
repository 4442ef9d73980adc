"""Who must have signed which document of the directory.

root n+1        threshold of the voters of root n, and its own threshold
members         threshold of the root's voters
gateway         the gateway
court/<code>    that court's governance key
agreement/a-b   the governance keys of both
agreement/zone  threshold of the root's voters
fresh           the gateway, and witness courts by their signing keys
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation.directory.document import KeyEntry
from federation.directory.documents import (
    AgreementDocument,
    CourtDocument,
    FreshDocument,
    GatewayDocument,
    MembersDocument,
    RootDocument,
    court_name,
)
from federation.directory.held import Held
from federation.directory.signed import Signed
from federation.rules import quorum
from federation.wire.errors import BadSignature, MalformedDirectory, ThresholdNotReached
from federation.wire.header import GATEWAY
from federation.wire.signing import public_from_text

Publics = Mapping[tuple[str, str], str]
"""Public keys in their text form by court or "gateway", and key id."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose signatures a document needs, and from how many of them."""

    publics: Publics = field(repr=False)
    needed: int

    def has_signed(self, document: Signed[Any]) -> bool:
        """Whether enough of them signed it."""
        return document.is_signed_by(self._keys_of(document), self.needed)

    def require(self, document: Signed[Any], name: str) -> None:
        """Return if enough of them signed it.

        Raises:
            BadSignature: the only one who had to did not.
            ThresholdNotReached: too few of several did.
        """
        if self.has_signed(document):
            return
        if self.needed == 1:
            raise BadSignature
        raise ThresholdNotReached(name.partition("/")[0], self.count(document), self.needed)

    def count(self, document: Signed[Any]) -> int:
        """How many of them signed it."""
        return len(self.signers(document))

    def signers(self, document: Signed[Any]) -> frozenset[str]:
        """Who of them signed it."""
        return document.signers(self._keys_of(document))

    def _keys_of(self, document: Signed[Any]) -> Mapping[tuple[str, str], Ed25519PublicKey]:
        claimed = {(each.by, each.key) for each in document.signatures}
        return {name: public_from_text(self.publics[name]) for name in claimed if name in self.publics}


def of_root(root: RootDocument) -> Authority:
    """The voters of a root."""
    return Authority({(voter.court, voter.key.id): voter.key.public for voter in root.voters}, root.threshold)


def of_gateway(root: RootDocument) -> Authority:
    """The gateway's key."""
    return Authority(_signing(GATEWAY, root.gateway_keys), 1)


def require_witnessed(held: Held) -> None:
    """Return if enough of the voters' nodes have seen it.

    Raises:
        ThresholdNotReached: too few.
    """
    witnesses = of_witnesses(held)
    if not witnesses.has_signed(held.fresh):
        raise ThresholdNotReached("fresh", witnesses.count(held.fresh), witnesses.needed)


def of_witnesses(held: Held) -> Authority:
    """The voters' signing keys, as the version that is to be witnessed lists them."""
    publics: dict[tuple[str, str], str] = {}
    for each in held.fresh.signatures:
        if (document := held.documents.get(court_name(each.by))) is not None:
            publics |= _signing(each.by, document.document.keys)
    voters = {voter.court for voter in held.root.voters}
    of_voters = {name: public for name, public in publics.items() if name[0] in voters}
    return Authority(of_voters, quorum.witnesses(len(voters)))


def of(held: Held, document: Any) -> Authority:
    """Who decides on that document, by the root and the members of `held`.

    Raises:
        MalformedDirectory: part `names`: it is about a court that is no member.
    """
    return _OF[type(document)](held, document)


def require_fresh(root: RootDocument, fresh: Signed[FreshDocument]) -> None:
    """Return if the gateway signed it.

    Raises:
        BadSignature: it did not.
    """
    of_gateway(root).require(fresh, "fresh")


def _voters(held: Held, _document: Any) -> Authority:
    return of_root(held.root)


def _gateway(held: Held, _document: Any) -> Authority:
    return of_gateway(held.root)


def _court(held: Held, document: CourtDocument) -> Authority:
    return _governance(held, [document.court])


def _agreement(held: Held, document: AgreementDocument) -> Authority:
    if document.asking is None or document.asked is None:
        return of_root(held.root)
    return _governance(held, [document.asking, document.asked])


def _governance(held: Held, courts: Collection[str]) -> Authority:
    try:
        keys = {code: held.members[code].governance for code in courts}
    except KeyError:
        raise MalformedDirectory("names") from None
    return Authority({(code, key.id): key.public for code, key in keys.items()}, len(keys))


def _signing(by: str, keys: Collection[KeyEntry]) -> dict[tuple[str, str], str]:
    return {(by, key.id): key.public for key in keys if key.use == "sign" and key.state == "ACTIVE"}


_OF: Final[Mapping[type, Callable[[Held, Any], Authority]]] = MappingProxyType(
    {MembersDocument: _voters, GatewayDocument: _gateway, CourtDocument: _court, AgreementDocument: _agreement}
)
