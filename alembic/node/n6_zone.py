"""Unified standards, and indexes for what the zone counts and lists: counties, dispatched tasks, the public list."""

from typing import Final

from alembic import op

revision = "n6"
down_revision = "n5"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE unified_standards (
        id uuid PRIMARY KEY,
        matter text NOT NULL,
        province text NOT NULL,
        amount numeric(15, 2) CHECK (amount >= 0),
        days integer CHECK (days >= 0),
        practice text,
        effective_from date NOT NULL,
        effective_to date CHECK (effective_to >= effective_from),
        synthetic boolean NOT NULL,
        UNIQUE (matter, province, effective_from),
        CHECK (num_nonnulls(amount, days, practice) = 1)
    )
    """,
    "CREATE INDEX assets_standing ON assets (division) WHERE status IN ('FOUND', 'CONTROLLED')",
    """
    CREATE INDEX tasks_sent_and_open ON tasks (entrusted_court)
     WHERE direction = 'OUTBOUND'
       AND status NOT IN ('DRAFT', 'PENDING_APPROVAL', 'APPROVED', 'COMPLETED', 'RETURNED', 'WITHDRAWN')
    """,
    "CREATE INDEX task_history_dispatched ON task_history (at, task_id) WHERE act = 'DISPATCHED'",
    "CREATE INDEX dishonest_entries_published ON dishonest_entries (published_on DESC, id)",
]
DOWN: Final = [
    "DROP INDEX dishonest_entries_published",
    "DROP INDEX task_history_dispatched",
    "DROP INDEX tasks_sent_and_open",
    "DROP INDEX assets_standing",
    "DROP TABLE unified_standards",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
