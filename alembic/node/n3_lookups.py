"""lookups."""

from alembic import op

revision = "n3"
down_revision = "n2"
branch_labels = None
depends_on = None

UP = []
DOWN = []


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
