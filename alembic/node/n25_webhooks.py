"""What happened is told to the court's own systems: endpoints, and a delivery for each event that one of them wants.

`events.xact` is the transaction that wrote a row: rows are followed in the order (xact, id), up to the oldest
transaction that still runs, so that none is passed over because it was committed late.
"""

from alembic import op

revision = "n25"
down_revision = "n20"
branch_labels = None
depends_on = None

UP = (
    "ALTER TABLE events ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id()",
    "CREATE INDEX events_by_topic ON events (topic, xact, id)",
    """
    CREATE TABLE webhooks (
        name text PRIMARY KEY,
        wanted text[] NOT NULL
    )
    """,
    """
    CREATE TABLE webhook_deliveries (
        webhook text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
        event bigint NOT NULL REFERENCES events,
        topic text NOT NULL,
        kind text NOT NULL,
        ref uuid NOT NULL,
        at timestamptz NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz,
        outcome text CHECK (outcome IN ('DELIVERED', 'GIVEN_UP')),
        closed_at timestamptz,
        PRIMARY KEY (webhook, event),
        CHECK ((outcome IS NULL) = (next_attempt_at IS NOT NULL)),
        CHECK ((outcome IS NULL) = (closed_at IS NULL))
    )
    """,
    "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL",
    "CREATE INDEX webhook_deliveries_closed ON webhook_deliveries (closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event)",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE webhook_deliveries, webhooks")
    op.execute("DROP INDEX events_by_topic")
    op.execute("ALTER TABLE events DROP COLUMN xact")
