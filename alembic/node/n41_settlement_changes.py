"""Settlements that the parties changed, and payouts that are put off.

An instalment that a change took the place of stays, with the number of the change and what was paid on it.
"""

from typing import Final

from alembic import op

revision = "n41"
down_revision = "n46"
branch_labels = None
depends_on = None

UP: Final = [
    "ALTER TABLE instalments ADD replaced_in integer CHECK (replaced_in >= 1)",
    """
    CREATE TABLE settlement_changes (
        settlement_id uuid NOT NULL REFERENCES settlements,
        no integer NOT NULL CHECK (no >= 1),
        agreed_on date NOT NULL,
        form text NOT NULL,
        total_before numeric(16, 2) NOT NULL,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (settlement_id, no)
    )
    """,
    """
    CREATE TABLE payout_deferrals (
        id uuid PRIMARY KEY,
        plan_id uuid NOT NULL REFERENCES distribution_plans,
        ground text NOT NULL,
        until_on date NOT NULL,
        status text NOT NULL CHECK (status IN ('REQUESTED', 'GRANTED', 'REFUSED')),
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        chief_by text,
        chief_at timestamptz,
        president_by text,
        president_at timestamptz,
        version integer NOT NULL,
        CHECK ((chief_by IS NULL) = (chief_at IS NULL)),
        CHECK ((president_by IS NULL) = (president_at IS NULL)),
        CHECK (status <> 'GRANTED' OR (president_by IS NOT NULL AND chief_by <> president_by))
    )
    """,
    "CREATE INDEX payout_deferrals_plan ON payout_deferrals (plan_id, requested_at)",
    "CREATE UNIQUE INDEX payout_deferrals_one_asked ON payout_deferrals (plan_id) WHERE status = 'REQUESTED'",
]
DOWN: Final = [
    "DROP TABLE payout_deferrals",
    "DROP TABLE settlement_changes",
    "DELETE FROM instalments i WHERE replaced_in IS NOT NULL AND paid_amount = 0",
    "UPDATE instalments SET amount = paid_amount WHERE replaced_in IS NOT NULL",
    "ALTER TABLE instalments DROP replaced_in",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
