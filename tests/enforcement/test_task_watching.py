"""A task is followed from where its watcher left off: nothing is left out and nothing comes twice."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import anyio
import pytest

from db.clock import SetClock
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.tasks import handling, watching
from enforcement.tasks.watching import TaskChange
from tests.enforcement.task_zone import HANDLER, THEIR_CENTRE, NewDatabase, Pair, pair, who
from tests.federation.zone import KAIHUA

pytestmark = pytest.mark.anyio


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


async def told(courts: Pair, many: int, after: int | None = None) -> list[TaskChange]:
    (task,) = await courts.theirs_tasks()
    with anyio.fail_after(5):
        changes = watching.changes(courts.theirs.node, THEIR_CENTRE, task.id, after=after, poll_s=0.01)
        async with aclosing(changes) as watched:
            return [await anext(watched) for _ in range(many)]


async def test_changes_in_between_come_first(courts: Pair) -> None:
    task = await courts.received()
    (now,) = await told(courts, 1)
    version = (await courts.theirs_tasks())[0].version
    await handling.sign_for(courts.theirs.node, THEIR_CENTRE, task.id, version)

    (later,) = await told(courts, 1, after=now.position)

    assert (now.task.status, later.task.status) == ("RECEIVED", "SIGNED_FOR")
    assert later.position > now.position


async def test_the_last_position_repeats_nothing(courts: Pair) -> None:
    await courts.received()
    (now,) = await told(courts, 1)

    with pytest.raises(TimeoutError), anyio.fail_after(0.3):
        await told(courts, 1, after=now.position)


async def test_a_position_of_another_life_is_refused(courts: Pair) -> None:
    await courts.received()
    (now,) = await told(courts, 1)

    with pytest.raises(Malformed):
        await told(courts, 1, after=now.position + 1)


async def test_who_may_not_read_resumes_nothing(courts: Pair) -> None:
    task = await courts.received()
    stranger = who(KAIHUA, 77, *HANDLER.roles)

    with pytest.raises(NotFound):
        await anext(watching.changes(courts.ours.node, stranger, task.id, after=0))
