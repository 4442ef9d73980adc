"""Objections about what delegated tasks are about; what completed tasks count for whom."""

from typing import Final

from alembic import op

revision = "n26"
down_revision = "n22"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE objections (
        id uuid PRIMARY KEY,
        task_id uuid NOT NULL REFERENCES tasks (id),
        kind text NOT NULL,
        author text NOT NULL,
        decides text NOT NULL,
        filed_on date NOT NULL,
        due_on date NOT NULL,
        asset_key bytea,
        measure_id uuid,
        outcome text,
        decided_on date,
        served_on date,
        decided_by uuid,
        CHECK ((outcome IS NULL) = (decided_on IS NULL)),
        CHECK ((outcome IS NULL) = (decided_by IS NULL))
    )
    """,
    "CREATE INDEX objections_of_task ON objections (task_id)",
    "CREATE INDEX objections_about_asset ON objections (asset_key) WHERE asset_key IS NOT NULL",
    "CREATE INDEX objections_about_measure ON objections (measure_id) WHERE measure_id IS NOT NULL",
    "CREATE INDEX objections_undecided ON objections (decides, due_on) WHERE outcome IS NULL",
    """
    CREATE TABLE workload_credits (
        task_id uuid PRIMARY KEY REFERENCES tasks (id),
        officer text NOT NULL,
        matter text NOT NULL,
        numerator integer NOT NULL CHECK (numerator > 0),
        denominator integer NOT NULL CHECK (denominator > 0),
        completed_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX task_statements_complaints ON task_statements (at, id) WHERE kind = 'COMPLAINED'",
    "CREATE INDEX workload_credits_completed ON workload_credits (completed_at)",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX task_statements_complaints")
    op.execute("DROP TABLE workload_credits, objections")
