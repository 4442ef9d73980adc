"""searches money."""

from alembic import op

revision = "n5"
down_revision = "n4"
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
