"""federation."""

from alembic import op

revision = "g1"
down_revision = None
branch_labels = ("gateway",)
depends_on = None

UP = []
DOWN = []


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
