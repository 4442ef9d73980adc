"""The gateway's part of the durable road: carried messages with their queue, and what was refused."""

from typing import Final

from alembic import op

revision = "g1"
down_revision = None
branch_labels = ("gateway",)
depends_on = None

CARRIED: Final = [
    """
    CREATE TABLE carried_messages (
        sender          text NOT NULL,
        id              uuid NOT NULL,
        destination     text NOT NULL,
        header          bytea NOT NULL,
        digest          text NOT NULL,
        raw             bytea,
        size_bytes      integer NOT NULL,
        task            uuid,
        received_at     timestamptz NOT NULL,
        expires_at      timestamptz NOT NULL,
        state           text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'DELIVERED', 'REFUSED', 'EXPIRED')),
        attempts        integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        last_error      text,
        lease_until     timestamptz,
        receipt         bytea,
        closed_at       timestamptz,
        push_attempts   integer NOT NULL DEFAULT 0,
        push_at         timestamptz,
        PRIMARY KEY (sender, id),
        CHECK (state <> 'QUEUED' OR raw IS NOT NULL)
    )
    """,
    """
    CREATE INDEX carried_messages_due ON carried_messages (next_attempt_at, destination)
     WHERE next_attempt_at IS NOT NULL
    """,
    "CREATE INDEX carried_messages_push ON carried_messages (push_at) WHERE push_at IS NOT NULL",
    "CREATE INDEX carried_messages_id ON carried_messages (id)",
    "CREATE INDEX carried_messages_task ON carried_messages (task) WHERE task IS NOT NULL",
    "CREATE INDEX carried_messages_queued ON carried_messages (sender) WHERE state = 'QUEUED'",
    "CREATE INDEX carried_messages_expiry ON carried_messages (expires_at)",
    """
    CREATE TABLE carried_conflicts (
        sender      text NOT NULL,
        id          uuid NOT NULL,
        digest      text NOT NULL,
        raw         bytea NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (sender, id, digest)
    )
    """,
    """
    CREATE TABLE refused_envelopes (
        number         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at             timestamptz NOT NULL,
        sender_claimed text,
        reason         text NOT NULL,
        digest         text NOT NULL,
        size_bytes     integer NOT NULL
    )
    """,
    "CREATE INDEX refused_envelopes_at ON refused_envelopes (at)",
]

DIRECTORY: Final = [
    """
    CREATE TABLE directory_documents (
        version     bigint PRIMARY KEY CHECK (version > 0),
        document    bytea NOT NULL,
        accepted_at timestamptz NOT NULL
    )
    """,
]

UP: Final = [*DIRECTORY, *CARRIED]
DOWN: Final = [
    "DROP TABLE refused_envelopes",
    "DROP TABLE carried_conflicts",
    "DROP TABLE carried_messages",
    "DROP TABLE directory_documents",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
