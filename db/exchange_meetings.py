"""The gateway's tables `exchange_meetings`, `meeting_agenda`, `meeting_decisions`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from db.framework import FrameworkTable
from db.mapping import columns, insertion, mapper, values
from db.pool import Conn
from db.records.framework import AgendaRecord, DecisionRecord, MeetingRecord

TABLE: Final = FrameworkTable("exchange_meetings", MeetingRecord)
MOST_ITEMS: Final = 10_000
_agenda = mapper(AgendaRecord)
_decision = mapper(DecisionRecord)

_ADD_ITEM: Final = insertion("meeting_agenda", AgendaRecord)


async def add_items(conn: Conn, items: Sequence[AgendaRecord]) -> None:
    """Write the agenda of a new meeting."""
    await conn.executemany(_ADD_ITEM, [values(item) for item in items])


_ADD_DECISION: Final = insertion("meeting_decisions", DecisionRecord)


async def add_decisions(conn: Conn, decisions: Sequence[DecisionRecord]) -> None:
    """Write decisions that were not there."""
    await conn.executemany(_ADD_DECISION, [values(decision) for decision in decisions])


_STRIKE: Final = """
    UPDATE meeting_decisions SET done_on = $3, done_by = $4 WHERE meeting_id = $1 AND no = $2
"""


async def strike(conn: Conn, struck: DecisionRecord) -> None:
    """Write that the decision was carried out."""
    await conn.execute(_STRIKE, struck.meeting_id, struck.no, struck.done_on, struck.done_by)


_AGENDA: Final = f"""
    SELECT {", ".join(columns(AgendaRecord))} FROM meeting_agenda
     WHERE meeting_id = ANY($1) ORDER BY meeting_id, no LIMIT $2
"""


async def agenda(conn: Conn, meeting_ids: Sequence[UUID]) -> dict[UUID, list[AgendaRecord]]:
    """The agenda of each meeting, in its order."""
    found: dict[UUID, list[AgendaRecord]] = {meeting_id: [] for meeting_id in meeting_ids}
    for row in await conn.fetch(_AGENDA, list(meeting_ids), MOST_ITEMS):
        found[row["meeting_id"]].append(_agenda(row))
    return found


_DECISIONS: Final = f"""
    SELECT {", ".join(columns(DecisionRecord))} FROM meeting_decisions
     WHERE meeting_id = ANY($1) ORDER BY meeting_id, no LIMIT $2
"""


async def decisions(conn: Conn, meeting_ids: Sequence[UUID]) -> dict[UUID, list[DecisionRecord]]:
    """The decisions of each meeting, in their order."""
    found: dict[UUID, list[DecisionRecord]] = {meeting_id: [] for meeting_id in meeting_ids}
    for row in await conn.fetch(_DECISIONS, list(meeting_ids), MOST_ITEMS):
        found[row["meeting_id"]].append(_decision(row))
    return found


_PAGE: Final = f"""
    SELECT {TABLE.columns} FROM exchange_meetings
     WHERE ($1::text[] IS NULL OR courts && $1)
       AND ($2::boolean IS NULL OR (closed_on IS NULL) = $2)
       AND ($3::timestamptz IS NULL OR (recorded_at, id) < ($3, $4))
     ORDER BY recorded_at DESC, id DESC LIMIT $5
"""


async def page(
    conn: Conn,
    *,
    parties: list[str] | None,
    is_open: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[MeetingRecord]:
    """The meetings in which one of the courts took part, newest first, behind `after`."""
    at, last = after or (None, None)
    return [TABLE.read(row) for row in await conn.fetch(_PAGE, parties, is_open, at, last, limit)]
