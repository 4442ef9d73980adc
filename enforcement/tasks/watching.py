"""Following one task: emits it as it stands, then each time that it changed.

It polls the table of changes by its index, so that a subscription holds no connection while nothing happens.
"""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

import anyio

from db import events
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.rules.rights import Caller
from enforcement.tasks import log, reading

POLL_S: Final = 0.25


async def changes(
    court: CourtNode, caller: Caller | None, task_id: UUID, *, poll_s: float = POLL_S
) -> AsyncIterator[TaskRecord]:
    """The task now and after each change, several at once as one; until the caller goes.

    Raises:
        Forbidden, NotFound: at the start, or when the task leaves the caller's hands.
    """
    async with court.pool.acquire() as conn:
        last = await events.last_id(conn, topic=log.TOPIC, ref=task_id)
    yield await reading.read(court, caller, task_id)
    while True:
        async with court.pool.acquire() as conn:
            news = await events.after(conn, topic=log.TOPIC, ref=task_id, last_id=last)
        if news:
            last = news[-1].id
            yield await reading.read(court, caller, task_id)
        else:
            await anyio.sleep(poll_s)
