"""Examining: a green run of this very document, two different admins of nobody's court; or a rejection by code."""

from datetime import timedelta
from typing import Any

import pytest

from db import applications, conformance_runs, membership_acts
from db.clock import SetClock
from db.pool import Pool
from enforcement.desk.membership import applying, conformance, examining
from enforcement.desk.membership.conformance import Difference, Report
from enforcement.desk.membership.office import MembershipOffice
from enforcement.desk.refusals import NotSignedIn
from enforcement.rules.membership import RejectionReason
from enforcement.rules.membership_refusals import ConformanceRequired, ConformanceRunning
from enforcement.rules.refusals import Forbidden, NotFound, RuleBroken, StaleVersion, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import SelfApprovalForbidden
from federation.directory.document import OfficerEntry
from tests.conftest import REFERENCE
from tests.enforcement.membership.membership_zone import (
    ADMINS,
    EIGHT,
    NINTH,
    MembershipZone,
    approved,
    court_document,
    examined,
    head,
)

pytestmark = pytest.mark.anyio
FIRST, SECOND = ADMINS


@pytest.fixture
def zone() -> MembershipZone:
    return MembershipZone()


@pytest.fixture
def office(zone: MembershipZone, gateway_pool: Pool, clock: SetClock) -> MembershipOffice:
    return zone.office(gateway_pool, clock)


async def applied(zone: MembershipZone, office: MembershipOffice, version: int = 0, **changes: Any) -> Any:
    bundle = zone.application(**changes)
    return await applying.apply(office, bundle.application, bundle.court, version)


async def finish(office: MembershipOffice, *differences: Difference) -> None:
    async with office.act() as sitting:
        await conformance.record_run(sitting.conn, NINTH, Report(differences), sitting.now)


async def history(office: MembershipOffice) -> list[tuple[str, str | None, str | None, str | None]]:
    async with office.pool.acquire() as conn:
        acts = (await membership_acts.of_courts(conn, [NINTH]))[NINTH]
    return [(act.act, act.from_state, act.to_state, act.officer_id) for act in reversed(acts)]


