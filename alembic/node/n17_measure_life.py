"""The life of control measures: queues at the court where the asset lies, orders that change a measure, its history.

`measure_queue` holds what the registry said of each measure that was registered through this court, and how it stands;
`asset_queues` is the row that is locked to change one queue, and says when it is due next. A measure and its ordering
court's case number stay that court's: `measure_id` has no foreign key. The history refuses every change.
"""

from typing import Final

from alembic import op

revision = "n17"
down_revision = "n24"
branch_labels = None
depends_on = None

QUEUES: Final = [
    "CREATE TABLE asset_queues (asset_key bytea PRIMARY KEY, due_on date)",
    "CREATE INDEX asset_queues_due ON asset_queues (due_on) WHERE due_on IS NOT NULL",
    """
    CREATE TABLE measure_queue (
        id uuid PRIMARY KEY,
        asset_key bytea NOT NULL REFERENCES asset_queues,
        asset_kind text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('SEAL', 'SEIZE', 'FREEZE', 'WITHHOLD_INCOME')),
        ordering_court text NOT NULL,
        measure_id uuid,
        task_id uuid,
        case_number bytea,
        ruling_no bytea,
        term_years integer CHECK (term_years BETWEEN 1 AND 3),
        registered_at timestamptz NOT NULL,
        registry_rank integer NOT NULL CHECK (registry_rank >= 1),
        renewed_at timestamptz[] NOT NULL DEFAULT '{}',
        renewed_years integer[] NOT NULL DEFAULT '{}',
        released_at timestamptz,
        released_as text CHECK (released_as IN ('LIFTED', 'EXTINGUISHED')),
        held_since timestamptz,
        held_until date,
        status text NOT NULL CHECK (status IN ('EFFECTIVE', 'WAITING', 'RENEWED', 'LIFTED', 'EXPIRED', 'EXTINGUISHED')),
        rank integer CHECK (rank >= 1),
        effective_at timestamptz,
        expires_on date,
        version integer NOT NULL,
        told_version integer NOT NULL DEFAULT 0,
        CHECK (cardinality(renewed_at) = cardinality(renewed_years)),
        CHECK ((released_at IS NULL) = (released_as IS NULL))
    )
    """,
    "CREATE INDEX measure_queue_asset ON measure_queue (asset_key, registered_at, registry_rank, id)",
    """
    CREATE UNIQUE INDEX measure_queue_measure ON measure_queue (ordering_court, measure_id)
     WHERE measure_id IS NOT NULL
    """,
    "CREATE INDEX measure_queue_untold ON measure_queue (id) WHERE task_id IS NOT NULL AND told_version < version",
    "CREATE INDEX measure_queue_task ON measure_queue (task_id) WHERE task_id IS NOT NULL",
    "CREATE INDEX measure_queue_expiring ON measure_queue (expires_on, id) WHERE status IN ('EFFECTIVE', 'RENEWED')",
    """
    CREATE TABLE queue_reports (
        measure_id uuid PRIMARY KEY REFERENCES measures,
        court text NOT NULL,
        version integer NOT NULL,
        as_of timestamptz NOT NULL,
        entries jsonb NOT NULL
    )
    """,
]

MEASURES: Final = [
    "ALTER TABLE measures ADD COLUMN is_queued boolean NOT NULL DEFAULT false",
    """
    CREATE INDEX measures_unqueued ON measures (id)
     WHERE NOT is_queued AND status IN ('EFFECTIVE', 'WAITING', 'RENEWED')
    """,
    "DROP INDEX measures_expiring",
    "CREATE INDEX measures_expiring ON measures (expires_on, id) WHERE status IN ('EFFECTIVE', 'RENEWED')",
    "ALTER TABLE assistance_notices ADD COLUMN act text NOT NULL DEFAULT 'CONTROL'",
    "ALTER TABLE assistance_notices ADD COLUMN order_id uuid",
    "ALTER TABLE assistance_notices ADD COLUMN is_queued boolean NOT NULL DEFAULT false",
    """
    CREATE INDEX assistance_notices_unqueued ON assistance_notices (id)
     WHERE NOT is_queued AND status = 'ANSWERED' AND act = 'CONTROL' AND task_id IS NOT NULL
    """,
]

ORDERS: Final = [
    """
    CREATE TABLE measure_orders (
        id uuid PRIMARY KEY,
        measure_id uuid NOT NULL REFERENCES measures,
        act text NOT NULL CHECK (act IN ('RENEW', 'LIFT', 'TRANSFER')),
        ruling_no text NOT NULL,
        ruled_on date NOT NULL,
        ground text,
        reason bytea,
        term_years integer CHECK (term_years BETWEEN 1 AND 3),
        is_late boolean NOT NULL,
        status text NOT NULL CHECK (status IN ('ORDERED', 'NOTICE_SENT', 'DONE', 'REFUSED', 'OVERTAKEN')),
        ordered_by text NOT NULL,
        ordered_at timestamptz NOT NULL,
        receipt_id uuid,
        done_at timestamptz,
        CHECK ((act = 'LIFT') = (ground IS NOT NULL)),
        CHECK ((act = 'RENEW') = (term_years IS NOT NULL)),
        CHECK ((status IN ('DONE', 'REFUSED', 'OVERTAKEN')) = (done_at IS NOT NULL))
    )
    """,
    "CREATE INDEX measure_orders_measure ON measure_orders (measure_id, ordered_at, id)",
    """
    CREATE UNIQUE INDEX measure_orders_open ON measure_orders (measure_id)
     WHERE status IN ('ORDERED', 'NOTICE_SENT')
    """,
    """
    CREATE TABLE measure_events (
        measure_id uuid NOT NULL,
        no integer NOT NULL CHECK (no >= 1),
        at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        status text NOT NULL,
        court text NOT NULL,
        officer text,
        ground text,
        ruling_no text,
        receipt_id uuid,
        rank integer,
        effective_at timestamptz,
        expires_on date,
        PRIMARY KEY (measure_id, no)
    )
    """,
    """
    CREATE TRIGGER measure_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON measure_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
]

UP: Final = [*QUEUES, *MEASURES, *ORDERS]
DOWN: Final = [
    "DROP TABLE measure_events",
    "DROP TABLE measure_orders",
    "DROP INDEX assistance_notices_unqueued",
    "ALTER TABLE assistance_notices DROP COLUMN is_queued",
    "ALTER TABLE assistance_notices DROP COLUMN order_id",
    "ALTER TABLE assistance_notices DROP COLUMN act",
    "DROP INDEX measures_expiring",
    "CREATE INDEX measures_expiring ON measures (expires_on) WHERE status = 'EFFECTIVE'",
    "DROP INDEX measures_unqueued",
    "ALTER TABLE measures DROP COLUMN is_queued",
    "DROP TABLE queue_reports",
    "DROP TABLE measure_queue",
    "DROP TABLE asset_queues",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
