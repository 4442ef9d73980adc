"""Look-ups: what officers of this court asked, what other courts asked here, and the answers they were given."""

from typing import Final

from alembic import op

revision = "n3"
down_revision = "n2"
branch_labels = None
depends_on = None

LOOKUPS: Final = [
    """
    CREATE TABLE lookups (
        id           uuid PRIMARY KEY,
        at           timestamptz NOT NULL,
        officer_id   text NOT NULL,
        field        text NOT NULL,
        case_number  text,
        purpose      text NOT NULL,
        sections     text[] NOT NULL,
        subject_kind text,
        subject_key  bytea,
        scope        jsonb NOT NULL,
        remark       bytea,
        outcome      text NOT NULL,
        coverage     jsonb,
        ended_at     timestamptz,
        CHECK ((subject_kind IS NULL) = (subject_key IS NULL))
    )
    """,
    "CREATE INDEX lookups_officer ON lookups (officer_id, at)",
    "CREATE INDEX lookups_case ON lookups (case_number, at)",
    "CREATE INDEX lookups_subject ON lookups (subject_key, at)",
    "CREATE INDEX lookups_at ON lookups (at)",
]

ACCESS_LOG: Final = [
    """
    CREATE TABLE access_log (
        number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at           timestamptz NOT NULL,
        asking_court text NOT NULL,
        ask_id       uuid NOT NULL,
        digest       text NOT NULL,
        outcome      text NOT NULL,
        lookup_id    uuid,
        officer_id   text,
        field        text,
        case_number  text,
        purpose      text,
        sections     text[],
        subject_kind text,
        subject_key  bytea,
        mandate      bytea,
        rows         integer NOT NULL DEFAULT 0,
        UNIQUE (asking_court, ask_id, digest, outcome)
    )
    """,
    "CREATE INDEX access_log_court ON access_log (asking_court, at)",
    "CREATE INDEX access_log_officer ON access_log (asking_court, officer_id, at)",
    "CREATE INDEX access_log_subject ON access_log (subject_key, at)",
]

ANSWERS: Final = [
    """
    CREATE TABLE answers (
        sender       text NOT NULL,
        ask_id       uuid NOT NULL,
        digest       text NOT NULL,
        answer       bytea NOT NULL,
        at           timestamptz NOT NULL,
        PRIMARY KEY (sender, ask_id)
    )
    """,
    "CREATE INDEX answers_at ON answers (at)",
]

UP: Final = [*LOOKUPS, *ACCESS_LOG, *ANSWERS]
DOWN: Final = ["DROP TABLE answers", "DROP TABLE access_log", "DROP TABLE lookups"]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
