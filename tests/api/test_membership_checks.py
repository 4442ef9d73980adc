"""What a court's machine signs: what follows from the directory that it trusts, after somebody said yes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.membership import acts, proposals, trusted, words
from api.membership.acts import Bench, NotSaid, NoVote, Person
from api.membership.calls import Refused
from api.membership.proposals import Body, DoesNotFollow, NoProposal, Proposal
from api.membership.trusted import Untrusted
from db.clock import SHANGHAI
from enforcement.desk.membership import drafts
from enforcement.desk.membership.drafts import Claim
from enforcement.desk.membership.standing import Standing
from enforcement.rules.membership import ProposalKind
from federation.directory import signed
from federation.directory.documents import AgreementDocument, ApplicationDocument, RootDocument
from federation.wire import governance_keyfile
from federation.wire.errors import KeyFileRefused
from tests.enforcement.membership.membership_zone import (
    EIGHT,
    NINTH,
    ROOT_DIGEST,
    CourtKeys,
    MembershipZone,
    agreement,
    court_document,
    member,
)
from tests.federation.zone import ISSUED, KAIHUA, Zone

NOW = ISSUED
PASSPHRASE = "only here"


@pytest.fixture(scope="module")
def zone() -> MembershipZone:
    return MembershipZone()


def proposal(zone: MembershipZone, what: ProposalKind, whom: str | None, **changes: Any) -> Proposal:
    """As the gateway shows it; `changes` are the gateway's lies."""
    application = changes.pop("applied", zone.application())
    read = signed.read(application.application, ApplicationDocument).document
    claim = Claim(what, whom, NOW, NOW + timedelta(days=1), application=read if what is ProposalKind.ADMIT else None)
    made = drafts.follow(changes.pop("from_", zone.standing), claim)
    values: dict[str, Any] = {
        "number": "0197f3a1-0000-7000-8000-000000000000",
        "kind": what,
        "court": whom,
        "state": "OPEN",
        "version": 1,
        "made_at": claim.made_at,
        "effective_at": claim.effective_at,
        "application": application.application if what is ProposalKind.ADMIT else None,
        "documents": [Body(name=each.name, version=each.version, body=each.body) for each in made],
    }
    return Proposal(**(values | changes))


def of_agreement(document: AgreementDocument, **changes: Any) -> Proposal:
    draft = drafts.agreed(document, msgspec.json.encode(document))
    kind = ProposalKind.ZONE_AGREEMENT if document.asking is None else ProposalKind.PAIR_AGREEMENT
    values: dict[str, Any] = {
        "number": "1",
        "kind": kind,
        "court": document.asking,
        "state": "OPEN",
        "version": 1,
        "made_at": NOW,
        "effective_at": NOW,
        "application": None,
        "documents": [Body(name=draft.name, version=draft.version, body=draft.body)],
    }
    return Proposal(**(values | changes))


GOOD: list[Callable[[MembershipZone], Proposal]] = [
    lambda zone: proposal(zone, ProposalKind.ADMIT, NINTH),
    lambda zone: proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0]),
    lambda zone: proposal(zone, ProposalKind.WITHDRAW, EIGHT[0]),
    lambda zone: proposal(zone, ProposalKind.DECLARE_LOST, EIGHT[0]),
    lambda zone: proposal(zone, ProposalKind.RENEW, None),
    lambda zone: of_agreement(agreement(EIGHT[0], EIGHT[7])),
    lambda zone: of_agreement(agreement(version=2)),
]


@pytest.mark.parametrize("made", GOOD)
def test_what_follows_is_shown_in_words(zone: MembershipZone, made: Callable[[MembershipZone], Proposal]) -> None:
    found = proposals.checked(made(zone), zone.standing, NOW)

    for language in ("zh", "en"):
        lines = words.of_claim(found.claim, found.drafts, zone.standing, language)
        assert len(lines) >= 3
        assert all("{" not in line for line in lines)


def _tampered(zone: MembershipZone) -> Proposal:
    """The gateway adds a voter of its own."""
    honest = proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0])
    bodies = [(each, each.body.replace(b'"threshold":5', b'"threshold":1')) for each in honest.documents]
    changed = [msgspec.structs.replace(each, body=body) for each, body in bodies]
    return msgspec.structs.replace(honest, documents=changed)


