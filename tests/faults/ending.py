"""What a run of SC-01 left behind in the eleven processes' books, without ids and instants: equal after every run."""

import sqlite3
from typing import Any, Final

import anyio
import asyncpg

from api.demo.fixtures.facts import STORY_CASE
from api.demo.zone import Zone

Rows = list[tuple[Any, ...]]
_HOME: Final = "node_330824"
_AWAY: Final = "node_341021"
_GATEWAY: Final = "gateway"
_QUIET_S: Final = 60.0

_TASKS: Final = """
    SELECT direction, delegating_court, entrusted_court, matter, status, holder, head_seq, is_disputed, due_on
      FROM tasks WHERE NOT synthetic ORDER BY matter
"""
_EVENTS: Final = """
    SELECT t.matter, e.seq, e.type, e.author, e.status, e.holder, e.due_on, e.standing
      FROM task_events e JOIN tasks t ON t.id = e.task_id WHERE NOT t.synthetic ORDER BY t.matter, e.seq, e.standing
"""
_HISTORY: Final = """
    SELECT t.matter, h.no, h.act, h.officer
      FROM task_history h JOIN tasks t ON t.id = h.task_id WHERE NOT t.synthetic ORDER BY t.matter, h.no
"""
_OUTBOX: Final = """
    SELECT peer, state, code, track ->> 'event' AS event, count(*) FROM outbox
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
_INBOX: Final = "SELECT sender, state, code, count(*) FROM inbox GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
_MEASURES: Final = """
    SELECT m.kind, m.status, m.rank, m.ordering_court, m.executing_court, m.expires_on, m.value, m.version
      FROM measures m JOIN cases c ON c.id = m.case_id WHERE c.number = $1 ORDER BY m.ruled_on, m.kind, m.rank
"""
_PAYMENTS: Final = """
    SELECT p.amount, p.paid_on, p.venue_court FROM payments p JOIN cases c ON c.id = p.case_id WHERE c.number = $1
"""
_SETTLEMENTS: Final = """
    SELECT s.total, s.status, s.venue_court, i.no, i.due_on, i.amount
      FROM settlements s JOIN cases c ON c.id = s.case_id JOIN instalments i ON i.settlement_id = s.id
     WHERE c.number = $1 ORDER BY i.no
"""
_DEFERRALS: Final = """
    SELECT d.kind, d.status, d.ground FROM deferrals d JOIN cases c ON c.id = d.case_id WHERE c.number = $1
"""
_ASSETS: Final = """
    SELECT a.kind, a.status, a.source FROM assets a JOIN cases c ON c.id = a.case_id WHERE c.number = $1 ORDER BY a.kind
"""
_FINDINGS: Final = """
    SELECT f.kind, f.court, f.source, f.asset_id IS NOT NULL FROM findings f
     WHERE f.task_id IN (SELECT id FROM tasks WHERE NOT synthetic)
"""
_SEARCHES: Final = """
    SELECT s.status, i.unit_id, i.outcome FROM asset_searches s JOIN search_inquiries i ON i.search_id = s.id
     ORDER BY i.unit_id
"""
_NOTICES: Final = "SELECT unit_id, status FROM assistance_notices"
_RECEIPTS: Final = "SELECT unit_id, result, rank, court FROM assistance_receipts"
_TRACKS: Final = """
    SELECT t.delegating_court, t.entrusted_court, t.matter, t.status, t.holder, e.seq, e.type, e.author, e.status
      FROM tracks t JOIN track_events e ON e.track_id = t.id ORDER BY 1, 2, 3, 6, 7, 8
"""
_CARRIED: Final = "SELECT sender, destination, state, count(*) FROM carried_messages GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
_WAITING: Final = "SELECT count(*) FROM inbox WHERE state = 'WAITING'"
_OPEN: Final = "SELECT count(*) FROM outbox WHERE state = 'QUEUED' OR receipt IS NULL"
_QUEUED: Final = "SELECT count(*) FROM carried_messages WHERE state = 'QUEUED'"
_CONFLICTS: Final = "SELECT count(*) FROM inbox_conflicts"
_RESYNCS: Final = "SELECT count(*) FROM resyncs"
_STATEMENTS: Final = """
    SELECT e.task_id, e.seq, e.digest, e.statement FROM task_events e JOIN tasks t ON t.id = e.task_id
     WHERE NOT t.synthetic ORDER BY e.task_id, e.seq
"""
_OWN: Final = {"tasks": _TASKS, "events": _EVENTS, "outbox": _OUTBOX, "inbox": _INBOX, "history": _HISTORY}
_OF_CASE: Final = {
    "measures": _MEASURES,
    "payments": _PAYMENTS,
    "settlements": _SETTLEMENTS,
    "deferrals": _DEFERRALS,
    "assets": _ASSETS,
}
_OF_UNITS: Final = {"searches": _SEARCHES, "notices": _NOTICES, "receipts": _RECEIPTS, "findings": _FINDINGS}
_OF_GATEWAY: Final = {"tracks": _TRACKS, "carried": _CARRIED}


async def _ask(zone: Zone, database: str, query: str, *arguments: Any) -> Rows:
    conn = await asyncpg.connect(zone.server.dsn(database))
    try:
        return [tuple(row) for row in await conn.fetch(query, *arguments)]
    finally:
        await conn.close()


async def until_quiet(zone: Zone) -> None:
    """Return once every message is closed at its sender and nothing waits anywhere."""
    with anyio.fail_after(_QUIET_S):
        while True:
            if all([await _ask(zone, where, query) == [(0,)] for where, query in _to_be_empty()]):
                return
            await anyio.sleep(0.2)


def _to_be_empty() -> list[tuple[str, str]]:
    return [(court, query) for court in (_HOME, _AWAY) for query in (_OPEN, _WAITING)] + [(_GATEWAY, _QUEUED)]


async def ending(zone: Zone) -> dict[str, Rows]:
    """Every table that SC-01 writes, at both courts, the gateway and the registry; by "place: what"."""
    found: dict[str, Rows] = {}
    for court in (_HOME, _AWAY):
        for name, query in {**_OWN, **_OF_UNITS}.items():
            found[f"{court}: {name}"] = await _ask(zone, court, query)
        found[f"{court}: conflicts"] = await _ask(zone, court, _CONFLICTS)
        found[f"{court}: resyncs"] = await _ask(zone, court, _RESYNCS)
    for name, query in _OF_CASE.items():
        found[f"{_HOME}: {name}"] = await _ask(zone, _HOME, query, STORY_CASE)
    for name, query in _OF_GATEWAY.items():
        found[f"{_GATEWAY}: {name}"] = await _ask(zone, _GATEWAY, query)
    found["registry: registrations"] = registrations(zone)
    return found


def registrations(zone: Zone) -> Rows:
    """What the registry entered in its own book since the story began: rank and ordering court."""
    book = sqlite3.connect(f"file:{zone.folder / 'registry-data.sqlite'}?mode=ro", uri=True)
    try:
        return book.execute("SELECT rank, court FROM registrations WHERE request IS NOT NULL ORDER BY 1, 2").fetchall()
    finally:
        book.close()


async def logs(zone: Zone) -> tuple[Rows, Rows]:
    """The story's signed events, byte for byte, as the delegating and as the entrusted court hold them."""
    return await _ask(zone, _HOME, _STATEMENTS), await _ask(zone, _AWAY, _STATEMENTS)
