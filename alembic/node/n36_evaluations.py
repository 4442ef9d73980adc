"""The score of each evaluated task, which its statement holds encrypted: figures add it up."""

from alembic import op

revision = "n36"
down_revision = "n23"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE task_evaluations (
            task_id uuid PRIMARY KEY REFERENCES tasks (id),
            score integer NOT NULL CHECK (score BETWEEN 1 AND 5),
            at timestamptz NOT NULL
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE task_evaluations")
