"""Asset searches whole: a row per kind and channel, typed facts of assets, whose search a find is of, and clues.

What older releases wrote is told again in the new rows: each unit's word about each kind that the unit keeps.
Facts, places, clues and informants lie encrypted.
"""

from typing import Final

from alembic import op

revision = "n19"
down_revision = "n17"
branch_labels = None
depends_on = None

UP: Final = [
    "ALTER TABLE assets ADD COLUMN facts bytea",
    "ALTER TABLE findings ADD COLUMN search_id uuid REFERENCES asset_searches",
    "UPDATE findings f SET search_id = i.search_id FROM search_inquiries i WHERE i.id = f.inquiry_id",
    "CREATE INDEX findings_search ON findings (search_id, recorded_at, id) WHERE search_id IS NOT NULL",
    """
    CREATE TABLE search_results (
        id uuid PRIMARY KEY,
        search_id uuid NOT NULL REFERENCES asset_searches,
        inquiry_id uuid REFERENCES search_inquiries,
        unit_id text REFERENCES assisting_units,
        unit_name text NOT NULL,
        kind text NOT NULL,
        channel text NOT NULL,
        outcome text CHECK (outcome IN ('FOUND', 'NOTHING', 'REFUSED', 'NO_ANSWER', 'NOT_ASKED')),
        reason text,
        source text,
        as_of timestamptz,
        closed_at timestamptz,
        recorded_by text[] NOT NULL,
        place bytea,
        digest bytea,
        CHECK ((outcome IS NULL) = (closed_at IS NULL)),
        CHECK (outcome IS NULL OR outcome NOT IN ('FOUND', 'NOTHING') OR (source IS NOT NULL AND as_of IS NOT NULL)),
        CHECK (inquiry_id IS NULL OR unit_id IS NOT NULL)
    )
    """,
    """
    CREATE UNIQUE INDEX search_results_one_word ON search_results (search_id, kind, channel, unit_id)
     WHERE unit_id IS NOT NULL
    """,
    "CREATE INDEX search_results_search ON search_results (search_id, kind)",
    "CREATE INDEX search_results_inquiry ON search_results (inquiry_id) WHERE inquiry_id IS NOT NULL",
    """
    INSERT INTO search_results (id, search_id, inquiry_id, unit_id, unit_name, kind, channel, outcome, reason, source,
                                as_of, closed_at, recorded_by)
    SELECT gen_random_uuid(), i.search_id, i.id, i.unit_id, i.unit_name, wanted.kind, i.channel,
           CASE WHEN i.outcome = 'NO_ANSWER' AND i.reason = 'NO_CHANNEL' THEN 'NOT_ASKED'
                WHEN i.outcome = 'FOUND' AND NOT EXISTS (
                     SELECT FROM findings f WHERE f.inquiry_id = i.id AND f.kind = wanted.kind) THEN 'NOTHING'
                ELSE i.outcome END,
           i.reason, i.source, i.as_of, i.answered_at, '{}'
      FROM search_inquiries i
      JOIN asset_searches s ON s.id = i.search_id
      JOIN assisting_units u ON u.id = i.unit_id
     CROSS JOIN LATERAL unnest(s.kinds) AS wanted (kind)
     WHERE EXISTS (SELECT FROM jsonb_array_elements(u.items) AS item
                    WHERE item ->> 'code' = 'SEARCH' AND item -> 'asset_kinds' @> to_jsonb(wanted.kind))
    """,
    """
    CREATE TABLE clues (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        kind text NOT NULL CHECK (kind IN ('PROPERTY', 'WHEREABOUTS')),
        source text NOT NULL,
        reliability text NOT NULL,
        urgency text NOT NULL CHECK (urgency IN ('URGENT', 'SPECIFIC', 'VAGUE')),
        content bytea NOT NULL,
        informant bytea,
        location_court text NOT NULL,
        submitted_by text NOT NULL,
        submitted_at timestamptz NOT NULL,
        due_on date,
        status text NOT NULL CHECK (status IN ('OPEN', 'VERIFIED')),
        result text CHECK (result IN ('TRUE', 'FALSE', 'UNVERIFIABLE')),
        verified_by text,
        verified_at timestamptz,
        note bytea,
        version integer NOT NULL,
        CHECK ((urgency = 'VAGUE') = (due_on IS NULL)),
        CHECK ((status = 'VERIFIED') = (result IS NOT NULL)),
        CHECK (num_nonnulls(result, verified_by, verified_at) IN (0, 3))
    )
    """,
    "CREATE INDEX clues_case ON clues (case_id, submitted_at, id)",
    "CREATE INDEX clues_due ON clues (due_on, id) WHERE status = 'OPEN' AND due_on IS NOT NULL",
]
DOWN: Final = [
    "DROP TABLE clues",
    "DROP TABLE search_results",
    "ALTER TABLE findings DROP COLUMN search_id",
    "ALTER TABLE assets DROP COLUMN facts",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
