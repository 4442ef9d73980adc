"""What a court records about its own cases: people, cases, assets, measures, money, sanctions.

Identifiers, addresses, workplaces and the registry identity of assets are ciphertext (bytea) and are found by a keyed
hash that no other court shares. A measure of another court's case may stand in an asset's queue: its `case_id` has no
foreign key.
"""

from typing import Final

from alembic import op

revision = "n1"
down_revision = None
branch_labels = ("node",)
depends_on = None

_PEOPLE: Final = [
    """
    CREATE TABLE officers (
        id text PRIMARY KEY,
        name text NOT NULL,
        roles text[] NOT NULL,
        certificate_no text,
        active boolean NOT NULL,
        synthetic boolean NOT NULL
    )
    """,
    """
    CREATE TABLE parties (
        id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('NATURAL', 'ORGANIZATION')),
        name text NOT NULL,
        identifier_kind text NOT NULL CHECK (identifier_kind IN ('ID_NUMBER', 'USCC')),
        identifier bytea NOT NULL,
        identifier_key bytea NOT NULL UNIQUE,
        gender text CHECK (gender IN ('MALE', 'FEMALE')),
        birth_on date,
        domicile_division text NOT NULL,
        address bytea,
        workplace bytea,
        is_minor boolean NOT NULL,
        synthetic boolean NOT NULL
    )
    """,
    "CREATE INDEX parties_domicile ON parties (domicile_division)",
    """
    CREATE TABLE assisting_units (
        id text PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL,
        division text NOT NULL,
        channel text NOT NULL,
        items jsonb NOT NULL,
        promised_days integer NOT NULL CHECK (promised_days >= 0),
        synthetic boolean NOT NULL
    )
    """,
]

_CASES: Final = [
    """
    CREATE TABLE cases (
        id uuid PRIMARY KEY,
        number text NOT NULL UNIQUE,
        type text NOT NULL,
        case_class text NOT NULL CHECK (case_class IN ('IMPLEMENTATION', 'REVIEW', 'OTHER')),
        cause text NOT NULL,
        basis_kind text NOT NULL,
        basis_number text NOT NULL,
        filed_on date NOT NULL,
        status text NOT NULL
            CHECK (status IN ('FILED', 'NOTICE_SERVED', 'IN_PROGRESS', 'SUSPENDED', 'DEFERRED', 'CLOSED')),
        closing_method text,
        closed_on date,
        amount_applied numeric(15, 2) NOT NULL CHECK (amount_applied >= 0),
        principal numeric(15, 2) NOT NULL,
        general_interest numeric(15, 2) NOT NULL,
        costs numeric(15, 2) NOT NULL,
        performance_due_on date,
        livelihood text,
        handler_id text NOT NULL REFERENCES officers,
        resumed_from uuid REFERENCES cases,
        version integer NOT NULL,
        synthetic boolean NOT NULL,
        CHECK ((status = 'CLOSED') = (closing_method IS NOT NULL)),
        CHECK ((status = 'CLOSED') = (closed_on IS NOT NULL))
    )
    """,
    "CREATE INDEX cases_handler ON cases (handler_id, filed_on)",
    "CREATE INDEX cases_not_closed ON cases (filed_on) WHERE status <> 'CLOSED'",
    """
    CREATE TABLE case_parties (
        case_id uuid NOT NULL REFERENCES cases,
        party_id uuid NOT NULL REFERENCES parties,
        role text NOT NULL,
        PRIMARY KEY (case_id, party_id, role)
    )
    """,
    "CREATE INDEX case_parties_party ON case_parties (party_id, role)",
    """
    CREATE TABLE deferrals (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        party_id uuid NOT NULL REFERENCES parties,
        asset_id uuid,
        kind text NOT NULL CHECK (kind IN ('ENFORCEMENT', 'AUCTION')),
        status text NOT NULL CHECK (status IN ('REQUESTED', 'GRANTED', 'REFUSED', 'ENDED')),
        requested_at timestamptz NOT NULL,
        until_on date,
        creditor_consents boolean NOT NULL,
        venue_court text NOT NULL,
        recorded_by text NOT NULL,
        idempotency_key text NOT NULL UNIQUE,
        version integer NOT NULL,
        synthetic boolean NOT NULL,
        ground text
    )
    """,
    "CREATE INDEX deferrals_case ON deferrals (case_id)",
]

