"""The acts of `xiezhi membership`: show what is signed, ask, unlock the governance key, sign, hand it in.

Invariant: the governance key is unlocked only after its court has read in words what it will sign, and said yes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import anyio

from api.membership import own_keys, proposals, trusted, words
from api.membership.calls import Gateway
from api.membership.proposals import Checked, Proposal
from enforcement.desk.membership import drafts, tally
from enforcement.desk.membership.drafts import Claim
from enforcement.desk.membership.standing import Standing
from enforcement.rules.membership import ProposalKind
from federation.directory import signed
from federation.wire.signing import SigningKey

_LEAVE: Final = """
mutation Leave($input: WithdrawMembershipInput!) {
  withdrawMembership(input: $input) {
    ... on Membership { status }
    ... on Problem { code message }
    ... on Refusal { part }
    ... on StaleVersion { current }
  }
}"""


class NotSaid(Exception):
    """The person at the machine did not say yes."""


class NoVote(Exception):
    """The key, or the court, has no part in what would be signed."""


class NotAMember(Exception):
    """The court is not in the directory."""


@dataclass(frozen=True, slots=True)
class Person:
    """The liaison at the machine: reads, says yes or no, types the passphrase."""

    language: str
    say: Callable[[str], None]
    agree: Callable[[str], bool]
    passphrase: Callable[[], str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bench:
    """Whose machine it is, and what it trusts."""

    court: str
    key_file: Path
    standing: Standing = field(repr=False)
    now: datetime

    def unlocked(self, person: Person) -> SigningKey:
        """The court's governance key.

        Raises:
            KeyFileRefused.
        """
        return own_keys.governance_of(self.key_file, self.court, person.passphrase())


async def bench(
    court: str, key_file: Path, root: str, now: datetime, *, gateway: Gateway | None, directory: Path | None
) -> Bench:
    """The machine with the directory that it trusts: of a file, else fetched; verified from `root` either way.

    Raises:
        Untrusted, Unreachable, UnsafeTransport.
    """
    if directory is not None:
        try:
            raw = await anyio.Path(directory).read_bytes()
        except OSError:
            raise trusted.Untrusted("DIRECTORY_MISSING") from None
    elif gateway is not None:
        raw = await gateway.directory()
    else:
        raise trusted.Untrusted("DIRECTORY_MISSING")
    return Bench(court, key_file, trusted.verified(raw, root, now), now)


def show(proposal: Proposal, at: Bench, person: Person) -> Checked:
    """Say in words what the proposal would have the court sign.

    Raises:
        DoesNotFollow.
    """
    found = proposals.checked(proposal, at.standing, at.now)
    person.say(words.text("proposed", person.language, number=proposal.number))
    for line in words.of_claim(found.claim, found.drafts, at.standing, person.language):
        person.say(line)
    return found


def sign(proposal: Proposal, at: Bench, person: Person) -> dict[str, Any]:
    """The input of `signProposal`, after the person read it and said yes.

    Raises:
        DoesNotFollow, NotSaid, NoVote, KeyFileRefused.
    """
    found = show(proposal, at, person)
    key = agreed(at, person)
    if (at.court, key.id) not in tally.keys(tally.benches(at.standing, found.drafts), at.court):
        raise NoVote
    return proposals.signed_input(proposal, at.court, proposals.sign(found, at.court, key))


def agreed(at: Bench, person: Person) -> SigningKey:
    """The governance key, once the person said yes.

    Raises:
        NotSaid, KeyFileRefused.
    """
    if not person.agree(words.text("sure", person.language)):
        raise NotSaid
    return at.unlocked(person)


async def withdraw(gateway: Gateway, at: Bench, person: Person, effective_at: datetime) -> dict[str, Any]:
    """Leave the zone: the court signs the next root and members by itself.

    Raises:
        NotAMember, NotSaid, KeyFileRefused, Refused, Unreachable.
    """
    if at.standing.member(at.court) is None:
        raise NotAMember
    claim = Claim(ProposalKind.WITHDRAW, at.court, at.now, effective_at)
    own = drafts.follow(at.standing, claim)
    for line in words.of_claim(claim, own, at.standing, person.language):
        person.say(line)
    key = agreed(at, person)
    made = {draft.name: signed.signature(draft.document, draft.body, at.court, key) for draft in own}
    given = {
        "court": at.court,
        "madeAt": claim.made_at.isoformat(),
        "effectiveAt": claim.effective_at.isoformat(),
        "signatures": proposals.signatures_input(made),
        "version": at.standing.version,
    }
    return await gateway.one(_LEAVE, {"input": given})
