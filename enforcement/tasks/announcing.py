"""A find is announced (即时通报): the entrusted court's node says it beside the log in the transaction that keeps it.

Life of an announcement
    a unit answers, or an officer records an answer    the find is kept, and said as FOUND to the delegating court
    an answer comes out of a file                      the find is kept, and said by the next sweep
    the statement comes in                             the find stands in the case there, under the id it has here
    the feedback comes later                           the same find by the same id: nothing changes; it repeats the
                                                       first hundred, and brings all that could not be said

Invariant: an announcement never holds up what it announces: what cannot be said now comes with the feedback.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import delegated_search_tasks, events, findings, tasks
from db.pool import Conn
from db.records.searches import Announcement, FindingRecord, SearchRecord
from db.records.tasks import StatementRecord, TaskRecord
from enforcement import sweeping
from enforcement.court import CourtNode
from enforcement.payloads import FindingPayload
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.search import OwnerMatch
from enforcement.rules.statements import RULES, StatementKind
from enforcement.rules.task_refusals import ContentNotAccepted, ContentTooLarge
from enforcement.tasks import hooks, statements
from enforcement.tasks.statement_contents import MOST_FINDS, FoundPayload

DELEGATED_SEARCH: Final = "delegated-search"
"""Topic of `events` rows about searches at several courts."""
REPEATED: Final = 100
"""Finds that were announced, and that the feedback repeats."""
_SPOKEN: Final = sorted(status.value for status in RULES[StatementKind.FOUND].states)


async def locked(conn: Conn, search: SearchRecord) -> TaskRecord | None:
    """The task of another court that the search is for, locked before its rows are; None for an own case."""
    return None if search.task_id is None else await tasks.lock(conn, search.task_id)


async def announce(court: CourtNode, conn: Conn, task: TaskRecord | None, now: datetime) -> None:
    """Say what is still to be said of the finds for `task`, which is locked.

    What the books name somebody else as owner of is left to the feedback.
    """
    if task is None or task.own_court != task.entrusted_court:
        return
    while found := await findings.unsaid(conn, task.id, limit=MOST_FINDS):
        finds = [_payload(court, finding) for finding in found]
        others = [find.id for find in finds if find.owner == OwnerMatch.OTHER]
        await findings.announced(conn, others, Announcement.WITHHELD)
        try:
            await _say(court, conn, task, [find for find in finds if find.id not in others], now)
        except RuleBroken:
            return  # the task has ended, or cannot be spoken about now: the feedback will bring it


async def _say(court: CourtNode, conn: Conn, task: TaskRecord, told: Sequence[FindingPayload], now: datetime) -> None:
    """Say these finds in one statement; if it cannot carry them, each in its own. Raises RuleBroken."""
    if not told:
        return
    try:
        await statements.send(court, conn, task, StatementKind.FOUND, FoundPayload(findings=list(told)), now=now)
    except (ContentNotAccepted, ContentTooLarge):
        if len(told) == 1:
            await findings.announced(conn, [told[0].id], Announcement.WITHHELD)
        else:
            for find in told:
                await _say(court, conn, task, [find], now)
        return
    await findings.announced(conn, [find.id for find in told], Announcement.SAID)


async def sweep(court: CourtNode) -> int:
    """Say what was found where nobody could speak for the court: finds out of files, or before a resync."""

    async def find(conn: Conn, after: UUID | None, limit: int) -> list[UUID]:
        return await findings.tasks_unsaid(conn, _SPOKEN, after=after or UUID(int=0), limit=limit)

    async def look(conn: Conn, task_id: UUID) -> bool:
        await announce(court, conn, await tasks.lock(conn, task_id), court.clock.now())
        return True

    return await sweeping.each(court, find, look, key=lambda task_id: task_id)


async def for_feedback(court: CourtNode, conn: Conn, task: TaskRecord, now: datetime) -> list[FindingPayload]:
    """The finds in the feedback of `task`, which is locked: what could not be said, and the first of what was.

    A hundred fit into one message beside everything else; a debtor may have more flats than that.
    """
    await announce(court, conn, task, now)
    return [_payload(court, finding) for finding in await findings.for_feedback(conn, task.id, repeated=REPEATED)]


async def refused(conn: Conn, payload: FoundPayload) -> None:
    """The other court did not take the statement: the feedback brings what it said."""
    await findings.announced(conn, [find.id for find in payload.findings], Announcement.REFUSED)


def _payload(court: CourtNode, finding: FindingRecord) -> FindingPayload:
    return msgspec.json.decode(court.at_rest.decrypt(finding.content, context=findings.CONTENT), type=FindingPayload)


async def take(court: CourtNode, conn: Conn, task: TaskRecord, _said: StatementRecord, payload: FoundPayload) -> None:
    """Keep, at the delegating court, what the other one found, and tell who watches the search."""
    if task.own_court != task.delegating_court:
        return
    now = court.clock.now()
    await hooks.take(court, conn, task, found=payload.findings, obtained=[], now=now)
    search_id = await delegated_search_tasks.search_of(conn, task.id)
    if search_id is not None:
        await events.add(conn, topic=DELEGATED_SEARCH, ref=search_id, kind=StatementKind.FOUND, now=now)
