"""What became of each find's announcement to the court whose task it was made for; NULL: still to be said."""

from alembic import op

revision = "n48"
down_revision = "n36"
branch_labels = None
depends_on = None

UP = (
    "ALTER TABLE findings ADD COLUMN announcement text CHECK (announcement IN ('SAID', 'WITHHELD', 'REFUSED'))",
    """
    CREATE INDEX findings_unsaid ON findings (task_id)
     WHERE task_id IS NOT NULL AND search_id IS NOT NULL AND announcement IS NULL
    """,
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP INDEX findings_unsaid")
    op.execute("ALTER TABLE findings DROP COLUMN announcement")
