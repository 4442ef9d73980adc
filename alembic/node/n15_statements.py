"""Statements beside a task's log."""

from typing import Final

from alembic import op

revision = "n15"
down_revision = "n21"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE task_statements (
        id uuid PRIMARY KEY,
        task_id uuid NOT NULL REFERENCES tasks (id),
        kind text NOT NULL,
        author text NOT NULL,
        at timestamptz NOT NULL,
        refers uuid,
        head_seq integer NOT NULL CHECK (head_seq >= 1),
        head_digest text NOT NULL,
        digest text NOT NULL,
        statement bytea NOT NULL,
        salt bytea NOT NULL,
        payload bytea NOT NULL,
        officer text,
        sent_at timestamptz,
        received_at timestamptz,
        delivered_at timestamptz,
        refused_code text,
        read_at timestamptz,
        CHECK ((sent_at IS NULL) <> (received_at IS NULL))
    )
    """,
    "CREATE INDEX task_statements_by_task ON task_statements (task_id, at, id)",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE task_statements")
