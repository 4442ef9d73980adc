"""court data."""

from alembic import op

revision = "n1"
down_revision = None
branch_labels = ("node",)
depends_on = None

UP = []
DOWN = []


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
