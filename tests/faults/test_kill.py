"""Kill -9 in the middle of SC-01, one process at a time: the same end, one task pair, one seizure, one payment."""

import sys
from collections.abc import Callable
from decimal import Decimal

import anyio
import pytest

from api.demo.story import Story
from tests.faults.ending import Rows, ending, logs, until_quiet
from tests.faults.moments import MOMENTS
from tests.faults.started_zone import started
from tests.faults.strikes import Strikes

pytestmark = [pytest.mark.anyio, pytest.mark.faults]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """A line that is seen as it comes, whatever pytest captures."""

    def line(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write("\n" + text)
            sys.stdout.flush()

    return line


@pytest.fixture(scope="module")
async def undisturbed(anyio_backend: str) -> dict[str, Rows]:
    """The end of the story when nobody is killed."""
    async with started() as running:
        assert await Story(running.zone, running.client, "en", lambda _: None).run()
        await until_quiet(running.zone)
        return await ending(running.zone)


@pytest.mark.parametrize("victim", MOMENTS)
async def test_story_ends_the_same(victim: str, undisturbed: dict[str, Rows], say: Callable[[str], None]) -> None:
    told: list[str] = []
    async with started() as running, anyio.create_task_group() as group:
        strikes = Strikes(running, victim, MOMENTS[victim], group, say)

        held = await Story(running.zone, running.client, "en", told.append, strikes.between).run()
        await strikes.done()
        await until_quiet(running.zone)

        assert held, "\n".join(told)
        assert strikes.struck == len(MOMENTS[victim])
        left = await ending(running.zone)
        here, there = await logs(running.zone)
    assert left == undisturbed
    assert here == there
    assert len(left["node_330824: tasks"]) == len(left["node_341021: tasks"]) == 2
    assert left["registry: registrations"] == [(1, "浙0824")]
    assert [row[1] for row in left["node_330824: measures"]].count("EFFECTIVE") == 1
    assert [row[0] for row in left["node_330824: payments"]] == [Decimal("20000.00")]
