"""The directory as separately signed documents, and those that wait to be published. A gateway reads its file anew."""

from typing import Final

from alembic import op

revision = "g5"
down_revision = "g4"
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
    CREATE TABLE pending_documents (
        number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        documents    bytea[] NOT NULL,
        submitted_at timestamptz NOT NULL,
        published_in bigint,
        refused      text
    )
    """,
    """
    CREATE INDEX pending_documents_waiting ON pending_documents (number)
     WHERE published_in IS NULL AND refused IS NULL
    """,
]
DOWN: Final = [
    "DROP TABLE pending_documents",
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
