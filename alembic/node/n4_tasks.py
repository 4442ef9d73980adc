"""Delegated tasks: projection, shared log, internal history, requests, overlays; events and idempotency keys."""

from typing import Final

from alembic import op

revision = "n4"
down_revision = "n3"
branch_labels = None
depends_on = None

UP: Final = [
    """
    CREATE TABLE tasks (
        id uuid PRIMARY KEY,
        direction text NOT NULL CHECK (direction IN ('OUTBOUND', 'INBOUND')),
        delegating_court text NOT NULL,
        entrusted_court text NOT NULL CHECK (entrusted_court <> delegating_court),
        matter text NOT NULL,
        status text NOT NULL,
        holder text,
        urgent boolean NOT NULL,
        content bytea NOT NULL,
        case_id uuid,
        duplicate_key bytea NOT NULL,
        follow_up_of uuid,
        created_by text,
        submitted_by text,
        officer text,
        head_seq integer NOT NULL DEFAULT 0,
        head_digest text NOT NULL DEFAULT '',
        resume text,
        history_no integer NOT NULL DEFAULT 0,
        history_digest text NOT NULL DEFAULT '',
        status_at timestamptz NOT NULL,
        received_at timestamptz,
        asked_at timestamptz,
        due_on date,
        due_at timestamptz,
        answer_due_on date,
        is_disputed boolean NOT NULL DEFAULT false,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        synthetic boolean NOT NULL DEFAULT false
    )
    """,
    "CREATE INDEX tasks_by_age ON tasks (created_at DESC, id DESC)",
    "CREATE INDEX tasks_by_direction ON tasks (direction, created_at DESC, id DESC)",
    "CREATE INDEX tasks_by_status ON tasks (status, created_at DESC, id DESC)",
    "CREATE INDEX tasks_by_case ON tasks (case_id) WHERE case_id IS NOT NULL",
    "CREATE INDEX tasks_by_origin ON tasks (follow_up_of) WHERE follow_up_of IS NOT NULL",
    """
    CREATE UNIQUE INDEX tasks_open_once ON tasks (duplicate_key)
     WHERE status NOT IN ('COMPLETED', 'RETURNED', 'WITHDRAWN') AND NOT synthetic
    """,
    "CREATE INDEX tasks_by_duplicate ON tasks (duplicate_key)",
    """
    CREATE TABLE task_events (
        task_id uuid NOT NULL REFERENCES tasks (id),
        seq integer NOT NULL CHECK (seq >= 1),
        digest text NOT NULL,
        prev text NOT NULL,
        type text NOT NULL,
        author text NOT NULL,
        at timestamptz NOT NULL,
        status text NOT NULL,
        holder text NOT NULL,
        due_on date,
        request_id uuid,
        statement bytea NOT NULL,
        salt bytea NOT NULL,
        payload bytea NOT NULL,
        standing text NOT NULL DEFAULT 'APPLIED' CHECK (standing IN ('APPLIED', 'REFUSED', 'FORKED')),
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (task_id, seq, digest)
    )
    """,
    "CREATE UNIQUE INDEX task_events_one_log ON task_events (task_id, seq) WHERE standing = 'APPLIED'",
    """
    CREATE TABLE task_refusals (
        task_id uuid NOT NULL,
        seq integer NOT NULL,
        digest text NOT NULL,
        code text NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (task_id, seq, digest)
    )
    """,
    """
    CREATE TABLE task_history (
        task_id uuid NOT NULL REFERENCES tasks (id),
        no integer NOT NULL CHECK (no >= 1),
        act text NOT NULL,
        officer text NOT NULL,
        at timestamptz NOT NULL,
        note bytea,
        prev text NOT NULL,
        digest text NOT NULL,
        PRIMARY KEY (task_id, no)
    )
    """,
    """
    CREATE TABLE task_requests (
        id uuid PRIMARY KEY,
        task_id uuid NOT NULL REFERENCES tasks (id),
        kind text NOT NULL CHECK (kind IN ('WITHDRAW', 'SUPPLEMENT')),
        author text NOT NULL,
        sent_at timestamptz NOT NULL,
        digest text NOT NULL,
        statement bytea NOT NULL,
        salt bytea NOT NULL,
        payload bytea NOT NULL,
        answer text CHECK (answer IN ('GRANTED', 'REFUSED')),
        answered_at timestamptz,
        head_seq integer,
        head_digest text,
        answer_statement bytea
    )
    """,
    "CREATE INDEX task_requests_by_task ON task_requests (task_id, sent_at)",
    """
    CREATE TABLE task_overlays (
        task_id uuid NOT NULL REFERENCES tasks (id),
        kind text NOT NULL,
        at timestamptz NOT NULL,
        author text NOT NULL,
        code text,
        cleared_at timestamptz,
        PRIMARY KEY (task_id, kind, at)
    )
    """,
    """
    CREATE TABLE events (
        id bigserial PRIMARY KEY,
        at timestamptz NOT NULL,
        topic text NOT NULL,
        ref uuid NOT NULL,
        kind text NOT NULL
    )
    """,
    "CREATE INDEX events_by_ref ON events (topic, ref, id)",
    """
    CREATE TABLE idempotency (
        officer text NOT NULL,
        key text NOT NULL,
        act text NOT NULL,
        result_id uuid NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (officer, key)
    )
    """,
]
DOWN: Final = [
    "DROP TABLE idempotency",
    "DROP TABLE events",
    "DROP TABLE task_overlays",
    "DROP TABLE task_requests",
    "DROP TABLE task_history",
    "DROP TABLE task_refusals",
    "DROP TABLE task_events",
    "DROP TABLE tasks",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
