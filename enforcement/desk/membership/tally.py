"""Who has to sign a proposal, and whether enough have. Pure.

    agreement of a pair    both of its courts
    agreement of the zone  the threshold of the root's voters
    all others             the threshold of the root's voters, and that of the next root's

Invariant: one court that is silent blocks nothing that three or more courts decide, except an agreement of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.desk.membership.drafts import Draft
from enforcement.desk.membership.standing import Standing, keys_of
from federation.directory import signed
from federation.directory.documents import AgreementDocument, RootDocument, VoterEntry
from federation.directory.signed import Signature


@dataclass(frozen=True, slots=True)
class Bench:
    """Some courts, of whom at least `threshold` must sign."""

    voters: tuple[VoterEntry, ...] = field(repr=False)
    threshold: int

    def missing(self, signers: frozenset[str]) -> int:
        """How many signatures are missing."""
        return max(0, self.threshold - len(signers & {voter.court for voter in self.voters}))


def benches(standing: Standing, drafts: Sequence[Draft]) -> tuple[Bench, ...]:
    """Whose signatures the drafts need: each of these must be satisfied."""
    (first, *_) = drafts
    if isinstance(first.document, AgreementDocument) and first.document.asking is not None:  # it stands alone
        pair = {first.document.asking, first.document.asked}
        voters = [VoterEntry(court=e.code, key=e.governance) for e in standing.members.members if e.code in pair]
        return (Bench(tuple(voters), len(pair)),)
    old = Bench(tuple(standing.root.voters), standing.root.threshold)
    new = [draft.document for draft in drafts if isinstance(draft.document, RootDocument)]
    return (old, *(Bench(tuple(root.voters), root.threshold) for root in new))


def missing(seats: Sequence[Bench], signers: frozenset[str]) -> int:
    """How many signatures are missing at least; 0 when it is decided."""
    return max(bench.missing(signers) for bench in seats)


def keys(seats: Sequence[Bench], court: str) -> dict[tuple[str, str], Ed25519PublicKey]:
    """The court's governance keys that count, by court and key id."""
    return keys_of([voter for bench in seats for voter in bench.voters if voter.court == court])


def has_signed(draft: Draft, signature: Signature, key: Ed25519PublicKey) -> bool:
    """Whether `signature` is that key's, over the draft."""
    read = signed.read(signed.join(draft.body, [signature]), type(draft.document))
    return read.signers({(signature.by, signature.key): key}) == {signature.by}
