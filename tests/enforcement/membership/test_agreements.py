"""Agreements: one court writes, both sign; never beyond the framework; ended by an earlier last day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from db import proposals
from db.clock import SetClock
from db.pool import Pool
from db.records.membership import ProposalState
from enforcement.desk.membership import agreements, court_documents, suspending
from enforcement.desk.membership.office import MembershipOffice
from enforcement.rules.membership import MembershipState, ProposalKind, SuspensionGround
from enforcement.rules.membership_refusals import (
    BeyondFramework,
    KeyProofFailed,
    NotAVoter,
    ProposalOpen,
    SignatureRejected,
)
from enforcement.rules.refusals import Forbidden, Malformed, NotFound, RuleBroken, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import MembershipSuspended
from federation.directory import signed
from federation.directory.document import KeyEntry, OfficerEntry
from federation.directory.documents import AgreementDocument, CourtDocument
from federation.wire.signing import SigningKey, generate_signing, public_text
from tests.conftest import REFERENCE
from tests.enforcement.membership.membership_zone import (
    ADMINS,
    EIGHT,
    NINTH,
    MembershipZone,
    agreement,
    court_document,
    decided,
    head,
    sign_by,
)

pytestmark = pytest.mark.anyio
A, B = EIGHT[0], EIGHT[7]


@pytest.fixture
def zone() -> MembershipZone:
    return MembershipZone()


@pytest.fixture
def office(zone: MembershipZone, gateway_pool: Pool, clock: SetClock) -> MembershipOffice:
    return zone.office(gateway_pool, clock)


async def test_both_courts_make_an_agreement(zone: MembershipZone, office: MembershipOffice) -> None:
    document = agreement(A, B, sections=["CASES"], looks_per_hour=10)

    made = await agreements.propose(office, head(A), zone.agreed(document, A), 0)
    assert (made.kind, made.court, made.other_court, made.state) == (ProposalKind.PAIR_AGREEMENT, A, B, "OPEN")
    made = await sign_by(zone, office, made, [B])

    assert made.state is ProposalState.PUBLISHED
    assert zone.standing.agreements[f"agreement/{A}-{B}"] == document


async def test_six_other_courts_off_block_no_agreement(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    made = await agreements.propose(office, head(B), zone.agreed(agreement(A, B), B), 0)
    clock.advance(timedelta(days=10))

    assert (await sign_by(zone, office, made, [A])).state is ProposalState.PUBLISHED


async def test_the_framework_is_the_courts_own(zone: MembershipZone, office: MembershipOffice) -> None:
    document = agreement(version=2, looks_per_hour=500)

    made = await agreements.propose(office, head(A), zone.agreed(document, A), 1)
    made = await sign_by(zone, office, made, EIGHT[1:5])
    assert (made.kind, made.state) == (ProposalKind.ZONE_AGREEMENT, "OPEN")
    made = await sign_by(zone, office, made, EIGHT[5:6])

    assert made.state is ProposalState.PUBLISHED
    assert zone.standing.framework == document


BEYOND: list[tuple[dict[str, Any], str]] = [
    ({"matters": ["SEAL"]}, "matters"),
    ({"looks_per_hour": 101}, "looksPerHour"),
    ({"valid_from": date(2024, 12, 31)}, "validFrom"),
    ({"valid_until": date(2027, 1, 1)}, "validUntil"),
]


@pytest.mark.parametrize(("changes", "part"), BEYOND)
async def test_nothing_goes_beyond_the_framework(
    zone: MembershipZone, office: MembershipOffice, changes: dict[str, Any], part: str
) -> None:
    with pytest.raises(BeyondFramework) as refused:
        await agreements.propose(office, head(A), zone.agreed(agreement(A, B, **changes), A), 0)
    assert refused.value.part == part


Raw = Callable[[MembershipZone], bytes]
BAD: list[tuple[Raw, Caller | None, type[RuleBroken]]] = [
    (lambda zone: zone.agreed(agreement(A, B, version=2), A), None, StaleVersion),
    (lambda zone: zone.agreed(agreement(A, B), EIGHT[1]), None, NotAVoter),
    (lambda zone: zone.agreed(agreement(A, NINTH), A), None, NotFound),
    (lambda zone: zone.agreed(agreement(A, A), A), None, Malformed),
    (lambda zone: zone.agreed(agreement(A, None), A), None, Malformed),
    (lambda zone: zone.agreed(agreement(A, B, sections=["EVERYTHING"]), A), None, Malformed),
    (lambda zone: zone.agreed(agreement(A, B, sections=["CASES", "CASES"]), A), None, Malformed),
    (lambda zone: zone.agreed(agreement(A, B, valid_until=date(2024, 1, 1)), A), None, Malformed),
    (lambda zone: signed.write(agreement(A, B)), None, Malformed),
    (lambda zone: signed.write(agreement(A, B), [(A, zone.keys[B].governance)]), None, SignatureRejected),
    (lambda zone: zone.agreed(agreement(A, B), A), head(B), Forbidden),
    (lambda zone: zone.agreed(agreement(A, B), A), head(A, Role.HANDLER), Forbidden),
    (lambda zone: zone.agreed(agreement(version=2), A), None, StaleVersion),  # said to replace none
    (lambda zone: b"junk", None, Malformed),
]


@pytest.mark.parametrize(("raw", "caller", "refusal"), BAD)
async def test_bad_agreement_is_not_proposed(
    zone: MembershipZone, office: MembershipOffice, raw: Raw, caller: Caller | None, refusal: type[RuleBroken]
) -> None:
    with pytest.raises(refusal):
        await agreements.propose(office, caller, raw(zone), 0)

    async with office.pool.acquire() as conn:
        assert await proposals.listed(conn) == []


async def test_no_agreement_is_made_with_who_takes_no_part(zone: MembershipZone, office: MembershipOffice) -> None:
    await suspending.suspend(office, ADMINS[0], B, SuspensionGround.OWN_REQUEST, zone.standing.version)
    await decided(zone, office, ProposalKind.DECLARE_LOST, EIGHT[6])

    for other in (B, EIGHT[6]):
        with pytest.raises(MembershipSuspended):
            await agreements.propose(office, head(A), zone.agreed(agreement(A, other), A), 0)


async def test_the_same_agreement_is_proposed_once(zone: MembershipZone, office: MembershipOffice) -> None:
    first = await agreements.propose(office, head(A), zone.agreed(agreement(A, B), A), 0)

    assert await agreements.propose(office, head(A), zone.agreed(agreement(A, B), A), 0) == first
    with pytest.raises(ProposalOpen):
        await agreements.propose(office, head(A), zone.agreed(agreement(A, B, looks_per_hour=1), A), 0)


async def in_force(zone: MembershipZone, office: MembershipOffice) -> AgreementDocument:
    document = agreement(A, B)
    made = await agreements.propose(office, head(A), zone.agreed(document, A), 0)
    await sign_by(zone, office, made, [B])
    return document


async def test_an_agreement_ends_by_an_earlier_last_day(zone: MembershipZone, office: MembershipOffice) -> None:
    await in_force(zone, office)
    await suspending.suspend(office, ADMINS[0], B, SuspensionGround.OWN_REQUEST, zone.standing.version)
    ending = agreement(A, B, version=2, valid_until=date(2025, 7, 14))

    made = await agreements.end(office, head(A), zone.agreed(ending, A), 1)
    await sign_by(zone, office, made, [B])

    assert zone.standing.agreements[f"agreement/{A}-{B}"].valid_until == date(2025, 7, 14)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"looks_per_hour": 99}, "terms"),
        ({"sections": ["CASES"]}, "terms"),
        ({}, "validUntil"),
        ({"valid_until": date(2025, 7, 12)}, "validUntil"),
    ],
)
async def test_an_ending_changes_nothing_else(
    zone: MembershipZone, office: MembershipOffice, changes: dict[str, Any], part: str
) -> None:
    await in_force(zone, office)

    with pytest.raises(Malformed) as refused:
        await agreements.end(office, head(A), zone.agreed(agreement(A, B, version=2, **changes), A), 1)
    assert refused.value.part == part
    with pytest.raises(NotFound):
        await agreements.end(office, head(A), zone.agreed(agreement(B, A), A), 0)


async def test_an_agreement_lifts_no_suspension(zone: MembershipZone, office: MembershipOffice) -> None:
    """It is no decision about who takes part: whoever stole a court's key would come back by it."""
    await in_force(zone, office)
    await suspending.suspend(office, ADMINS[0], A, SuspensionGround.KEY_COMPROMISED, zone.standing.version)
    ending = agreement(A, B, version=2, valid_until=date(2025, 7, 14))

    await sign_by(zone, office, await agreements.end(office, None, zone.agreed(ending, A), 1), [B])

    assert zone.standing.state(A, office.clock.now()) is MembershipState.SUSPENDED


