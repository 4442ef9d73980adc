"""Which complaint each message speaks of: a random id of the two courts; messages of earlier releases name none.

A complaint that none of its messages names is known by the message that made it.
"""

from typing import Final

from alembic import op

revision = "g12"
down_revision = "g11"
branch_labels = None
depends_on = None

UP: Final = [
    "ALTER TABLE complaint_events ADD COLUMN complaint_id uuid",
    "ALTER TABLE complaints ADD COLUMN id uuid",
    """
    UPDATE complaints SET id = coalesce(
        (SELECT message_id FROM complaint_events
          WHERE complaint_events.track_id = complaints.track_id AND complaint_events.at = complaints.opened_at
            AND event NOT IN ('COMPLAINT_ANSWERED', 'COMPLAINT_CLOSED') ORDER BY message_id LIMIT 1),
        gen_random_uuid())
    """,
    "ALTER TABLE complaints DROP CONSTRAINT complaints_pkey, ADD PRIMARY KEY (track_id, id)",
    "DROP INDEX complaints_listed",
    "CREATE INDEX complaints_listed ON complaints (opened_at DESC, id DESC)",
]
DOWN: Final = [
    """
    DELETE FROM complaints USING complaints other
     WHERE complaints.track_id = other.track_id AND complaints.opened_at = other.opened_at AND complaints.id > other.id
    """,
    "DROP INDEX complaints_listed",
    "ALTER TABLE complaints DROP CONSTRAINT complaints_pkey, ADD PRIMARY KEY (track_id, opened_at), DROP COLUMN id",
    "CREATE INDEX complaints_listed ON complaints (opened_at DESC, track_id DESC)",
    "ALTER TABLE complaint_events DROP COLUMN complaint_id",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
