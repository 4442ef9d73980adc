"""tracks."""

from alembic import op

revision = "g2"
down_revision = "g1"
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
