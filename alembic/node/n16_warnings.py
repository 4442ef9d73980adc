"""A warning may be about a case, a task, a measure, a notice, a search or a clue; officers read their own.

What was raised before keeps what it says; its level is the usual one.
"""

from typing import Final

from alembic import op

revision = "n16"
down_revision = "n14"
branch_labels = None
depends_on = None

_ABOUT: Final = ("case_id", "task_id", "measure_id", "notice_id", "search_id", "clue_id")


def upgrade() -> None:
    op.execute("ALTER TABLE warnings ADD COLUMN level text NOT NULL DEFAULT 'WARNING'")
    op.execute("ALTER TABLE warnings " + ", ".join(f"ADD COLUMN {name} uuid" for name in _ABOUT))
    op.execute("CREATE INDEX warnings_officer ON warnings (officer, at DESC, id DESC)")
    op.execute(
        "CREATE INDEX warnings_officer_open ON warnings (officer, at DESC, id DESC) WHERE acknowledged_at IS NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX warnings_officer_open")
    op.execute("DROP INDEX warnings_officer")
    op.execute("ALTER TABLE warnings " + ", ".join(f"DROP COLUMN {name}" for name in (*_ABOUT, "level")))