async def test_one_courts_wording_keeps_nobody_elses_back(zone: MembershipZone, office: MembershipOffice) -> None:
    """Else a court could block the framework agreement for ever, with one that nobody signs."""
    await agreements.propose(office, head(B), zone.agreed(agreement(version=2, looks_per_hour=1), B), 1)

    made = await agreements.propose(office, head(A), zone.agreed(agreement(version=2, looks_per_hour=50), A), 1)
    await sign_by(zone, office, made, EIGHT[1:6])

    assert zone.standing.framework is not None
    assert zone.standing.framework.looks_per_hour == 50


# a court's own document


def changed(zone: MembershipZone, court: str = A, key: SigningKey | None = None, **changes: Any) -> bytes:
    before = zone.standing.courts[court]
    values = {name: getattr(before, name) for name in CourtDocument.__struct_fields__} | {"version": before.version + 1}
    return signed.write(CourtDocument(**(values | changes)), [(court, key or zone.keys[court].governance)])


async def test_a_court_moves_by_its_own_document(zone: MembershipZone, office: MembershipOffice) -> None:
    raw = changed(zone, url="https://moved.example")

    for caller in (head(A, Role.PRESIDENT), None):  # the second time nothing changes
        made = await court_documents.change(office, caller, raw, 1)

    assert (made.url, zone.standing.courts[A]) == ("https://moved.example", made)
    assert zone.published == [[raw]]


