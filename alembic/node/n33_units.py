"""Receipts that somebody wrote down, objections of assisting units, and notices that no program serves.

A notice that waits for a person, or for the court's word on an objection, is asked about by no worker.
"""

from typing import Final

from alembic import op

revision = "n33"
down_revision = "n25"
branch_labels = None
depends_on = None

_UP: Final = [
    "ALTER TABLE assistance_notices DROP CONSTRAINT assistance_notices_check1",
    """
    ALTER TABLE assistance_notices ADD CONSTRAINT assistance_notices_answered
      CHECK (status = 'SERVED' OR next_attempt_at IS NULL)
    """,
    "CREATE INDEX assistance_notices_served ON assistance_notices (served_at) WHERE status = 'SERVED'",
    "ALTER TABLE assistance_receipts ADD COLUMN recorded_by text, ADD COLUMN brought_by text, ADD COLUMN paper text",
    """
    CREATE TABLE unit_objections (
        id uuid PRIMARY KEY,
        notice_id uuid NOT NULL REFERENCES assistance_notices,
        reason text NOT NULL,
        raised_at timestamptz NOT NULL,
        due_on date NOT NULL,
        paper text,
        decision text,
        decided_by text,
        decided_at timestamptz,
        decision_paper text,
        version integer NOT NULL,
        CHECK ((decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX unit_objections_open ON unit_objections (notice_id) WHERE decision IS NULL",
    "CREATE INDEX unit_objections_notice ON unit_objections (notice_id, raised_at)",
    "CREATE INDEX unit_objections_due ON unit_objections (due_on) WHERE decision IS NULL",
]
_DOWN: Final = [
    "DROP TABLE unit_objections",
    "ALTER TABLE assistance_receipts DROP COLUMN recorded_by, DROP COLUMN brought_by, DROP COLUMN paper",
    "DROP INDEX assistance_notices_served",
    "ALTER TABLE assistance_notices DROP CONSTRAINT assistance_notices_answered",
    "UPDATE assistance_notices SET next_attempt_at = served_at WHERE status = 'SERVED' AND next_attempt_at IS NULL",
    """
    ALTER TABLE assistance_notices ADD CONSTRAINT assistance_notices_check1
      CHECK ((status = 'SERVED') = (next_attempt_at IS NOT NULL))
    """,
]


def upgrade() -> None:
    for statement in _UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWN:
        op.execute(statement)
