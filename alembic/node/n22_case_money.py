"""Case money: claims, suspensions, how a payment ends interest, what settlements come to, distribution of proceeds.

A case without rows in `claims` has one claim: that of its own row. A case that was resumed out of a settlement counts
the payments and suspensions of the case before it: `resumptions` says which. Columns added to `payments` may be empty.
"""

from typing import Final

from alembic import op

revision = "n22"
down_revision = "n19"
branch_labels = None
depends_on = None

_CLAIMS: Final = [
    """
    CREATE TABLE claims (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        no integer NOT NULL CHECK (no >= 1),
        kind text NOT NULL CHECK (kind IN ('MONEY', 'DELIVERY_OF_THING', 'ACT')),
        principal numeric(16, 2) NOT NULL CHECK (principal >= 0),
        general_interest numeric(16, 2) NOT NULL CHECK (general_interest >= 0),
        costs numeric(16, 2) NOT NULL CHECK (costs >= 0),
        interest_percent numeric(9, 6),
        interest_from_on date,
        interest_until_on date,
        due_on date,
        effective_on date,
        priority text NOT NULL CHECK (priority IN ('SECURED', 'STATUTORY_PRIORITY', 'ORDINARY')),
        livelihood text,
        doubled_first boolean NOT NULL,
        currency text NOT NULL,
        foreign_amount numeric(16, 2),
        mid_rate numeric(12, 6),
        mid_rate_on date,
        UNIQUE (case_id, no),
        CHECK ((interest_percent IS NULL) = (interest_from_on IS NULL)),
        CHECK (num_nonnulls(foreign_amount, mid_rate, mid_rate_on) IN (0, 3)),
        CHECK ((currency = 'CNY') = (foreign_amount IS NULL))
    )
    """,
    """
    CREATE TABLE claim_dues (
        claim_id uuid NOT NULL REFERENCES claims ON DELETE CASCADE,
        due_on date NOT NULL,
        amount numeric(16, 2) NOT NULL CHECK (amount > 0),
        PRIMARY KEY (claim_id, due_on)
    )
    """,
    """
    CREATE TABLE suspensions (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        kind text NOT NULL CHECK (kind IN ('SUSPENDED', 'DEFERRED')),
        ground text NOT NULL,
        from_on date NOT NULL,
        until_on date,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        version integer NOT NULL,
        CHECK (until_on > from_on)
    )
    """,
    "CREATE INDEX suspensions_case ON suspensions (case_id, from_on)",
    "CREATE UNIQUE INDEX suspensions_one_running ON suspensions (case_id) WHERE until_on IS NULL",
    "ALTER TABLE payments ADD ends_on date, ADD ending text, ADD claim_no integer",
]

_SETTLEMENTS: Final = [
    """
    CREATE TABLE instalment_payments (
        settlement_id uuid NOT NULL,
        no integer NOT NULL,
        payment_id uuid NOT NULL REFERENCES payments,
        amount numeric(16, 2) NOT NULL CHECK (amount > 0),
        PRIMARY KEY (settlement_id, no, payment_id),
        FOREIGN KEY (settlement_id, no) REFERENCES instalments
    )
    """,
    "CREATE INDEX instalments_unpaid ON instalments (due_on) WHERE paid_on IS NULL",
    """
    CREATE TABLE settlement_guarantees (
        settlement_id uuid PRIMARY KEY REFERENCES settlements,
        party_id uuid NOT NULL REFERENCES parties,
        direct_enforcement boolean NOT NULL
    )
    """,
    """
    CREATE TABLE settlement_decisions (
        settlement_id uuid NOT NULL REFERENCES settlements,
        outcome text NOT NULL CHECK (outcome IN ('BREACHED', 'VOID', 'REVOKED')),
        applied_on date NOT NULL,
        decided_by text NOT NULL,
        decided_at timestamptz NOT NULL,
        choice text CHECK (choice IN ('RESUME', 'SUE')),
        PRIMARY KEY (settlement_id, outcome),
        CHECK (choice IS NULL OR outcome = 'BREACHED')
    )
    """,
    """
    CREATE TABLE resumptions (
        case_id uuid PRIMARY KEY REFERENCES cases,
        from_case_id uuid NOT NULL REFERENCES cases,
        settlement_id uuid NOT NULL UNIQUE REFERENCES settlements,
        applied_on date NOT NULL,
        resumed_on date NOT NULL,
        performed numeric(16, 2) NOT NULL,
        guarantor_ruling_no text,
        resumed_by text NOT NULL
    )
    """,
    "CREATE INDEX resumptions_from ON resumptions (from_case_id)",
]

