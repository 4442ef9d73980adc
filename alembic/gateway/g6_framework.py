"""The framework agreement's records: codes, dates, numbers, courts and officers' ids; no text.

`framework_acts` is their history: the database refuses to change or delete a row of it.
"""

from typing import Final

from alembic import op

revision = "g6"
down_revision = "g5"
branch_labels = None
depends_on = None

ACTS: Final = [
    """
    CREATE TABLE framework_acts (
        record_id uuid NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        kind text NOT NULL,
        step text NOT NULL,
        item integer,
        at timestamptz NOT NULL,
        court text NOT NULL,
        officer_id text NOT NULL,
        PRIMARY KEY (record_id, version)
    )
    """,
    """
    CREATE FUNCTION framework_acts_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'framework_acts is append-only'; END $$
    """,
    """
    CREATE TRIGGER framework_acts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON framework_acts
     FOR EACH STATEMENT EXECUTE FUNCTION framework_acts_stay()
    """,
    """
    CREATE TABLE framework_keys (
        court text NOT NULL,
        idempotency_key text NOT NULL,
        content text NOT NULL,
        record_id uuid NOT NULL,
        PRIMARY KEY (court, idempotency_key)
    )
    """,
]
LIAISON: Final = [
    """
    CREATE TABLE liaison_officers (
        id uuid PRIMARY KEY,
        court text NOT NULL,
        officer_id text NOT NULL,
        hours integer[] NOT NULL,
        holidays text NOT NULL,
        from_on date NOT NULL,
        to_on date CHECK (to_on >= from_on),
        recorded_at timestamptz NOT NULL,
        version integer NOT NULL
    )
    """,
    "CREATE INDEX liaison_officers_listed ON liaison_officers (recorded_at DESC, id DESC)",
    "CREATE INDEX liaison_officers_by_officer ON liaison_officers (court, officer_id, from_on)",
]
STANDARDS: Final = [
    """
    CREATE TABLE published_standards (
        id uuid PRIMARY KEY,
        matter text NOT NULL,
        province text,
        papers text[] NOT NULL,
        answer_within_days integer CHECK (answer_within_days > 0),
        sign_for_working_days integer CHECK (sign_for_working_days > 0),
        from_on date NOT NULL,
        to_on date CHECK (to_on >= from_on),
        status text NOT NULL,
        revision integer NOT NULL,
        end_on date CHECK (end_on >= from_on),
        end_by text,
        proposed_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        version integer NOT NULL,
        CHECK ((end_on IS NULL) = (end_by IS NULL))
    )
    """,
    "CREATE INDEX published_standards_listed ON published_standards (recorded_at DESC, id DESC)",
    "CREATE INDEX published_standards_by_matter ON published_standards (matter, province) WHERE status <> 'WITHDRAWN'",
    """
    CREATE TABLE standard_revisions (
        standard_id uuid NOT NULL REFERENCES published_standards,
        revision integer NOT NULL,
        content bytea NOT NULL,
        digest text NOT NULL,
        position bigint UNIQUE,
        PRIMARY KEY (standard_id, revision, digest)
    )
    """,
    """
    CREATE TABLE standard_signatures (
        digest text NOT NULL,
        court text NOT NULL,
        statement bytea NOT NULL,
        PRIMARY KEY (digest, court)
    )
    """,
]
MEETINGS: Final = [
    """
    CREATE TABLE exchange_meetings (
        id uuid PRIMARY KEY,
        court text NOT NULL,
        held_on date NOT NULL,
        courts text[] NOT NULL,
        minutes_digest text CHECK (minutes_digest ~ '^[0-9a-f]{64}$'),
        closed_on date,
        recorded_at timestamptz NOT NULL,
        version integer NOT NULL
    )
    """,
    "CREATE INDEX exchange_meetings_listed ON exchange_meetings (recorded_at DESC, id DESC)",
    """
    CREATE TABLE meeting_agenda (
        meeting_id uuid NOT NULL REFERENCES exchange_meetings,
        no integer NOT NULL,
        topic text NOT NULL,
        about uuid,
        PRIMARY KEY (meeting_id, no)
    )
    """,
    """
    CREATE TABLE meeting_decisions (
        meeting_id uuid NOT NULL REFERENCES exchange_meetings,
        no integer NOT NULL,
        kind text NOT NULL,
        owner_court text NOT NULL,
        due_on date NOT NULL,
        done_on date,
        done_by text,
        PRIMARY KEY (meeting_id, no),
        CHECK ((done_on IS NULL) = (done_by IS NULL))
    )
    """,
]
SUPERVISIONS: Final = [
    """
    CREATE TABLE supervisions (
        id uuid PRIMARY KEY,
        track_id uuid NOT NULL REFERENCES tracks,
        ground text NOT NULL,
        raised_by text NOT NULL,
        court text NOT NULL,
        other_court text NOT NULL,
        respond_by date NOT NULL,
        answer text,
        answer_digest text CHECK (answer_digest ~ '^[0-9a-f]{64}$'),
        answered_on date,
        outcome text,
        closed_on date,
        recorded_at timestamptz NOT NULL,
        version integer NOT NULL,
        CHECK ((answer IS NULL) = (answered_on IS NULL)),
        CHECK ((outcome IS NULL) = (closed_on IS NULL))
    )
    """,
    "CREATE INDEX supervisions_listed ON supervisions (recorded_at DESC, id DESC)",
    "CREATE UNIQUE INDEX supervisions_open ON supervisions (track_id, raised_by, court) WHERE closed_on IS NULL",
]
RESOURCES: Final = [
    """
    CREATE TABLE resource_offers (
        id uuid PRIMARY KEY,
        court text NOT NULL,
        kind text NOT NULL,
        to_courts text[] NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        from_on date NOT NULL,
        to_on date NOT NULL CHECK (to_on >= from_on),
        closed_on date,
        recorded_at timestamptz NOT NULL,
        version integer NOT NULL
    )
    """,
    "CREATE INDEX resource_offers_listed ON resource_offers (recorded_at DESC, id DESC)",
    """
    CREATE TABLE resource_requests (
        offer_id uuid NOT NULL REFERENCES resource_offers,
        no integer NOT NULL,
        court text NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        from_on date NOT NULL,
        to_on date NOT NULL CHECK (to_on >= from_on),
        status text NOT NULL,
        granted integer CHECK (granted > 0 AND granted <= quantity),
        ended_on date,
        PRIMARY KEY (offer_id, no)
    )
    """,
]
UP: Final = [*ACTS, *LIAISON, *STANDARDS, *MEETINGS, *SUPERVISIONS, *RESOURCES]
DOWN: Final = [
    "DROP TABLE resource_requests",
    "DROP TABLE resource_offers",
    "DROP TABLE supervisions",
    "DROP TABLE meeting_decisions",
    "DROP TABLE meeting_agenda",
    "DROP TABLE exchange_meetings",
    "DROP TABLE standard_signatures",
    "DROP TABLE standard_revisions",
    "DROP TABLE published_standards",
    "DROP TABLE liaison_officers",
    "DROP TABLE framework_keys",
    "DROP TABLE framework_acts",
    "DROP FUNCTION framework_acts_stay",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