def _other_standing(zone: MembershipZone) -> Proposal:
    """It follows, but from a directory in which another court's key is the gateway's own."""
    entries = zone.standing.members.members
    fake = [msgspec.structs.replace(e, governance=member(e.code, CourtKeys()).governance) for e in entries]
    standing = replace(zone.standing, members=msgspec.structs.replace(zone.standing.members, members=fake))
    return proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0], from_=standing)


def _unproven(zone: MembershipZone) -> Proposal:
    keys = zone.keys[NINTH]
    return proposal(zone, ProposalKind.ADMIT, NINTH, applied=zone.application(signers=[keys.identity, keys.signing]))


BAD: list[Callable[[MembershipZone], Proposal]] = [
    _tampered,
    _other_standing,
    _unproven,
    lambda zone: proposal(zone, ProposalKind.ADMIT, NINTH, applied=zone.application(root="e" * 64)),
    lambda zone: proposal(zone, ProposalKind.ADMIT, NINTH, application=zone.application(made_at=NOW).court),
    lambda zone: proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0], court=EIGHT[1]),
    lambda zone: proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0], kind=ProposalKind.REINSTATE),
    lambda zone: proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0], made_at=NOW + timedelta(hours=1)),
    lambda zone: proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0], effective_at=NOW + timedelta(days=91)),
    lambda zone: proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0], documents=[]),
    lambda zone: proposal(zone, ProposalKind.REINSTATE, EIGHT[0]),  # it is active
    lambda zone: proposal(zone, ProposalKind.FINISH_WITHDRAWAL, EIGHT[0]),
    lambda zone: of_agreement(agreement(EIGHT[0], EIGHT[7], version=2)),
    lambda zone: of_agreement(agreement(EIGHT[0], EIGHT[7]), court=EIGHT[1]),
    lambda zone: of_agreement(agreement(EIGHT[0], EIGHT[7]), kind=ProposalKind.ZONE_AGREEMENT),
    lambda zone: of_agreement(agreement(version=2), documents=[]),
]


@pytest.mark.parametrize("made", BAD)
def test_what_does_not_follow_is_not_signed(zone: MembershipZone, made: Callable[[MembershipZone], Proposal]) -> None:
    with pytest.raises(DoesNotFollow):
        proposals.checked(made(zone), zone.standing, NOW)


@pytest.fixture
def key_file(tmp_path: Path, zone: MembershipZone) -> Path:
    path = tmp_path / "governance.key"
    governance_keyfile.write(path, EIGHT[1], zone.keys[EIGHT[1]].governance, PASSPHRASE, cost=2)
    return path


def person(said: list[str], *, agrees: bool = True, asked: list[str] | None = None) -> Person:
    def passphrase() -> str:
        if asked is not None:
            asked.append("passphrase")
        return PASSPHRASE

    return Person("en", said.append, lambda _question: agrees, passphrase)


def bench(standing: Standing, court: str, key_file: Path) -> Bench:
    return Bench(court, key_file, standing, NOW)


def test_the_signatures_are_those_of_every_document(zone: MembershipZone, key_file: Path) -> None:
    said: list[str] = []
    made = proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0])

    given = acts.sign(made, bench(zone.standing, EIGHT[1], key_file), person(said))

    assert [each["document"] for each in given["signatures"]] == ["agreement/zone", "members", "root"]
    assert {each["key"] for each in given["signatures"]} == {zone.keys[EIGHT[1]].governance.id}
    assert any("浙0824 is suspended" in line for line in said)
    body = next(each.body for each in made.documents if each.name == "root")
    signature = next(each for each in given["signatures"] if each["document"] == "root")
    found = signed.read(
        signed.join(body, [signed.Signature(by=EIGHT[1], key=signature["key"], signature=signature["signature"])]),
        RootDocument,
    )
    key = zone.keys[EIGHT[1]].governance
    assert found.signers({(EIGHT[1], key.id): key.public}) == {EIGHT[1]}


