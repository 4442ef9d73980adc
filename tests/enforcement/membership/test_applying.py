"""Applying: whoever proves the keys; once; changed by the same identity alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db import applications, membership_acts
from db.clock import SetClock
from db.pool import Pool
from enforcement.desk.membership import applying, examining
from enforcement.desk.membership.office import MembershipOffice
from enforcement.rules.membership import RejectionReason
from enforcement.rules.membership_refusals import (
    AlreadyMember,
    ApplicationPending,
    KeyProofFailed,
    TooManyApplications,
    WrongZone,
)
from enforcement.rules.refusals import Malformed, RuleBroken, StaleVersion
from federation.wire.signing import generate_signing
from tests.conftest import REFERENCE
from tests.enforcement.membership.membership_zone import (
    ADMINS,
    EIGHT,
    NINTH,
    Bundle,
    CourtKeys,
    MembershipZone,
    court_document,
    examined,
    member,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def zone() -> MembershipZone:
    return MembershipZone()


@pytest.fixture
def office(zone: MembershipZone, gateway_pool: Pool, clock: SetClock) -> MembershipOffice:
    return zone.office(gateway_pool, clock)


async def send(office: MembershipOffice, bundle: Bundle, version: int = 0) -> Any:
    return await applying.apply(office, bundle.application, bundle.court, version)


async def rows(office: MembershipOffice) -> tuple[int, int]:
    """Applications, and lines of the history."""
    async with office.pool.acquire() as conn:
        return len(await applications.listed(conn)), await membership_acts.last(conn)


async def test_an_applicant_is_written_down(zone: MembershipZone, office: MembershipOffice) -> None:
    bundle = zone.application()

    made = await send(office, bundle)

    assert (made.court, made.state, made.version) == (NINTH, "APPLIED", 1)
    assert (made.application, made.court_document) == (bundle.application, bundle.court)
    async with office.pool.acquire() as conn:
        (act,) = (await membership_acts.of_courts(conn, [NINTH]))[NINTH]
    assert (act.act, act.from_state, act.to_state, act.officer_id) == ("APPLY", None, "APPLIED", None)


async def test_the_same_application_twice_is_one(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    bundle = zone.application()
    first = await send(office, bundle)
    clock.advance(timedelta(hours=1))

    assert await send(office, bundle) == first
    assert await rows(office) == (1, 1)


async def test_a_change_undoes_approvals(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await examined(zone, office)
    made = await examining.approve(office, ADMINS[0], NINTH, made.version)
    court = court_document(NINTH, zone.keys[NINTH], url="https://other.example")

    changed = await send(office, zone.application(court=court, made_at=REFERENCE + timedelta(seconds=1)), made.version)

    assert (changed.id, changed.state, changed.version) == (made.id, "PENDING_CONFORMANCE", made.version + 1)
    assert changed.document_digest != made.document_digest
    async with office.pool.acquire() as conn:
        assert (await applications.approvals(conn, [made.id]))[made.id] == []


async def test_an_older_change_is_stale(zone: MembershipZone, office: MembershipOffice) -> None:
    await send(office, zone.application())

    for made_at, version in ((REFERENCE - timedelta(seconds=1), 1), (REFERENCE + timedelta(seconds=1), 0)):
        with pytest.raises(StaleVersion) as stale:
            await send(office, zone.application(made_at=made_at), version)
        assert stale.value.current == 1
    assert await rows(office) == (1, 1)


async def test_another_identity_waits(zone: MembershipZone, office: MembershipOffice) -> None:
    first = await send(office, zone.application())
    zone.keys[NINTH] = CourtKeys()

    with pytest.raises(ApplicationPending):
        await send(office, zone.application())
    assert await rows(office) == (1, 1)

    await examining.reject(office, ADMINS[0], NINTH, first.version, RejectionReason.KEYS_NOT_CONFIRMED)
    assert (await send(office, zone.application())).state == "APPLIED"


def _unsigned(left_out: str) -> Callable[[MembershipZone], Bundle]:
    def bundle(zone: MembershipZone) -> Bundle:
        keys = zone.keys[NINTH]
        kept = {"identity": keys.identity, "governance": keys.governance, "signing": keys.signing}
        return zone.application(signers=[key for name, key in kept.items() if name != left_out])

    return bundle


def _false(name: str) -> Callable[[MembershipZone], Bundle]:
    """Signed under the right id, with another key."""

    def bundle(zone: MembershipZone) -> Bundle:
        keys = zone.keys[NINTH]
        true = {"identity": keys.identity, "governance": keys.governance, "signing": keys.signing}
        return zone.application(signers=list((true | {name: generate_signing(true[name].id)}).values()))

    return bundle


@pytest.mark.parametrize("part", ["identity", "governance", "signing"])
@pytest.mark.parametrize("how", [_unsigned, _false])
async def test_each_key_is_proven(zone: MembershipZone, office: MembershipOffice, part: str, how: Any) -> None:
    with pytest.raises(KeyProofFailed):
        await send(office, how(part)(zone))
    assert await rows(office) == (0, 0)


async def test_the_courts_document_is_proven(zone: MembershipZone, office: MembershipOffice) -> None:
    with pytest.raises(KeyProofFailed):
        await send(office, zone.application(court_signer=zone.keys[NINTH].identity))
    assert await rows(office) == (0, 0)


def _court(**changes: Any) -> Callable[[MembershipZone], Bundle]:
    return lambda zone: zone.application(court=court_document(NINTH, zone.keys[NINTH], **changes))


def _member(**changes: Any) -> Callable[[MembershipZone], Bundle]:
    return lambda zone: zone.application(member=member(NINTH, zone.keys[NINTH], **changes))


def _same_key(zone: MembershipZone) -> Bundle:
    zone.keys[NINTH] = replace(zone.keys[NINTH], governance=zone.keys[NINTH].identity)
    return zone.application()


def _members_key(zone: MembershipZone) -> Bundle:
    """Another court's governance key, of which the applicant holds the private half too."""
    zone.keys[NINTH] = replace(zone.keys[NINTH], governance=zone.keys[EIGHT[0]].governance)
    return zone.application()


