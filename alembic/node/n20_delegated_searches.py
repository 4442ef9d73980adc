"""Searches delegated to several courts: one row for what was asked, one link for each court's task, clones included."""

from typing import Final

from alembic import op

revision = "n20"
down_revision = "n32"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE delegated_searches (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        party_id uuid NOT NULL REFERENCES parties,
        kinds text[] NOT NULL CHECK (cardinality(kinds) >= 1),
        courts text[] NOT NULL CHECK (cardinality(courts) >= 1),
        status text NOT NULL CHECK (status IN ('DRAFT', 'PENDING_APPROVAL', 'APPROVED', 'DISPATCHED', 'WITHDRAWN')),
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        dispatched_at timestamptz,
        changed_at timestamptz NOT NULL,
        version integer NOT NULL
    )
    """,
    "CREATE INDEX delegated_searches_case ON delegated_searches (case_id, created_at, id)",
    """
    CREATE TABLE delegated_search_tasks (
        task_id uuid PRIMARY KEY REFERENCES tasks,
        search_id uuid NOT NULL REFERENCES delegated_searches,
        court text NOT NULL,
        no integer NOT NULL CHECK (no >= 1),
        UNIQUE (search_id, court, no)
    )
    """,
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE delegated_search_tasks")
    op.execute("DROP TABLE delegated_searches")
