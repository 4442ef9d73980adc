"""Parties sign in: a subject of the court's provider is bound to one party."""

from alembic import op

revision = "n13"
down_revision = "n12"
branch_labels = None
depends_on = None

_TABLE = """
    CREATE TABLE party_accounts (
        subject text PRIMARY KEY CHECK (length(subject) BETWEEN 1 AND 64),
        party_id uuid NOT NULL REFERENCES parties,
        active boolean NOT NULL
    )
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute("CREATE INDEX party_accounts_party ON party_accounts (party_id)")


def downgrade() -> None:
    op.execute("DROP TABLE party_accounts")