_DISTRIBUTION: Final = [
    """
    CREATE TABLE participations (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        court text NOT NULL,
        case_number text NOT NULL,
        amount numeric(16, 2) NOT NULL CHECK (amount > 0),
        priority text NOT NULL CHECK (priority IN ('SECURED', 'STATUTORY_PRIORITY', 'ORDINARY')),
        seizure_rank integer CHECK (seizure_rank >= 1),
        applied_on date NOT NULL,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        UNIQUE (case_id, court, case_number, priority)
    )
    """,
    """
    CREATE TABLE distribution_plans (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        asset_id uuid REFERENCES assets,
        basis text NOT NULL CHECK (basis IN ('PRO_RATA', 'ORDER_OF_SEIZURE')),
        proceeds numeric(16, 2) NOT NULL CHECK (proceeds > 0),
        costs numeric(16, 2) NOT NULL CHECK (costs >= 0),
        surplus numeric(16, 2) NOT NULL CHECK (surplus >= 0),
        arrived_on date NOT NULL,
        status text NOT NULL CHECK (status IN ('DRAWN', 'SERVED', 'OBJECTED', 'FINAL', 'PAID', 'REPLACED')),
        replaces uuid UNIQUE REFERENCES distribution_plans,
        drawn_by text NOT NULL,
        drawn_at timestamptz NOT NULL,
        approved_by text,
        approved_at timestamptz,
        paid_by text,
        paid_on date,
        version integer NOT NULL,
        CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
        CHECK ((status = 'PAID') = (paid_on IS NOT NULL)),
        CHECK ((paid_by IS NULL) = (paid_on IS NULL))
    )
    """,
    "CREATE INDEX distribution_plans_case ON distribution_plans (case_id, drawn_at)",
    """
    CREATE INDEX distribution_plans_unpaid ON distribution_plans (arrived_on) WHERE status NOT IN ('PAID', 'REPLACED')
    """,
    """
    CREATE TABLE distribution_shares (
        plan_id uuid NOT NULL REFERENCES distribution_plans,
        no integer NOT NULL CHECK (no >= 1),
        court text NOT NULL,
        case_number text NOT NULL,
        priority text NOT NULL,
        seizure_rank integer,
        claim numeric(16, 2) NOT NULL,
        share numeric(16, 2) NOT NULL CHECK (share >= 0),
        served_on date,
        PRIMARY KEY (plan_id, no)
    )
    """,
    """
    CREATE TABLE distribution_objections (
        plan_id uuid NOT NULL,
        no integer NOT NULL,
        received_on date NOT NULL,
        notified_on date,
        opposed_on date,
        opposed_by integer,
        opposition_told_on date,
        sued_on date,
        PRIMARY KEY (plan_id, no),
        FOREIGN KEY (plan_id, no) REFERENCES distribution_shares,
        CHECK ((opposed_on IS NULL) = (opposed_by IS NULL))
    )
    """,
]

UP: Final = [*_CLAIMS, *_SETTLEMENTS, *_DISTRIBUTION]
DOWN: Final = [
    "DROP TABLE distribution_objections",
    "DROP TABLE distribution_shares",
    "DROP TABLE distribution_plans",
    "DROP TABLE participations",
    "DROP TABLE resumptions",
    "DROP TABLE settlement_decisions",
    "DROP TABLE settlement_guarantees",
    "DROP INDEX instalments_unpaid",
    "DROP TABLE instalment_payments",
    "ALTER TABLE payments DROP ends_on, DROP ending, DROP claim_no",
    "DROP TABLE suspensions",
    "DROP TABLE claim_dues",
    "DROP TABLE claims",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
