"""Maintenance windows: announced once, by whose node it is, never two at a time; withdrawn by the same."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from db.clock import SetClock
from db.pool import Pool
from db.records.maintenance import MaintenanceRecord
from enforcement.desk import health, maintenance, route
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.refusals import (
    MaintenanceOver,
    MaintenanceOverlaps,
    NotSignedIn,
    TooManyMaintenances,
    UnknownCourt,
)
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.refusals import Forbidden, Malformed, NotFound, RuleBroken, StaleVersion
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import IdempotencyKeyReused
from tests.conftest import REFERENCE
from tests.enforcement.desk_zone import ADMIN, centre, officer, open_desk
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
NIGHT = REFERENCE + 13 * HOUR


@pytest.fixture
async def desk(gateway_pool: Pool, clock: SetClock) -> AsyncIterator[GatewayDesk]:
    async with open_desk(gateway_pool, clock, Zone()) as opened:
        yield opened


async def announce(
    desk: GatewayDesk,
    caller: Caller | None,
    from_at: datetime = NIGHT,
    hours: float = 2,
    *,
    key: str | None = None,
) -> MaintenanceRecord:
    return await maintenance.announce(
        desk,
        caller,
        from_at=from_at,
        to_at=from_at + hours * HOUR,
        idempotency_key=uuid4().hex if key is None else key,
    )


async def shown(desk: GatewayDesk) -> dict[str, list[tuple[datetime, datetime]]]:
    """The windows beside each court's health, as any officer reads them."""
    found = await health.federation_health(desk, officer(SHEXIAN, Role.HANDLER))
    return {each.court.code: [(w.from_at, w.to_at) for w in each.windows] for each in found if each.windows}


async def rows(desk: GatewayDesk) -> int:
    async with desk.pool.acquire() as conn:
        return int(await conn.fetchval("SELECT count(*) FROM maintenance_windows"))


async def test_window_is_shown_to_officers_of_every_court(desk: GatewayDesk) -> None:
    made = await announce(desk, centre(KAIHUA))
    await announce(desk, centre(SHEXIAN), NIGHT + HOUR)

    assert (made.court, made.announced_at, made.withdrawn_at, made.version) == (KAIHUA, REFERENCE, None, 1)
    assert await shown(desk) == {
        KAIHUA: [(NIGHT, NIGHT + 2 * HOUR)],
        SHEXIAN: [(NIGHT + HOUR, NIGHT + 3 * HOUR)],
    }


async def test_route_shows_the_window_of_the_entrusted_court(desk: GatewayDesk) -> None:
    await announce(desk, centre(KAIHUA))
    await announce(desk, centre(SHEXIAN))

    found = await route.find(
        desk, centre(KAIHUA), asking=KAIHUA, matter=DelegatedMatterType.INVESTIGATE_ASSETS, division="341021"
    )

    assert [window.court for window in found.health.windows] == [SHEXIAN]


async def test_window_that_is_over_is_shown_no_more(desk: GatewayDesk, clock: SetClock) -> None:
    await announce(desk, centre(KAIHUA))

    clock.set(NIGHT + 2 * HOUR - timedelta(seconds=1))
    assert await shown(desk) != {}
    clock.set(NIGHT + 2 * HOUR)
    assert await shown(desk) == {}


async def test_same_key_announces_once(desk: GatewayDesk, clock: SetClock) -> None:
    first = await announce(desk, centre(KAIHUA), key="nightly")
    clock.set(NIGHT + 5 * HOUR)

    again = await announce(desk, centre(KAIHUA), key="nightly")
    theirs = await announce(desk, centre(SHEXIAN), clock.now(), key="nightly")

    assert again == first
    assert (theirs.court, await rows(desk)) == (SHEXIAN, 2)
    with pytest.raises(IdempotencyKeyReused):
        await announce(desk, centre(KAIHUA), clock.now(), key="nightly")


async def test_key_itself_is_not_kept(desk: GatewayDesk) -> None:
    made = await announce(desk, centre(KAIHUA), key="李样甲 341021197903159972")

    assert "李" not in made.idempotency_key
    assert len(made.idempotency_key) == 64


@pytest.mark.parametrize(
    ("begins", "hours", "part"),
    [
        (-timedelta(minutes=6), 2, "from"),
        (timedelta(days=90, seconds=1), 2, "from"),
        (timedelta(hours=1), 0, "to"),
        (timedelta(hours=1), -1, "to"),
        (timedelta(hours=1), 72.01, "to"),
        (-timedelta(minutes=4), 1 / 60, "to"),
    ],
)
async def test_impossible_window_is_refused(desk: GatewayDesk, begins: timedelta, hours: float, part: str) -> None:
    with pytest.raises(Malformed) as refused:
        await announce(desk, centre(KAIHUA), REFERENCE + begins, hours)

    assert (refused.value.code, refused.value.part) == ("INVALID_PERIOD", part)
    assert await rows(desk) == 0


