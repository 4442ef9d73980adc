"""Maintenance windows that courts announce of their own nodes: who, from when, until when; no text."""

from typing import Final

from alembic import op

revision = "g3"
down_revision = "g2"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE maintenance_windows (
        id uuid PRIMARY KEY,
        court text NOT NULL,
        from_at timestamptz NOT NULL,
        to_at timestamptz NOT NULL CHECK (to_at > from_at),
        announced_at timestamptz NOT NULL,
        officer_id text NOT NULL,
        idempotency_key text NOT NULL,
        withdrawn_at timestamptz,
        version integer NOT NULL,
        UNIQUE (court, idempotency_key)
    )
    """,
    "CREATE INDEX maintenance_windows_ahead ON maintenance_windows (court, to_at) WHERE withdrawn_at IS NULL",
]
DOWN: Final = ["DROP TABLE maintenance_windows"]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
