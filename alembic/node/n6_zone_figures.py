"""What the zone's figures need: indexes for counts by county, of dispatched tasks, and for the public list's pages."""

from typing import Final

from alembic import op

revision = "n6"
down_revision = "n5"
branch_labels = None
depends_on = None

UP: Final = [
    "CREATE INDEX assets_standing ON assets (division) WHERE status IN ('FOUND', 'CONTROLLED')",
    """
    CREATE INDEX tasks_sent_and_open ON tasks (entrusted_court)
     WHERE direction = 'OUTBOUND'
       AND status NOT IN ('DRAFT', 'PENDING_APPROVAL', 'APPROVED', 'COMPLETED', 'RETURNED', 'WITHDRAWN')
    """,
    "CREATE INDEX task_history_dispatched ON task_history (at, task_id) WHERE act = 'DISPATCHED'",
    "CREATE INDEX dishonest_entries_published ON dishonest_entries (published_on, id)",
]
DOWN: Final = [
    "DROP INDEX dishonest_entries_published",
    "DROP INDEX task_history_dispatched",
    "DROP INDEX tasks_sent_and_open",
    "DROP INDEX assets_standing",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
