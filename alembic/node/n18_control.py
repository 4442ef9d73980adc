"""Beside measures and assets: figures of proportionality, approvals of exceptions, exemptions."""

from typing import Final

from alembic import op

revision = "n18"
down_revision = "n15"
branch_labels = None
depends_on = None

_UP: Final = [
    """
    CREATE TABLE proportionality_checks (
        measure_id uuid NOT NULL REFERENCES measures,
        at timestamptz NOT NULL,
        outstanding numeric(16, 2) NOT NULL,
        already_controlled_net numeric(16, 2) NOT NULL,
        requested_net numeric(16, 2) NOT NULL,
        ratio numeric(12, 4),
        verdict text NOT NULL,
        reason text NOT NULL,
        PRIMARY KEY (measure_id, at)
    )
    """,
    """
    CREATE TABLE measure_approvals (
        measure_id uuid PRIMARY KEY REFERENCES measures,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        decision text,
        decided_by text,
        decided_at timestamptz,
        CHECK (decided_by IS NULL OR decided_by <> requested_by),
        CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL))
    )
    """,
    """
    CREATE TABLE asset_exemptions (
        asset_id uuid PRIMARY KEY REFERENCES assets,
        ground text NOT NULL,
        fund text,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL
    )
    """,
]
_DOWN: Final = [
    "DROP TABLE asset_exemptions",
    "DROP TABLE measure_approvals",
    "DROP TABLE proportionality_checks",
]


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWN:
        op.execute(statement)
