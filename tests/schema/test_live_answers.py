"""A live twin: an emission at the first part, at most one per interval after it, the last one whole; one look-up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

import api.ask_endpoints
from db.clock import SetClock
from federation.ask.admission import admit
from schema.answering import LIVE_INTERVAL_S, beats
from tests.enforcement.lookup_zone import PRESENCE, LookupZone, lookup_zone
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
LIVE = PRESENCE.replace("query", "subscription", 1)
NEVER_S = 60.0


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


async def counted(changes: int, interval_s: float) -> int:
    async def work(changed: Callable[[], None]) -> None:
        for _ in range(changes):
            changed()
            for _ in range(5):
                await asyncio.sleep(0)

    return len([None async for _ in beats(work, interval_s)])


@pytest.mark.parametrize(("changes", "interval_s", "expected"), [(0, NEVER_S, 0), (1, NEVER_S, 1), (50, NEVER_S, 1)])
async def test_no_second_beat_within_the_interval(changes: int, interval_s: float, expected: int) -> None:
    assert await counted(changes, interval_s) == expected


async def test_each_change_beats_once_the_interval_is_over() -> None:
    assert 1 < await counted(50, 0.0) <= 50


async def test_the_interval_is_a_tenth_of_a_second() -> None:
    assert LIVE_INTERVAL_S == 0.1


async def test_a_failure_of_the_work_is_raised() -> None:
    async def work(changed: Callable[[], None]) -> None:
        changed()
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        assert [None async for _ in beats(work, NEVER_S)]


def statuses(emission: Any) -> dict[str, tuple[str, str | None]]:
    courts = emission["debtorPresence"]["coverage"]["courts"]
    return {court["court"]["code"]: (court["status"], court["reason"]) for court in courts}


async def test_courts_still_asked_are_pending(courts: LookupZone, monkeypatch: pytest.MonkeyPatch) -> None:
    may_answer = asyncio.Event()

    async def late(*given: Any) -> bytes:
        await may_answer.wait()
        return await admit(*given)

    monkeypatch.setattr(api.ask_endpoints, "admit", late)
    seen = []

    async for emission in courts.live(LIVE):
        seen.append(emission)
        may_answer.set()

    first, last = seen[0]["debtorPresence"], seen[-1]["debtorPresence"]
    assert statuses(seen[0]) == {
        KAIHUA: ("ANSWERED", None),
        CHANGSHAN: ("PENDING", None),
        SHEXIAN: ("PENDING", None),
    }
    assert (first["coverage"]["asked"], first["coverage"]["answered"], first["coverage"]["complete"]) == (3, 1, False)
    assert [row["sourceCourt"] for row in first["courts"]] == [KAIHUA]
    assert {status for status, _ in statuses(seen[-1]).values()} == {"ANSWERED", "EMPTY"}
    assert last["coverage"]["complete"]
    assert len(await courts.rows(KAIHUA, "lookups")) == 1
    assert len(await courts.rows(SHEXIAN, "access_log")) == 1


async def test_nothing_pends_in_the_last_emission(courts: LookupZone) -> None:
    await courts.stop["gateway"]()

    seen = [emission async for emission in courts.live(LIVE)]

    assert statuses(seen[-1])[SHEXIAN] == ("UNREACHABLE", "STREAM_CUT")
    assert "PENDING" not in {status for status, _ in statuses(seen[-1]).values()}
