"""The row that the gateway commits, reads back and verifies again and again to see whether it can work."""

from alembic import op

revision = "g9"
down_revision = "g7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE self_message (
            single boolean PRIMARY KEY DEFAULT true CHECK (single),
            number bigint NOT NULL,
            content bytea NOT NULL
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE self_message")
