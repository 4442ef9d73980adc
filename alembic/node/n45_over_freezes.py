"""Freezes of equity that a ruling found to go beyond what is owed, until the excess is released."""

from typing import Final

from alembic import op

revision = "n45"
down_revision = "n41"
branch_labels = None
depends_on = None

_UP: Final = [
    """
    CREATE TABLE over_freezes (
        id uuid PRIMARY KEY,
        measure_id uuid NOT NULL REFERENCES measures,
        ruling_no text NOT NULL,
        effective_on date NOT NULL,
        excess numeric(16, 2) NOT NULL CHECK (excess > 0),
        due_on date NOT NULL,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        released_on date,
        release_ruling_no text,
        released_by text,
        CHECK ((released_on IS NULL) = (release_ruling_no IS NULL) AND (released_on IS NULL) = (released_by IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX over_freezes_open ON over_freezes (measure_id) WHERE released_on IS NULL",
    "CREATE INDEX over_freezes_measure ON over_freezes (measure_id, recorded_at DESC)",
    "CREATE INDEX over_freezes_due ON over_freezes (due_on, id) WHERE released_on IS NULL",
]


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE over_freezes")
