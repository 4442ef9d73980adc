"""Tasks taken back from a court that was declared lost: what it wrote later stays, void; what it holds is found."""

from alembic import op

revision = "n47"
down_revision = "n43"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE task_events DROP CONSTRAINT task_events_standing_check")
    op.execute(
        "ALTER TABLE task_events ADD CONSTRAINT task_events_standing_check "
        "CHECK (standing IN ('APPLIED', 'REFUSED', 'FORKED', 'VOID'))"
    )
    op.execute(
        "CREATE INDEX tasks_held_elsewhere ON tasks (entrusted_court, id) "
        "WHERE direction = 'OUTBOUND' AND holder = entrusted_court"
    )


def downgrade() -> None:
    op.execute("DROP INDEX tasks_held_elsewhere")
    op.execute("UPDATE task_events SET standing = 'REFUSED' WHERE standing = 'VOID'")
    op.execute("ALTER TABLE task_events DROP CONSTRAINT task_events_standing_check")
    op.execute(
        "ALTER TABLE task_events ADD CONSTRAINT task_events_standing_check "
        "CHECK (standing IN ('APPLIED', 'REFUSED', 'FORKED'))"
    )
