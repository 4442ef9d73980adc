"""Membership: applications, conformance runs, the history of acts, and what the courts sign."""

from typing import Final

from alembic import op

revision = "g7"
down_revision = "g6"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE applications (
        id uuid PRIMARY KEY,
        court text NOT NULL,
        state text NOT NULL,
        applied_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        identity text NOT NULL,
        application bytea NOT NULL,
        court_document bytea NOT NULL,
        document_digest text NOT NULL,
        reason text,
        version integer NOT NULL
    )
    """,
    """
    CREATE UNIQUE INDEX applications_open ON applications (court)
     WHERE state IN ('APPLIED', 'PENDING_CONFORMANCE', 'APPROVED')
    """,
    "CREATE INDEX applications_by_state ON applications (state, applied_at)",
    """
    CREATE TABLE application_approvals (
        application_id uuid NOT NULL REFERENCES applications,
        officer_id text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (application_id, officer_id)
    )
    """,
    """
    CREATE TABLE conformance_runs (
        id uuid PRIMARY KEY,
        court text NOT NULL,
        document_digest text NOT NULL,
        started_at timestamptz NOT NULL,
        started_by text NOT NULL,
        finished_at timestamptz,
        is_green boolean
    )
    """,
    "CREATE UNIQUE INDEX conformance_runs_open ON conformance_runs (court) WHERE finished_at IS NULL",
    "CREATE INDEX conformance_runs_by_court ON conformance_runs (court, started_at DESC)",
    """
    CREATE TABLE conformance_findings (
        run_id uuid NOT NULL REFERENCES conformance_runs,
        position integer NOT NULL,
        check_code text NOT NULL,
        expected text NOT NULL,
        found text NOT NULL,
        path text NOT NULL,
        PRIMARY KEY (run_id, position)
    )
    """,
    """
    CREATE TABLE membership_acts (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL,
        court text NOT NULL,
        act text NOT NULL,
        by_court text NOT NULL,
        officer_id text,
        from_state text,
        to_state text,
        code text
    )
    """,
    "CREATE INDEX membership_acts_by_court ON membership_acts (court, position)",
    """
    CREATE TABLE proposals (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        court text,
        other_court text,
        ground text,
        made_at timestamptz NOT NULL,
        effective_at timestamptz NOT NULL,
        made_by_court text NOT NULL,
        made_by text,
        application_id uuid REFERENCES applications,
        state text NOT NULL,
        closed_at timestamptz,
        version integer NOT NULL
    )
    """,
    "CREATE INDEX proposals_by_state ON proposals (state, made_at)",
    "CREATE INDEX proposals_by_court ON proposals (court, made_at)",
    """
    CREATE TABLE proposal_documents (
        proposal_id uuid NOT NULL REFERENCES proposals,
        name text NOT NULL,
        version bigint NOT NULL,
        body bytea NOT NULL,
        PRIMARY KEY (proposal_id, name)
    )
    """,
    """
    CREATE TABLE proposal_signatures (
        proposal_id uuid NOT NULL,
        name text NOT NULL,
        court text NOT NULL,
        key_id text NOT NULL,
        signature text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (proposal_id, name, court),
        FOREIGN KEY (proposal_id, name) REFERENCES proposal_documents
    )
    """,
]
DOWN: Final = [
    "DROP TABLE proposal_signatures",
    "DROP TABLE proposal_documents",
    "DROP TABLE proposals",
    "DROP TABLE membership_acts",
    "DROP TABLE conformance_findings",
    "DROP TABLE conformance_runs",
    "DROP TABLE application_approvals",
    "DROP TABLE applications",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
