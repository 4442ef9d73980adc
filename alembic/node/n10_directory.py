"""The directory as separately signed documents, and what this court has witnessed. A node fetches what it held anew."""

from typing import Final

from alembic import op

revision = "n10"
down_revision = "n9"
branch_labels = None
depends_on = None

UP: Final = [
    "DROP TABLE directory_documents",
    """
    CREATE TABLE directory_documents (
        name        text NOT NULL,
        version     bigint NOT NULL CHECK (version > 0),
        digest      text NOT NULL,
        document    bytea NOT NULL,
        accepted_at timestamptz NOT NULL,
        PRIMARY KEY (name, digest)
    )
    """,
    """
    CREATE TABLE directory_versions (
        version     bigint PRIMARY KEY CHECK (version > 0),
        issued_at   timestamptz NOT NULL,
        fresh       bytea NOT NULL,
        listing     bytea NOT NULL,
        accepted_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE directory_witnessed (
        version     bigint PRIMARY KEY CHECK (version > 0),
        issued_at   timestamptz NOT NULL,
        listing     text NOT NULL,
        gateway_key text NOT NULL,
        signed_at   timestamptz NOT NULL
    )
    """,
]
DOWN: Final = [
    "DROP TABLE directory_witnessed",
    "DROP TABLE directory_versions",
    "DROP TABLE directory_documents",
    """
    CREATE TABLE directory_documents (
        version     bigint PRIMARY KEY CHECK (version > 0),
        document    bytea NOT NULL,
        accepted_at timestamptz NOT NULL
    )
    """,
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