async def test_two_admins_approve_what_was_found_green(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await approved(zone, office)

    assert made.state == "APPROVED"
    pending = "PENDING_CONFORMANCE"
    assert await history(office) == [
        ("APPLY", None, "APPLIED", None),
        ("START_CONFORMANCE", "APPLIED", pending, FIRST.officer_id),
        ("RECORD_GREEN", pending, pending, None),
        ("ENDORSE", pending, pending, FIRST.officer_id),
        ("APPROVE", pending, "APPROVED", SECOND.officer_id),
    ]


async def test_failed_conformance_leaves_it_pending_with_the_difference(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    made = await applied(zone, office)
    made, run = await examining.start_run(office, FIRST, NINTH, made.version)
    await finish(office, Difference("CONTRACT", "SERVED", "MISSING", "Query.debtorPresence"))

    with pytest.raises(ConformanceRequired):
        await examining.approve(office, FIRST, NINTH, made.version)

    async with office.pool.acquire() as conn:
        assert (await applications.newest(conn, NINTH)) == made
        (found,) = (await conformance_runs.findings(conn, [run.id]))[run.id]
    assert (made.state, found.path) == ("PENDING_CONFORMANCE", "Query.debtorPresence")

    clock.advance(timedelta(hours=1))
    made, _ = await examining.start_run(office, FIRST, NINTH, made.version)
    await finish(office)
    assert (await examining.approve(office, FIRST, NINTH, made.version)).version == made.version + 1


async def test_one_run_goes_on_at_a_time(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await applied(zone, office)
    made, _ = await examining.start_run(office, FIRST, NINTH, made.version)

    with pytest.raises(ConformanceRunning):
        await examining.start_run(office, FIRST, NINTH, made.version)


async def test_same_admin_twice_is_self_approval(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await examined(zone, office)
    made = await examining.approve(office, FIRST, NINTH, made.version)

    with pytest.raises(SelfApprovalForbidden):
        await examining.approve(office, FIRST, NINTH, made.version)
    assert (await history(office))[-1][0] == "ENDORSE"


async def test_an_officer_of_the_applicant_does_not_approve_it(zone: MembershipZone, office: MembershipOffice) -> None:
    own = OfficerEntry(id=FIRST.officer_id, roles=["PRESIDENT"])
    made = await applied(zone, office, court=court_document(NINTH, zone.keys[NINTH], officers=[own], liaison=[]))
    made, _ = await examining.start_run(office, FIRST, NINTH, made.version)
    await finish(office)

    with pytest.raises(SelfApprovalForbidden):
        await examining.approve(office, FIRST, NINTH, made.version)
    assert (await examining.approve(office, SECOND, NINTH, made.version)).version == made.version + 1


@pytest.mark.parametrize("days", [7, 8])
async def test_a_green_run_is_good_for_a_week(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock, days: int
) -> None:
    made = await examined(zone, office)
    clock.set(REFERENCE + timedelta(days=days))

    if days == 7:
        assert (await examining.approve(office, FIRST, NINTH, made.version)).version == made.version + 1
    else:
        with pytest.raises(ConformanceRequired):
            await examining.approve(office, FIRST, NINTH, made.version)


async def test_a_run_of_another_document_proves_nothing(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await examined(zone, office)
    court = court_document(NINTH, zone.keys[NINTH], url="https://moved.example")
    made = await applied(zone, office, made.version, court=court, made_at=REFERENCE + timedelta(seconds=1))

    with pytest.raises(ConformanceRequired):
        await examining.approve(office, FIRST, NINTH, made.version)


async def test_a_red_run_undoes_the_green_one_before_it(
    zone: MembershipZone, office: MembershipOffice, clock: SetClock
) -> None:
    made = await examined(zone, office)
    clock.advance(timedelta(hours=1))
    made, _ = await examining.start_run(office, FIRST, NINTH, made.version)
    assert (await examining.approve(office, FIRST, NINTH, made.version)).state == "PENDING_CONFORMANCE"

    await finish(office, Difference("ANSWER", "ANSWER", "NO_ANSWER", ""))

    with pytest.raises(ConformanceRequired):
        await examining.approve(office, SECOND, NINTH, made.version + 1)


async def test_an_approved_application_can_be_rejected(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await approved(zone, office)

    made = await examining.reject(office, FIRST, NINTH, made.version, RejectionReason.NOT_INVITED)

    assert (made.state, made.reason) == ("REJECTED", "NOT_INVITED")
    with pytest.raises(NotFound):
        await examining.reject(office, FIRST, NINTH, made.version, RejectionReason.NOT_INVITED)


async def test_nothing_is_approved_before_a_run(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await applied(zone, office)

    with pytest.raises(TransitionNotAllowed):
        await examining.approve(office, FIRST, NINTH, made.version)


STRANGERS: list[tuple[Caller | None, type[RuleBroken]]] = [
    (None, NotSignedIn),
    (head(EIGHT[0]), Forbidden),
    (head(NINTH, Role.PRESIDENT), Forbidden),
    (Caller("g-auditor-01", "gateway", frozenset({Role.AUDITOR})), Forbidden),
    (Caller("o-1", EIGHT[0], frozenset({Role.GATEWAY_ADMIN})), Forbidden),  # of no court's own provider
]


@pytest.mark.parametrize(("caller", "refusal"), STRANGERS)
async def test_admins_alone_examine(
    zone: MembershipZone, office: MembershipOffice, caller: Caller | None, refusal: type[RuleBroken]
) -> None:
    made = await examined(zone, office)
    before = await history(office)

    for act in (
        examining.start_run(office, caller, NINTH, made.version),
        examining.approve(office, caller, NINTH, made.version),
        examining.reject(office, caller, NINTH, made.version, RejectionReason.NOT_INVITED),
    ):
        with pytest.raises(refusal):
            await act
    assert await history(office) == before


async def test_what_was_read_before_is_stale(zone: MembershipZone, office: MembershipOffice) -> None:
    made = await examined(zone, office)
    before = await history(office)

    with pytest.raises(StaleVersion) as stale:
        await examining.approve(office, FIRST, NINTH, made.version - 1)
    with pytest.raises(NotFound):
        await examining.approve(office, FIRST, EIGHT[0], 1)

    assert stale.value.current == made.version
    assert await history(office) == before
