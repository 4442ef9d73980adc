"""A court that is no member yet: its officers are told so, and nothing leaves it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from db.clock import SetClock
from enforcement import basis
from enforcement.rules.task_refusals import NotAMember
from enforcement.tasks import grounds
from tests.enforcement.lookup_zone import LookupZone, lookup_zone
from tests.federation.zone import KAIHUA, SHEXIAN
from tests.schema.clear_zone import ClearDesk

pytestmark = pytest.mark.anyio


@pytest.fixture
async def applicant(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock, absent=[KAIHUA], agreements=[]) as zone:
        yield zone


async def test_an_applicant_looks_nobody_up(applicant: LookupZone) -> None:
    answer = await applicant.presence()

    assert answer["code"] == "NOT_A_MEMBER"
    assert [row["outcome"] for row in await applicant.rows(KAIHUA, "lookups")] == ["NOT_A_MEMBER"]
    assert applicant.noted == []


async def test_an_applicant_delegates_nothing(applicant: LookupZone) -> None:
    with pytest.raises(NotAMember):
        grounds.check_courts(applicant.courts[KAIHUA], KAIHUA, SHEXIAN, "SEIZE_VEHICLE")


async def test_an_applicant_passes_nothing_on(applicant: LookupZone) -> None:
    desk = ClearDesk(applicant)

    data = await desk.ask_node("{ zone { code } }", KAIHUA)

    assert data == {"zone": None}
    assert [error.extensions for error in desk.errors] == [{"code": "NOT_A_MEMBER"}]
    assert "no member of the zone yet" in desk.errors[0].message


def test_what_happens_at_an_applicant_happens_here(applicant: LookupZone) -> None:
    court = applicant.courts[KAIHUA]

    assert (basis.venue(court, None), basis.venue(court, KAIHUA)) == (KAIHUA, KAIHUA)


async def test_it_works_once_it_is_listed(applicant: LookupZone) -> None:
    before = (await applicant.presence())["code"]
    await applicant.publish(2)

    answer = await applicant.presence()

    assert before == "NOT_A_MEMBER"
    assert answer["coverage"]["complete"]
