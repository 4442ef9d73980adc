"""Pages of the log of questions received are read in its own order, however long the log."""

from alembic import op

revision = "n9"
down_revision = "n8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX access_log_at ON access_log (at DESC, number DESC)")


def downgrade() -> None:
    op.execute("DROP INDEX access_log_at")
