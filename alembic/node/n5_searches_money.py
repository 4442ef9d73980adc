"""Asset searches with one inquiry per unit, finds, assistance notices and the receipts that answer them.

Subjects, finds, notices and receipts lie encrypted. A notice or inquiry is due exactly while `next_attempt_at` is set.
A receipt that another court obtained names its notice and unit without a foreign key: they are rows of that court.
"""

from typing import Final

from alembic import op

revision = "n5"
down_revision = "n4"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE asset_searches (
        id uuid PRIMARY KEY,
        case_id uuid REFERENCES cases,
        task_id uuid REFERENCES tasks,
        party_id uuid REFERENCES parties,
        subject bytea NOT NULL,
        case_number bytea NOT NULL,
        kinds text[] NOT NULL CHECK (cardinality(kinds) >= 1),
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        status text NOT NULL CHECK (status IN ('OPEN', 'DONE')),
        done_at timestamptz,
        CHECK (num_nonnulls(case_id, task_id) = 1),
        CHECK ((case_id IS NULL) = (party_id IS NULL)),
        CHECK ((status = 'DONE') = (done_at IS NOT NULL))
    )
    """,
    "CREATE INDEX asset_searches_case ON asset_searches (case_id, requested_at) WHERE case_id IS NOT NULL",
    "CREATE INDEX asset_searches_task ON asset_searches (task_id, requested_at) WHERE task_id IS NOT NULL",
    """
    CREATE TABLE search_inquiries (
        id uuid PRIMARY KEY,
        search_id uuid NOT NULL REFERENCES asset_searches,
        unit_id text NOT NULL REFERENCES assisting_units,
        unit_name text NOT NULL,
        channel text NOT NULL,
        attempts integer NOT NULL,
        next_attempt_at timestamptz,
        outcome text CHECK (outcome IN ('FOUND', 'NOTHING', 'REFUSED', 'NO_ANSWER')),
        reason text,
        source text,
        as_of timestamptz,
        answered_at timestamptz,
        UNIQUE (search_id, unit_id),
        CHECK ((outcome IS NULL) = (next_attempt_at IS NOT NULL)),
        CHECK (outcome IS NULL OR answered_at IS NOT NULL),
        CHECK (outcome IS NULL OR outcome NOT IN ('FOUND', 'NOTHING') OR (source IS NOT NULL AND as_of IS NOT NULL))
    )
    """,
    "CREATE INDEX search_inquiries_due ON search_inquiries (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
    """
    CREATE TABLE findings (
        id uuid PRIMARY KEY,
        inquiry_id uuid REFERENCES search_inquiries,
        case_id uuid REFERENCES cases,
        task_id uuid REFERENCES tasks,
        court text NOT NULL,
        kind text NOT NULL,
        content bytea NOT NULL,
        source text NOT NULL,
        as_of timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        asset_id uuid REFERENCES assets,
        adopted_by text,
        adopted_at timestamptz,
        CHECK (num_nonnulls(case_id, task_id) >= 1),
        CHECK (num_nonnulls(asset_id, adopted_by, adopted_at) IN (0, 3))
    )
    """,
    "CREATE INDEX findings_case ON findings (case_id, recorded_at) WHERE case_id IS NOT NULL",
    "CREATE INDEX findings_task ON findings (task_id, recorded_at) WHERE task_id IS NOT NULL",
    "CREATE INDEX findings_inquiry ON findings (inquiry_id) WHERE inquiry_id IS NOT NULL",
    """
    CREATE TABLE assistance_notices (
        id uuid PRIMARY KEY,
        measure_id uuid REFERENCES measures,
        task_id uuid REFERENCES tasks,
        unit_id text NOT NULL REFERENCES assisting_units,
        unit_name text NOT NULL,
        request bytea NOT NULL,
        served_by text NOT NULL,
        served_at timestamptz NOT NULL,
        status text NOT NULL CHECK (status IN ('SERVED', 'ANSWERED')),
        attempts integer NOT NULL,
        next_attempt_at timestamptz,
        reason text,
        CHECK (num_nonnulls(measure_id, task_id) = 1),
        CHECK ((status = 'SERVED') = (next_attempt_at IS NOT NULL))
    )
    """,
    "CREATE INDEX assistance_notices_due ON assistance_notices (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
    "CREATE INDEX assistance_notices_task ON assistance_notices (task_id) WHERE task_id IS NOT NULL",
    "CREATE INDEX assistance_notices_measure ON assistance_notices (measure_id) WHERE measure_id IS NOT NULL",
    """
    CREATE UNIQUE INDEX assistance_notices_one_unanswered ON assistance_notices (coalesce(measure_id, task_id))
     WHERE status = 'SERVED'
    """,
    """
    CREATE TABLE assistance_receipts (
        id uuid PRIMARY KEY,
        notice_id uuid NOT NULL UNIQUE,
        measure_id uuid,
        task_id uuid REFERENCES tasks,
        court text NOT NULL,
        unit_id text NOT NULL,
        unit_name text NOT NULL,
        result text NOT NULL CHECK (result IN ('REGISTERED', 'REFUSED')),
        receipt_no text NOT NULL,
        rank integer CHECK (rank >= 1),
        registered_at timestamptz,
        reason text,
        ruling_no bytea NOT NULL,
        received_at timestamptz NOT NULL,
        CHECK ((result = 'REGISTERED') = (rank IS NOT NULL)),
        CHECK ((result = 'REGISTERED') = (registered_at IS NOT NULL)),
        CHECK (num_nonnulls(measure_id, task_id) >= 1)
    )
    """,
    "CREATE INDEX assistance_receipts_task ON assistance_receipts (task_id) WHERE task_id IS NOT NULL",
    "CREATE INDEX assistance_receipts_measure ON assistance_receipts (measure_id) WHERE measure_id IS NOT NULL",
]
DOWN: Final = [
    "DROP TABLE assistance_receipts",
    "DROP TABLE assistance_notices",
    "DROP TABLE findings",
    "DROP TABLE search_inquiries",
    "DROP TABLE asset_searches",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
