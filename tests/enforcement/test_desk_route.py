"""Whom to delegate to, and why not."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from db.clock import SetClock
from db.pool import Pool
from enforcement.desk import route
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.refusals import NoAgreement, NotSignedIn, SameCourt, UnknownCourt, UnknownDivision
from enforcement.rules.deadlines import Term, Unit
from enforcement.rules.matter import Approval, DelegatedMatterType, RequiredPaper
from enforcement.rules.refusals import Forbidden, RuleBroken
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import MatterNotAgreed, MembershipSuspended
from tests.enforcement.desk_zone import ADMIN, accept, centre, officer, open_desk
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

SEARCH = DelegatedMatterType.INVESTIGATE_ASSETS
SHE_COUNTY = "341021"


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock, zone: Zone) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, zone) as opened:
        yield opened


async def test_she_county_is_taken_by_its_court(desk: GatewayDesk) -> None:
    found = await route.find(desk, centre(KAIHUA), asking=KAIHUA, matter=SEARCH, division=SHE_COUNTY)

    assert found.entrusted.code == SHEXIAN
    assert [entry.officer for entry in found.entrusted.liaison] == ["o-341021-09"]
    assert found.agreement.valid_until == date(2025, 12, 31)
    assert found.rule.papers == {
        RequiredPaper.DELEGATION_LETTER,
        RequiredPaper.OFFICER_CERTIFICATE,
        RequiredPaper.INVESTIGATION_NOTICE,
    }
    assert found.rule.approval is Approval.BUREAU_CHIEF
    assert found.rule.sign_for_within == Term(1, Unit.WORKING_DAYS)
    assert found.rule.answer_within_days == 10
    assert (found.health.last, found.health.windows) == (None, ())


@pytest.mark.parametrize(
    ("caller", "asking", "matter", "division", "why"),
    [
        (None, KAIHUA, SEARCH, SHE_COUNTY, NotSignedIn),
        (officer(KAIHUA, Role.HANDLER), KAIHUA, SEARCH, SHE_COUNTY, Forbidden),
        (ADMIN, KAIHUA, SEARCH, SHE_COUNTY, Forbidden),
        (centre(KAIHUA), "川0101", SEARCH, SHE_COUNTY, UnknownCourt),
        (centre(KAIHUA), KAIHUA, SEARCH, "520382", UnknownDivision),
        (centre(KAIHUA), KAIHUA, SEARCH, "330824", SameCourt),
        (centre(KAIHUA), KAIHUA, SEARCH, "330822", NoAgreement),
        (centre(KAIHUA), SHEXIAN, SEARCH, "330824", NoAgreement),
        (centre(KAIHUA), KAIHUA, DelegatedMatterType.SEAL, SHE_COUNTY, MatterNotAgreed),
    ],
)
async def test_a_route_says_why_not(
    desk: GatewayDesk,
    caller: Caller | None,
    asking: str,
    matter: DelegatedMatterType,
    division: str,
    why: type[RuleBroken],
) -> None:
    with pytest.raises(why):
        await route.find(desk, caller, asking=asking, matter=matter, division=division)


async def test_agreements_end_after_their_last_day(
    desk: GatewayDesk, gateway_pool: Pool, clock: SetClock, zone: Zone
) -> None:
    last = date(2025, 7, 14)
    short = zone.agreement(KAIHUA, SHEXIAN, matters=[SEARCH.value], valid_until=last)
    await accept(desk.directory, gateway_pool, zone, clock.now(), version=2, agreements=[short])

    found = await route.find(desk, centre(KAIHUA), asking=KAIHUA, matter=SEARCH, division=SHE_COUNTY)
    clock.advance(timedelta(hours=15))  # midnight in China
    with pytest.raises(NoAgreement):
        await route.find(desk, centre(KAIHUA), asking=KAIHUA, matter=SEARCH, division=SHE_COUNTY)

    assert found.agreement.valid_until == last


@pytest.mark.parametrize("code", [KAIHUA, SHEXIAN])
async def test_suspended_courts_take_nothing_new(
    desk: GatewayDesk, gateway_pool: Pool, clock: SetClock, zone: Zone, code: str
) -> None:
    await accept(desk.directory, gateway_pool, zone, clock.now(), version=2, **{code: {"state": "SUSPENDED"}})

    with pytest.raises(MembershipSuspended):
        await route.find(desk, centre(CHANGSHAN), asking=KAIHUA, matter=SEARCH, division=SHE_COUNTY)
