"""Each endpoint's deliveries are claimed by themselves, so that a slow one holds up no other."""

from alembic import op

revision = "n49"
down_revision = "n48"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP INDEX webhook_deliveries_due")
    op.execute(
        "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook, next_attempt_at)"
        " WHERE next_attempt_at IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX webhook_deliveries_due")
    op.execute(
        "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL"
    )
