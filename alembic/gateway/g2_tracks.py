"""tracks."""

from typing import Final

from alembic import op

revision = "g2"
down_revision = "g1"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE tracks (
        id uuid PRIMARY KEY,
        delegating_court text NOT NULL,
        entrusted_court text NOT NULL CHECK (entrusted_court <> delegating_court),
        matter text NOT NULL,
        status text NOT NULL,
        holder text,
        due_on date,
        urgent boolean NOT NULL,
        seq integer NOT NULL,
        recorded_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        version integer NOT NULL
    )
    """,
    "CREATE INDEX tracks_by_delegating ON tracks (delegating_court, recorded_at DESC, id DESC)",
    "CREATE INDEX tracks_by_entrusted ON tracks (entrusted_court, recorded_at DESC, id DESC)",
    "CREATE INDEX tracks_changed_by_delegating ON tracks (delegating_court, changed_at)",
    "CREATE INDEX tracks_changed_by_entrusted ON tracks (entrusted_court, changed_at)",
    """
    CREATE TABLE track_events (
        track_id uuid NOT NULL REFERENCES tracks,
        seq integer NOT NULL,
        type text NOT NULL,
        author text NOT NULL,
        message_id uuid NOT NULL,
        at timestamptz NOT NULL,
        is_of_log boolean NOT NULL,
        status text NOT NULL,
        holder text,
        due_on date,
        urgent boolean NOT NULL,
        PRIMARY KEY (track_id, seq, type, author)
    )
    """,
    """
    CREATE TABLE urges (
        track_id uuid NOT NULL REFERENCES tracks,
        urged_on date NOT NULL,
        at timestamptz NOT NULL,
        court text NOT NULL,
        officer_id text NOT NULL,
        idempotency_key text NOT NULL,
        PRIMARY KEY (track_id, urged_on),
        UNIQUE (court, idempotency_key)
    )
    """,
    """
    CREATE TABLE node_health (
        court text PRIMARY KEY,
        state text NOT NULL,
        since timestamptz NOT NULL,
        checked_at timestamptz NOT NULL,
        latency_ms integer
    )
    """,
    """
    CREATE TABLE carried_traffic (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL,
        kind text NOT NULL,
        sender text NOT NULL,
        recipient text NOT NULL,
        size_bytes integer NOT NULL,
        outcome text NOT NULL
    )
    """,
    "CREATE INDEX carried_traffic_at ON carried_traffic (at)",
]
DOWN: Final = [
    "DROP TABLE carried_traffic",
    "DROP TABLE node_health",
    "DROP TABLE urges",
    "DROP TABLE track_events",
    "DROP TABLE tracks",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
