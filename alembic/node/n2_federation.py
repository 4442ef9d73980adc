"""The durable road of a court: lives, pairs, outbox, inbox, and what was refused."""

from typing import Final

from alembic import op

revision = "n2"
down_revision = "n1"
branch_labels = None
depends_on = None

LIVES: Final = [
    """
    CREATE TABLE lives (
        epoch       integer PRIMARY KEY CHECK (epoch > 0),
        began_at    timestamptz NOT NULL,
        log_size    bigint NOT NULL DEFAULT 0,
        since       timestamptz,
        resynced_at timestamptz
    )
    """,
    """
    CREATE TABLE resyncs (
        epoch       integer NOT NULL REFERENCES lives,
        peer        text NOT NULL,
        expected    integer,
        applied     integer NOT NULL DEFAULT 0,
        done_at     timestamptz,
        PRIMARY KEY (epoch, peer)
    )
    """,
]

PAIRS: Final = [
    """
    CREATE TABLE pairs (
        peer        text PRIMARY KEY,
        epoch       integer NOT NULL DEFAULT 0,
        sent_seq    bigint NOT NULL DEFAULT 0,
        sent_digest text,
        lease_by    uuid,
        lease_until timestamptz
    )
    """,
    """
    CREATE TABLE pair_arrivals (
        peer        text NOT NULL,
        epoch       integer NOT NULL,
        highest     bigint NOT NULL,
        PRIMARY KEY (peer, epoch)
    )
    """,
    """
    CREATE TABLE pair_gaps (
        peer        text NOT NULL,
        epoch       integer NOT NULL,
        seq         bigint NOT NULL,
        noticed_at  timestamptz NOT NULL,
        closed_at   timestamptz,
        PRIMARY KEY (peer, epoch, seq)
    )
    """,
]

OUTBOX: Final = [
    """
    CREATE TABLE outbox (
        number          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id              uuid NOT NULL UNIQUE,
        peer            text NOT NULL,
        payload         bytea NOT NULL,
        track           jsonb,
        task            uuid,
        state           text NOT NULL DEFAULT 'QUEUED' CHECK (state IN ('QUEUED', 'DELIVERED', 'REFUSED', 'EXPIRED')),
        enqueued_at     timestamptz NOT NULL,
        expires_at      timestamptz NOT NULL,
        attempts        integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        last_error      text,
        epoch           integer,
        seq             bigint,
        envelope        bytea,
        digest          text,
        box_key         text,
        custody_at      timestamptz,
        receipt         bytea,
        code            text,
        closed_at       timestamptz,
        replaced_by     uuid,
        UNIQUE (peer, epoch, seq),
        CHECK ((envelope IS NULL) = (seq IS NULL AND digest IS NULL))
    )
    """,
    "CREATE INDEX outbox_due ON outbox (next_attempt_at, peer) WHERE next_attempt_at IS NOT NULL",
    "CREATE INDEX outbox_pair_due ON outbox (peer, number) WHERE next_attempt_at IS NOT NULL",
    "CREATE INDEX outbox_task ON outbox (task) WHERE task IS NOT NULL",
]

INBOX: Final = [
    """
    CREATE TABLE inbox (
        number      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        sender      text NOT NULL,
        id          uuid NOT NULL,
        epoch       integer NOT NULL,
        seq         bigint,
        prev        text,
        digest      text NOT NULL,
        task        uuid,
        envelope    bytea,
        state       text NOT NULL CHECK (state IN ('WAITING', 'ACCEPTED', 'REFUSED', 'EXPIRED')),
        received_at timestamptz NOT NULL,
        expires_at  timestamptz NOT NULL,
        code        text,
        receipt     bytea,
        closed_at   timestamptz,
        UNIQUE (sender, id),
        CHECK ((state = 'WAITING') = (receipt IS NULL))
    )
    """,
    "CREATE INDEX inbox_waiting ON inbox (sender, number) WHERE state = 'WAITING'",
    "CREATE INDEX inbox_waiting_expiry ON inbox (expires_at) WHERE state = 'WAITING'",
    "CREATE INDEX inbox_pair ON inbox (sender, epoch, seq)",
    "CREATE INDEX inbox_closed ON inbox (sender, closed_at) WHERE closed_at IS NOT NULL",
    """
    CREATE TABLE inbox_conflicts (
        sender      text NOT NULL,
        id          uuid NOT NULL,
        digest      text NOT NULL,
        envelope    bytea NOT NULL,
        receipt     bytea NOT NULL,
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

UP: Final = [*DIRECTORY, *LIVES, *PAIRS, *OUTBOX, *INBOX]
DOWN: Final = [
    "DROP TABLE refused_envelopes",
    "DROP TABLE inbox_conflicts",
    "DROP TABLE inbox",
    "DROP TABLE outbox",
    "DROP TABLE pair_gaps",
    "DROP TABLE pair_arrivals",
    "DROP TABLE pairs",
    "DROP TABLE resyncs",
    "DROP TABLE lives",
    "DROP TABLE directory_documents",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