_ASSETS: Final = [
    """
    CREATE TABLE assets (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        owner_id uuid NOT NULL REFERENCES parties,
        kind text NOT NULL,
        identity bytea NOT NULL,
        identity_key bytea NOT NULL,
        division text NOT NULL,
        description text NOT NULL,
        estimated_value numeric(15, 2),
        source text NOT NULL,
        found_on date NOT NULL,
        as_of timestamptz NOT NULL,
        status text NOT NULL CHECK (status IN ('FOUND', 'CONTROLLED', 'RELEASED', 'DISPOSED')),
        only_home boolean NOT NULL,
        exemption text,
        co_owned boolean NOT NULL,
        mortgage_amount numeric(15, 2),
        version integer NOT NULL,
        synthetic boolean NOT NULL
    )
    """,
    "CREATE INDEX assets_case ON assets (case_id)",
    "CREATE INDEX assets_owner ON assets (owner_id)",
    "CREATE INDEX assets_identity ON assets (identity_key)",
    "ALTER TABLE deferrals ADD FOREIGN KEY (asset_id) REFERENCES assets",
    """
    CREATE TABLE measures (
        id uuid PRIMARY KEY,
        asset_id uuid NOT NULL REFERENCES assets,
        case_id uuid,
        kind text NOT NULL CHECK (kind IN ('SEAL', 'SEIZE', 'FREEZE', 'WITHHOLD_INCOME', 'DEDUCT', 'EXTRACT')),
        status text NOT NULL CHECK (status IN ('PROPOSED', 'RULED', 'NOTICE_SENT', 'EFFECTIVE', 'WAITING', 'RENEWED',
            'LIFTED', 'EXPIRED', 'EXTINGUISHED', 'REFUSED', 'CONVERTED')),
        ordering_court text NOT NULL,
        executing_court text NOT NULL,
        ruling_no text NOT NULL,
        ruled_on date NOT NULL,
        notice_sent_at timestamptz,
        registered_at timestamptz,
        effective_at timestamptz,
        expires_on date,
        rank integer CHECK (rank >= 1),
        term_years integer CHECK (term_years BETWEEN 1 AND 3),
        value numeric(15, 2) NOT NULL,
        lifted_on date,
        lift_ground text,
        task_id uuid,
        version integer NOT NULL,
        synthetic boolean NOT NULL
    )
    """,
    "CREATE INDEX measures_asset ON measures (asset_id, rank)",
    "CREATE INDEX measures_case ON measures (case_id)",
    "CREATE INDEX measures_task ON measures (task_id) WHERE task_id IS NOT NULL",
    "CREATE INDEX measures_expiring ON measures (expires_on) WHERE status = 'EFFECTIVE'",
    """
    CREATE TABLE vehicle_watches (
        id uuid PRIMARY KEY,
        asset_id uuid NOT NULL REFERENCES assets,
        measure_id uuid NOT NULL REFERENCES measures,
        case_id uuid NOT NULL REFERENCES cases,
        ruling_no text NOT NULL,
        scope text[] NOT NULL,
        status text NOT NULL CHECK (status IN ('ACTIVE', 'SIGHTED', 'SEIZED', 'LIFTED', 'EXPIRED')),
        issued_on date NOT NULL,
        expires_on date NOT NULL,
        lifted_on date,
        synthetic boolean NOT NULL
    )
    """,
]

