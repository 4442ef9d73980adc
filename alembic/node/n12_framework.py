"""Standards that the zone's courts agreed upon, what this court signed, its texts of meetings and supervision.

An event that begins the time to answer says when it ends: the standard that holds then is its author's to apply.
"""

from typing import Final

from alembic import op

revision = "n12"
down_revision = "n11"
branch_labels = None
depends_on = None

UP: Final = [
    "ALTER TABLE task_events ADD COLUMN answer_due_on date",
    """
    CREATE TABLE held_standards (
        id uuid PRIMARY KEY,
        revision integer NOT NULL CHECK (revision > 0),
        matter text NOT NULL,
        province text,
        papers text[] NOT NULL,
        answer_within_days integer CHECK (answer_within_days > 0),
        sign_for_working_days integer CHECK (sign_for_working_days > 0),
        from_on date NOT NULL,
        to_on date CHECK (to_on >= from_on),
        content bytea NOT NULL,
        statements bytea[] NOT NULL,
        courts text[] NOT NULL,
        accepted_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX held_standards_by_matter ON held_standards (matter, from_on)",
    """
    CREATE TABLE signed_standards (
        standard_id uuid NOT NULL,
        revision integer NOT NULL,
        digest text NOT NULL,
        officer_id text NOT NULL,
        signed_at timestamptz NOT NULL,
        statement bytea NOT NULL,
        PRIMARY KEY (standard_id, digest)
    )
    """,
    """
    CREATE TABLE framework_texts (
        id uuid PRIMARY KEY,
        record_id uuid NOT NULL,
        kind text NOT NULL,
        text bytea NOT NULL,
        salt bytea NOT NULL,
        digest text NOT NULL,
        officer_id text NOT NULL,
        kept_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX framework_texts_by_record ON framework_texts (record_id, id)",
]
DOWN: Final = [
    "DROP TABLE framework_texts",
    "DROP TABLE signed_standards",
    "DROP TABLE held_standards",
    "ALTER TABLE task_events DROP COLUMN answer_due_on",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
