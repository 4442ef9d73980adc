"""The audit trail, with what is to be chained; offices in both logs of look-ups; warnings; corrections of the list.

Look-ups and asks that were written down before are queued in the order of their instants, so that the chain begins with
them. An officer's offices were not kept then.
"""

from typing import Final

from alembic import op

revision = "n11"
down_revision = "n10"
branch_labels = None
depends_on = None

_ENTRY: Final = """
    at timestamptz NOT NULL,
    court text,
    officer text,
    roles text[],
    action text NOT NULL,
    outcome text NOT NULL,
    subject bytea,
    case_number text,
    purpose text,
    sections text[],
    lookup_id uuid,
    object_id uuid,
    rows integer
"""

CHAIN: Final = [
    f"CREATE TABLE audit_queue (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {_ENTRY})",
    f"""
    CREATE TABLE audit_events (
        seq bigint PRIMARY KEY CHECK (seq > 0),
        prev text NOT NULL,
        digest text NOT NULL,
        {_ENTRY},
        CHECK (court IS NOT NULL)
    )
    """,
    "CREATE INDEX audit_events_at ON audit_events (at)",
    "CREATE INDEX audit_events_court ON audit_events (court, seq)",
    "CREATE INDEX audit_events_officer ON audit_events (officer, seq)",
    "CREATE INDEX audit_events_subjects ON audit_events (court, officer, at) WHERE subject IS NOT NULL",
    "CREATE INDEX audit_events_outcome ON audit_events (outcome, seq)",
    "CREATE INDEX audit_events_case ON audit_events (case_number, seq) WHERE case_number IS NOT NULL",
    "CREATE INDEX audit_events_action ON audit_events (action, seq)",
    "CREATE INDEX audit_events_lookup ON audit_events (lookup_id, seq) WHERE lookup_id IS NOT NULL",
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME;
    END
    $$
    """,
    """
    CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
]

LOGS: Final = [
    "ALTER TABLE lookups ADD COLUMN roles text[]",
    "ALTER TABLE access_log ADD COLUMN roles text[]",
    "DROP INDEX refused_envelopes_at",
    "CREATE INDEX refused_envelopes_at ON refused_envelopes (at DESC, number DESC)",
    """
    INSERT INTO audit_queue (at, court, officer, action, outcome, subject, case_number, purpose, sections, lookup_id,
                             object_id, rows)
    SELECT * FROM (
        SELECT at, NULL, officer_id, 'LOOK_UP', outcome, subject_key, case_number, purpose, sections, id,
               NULL::uuid, NULL::integer
          FROM lookups
         UNION ALL
        SELECT ended_at, NULL, officer_id, 'LOOK_UP_ENDED', outcome, subject_key, case_number, purpose, sections, id,
               NULL::uuid, NULL::integer
          FROM lookups WHERE ended_at IS NOT NULL
         UNION ALL
        SELECT at, asking_court, officer_id, 'ANSWER', outcome, subject_key, case_number, purpose, sections, lookup_id,
               ask_id, rows
          FROM access_log
    ) AS past ORDER BY at
    """,
]

WARNINGS: Final = [
    """
    CREATE TABLE warnings (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        kind text NOT NULL,
        cause text NOT NULL,
        once_key text NOT NULL UNIQUE,
        court text NOT NULL,
        officer text,
        lookup_id uuid,
        correction_id uuid,
        since timestamptz,
        figure integer,
        due_on date,
        acknowledged_by text,
        acknowledged_at timestamptz,
        version integer NOT NULL,
        CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
    )
    """,
    "CREATE INDEX warnings_at ON warnings (at DESC, id DESC)",
    "CREATE INDEX warnings_open ON warnings (at DESC, id DESC) WHERE acknowledged_at IS NULL",
    "CREATE TABLE audit_watch (is_the_row boolean PRIMARY KEY CHECK (is_the_row), seq bigint NOT NULL)",
    "INSERT INTO audit_watch (is_the_row, seq) SELECT true, count(*) FROM audit_queue",  # what was before warns nobody
    """
    CREATE TABLE relatives (
        id uuid PRIMARY KEY,
        officer text NOT NULL,
        subject bytea NOT NULL,
        relation text NOT NULL,
        declared_at timestamptz NOT NULL,
        ended_at timestamptz,
        version integer NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX relatives_declared ON relatives (officer, subject) WHERE ended_at IS NULL",
    "CREATE INDEX relatives_officer ON relatives (officer, declared_at)",
]

CORRECTIONS: Final = [
    "ALTER TABLE dishonest_entries ADD COLUMN revision integer NOT NULL DEFAULT 1",
    "CREATE INDEX dishonest_entries_case ON dishonest_entries (case_id)",
    """
    CREATE TABLE corrections (
        id uuid PRIMARY KEY,
        entry_id uuid NOT NULL REFERENCES dishonest_entries,
        ground text NOT NULL,
        requester text NOT NULL,
        channel text NOT NULL,
        requested_on date NOT NULL,
        application_sha256 text,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        due_on date NOT NULL,
        status text NOT NULL CHECK (status IN ('PENDING', 'REMOVED', 'CORRECTED', 'REJECTED', 'RECONSIDERATION',
            'CONFIRMED')),
        decided_by text,
        decided_at timestamptz,
        rejection_reason text,
        correct_by date,
        entry_revision integer,
        served_on date,
        reconsideration_on date,
        superior_court text,
        reconsideration_due_on date,
        reconsidered_on date,
        reconsidered_by text,
        version integer NOT NULL,
        CHECK ((status = 'PENDING') = (decided_by IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX corrections_open ON corrections (entry_id) WHERE status IN ('PENDING', 'RECONSIDERATION')",
    "CREATE INDEX corrections_recorded ON corrections (recorded_at DESC, id DESC)",
    """
    CREATE INDEX corrections_waiting ON corrections (recorded_at DESC, id DESC)
     WHERE status IN ('PENDING', 'RECONSIDERATION')
    """,
]

UP: Final = [*CHAIN, *LOGS, *WARNINGS, *CORRECTIONS]
DOWN: Final = [
    "DROP TABLE corrections",
    "DROP INDEX dishonest_entries_case",
    "ALTER TABLE dishonest_entries DROP COLUMN revision",
    "DROP TABLE relatives",
    "DROP TABLE audit_watch",
    "DROP TABLE warnings",
    "DROP INDEX refused_envelopes_at",
    "CREATE INDEX refused_envelopes_at ON refused_envelopes (at)",
    "ALTER TABLE access_log DROP COLUMN roles",
    "ALTER TABLE lookups DROP COLUMN roles",
    "DROP TABLE audit_events",
    "DROP FUNCTION refuse_change",
    "DROP TABLE audit_queue",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