async def test_a_court_does_not_list_anothers_people(zone: MembershipZone, office: MembershipOffice) -> None:
    """Whom a provider vouches for is of one court: else another's people would sign in, and act, as its own."""
    theirs = zone.standing.courts[B]
    officers = [OfficerEntry(id="o-new", roles=["PRESIDENT"]), *theirs.officers]

    with pytest.raises(Malformed) as refused:
        await court_documents.change(
            office, None, changed(zone, issuer=f"{theirs.issuer}", officers=officers, liaison=[]), 1
        )

    assert (refused.value.part, zone.published) == ("officers", [])
    await court_documents.change(
        office, None, changed(zone, issuer=theirs.issuer, officers=officers[:1], liaison=[]), 1
    )
    assert len(zone.published) == 1


def _other_key(zone: MembershipZone) -> bytes:
    old = zone.standing.courts[A].keys
    stolen = KeyEntry(id=old[0].id, use="sign", public=public_text(generate_signing().public))
    return changed(zone, keys=[stolen, *old[1:]])


DOCUMENTS: list[tuple[Raw, Caller | None, type[RuleBroken]]] = [
    (lambda zone: changed(zone, key=zone.keys[B].governance), None, KeyProofFailed),
    (lambda zone: changed(zone, key=zone.keys[A].identity), None, KeyProofFailed),
    (lambda zone: changed(zone, version=3), None, StaleVersion),
    (lambda zone: changed(zone, url=None), None, Malformed),
    (lambda zone: changed(zone, keys=[]), None, Malformed),
    (_other_key, None, Malformed),
    (lambda zone: signed.write(court_document(NINTH, zone.keys[NINTH])), None, NotFound),
    (lambda zone: changed(zone, url="https://moved.example"), head(B), Forbidden),
    (lambda zone: changed(zone, url="https://moved.example"), ADMINS[0], Forbidden),
    (lambda zone: b"junk", None, Malformed),
]


@pytest.mark.parametrize(("raw", "caller", "refusal"), DOCUMENTS)
async def test_bad_document_of_a_court_is_not_published(
    zone: MembershipZone, office: MembershipOffice, raw: Raw, caller: Caller | None, refusal: type[RuleBroken]
) -> None:
    with pytest.raises(refusal):
        await court_documents.change(office, caller, raw(zone), 1)
    assert zone.published == []


async def test_who_has_left_changes_nothing(zone: MembershipZone, office: MembershipOffice) -> None:
    await decided(zone, office, ProposalKind.DECLARE_LOST, A)
    await decided(zone, office, ProposalKind.FINISH_WITHDRAWAL, A)

    with pytest.raises(TransitionNotAllowed):
        await court_documents.change(office, None, changed(zone, url="https://moved.example"), 1)
    assert office.clock.now() == REFERENCE
