"""Whole cases entrusted to courts of other provinces (委托执行), and proposals of cross-enforcement (交叉执行).

`content` is what crossed, encrypted. A proposal moves no case: it is a record of what was asked and decided.
"""

from typing import Final

from alembic import op

revision = "n23"
down_revision = "n34"
branch_labels = None
depends_on = None

UP: Final = [
    "ALTER TABLE participations ADD version integer NOT NULL DEFAULT 1",
    """
    CREATE TABLE case_transfers (
        id uuid PRIMARY KEY,
        direction text NOT NULL CHECK (direction IN ('INBOUND', 'OUTBOUND')),
        peer text NOT NULL,
        case_id uuid REFERENCES cases,
        peer_case_number text,
        status text NOT NULL CHECK (status IN ('PROPOSED', 'SENT', 'FILED', 'SUPPLEMENTING',
            'RETURN_PENDING_HIGH_COURT', 'RETURNED', 'CONCLUDED')),
        content bytea NOT NULL,
        proposed_by text,
        proposed_at timestamptz NOT NULL,
        sent_at timestamptz,
        due_on date,
        filed_on date,
        strike_off_by date,
        struck_off_on date,
        high_court_approval_no text,
        ended_on date,
        was_withdrawn boolean NOT NULL,
        version integer NOT NULL,
        CHECK (direction = 'INBOUND' OR case_id IS NOT NULL),
        CHECK ((status IN ('RETURNED', 'CONCLUDED')) = (ended_on IS NOT NULL))
    )
    """,
    "CREATE INDEX case_transfers_case ON case_transfers (case_id) WHERE case_id IS NOT NULL",
    "CREATE INDEX case_transfers_age ON case_transfers (proposed_at, id)",
    "CREATE INDEX case_transfers_due ON case_transfers (due_on) WHERE due_on IS NOT NULL",
    """
    CREATE TABLE cross_enforcement_proposals (
        id uuid PRIMARY KEY,
        mode text NOT NULL CHECK (mode IN ('URGE', 'DESIGNATE', 'ELEVATE', 'CENTRALISE', 'COORDINATE')),
        ground text NOT NULL,
        case_numbers text[] NOT NULL CHECK (cardinality(case_numbers) BETWEEN 1 AND 100),
        deciding_court text NOT NULL,
        proposed_by text NOT NULL,
        proposed_at timestamptz NOT NULL,
        decision text CHECK (decision IN ('APPROVED', 'REFUSED')),
        decision_no text,
        decided_on date,
        recorded_by text,
        version integer NOT NULL,
        CHECK (num_nonnulls(decision, decision_no, decided_on, recorded_by) IN (0, 4))
    )
    """,
    "CREATE INDEX cross_enforcement_proposals_age ON cross_enforcement_proposals (proposed_at, id)",
]
DOWN: Final = [
    "DROP TABLE cross_enforcement_proposals",
    "DROP TABLE case_transfers",
    "ALTER TABLE participations DROP version",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
