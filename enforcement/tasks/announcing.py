"""A find is announced (即时通报): the entrusted court's node says it beside the log in the transaction that keeps it.

Life of an announcement
    a unit answers, or an officer records an answer    the find is kept, and said as FOUND to the delegating court
    the statement comes in                             the find stands in the case there, under the id it has here
    the feedback comes later                           the same find by the same id: nothing changes

Invariant: an announcement never holds up what it announces: what cannot be said now comes with the feedback.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from db import delegated_search_tasks, events, findings, tasks
from db.pool import Conn
from db.records.searches import FindingRecord, SearchRecord
from db.records.tasks import StatementRecord, TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import FindingPayload
from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.search import OwnerMatch
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_refusals import ContentNotAccepted, ContentTooLarge, Resyncing
from enforcement.tasks import hooks, statements
from enforcement.tasks.statement_contents import MOST_FINDS, FoundPayload

DELEGATED_SEARCH: Final = "delegated-search"
"""Topic of `events` rows about searches at several courts."""


async def locked(conn: Conn, search: SearchRecord) -> TaskRecord | None:
    """The task of another court that the search is for, locked before its rows are; None for an own case."""
    return None if search.task_id is None else await tasks.lock(conn, search.task_id)


async def announce(
    court: CourtNode, conn: Conn, task: TaskRecord | None, found: Sequence[FindingRecord], now: datetime
) -> None:
    """Say what was found for `task`, which is locked; what the books name somebody else as owner of is left out."""
    if task is None or task.own_court != task.entrusted_court:
        return
    told = [_payload(court, finding) for finding in found]
    told = [find for find in told if find.owner != OwnerMatch.OTHER]
    for start in range(0, len(told), MOST_FINDS):
        part = FoundPayload(findings=told[start : start + MOST_FINDS])
        try:
            await statements.send(court, conn, task, StatementKind.FOUND, part, now=now)
        except (TransitionNotAllowed, Resyncing, ContentNotAccepted, ContentTooLarge):
            return  # the task has ended, or its feedback will bring what cannot be said now


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
