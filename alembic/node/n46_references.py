"""What a message is about, as carriers are told; and statements beside a task's log found by kind."""

from alembic import op

revision = "n46"
down_revision = "n40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE outbox ADD COLUMN re uuid, ADD COLUMN re_digest text")
    op.execute("CREATE INDEX task_statements_by_kind ON task_statements (task_id, kind, at, id)")


def downgrade() -> None:
    op.execute("DROP INDEX task_statements_by_kind")
    op.execute("ALTER TABLE outbox DROP COLUMN re, DROP COLUMN re_digest")
