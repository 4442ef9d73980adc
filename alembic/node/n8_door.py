"""The GraphQL door: stored documents, and the requests counted per window."""

from typing import Final

from alembic import op

revision = "n8"
down_revision = "n7"
branch_labels = None
depends_on = None

UP: Final = [
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
    "DROP TABLE rate_windows",
    "DROP TABLE documents",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