@pytest.mark.parametrize(
    ("begins", "hours"),
    [(-timedelta(minutes=5), 1), (timedelta(days=90), 2), (timedelta(0), 72)],
)
async def test_bounds_themselves_are_allowed(desk: GatewayDesk, begins: timedelta, hours: float) -> None:
    await announce(desk, centre(KAIHUA), REFERENCE + begins, hours)

    assert await rows(desk) == 1


@pytest.mark.parametrize(
    ("begins", "hours", "overlaps"),
    [
        (-2 * HOUR, 2, False),  # ends as the other begins
        (2 * HOUR, 1, False),
        (-HOUR, 1.01, True),
        (1.99 * HOUR, 5, True),
        (0.5 * HOUR, 1, True),
        (-HOUR, 5, True),
    ],
)
async def test_windows_of_one_court_never_overlap(
    desk: GatewayDesk, begins: timedelta, hours: float, overlaps: bool
) -> None:
    await announce(desk, centre(KAIHUA))

    if overlaps:
        with pytest.raises(MaintenanceOverlaps):
            await announce(desk, centre(KAIHUA), NIGHT + begins, hours)
    else:
        await announce(desk, centre(KAIHUA), NIGHT + begins, hours)

    assert await rows(desk) == 2 - overlaps


async def test_two_at_once_are_one(desk: GatewayDesk) -> None:
    made = await asyncio.gather(
        *(announce(desk, centre(KAIHUA), NIGHT + n * timedelta(minutes=1)) for n in range(4)), return_exceptions=True
    )

    refused = [each for each in made if isinstance(each, BaseException)]
    assert [type(each) for each in refused] == [MaintenanceOverlaps] * 3
    assert await rows(desk) == 1


async def test_windows_ahead_are_bounded(desk: GatewayDesk) -> None:
    for day in range(20):
        await announce(desk, centre(KAIHUA), NIGHT + timedelta(days=day))

    with pytest.raises(TooManyMaintenances):
        await announce(desk, centre(KAIHUA), NIGHT + timedelta(days=20))
    assert len((await shown(desk))[KAIHUA]) == 20


@pytest.mark.parametrize(
    ("caller", "refusal"),
    [
        (None, NotSignedIn),
        (officer(KAIHUA, Role.LIAISON_OFFICER), Forbidden),
        (officer(KAIHUA, Role.BUREAU_CHIEF), Forbidden),
        (officer(KAIHUA, Role.SUPERVISOR), Forbidden),
        (ADMIN, Forbidden),
        (Caller("g-1", "gateway", frozenset({Role.COMMAND_CENTRE})), Forbidden),
        (Caller("o-9", "浙08", frozenset({Role.COMMAND_CENTRE})), UnknownCourt),  # a court without a node
    ],
)
async def test_only_a_command_centre_announces(
    desk: GatewayDesk, caller: Caller | None, refusal: type[RuleBroken]
) -> None:
    with pytest.raises(refusal):
        await announce(desk, caller)
    assert await rows(desk) == 0


async def test_withdrawn_window_makes_room(desk: GatewayDesk, clock: SetClock) -> None:
    made = await announce(desk, centre(KAIHUA))
    clock.set(NIGHT + HOUR)

    withdrawn = await maintenance.withdraw(desk, centre(KAIHUA), made.id, made.version)

    assert (withdrawn.withdrawn_at, withdrawn.version) == (clock.now(), 2)
    assert await shown(desk) == {}
    await announce(desk, centre(KAIHUA), clock.now())
    assert await rows(desk) == 2


async def test_withdrawal_is_refused_to_others_and_later(desk: GatewayDesk, clock: SetClock) -> None:
    made = await announce(desk, centre(KAIHUA))
    tries: list[tuple[Any, Any, int, type[RuleBroken]]] = [
        (None, made.id, 1, NotSignedIn),
        (officer(KAIHUA, Role.HANDLER), made.id, 1, Forbidden),
        (centre(SHEXIAN), made.id, 1, NotFound),
        (centre(KAIHUA), uuid4(), 1, NotFound),
        (centre(KAIHUA), made.id, 7, StaleVersion),
    ]

    for caller, window, version, refusal in tries:
        with pytest.raises(refusal):
            await maintenance.withdraw(desk, caller, window, version)
    assert await shown(desk) != {}
    clock.set(made.to_at)
    with pytest.raises(MaintenanceOver):
        await maintenance.withdraw(desk, centre(KAIHUA), made.id, 1)


async def test_second_withdrawal_is_stale(desk: GatewayDesk) -> None:
    made = await announce(desk, centre(KAIHUA))
    await maintenance.withdraw(desk, centre(KAIHUA), made.id, 1)

    with pytest.raises(StaleVersion) as refused:
        await maintenance.withdraw(desk, centre(KAIHUA), made.id, 1)

    assert refused.value.current == 2
