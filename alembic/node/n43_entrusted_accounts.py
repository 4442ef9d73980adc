"""What the other court of a transfer says of money and of measures: payments, suspensions, how days are counted.

A measure that the other court holds for the case stands here as it reports it, its thing encrypted; of own ones that
are held for the other court's case, which version it was told.
"""

from typing import Final

from alembic import op

revision = "n43"
down_revision = "n45"
branch_labels = None
depends_on = None

_UP: Final = (
    "ALTER TABLE case_transfers ADD counting jsonb, ADD paid_there numeric(16, 2) NOT NULL DEFAULT 0",
    """
    CREATE TABLE carried_payments (
        transfer_id uuid NOT NULL REFERENCES case_transfers ON DELETE CASCADE,
        id uuid NOT NULL,
        paid_on date NOT NULL,
        ends_on date NOT NULL,
        amount numeric(16, 2) NOT NULL CHECK (amount > 0),
        claim_no integer,
        PRIMARY KEY (transfer_id, id)
    )
    """,
    """
    CREATE TABLE carried_suspensions (
        transfer_id uuid NOT NULL REFERENCES case_transfers ON DELETE CASCADE,
        no integer NOT NULL,
        kind text NOT NULL,
        ground text NOT NULL,
        from_on date NOT NULL,
        until_on date NOT NULL CHECK (until_on > from_on),
        PRIMARY KEY (transfer_id, no)
    )
    """,
    """
    CREATE TABLE measures_elsewhere (
        transfer_id uuid NOT NULL REFERENCES case_transfers ON DELETE CASCADE,
        measure_id uuid NOT NULL,
        version integer NOT NULL,
        status text NOT NULL,
        expires_on date,
        content bytea NOT NULL,
        PRIMARY KEY (transfer_id, measure_id)
    )
    """,
    """
    CREATE INDEX measures_elsewhere_expiry ON measures_elsewhere (expires_on)
     WHERE status IN ('EFFECTIVE', 'RENEWED')
    """,
    """
    CREATE TABLE measures_told (
        transfer_id uuid NOT NULL REFERENCES case_transfers ON DELETE CASCADE,
        measure_id uuid NOT NULL REFERENCES measures,
        version integer NOT NULL,
        PRIMARY KEY (transfer_id, measure_id)
    )
    """,
)
_DOWN: Final = (
    "DROP TABLE measures_told",
    "DROP TABLE measures_elsewhere",
    "DROP TABLE carried_suspensions",
    "DROP TABLE carried_payments",
    "ALTER TABLE case_transfers DROP counting, DROP paid_there",
)


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWN:
        op.execute(statement)
