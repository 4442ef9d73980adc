"""The GraphQL door: stored documents, the requests counted per window, and each court's feed of changed tasks."""

from typing import Final

from alembic import op

revision = "g4"
down_revision = "g3"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE track_feeds (
        court text PRIMARY KEY,
        last bigint NOT NULL
    )
    """,
    """
    CREATE TABLE track_changes (
        court text NOT NULL,
        position bigint NOT NULL,
        track_id uuid NOT NULL REFERENCES tracks,
        version integer NOT NULL,
        PRIMARY KEY (court, position)
    )
    """,
    "CREATE INDEX track_changes_by_track ON track_changes (court, track_id, position)",
    "DROP INDEX tracks_changed_by_delegating",
    "DROP INDEX tracks_changed_by_entrusted",
    """
    CREATE TABLE documents (
        id text PRIMARY KEY,
        sha256 text NOT NULL,
        body text NOT NULL,
        is_trusted boolean NOT NULL,
        at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX documents_by_sha256 ON documents (sha256)",
    "CREATE INDEX documents_automatic ON documents (at DESC, id DESC) WHERE NOT is_trusted",
    """
    CREATE UNLOGGED TABLE rate_windows (
        bucket text PRIMARY KEY,
        started_at timestamptz NOT NULL,
        used bigint NOT NULL
    )
    """,
]
DOWN: Final = [
    "CREATE INDEX tracks_changed_by_entrusted ON tracks (entrusted_court, changed_at)",
    "CREATE INDEX tracks_changed_by_delegating ON tracks (delegating_court, changed_at)",
    "DROP TABLE track_changes",
    "DROP TABLE track_feeds",
    "DROP TABLE rate_windows",
    "DROP TABLE documents",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
