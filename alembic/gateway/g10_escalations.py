"""Supervisions that no officer raised: by a deadline, by a dispute, or passed up by the superior court before."""

from alembic import op

revision = "g10"
down_revision = "g9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        ALTER TABLE supervisions
            ADD COLUMN origin text NOT NULL DEFAULT 'OFFICER',
            ADD COLUMN tier integer,
            ADD COLUMN overdue_on date,
            ADD CONSTRAINT supervisions_deadline CHECK (
                (origin = 'DEADLINE') = (tier IS NOT NULL) AND (origin = 'DEADLINE') = (overdue_on IS NOT NULL))
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX supervisions_tier ON supervisions (track_id, court, overdue_on, tier)
         WHERE origin = 'DEADLINE'
        """
    )
    op.execute(
        "CREATE INDEX supervisions_by_deadline ON supervisions (id) WHERE origin = 'DEADLINE' AND closed_on IS NULL"
    )
    op.execute("CREATE INDEX tracks_overdue ON tracks (id, due_on) WHERE due_on IS NOT NULL AND holder IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX tracks_overdue, supervisions_by_deadline, supervisions_tier")
    op.execute("DELETE FROM supervisions WHERE origin <> 'OFFICER'")
    op.execute(
        "ALTER TABLE supervisions DROP CONSTRAINT supervisions_deadline,"
        " DROP COLUMN origin, DROP COLUMN tier, DROP COLUMN overdue_on"
    )
