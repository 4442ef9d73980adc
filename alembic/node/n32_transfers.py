"""Requests to hand a sealed thing over between the first-sealing court and a priority creditor's; disposals begun."""

from typing import Final

from alembic import op

revision = "n32"
down_revision = "n31"
branch_labels = None
depends_on = None

_UP: Final = [
    """
    CREATE TABLE transfer_requests (
        id uuid PRIMARY KEY,
        direction text NOT NULL CHECK (direction IN ('OUTBOUND', 'INBOUND')),
        peer text NOT NULL,
        case_id uuid NOT NULL REFERENCES cases,
        asset_id uuid NOT NULL REFERENCES assets,
        measure_id uuid REFERENCES measures,
        status text NOT NULL,
        priority text NOT NULL,
        amount numeric(16, 2) NOT NULL,
        first_measure_on date NOT NULL,
        asked_at timestamptz NOT NULL,
        received_on date,
        due_on date,
        refused_code text,
        answered_at timestamptz,
        reason text,
        reserved numeric(16, 2),
        informed_on date,
        deciding_court text,
        disputed_at timestamptz,
        decided_on date,
        version integer NOT NULL
    )
    """,
    "CREATE INDEX transfer_requests_asked ON transfer_requests (asked_at DESC, id DESC)",
    "CREATE INDEX transfer_requests_asset ON transfer_requests (asset_id)",
    "CREATE INDEX transfer_requests_due ON transfer_requests (due_on) WHERE status = 'PENDING'",
    """
    CREATE TABLE disposal_notices (
        id uuid PRIMARY KEY,
        asset_id uuid NOT NULL REFERENCES assets,
        kind text NOT NULL,
        published_on date NOT NULL,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX disposal_notices_asset ON disposal_notices (asset_id)",
]
_DOWN: Final = ["DROP TABLE disposal_notices", "DROP TABLE transfer_requests"]


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWN:
        op.execute(statement)
