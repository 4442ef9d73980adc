"""Supervisions of this court's tasks, as the gateway tells of them."""

from alembic import op

revision = "n21"
down_revision = "n16"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE supervision_marks (
            id uuid PRIMARY KEY,
            task_id uuid NOT NULL REFERENCES tasks,
            ground text NOT NULL,
            origin text NOT NULL,
            raised_by text NOT NULL,
            court text NOT NULL,
            respond_by date NOT NULL,
            raised_at timestamptz NOT NULL,
            cleared_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX supervision_marks_of_task ON supervision_marks (task_id)")
    op.execute("CREATE INDEX supervision_marks_standing ON supervision_marks (task_id, id) WHERE cleared_at IS NULL")


def downgrade() -> None:
    op.execute("DROP TABLE supervision_marks")