BAD: list[tuple[Callable[[MembershipZone], Bundle], type[RuleBroken], str | None]] = [
    (lambda zone: zone.application(root="e" * 64), WrongZone, None),
    (lambda zone: zone.application(EIGHT[0]), AlreadyMember, None),
    (lambda zone: zone.application(made_at=REFERENCE + timedelta(minutes=6)), Malformed, "madeAt"),
    (lambda zone: zone.application(made_at=REFERENCE - timedelta(days=31)), Malformed, "madeAt"),
    (lambda zone: zone.application(embedded=court_document(NINTH, CourtKeys())), Malformed, "court"),
    (_court(version=2), Malformed, "court"),
    (_court(url=None), Malformed, "court"),
    (_court(contracts=[]), Malformed, "court"),
    (_court(officers=[]), Malformed, "court"),
    (_court(court="浙0882"), Malformed, "member"),
    (_court(keys=[]), Malformed, "keys"),
    (_member(state="SUSPENDED"), Malformed, "member"),
    (_member(before="ACTIVE"), Malformed, "member"),
    (_member(lost_at=REFERENCE), Malformed, "member"),
    (_same_key, Malformed, "keys"),
    (_members_key, Malformed, "keys"),
    (lambda zone: Bundle(b"junk", zone.application().court), Malformed, "application"),
    (lambda zone: Bundle(zone.application().application, zone.application().application), Malformed, "court"),
    (lambda zone: Bundle(bytes(256 * 1024 + 1), b""), Malformed, "application"),
]


@pytest.mark.parametrize(("made", "refusal", "part"), BAD)
async def test_bad_application_is_refused_whole(
    zone: MembershipZone,
    office: MembershipOffice,
    made: Callable[[MembershipZone], Bundle],
    refusal: type[RuleBroken],
    part: str | None,
) -> None:
    with pytest.raises(refusal) as refused:
        await send(office, made(zone))

    assert getattr(refused.value, "part", None) == part
    assert await rows(office) == (0, 0)


async def test_an_applicant_does_not_list_a_members_people(zone: MembershipZone, office: MembershipOffice) -> None:
    theirs = zone.standing.courts[EIGHT[0]]
    court = court_document(NINTH, zone.keys[NINTH], issuer=theirs.issuer, officers=theirs.officers, liaison=[])

    with pytest.raises(Malformed) as refused:
        await send(office, zone.application(court=court))

    assert (refused.value.part, await rows(office)) == ("officers", (0, 0))


async def test_one_court_changes_its_application_so_often(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    for second in range(applying.MOST_CHANGES):
        await send(office, zone.application(made_at=REFERENCE + timedelta(seconds=second)), second)
    later = zone.application(made_at=REFERENCE + timedelta(seconds=99))

    with pytest.raises(TooManyApplications):
        await send(office, later, applying.MOST_CHANGES)
    clock.advance(timedelta(days=1))
    assert (await send(office, later, applying.MOST_CHANGES)).version == applying.MOST_CHANGES + 1


async def test_applications_that_wait_are_bounded(
    zone: MembershipZone, office: MembershipOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "MOST_OPEN", 1)
    zone.keys["浙0882"] = CourtKeys()
    await send(office, zone.application())

    with pytest.raises(TooManyApplications):
        await send(office, zone.application("浙0882"))
    assert await rows(office) == (1, 1)


async def test_refusals_are_logged_by_code(
    zone: MembershipZone, office: MembershipOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    with pytest.raises(KeyProofFailed):
        await send(office, _unsigned("identity")(zone))

    (line,) = [record for record in caplog.records if record.message == "membership act refused"]
    assert (line.__dict__["act"], line.__dict__["code"]) == ("APPLY", "KEY_PROOF_FAILED")
    assert NINTH not in str(line.__dict__)
