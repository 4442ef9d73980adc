"""Whether the logs of look-ups still say what was chained of them: rows on one side alone, counted.

Invariant: reads only, in the caller's snapshot.
"""

from typing import Final

from db.pool import Conn
from db.records.audit import AuditAction

_CHAINED: Final = """
    (SELECT court, at, officer, action, outcome, subject, case_number, purpose, sections, lookup_id, object_id
       FROM audit_events
      UNION ALL
     SELECT court, at, officer, action, outcome, subject, case_number, purpose, sections, lookup_id, object_id
       FROM audit_queue)
"""


def _different(log: str, chain: str) -> str:
    """How many rows stand in one of the two alone."""
    return f"""
        WITH log AS ({log}), chain AS ({chain})
        SELECT (SELECT count(*) FROM (SELECT * FROM log EXCEPT SELECT * FROM chain) AS unchained)
             + (SELECT count(*) FROM (SELECT * FROM chain EXCEPT SELECT * FROM log) AS lost)
    """


_LOOKUPS: Final = _different(
    "SELECT id, at, officer_id, subject_key, case_number, purpose, sections FROM lookups",
    f"""
    SELECT lookup_id, at, officer, subject, case_number, purpose, sections FROM {_CHAINED} AS chained
     WHERE action = '{AuditAction.LOOK_UP}'
    """,
)
_ENDS: Final = _different(
    "SELECT id, ended_at, outcome FROM lookups WHERE ended_at IS NOT NULL",
    f"SELECT lookup_id, at, outcome FROM {_CHAINED} AS chained WHERE action = '{AuditAction.LOOK_UP_ENDED}'",
)
_ACCESSES: Final = _different(
    """
    SELECT asking_court, ask_id, at, officer_id, outcome, subject_key, case_number, purpose, sections FROM access_log
    """,
    f"""
    SELECT court, object_id, at, officer, outcome, subject, case_number, purpose, sections FROM {_CHAINED} AS chained
     WHERE action = '{AuditAction.ANSWER}'
    """,
)


async def lookups_astray(conn: Conn) -> int:
    """Look-ups of own officers, begun or ended, that are not in both the log and the chain."""
    return int(await conn.fetchval(_LOOKUPS)) + int(await conn.fetchval(_ENDS))


async def accesses_astray(conn: Conn) -> int:
    """Asks of other courts that are not in both the log and the chain."""
    return int(await conn.fetchval(_ACCESSES))
