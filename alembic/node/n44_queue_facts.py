"""When an asset was disposed of, a fact of its queue; and as what a measure that was taken over in force stood.

A disposal ends whatever was registered before it, also what is heard of afterwards, so it is the queue's and not only
the entries' that stood there. What was taken over as RENEWED and then believed to be merely EFFECTIVE is looked at
again: its history says CORRECTED with the very days it was taken over with, as no other entry's does.

What was ruled in a case, and not carried out before it was resumed, goes on in the resumed one.
"""

from typing import Final

from alembic import op

revision = "n44"
down_revision = "n49"
branch_labels = None
depends_on = None

_HEADS: Final = "ALTER TABLE asset_queues ADD COLUMN disposed_at timestamptz[] NOT NULL DEFAULT '{}'"
_DISPOSED: Final = """
    UPDATE asset_queues a SET disposed_at = d.at
      FROM (SELECT asset_key, array_agg(DISTINCT released_at) AS at FROM measure_queue
             WHERE released_as = 'EXTINGUISHED' GROUP BY asset_key) d
     WHERE d.asset_key = a.asset_key
"""
_HELD: Final = "ALTER TABLE measure_queue ADD COLUMN held_as text CHECK (held_as IN ('EFFECTIVE', 'RENEWED'))"
_RENEWED: Final = """
    UPDATE measure_queue q
       SET held_as = CASE WHEN (q.status = 'RENEWED' AND q.renewed_at = '{}')
                            OR EXISTS (SELECT FROM measure_events e
                                        WHERE e.measure_id IN (q.id, q.measure_id) AND e.status = 'EFFECTIVE'
                                          AND e.ground = 'CORRECTED' AND e.effective_at = q.held_since
                                          AND e.expires_on = q.held_until)
                          THEN 'RENEWED' ELSE 'EFFECTIVE' END
     WHERE q.held_since IS NOT NULL
"""
_DUE: Final = """
    UPDATE asset_queues a SET due_on = '2000-01-01'
      FROM measure_queue q
     WHERE q.asset_key = a.asset_key AND q.held_as = 'RENEWED' AND q.status = 'EFFECTIVE'
"""
_ORPHANS: Final = """
    WITH RECURSIVE resumed (first, last) AS (
        SELECT from_case_id, case_id FROM resumptions
         UNION SELECT b.first, r.case_id FROM resumed b JOIN resumptions r ON r.from_case_id = b.last
    )
    UPDATE measures m SET case_id = b.last, version = m.version + 1
      FROM resumed b
     WHERE b.first = m.case_id AND m.status IN ('PROPOSED', 'RULED', 'NOTICE_SENT', 'REFUSED')
       AND NOT EXISTS (SELECT FROM resumptions r WHERE r.from_case_id = b.last)
"""


def upgrade() -> None:
    for statement in (_HEADS, _DISPOSED, _HELD, _RENEWED, _DUE, _ORPHANS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("ALTER TABLE measure_queue DROP COLUMN held_as")
    op.execute("ALTER TABLE asset_queues DROP COLUMN disposed_at")
