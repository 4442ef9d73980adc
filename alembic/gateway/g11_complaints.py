"""Complaints about delegated tasks, as their messages tell of them: grounds and instants; no text."""

from typing import Final

from alembic import op

revision = "g11"
down_revision = "g10"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE complaint_events (
        message_id uuid PRIMARY KEY,
        track_id uuid NOT NULL REFERENCES tracks,
        event text NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX complaint_events_of_track ON complaint_events (track_id)",
    """
    CREATE TABLE complaints (
        track_id uuid NOT NULL REFERENCES tracks,
        opened_at timestamptz NOT NULL,
        ground text NOT NULL,
        delegating_court text NOT NULL,
        entrusted_court text NOT NULL,
        answered_at timestamptz,
        closed_at timestamptz,
        escalated_at timestamptz,
        PRIMARY KEY (track_id, opened_at)
    )
    """,
    "CREATE INDEX complaints_listed ON complaints (opened_at DESC, track_id DESC)",
    """
    CREATE INDEX complaints_disputes ON complaints (opened_at)
     WHERE ground = 'DISPUTE' AND closed_at IS NULL AND escalated_at IS NULL
    """,
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE complaints, complaint_events")
