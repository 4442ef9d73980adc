"""What courts say to each other outside any delegated task: signed statements, own and others', by their ids."""

from alembic import op

revision = "n31"
down_revision = "n26"
branch_labels = None
depends_on = None

_TABLE = """
    CREATE TABLE court_statements (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        author text NOT NULL,
        peer text NOT NULL,
        at timestamptz NOT NULL,
        refers uuid,
        digest text NOT NULL,
        statement bytea NOT NULL,
        salt bytea NOT NULL,
        payload bytea NOT NULL,
        officer text,
        sent_at timestamptz,
        received_at timestamptz,
        delivered_at timestamptz,
        refused_code text
    )
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute("CREATE INDEX court_statements_refers ON court_statements (refers, at, id)")


def downgrade() -> None:
    op.execute("DROP TABLE court_statements")
