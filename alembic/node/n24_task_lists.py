"""A desk's lists of tasks go by an index: by due day, by last change, by officer; the counts read an index alone."""

from alembic import op

revision = "n24"
down_revision = "n18"
branch_labels = None
depends_on = None

_OPEN = "status NOT IN ('COMPLETED', 'RETURNED', 'WITHDRAWN')"
UP = (
    f"CREATE INDEX tasks_by_due ON tasks ((coalesce(due_at, 'infinity')), id) WHERE {_OPEN}",
    "CREATE INDEX tasks_by_change ON tasks (changed_at DESC, id DESC)",
    "CREATE INDEX tasks_by_officer ON tasks (officer, created_at DESC, id DESC) WHERE officer IS NOT NULL",
    "CREATE INDEX tasks_by_drafter ON tasks (created_by, created_at DESC, id DESC) WHERE created_by IS NOT NULL",
    "CREATE INDEX tasks_by_state ON tasks (direction, status, due_at, holder)",
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for name in ("tasks_by_state", "tasks_by_drafter", "tasks_by_officer", "tasks_by_change", "tasks_by_due"):
        op.execute(f"DROP INDEX {name}")