_MONEY: Final = [
    """
    CREATE TABLE payments (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        party_id uuid NOT NULL REFERENCES parties,
        amount numeric(15, 2) NOT NULL CHECK (amount > 0),
        paid_on date NOT NULL,
        recorded_at timestamptz NOT NULL,
        venue_court text NOT NULL,
        method text NOT NULL,
        idempotency_key text NOT NULL UNIQUE,
        recorded_by text NOT NULL,
        synthetic boolean NOT NULL
    )
    """,
    "CREATE INDEX payments_case ON payments (case_id, paid_on)",
    "CREATE INDEX payments_party ON payments (party_id, paid_on)",
    """
    CREATE TABLE settlements (
        id uuid PRIMARY KEY,
        case_id uuid NOT NULL REFERENCES cases,
        party_id uuid NOT NULL REFERENCES parties,
        total numeric(15, 2) NOT NULL CHECK (total > 0),
        form text NOT NULL CHECK (form IN ('WRITTEN', 'RECORDED_IN_TRANSCRIPT')),
        signed_on date NOT NULL,
        venue_court text NOT NULL,
        status text NOT NULL
            CHECK (status IN ('NEGOTIATING', 'SIGNED', 'PERFORMING', 'BREACHED', 'PERFORMED', 'VOID', 'REVOKED')),
        idempotency_key text NOT NULL UNIQUE,
        recorded_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        version integer NOT NULL,
        synthetic boolean NOT NULL
    )
    """,
    "CREATE INDEX settlements_case ON settlements (case_id)",
    "CREATE INDEX settlements_party ON settlements (party_id)",
    """
    CREATE TABLE instalments (
        settlement_id uuid NOT NULL REFERENCES settlements,
        no integer NOT NULL CHECK (no >= 1),
        due_on date NOT NULL,
        amount numeric(15, 2) NOT NULL CHECK (amount > 0),
        paid_on date,
        paid_amount numeric(15, 2) NOT NULL,
        PRIMARY KEY (settlement_id, no)
    )
    """,
]

_SANCTIONS: Final = [
    """
    CREATE TABLE dishonest_entries (
        id uuid PRIMARY KEY,
        party_id uuid NOT NULL REFERENCES parties,
        case_id uuid NOT NULL REFERENCES cases,
        ground text NOT NULL,
        decision_no text NOT NULL,
        published_on date NOT NULL,
        until_on date NOT NULL,
        removed_on date,
        synthetic boolean NOT NULL
    )
    """,
    "CREATE INDEX dishonest_entries_party ON dishonest_entries (party_id, until_on)",
    """
    CREATE TABLE consumption_restrictions (
        id uuid PRIMARY KEY,
        party_id uuid NOT NULL REFERENCES parties,
        case_id uuid NOT NULL REFERENCES cases,
        order_no text NOT NULL,
        issued_on date NOT NULL,
        lifted_on date,
        synthetic boolean NOT NULL
    )
    """,
    "CREATE INDEX consumption_restrictions_party ON consumption_restrictions (party_id)",
    """
    CREATE TABLE urgings (
        id uuid PRIMARY KEY,
        judgment_no text NOT NULL,
        obligor_id uuid NOT NULL REFERENCES parties,
        right_holder_id uuid NOT NULL REFERENCES parties,
        amount numeric(15, 2) NOT NULL,
        started_by text NOT NULL,
        started_on date NOT NULL,
        period_days integer NOT NULL,
        outcome text CHECK (outcome IN ('PERFORMED', 'SETTLED', 'PARTLY', 'FAILED')),
        closed_on date,
        synthetic boolean NOT NULL
    )
    """,
    """
    CREATE TABLE managed_lists (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL,
        opened_on date NOT NULL,
        synthetic boolean NOT NULL
    )
    """,
    """
    CREATE TABLE managed_list_items (
        list_id uuid NOT NULL REFERENCES managed_lists,
        no integer NOT NULL,
        case_id uuid NOT NULL REFERENCES cases,
        change text NOT NULL CHECK (change IN ('STOCK', 'NEW', 'CHANGED')),
        owner_id text NOT NULL REFERENCES officers,
        added_on date NOT NULL,
        due_on date NOT NULL,
        struck_off_on date,
        struck_off_by text REFERENCES officers,
        evidence text,
        PRIMARY KEY (list_id, no),
        CHECK ((struck_off_on IS NULL) = (struck_off_by IS NULL)),
        CHECK ((struck_off_on IS NULL) = (evidence IS NULL))
    )
    """,
]

UP: Final = [*_PEOPLE, *_CASES, *_ASSETS, *_MONEY, *_SANCTIONS]
DOWN: Final = [
    f"DROP TABLE {name}"
    for name in (
        "managed_list_items",
        "managed_lists",
        "urgings",
        "consumption_restrictions",
        "dishonest_entries",
        "instalments",
        "settlements",
        "payments",
        "vehicle_watches",
        "measures",
        "deferrals",
        "assets",
        "case_parties",
        "cases",
        "assisting_units",
        "parties",
        "officers",
    )
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