def test_what_is_read_is_what_is_there(zone: MembershipZone, key_file: Path) -> None:
    """Neither the gateway nor an applicant steers the terminal: else one would read another thing than is signed."""
    hidden = "\x1b[8m\r\n\u202e"
    applied = zone.application(
        member=member(NINTH, zone.keys[NINTH], name_en=f"Ninth{hidden}"),
        court=court_document(NINTH, zone.keys[NINTH], url=f"https://ninth.example/{hidden[0]}[2K"),
    )
    made = proposal(zone, ProposalKind.ADMIT, NINTH, applied=applied, number=f"1{hidden}")
    said: list[str] = []

    acts.show(made, bench(zone.standing, EIGHT[1], key_file), person(said))

    said.append(Refused(f"NOT_FOUND{hidden}", part=hidden).words("en"))
    assert all(line.isprintable() for line in said)
    assert any("Ninth" in line and "https://ninth.example/" in line for line in said)


def test_it_is_said_until_when_the_courts_decide(zone: MembershipZone, key_file: Path) -> None:
    """An old proposal is good for a short time only: the gateway could have the directory end tomorrow."""
    claim = Claim(ProposalKind.RENEW, None, NOW - timedelta(days=364), NOW - timedelta(days=364))
    bodies = [Body(name=d.name, version=d.version, body=d.body) for d in drafts.follow(zone.standing, claim)]
    made = proposal(
        zone, ProposalKind.RENEW, None, made_at=claim.made_at, effective_at=claim.effective_at, documents=bodies
    )
    said: list[str] = []

    acts.show(made, bench(zone.standing, EIGHT[1], key_file), person(said))

    until = (NOW + timedelta(days=1)).astimezone(SHANGHAI).isoformat(timespec="seconds")
    assert any("expire" in line and until in line for line in said)


def test_who_says_no_is_not_asked_for_a_passphrase(zone: MembershipZone, key_file: Path) -> None:
    asked: list[str] = []

    with pytest.raises(NotSaid):
        acts.sign(
            proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0]),
            bench(zone.standing, EIGHT[1], key_file),
            person([], agrees=False, asked=asked),
        )
    assert asked == []


def test_a_key_without_a_vote_signs_nothing(zone: MembershipZone, tmp_path: Path, key_file: Path) -> None:
    other = tmp_path / "ninth.key"
    governance_keyfile.write(other, NINTH, zone.keys[NINTH].governance, PASSPHRASE, cost=2)
    made = proposal(zone, ProposalKind.CONFIRM_SUSPENSION, EIGHT[0])

    with pytest.raises(NoVote):
        acts.sign(made, bench(zone.standing, NINTH, other), person([]))
    with pytest.raises(KeyFileRefused):
        acts.sign(made, bench(zone.standing, EIGHT[2], key_file), person([]))


def test_a_proposal_is_carried_in_a_file(zone: MembershipZone, tmp_path: Path) -> None:
    made = proposal(zone, ProposalKind.ADMIT, NINTH)
    proposals.write(tmp_path / "proposal.json", made)

    assert proposals.read(tmp_path / "proposal.json") == made
    (tmp_path / "other.json").write_text("{}")
    for name in ("other.json", "missing.json"):
        with pytest.raises(NoProposal):
            proposals.read(tmp_path / name)


def test_the_directory_is_trusted_from_its_root_alone() -> None:
    directory = Zone()
    raw = directory.signed(1)

    standing = trusted.verified(raw, directory.root, ISSUED)
    assert standing.member(KAIHUA) is not None
    assert standing.roots == {directory.root} != {ROOT_DIGEST}
    for bundle, root, now, code in (
        (raw, "0" * 64, ISSUED, "BAD_SIGNATURE"),
        (raw[:-1], directory.root, ISSUED, "MALFORMED_DIRECTORY"),
        (raw, directory.root, ISSUED + timedelta(days=31), "DIRECTORY_EXPIRED"),
    ):
        with pytest.raises(Untrusted) as refused:
            trusted.verified(bundle, root, now)
        assert refused.value.code == code
