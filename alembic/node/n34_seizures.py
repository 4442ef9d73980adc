"""What was physically seized: the inventory of each measure, who keeps the thing, and its hand-over."""

from alembic import op

revision = "n34"
down_revision = "n33"
branch_labels = None
depends_on = None

_TABLE = """
    CREATE TABLE seizures (
        measure_id uuid PRIMARY KEY REFERENCES measures,
        task_id uuid,
        inventory bytea NOT NULL,
        seized_at timestamptz NOT NULL,
        recorded_by text,
        recorded_at timestamptz NOT NULL,
        hand_over bytea,
        handed_over_at timestamptz
    )
"""


def upgrade() -> None:
    op.execute(_TABLE)


def downgrade() -> None:
    op.execute("DROP TABLE seizures")
