"""Idempotency keys remember what was asked for, as a keyed digest; those used before have none."""

from alembic import op

revision = "n7"
down_revision = "n6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE idempotency ADD COLUMN content_key bytea CHECK (octet_length(content_key) = 32)")


def downgrade() -> None:
    op.execute("ALTER TABLE idempotency DROP COLUMN content_key")
