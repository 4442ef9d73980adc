"""A transfer knows the last statement about it, what it goes back to if that one is refused, and by which code it was.

What stood before has no statement under way: its next step is the first that can be taken back.
"""

from typing import Final

from alembic import op

revision = "n42"
down_revision = "n44"
branch_labels = None
depends_on = None

_ADDED: Final = {
    "refused_code": "text",
    "head": "uuid",
    "under_way": "boolean NOT NULL DEFAULT false",
    "before": "jsonb",
}


def upgrade() -> None:
    for name, kind in _ADDED.items():
        op.execute(f"ALTER TABLE case_transfers ADD {name} {kind}")
    op.execute("CREATE INDEX case_transfers_peer_case ON case_transfers (peer, peer_case_number)")


def downgrade() -> None:
    op.execute("DROP INDEX case_transfers_peer_case")
    for name in _ADDED:
        op.execute(f"ALTER TABLE case_transfers DROP {name}")
