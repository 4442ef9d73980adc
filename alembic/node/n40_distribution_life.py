"""Distribution whole: debtors are served too, suits end, shares know their claim, payouts their payments.

A plan knows whose money it is (`debtor_id`), where that is plain; an own claim's share knows which one. The debtors of
a plan that is still on its way become its addressees, numbered on after the shares. An objection may be a debtor's, so
its number is one of the plan's, not only of its shares. A participation may be in one thing.
"""

from typing import Final

from alembic import op

revision = "n40"
down_revision = "n42"
branch_labels = None
depends_on = None

UP: Final = [
    "ALTER TABLE participations ADD asset_id uuid REFERENCES assets",
    "ALTER TABLE participations DROP CONSTRAINT participations_case_id_court_case_number_priority_key",
    """
    CREATE UNIQUE INDEX participations_claim ON participations
        (case_id, court, case_number, priority, coalesce(asset_id, '00000000-0000-0000-0000-000000000000'))
    """,
    "ALTER TABLE distribution_plans ADD debtor_id uuid REFERENCES parties",
    "UPDATE distribution_plans p SET debtor_id = (SELECT owner_id FROM assets a WHERE a.id = p.asset_id)",
    """
    UPDATE distribution_plans p SET debtor_id = d.party_id
      FROM (SELECT case_id, (array_agg(party_id))[1] AS party_id FROM case_parties WHERE role = 'DEBTOR'
             GROUP BY case_id HAVING count(*) = 1) AS d
     WHERE p.debtor_id IS NULL AND d.case_id = p.case_id
    """,
    "ALTER TABLE distribution_shares ADD claim_no integer CHECK (claim_no >= 1)",
    """
    UPDATE distribution_shares s SET claim_no = 1
      FROM distribution_plans p JOIN cases c ON c.id = p.case_id
     WHERE s.plan_id = p.id AND s.case_number = c.number
       AND (SELECT count(*) FROM claims WHERE case_id = c.id) <= 1
    """,
    "CREATE INDEX distribution_shares_claim ON distribution_shares (court, case_number)",
    """
    CREATE TABLE distribution_debtors (
        plan_id uuid NOT NULL REFERENCES distribution_plans,
        no integer NOT NULL CHECK (no >= 1),
        party_id uuid NOT NULL REFERENCES parties,
        served_on date,
        PRIMARY KEY (plan_id, no)
    )
    """,
    """
    INSERT INTO distribution_debtors (plan_id, no, party_id)
    SELECT p.id, (SELECT coalesce(max(no), 0) FROM distribution_shares WHERE plan_id = p.id)
                 + row_number() OVER (PARTITION BY p.id ORDER BY d.party_id), d.party_id
      FROM distribution_plans p JOIN case_parties d ON d.case_id = p.case_id AND d.role = 'DEBTOR'
     WHERE p.status IN ('DRAWN', 'SERVED', 'OBJECTED')
    """,
    "ALTER TABLE distribution_objections DROP CONSTRAINT distribution_objections_plan_id_no_fkey",
    """
    ALTER TABLE distribution_objections ADD CONSTRAINT distribution_objections_plan_id_fkey
        FOREIGN KEY (plan_id) REFERENCES distribution_plans,
        ADD suit_ended_on date,
        ADD suit_outcome text CHECK (suit_outcome IN ('DISMISSED', 'WITHDRAWN', 'UPHELD')),
        ADD CHECK ((suit_ended_on IS NULL) = (suit_outcome IS NULL))
    """,
    """
    CREATE TABLE distribution_payouts (
        plan_id uuid NOT NULL,
        no integer NOT NULL,
        payment_id uuid NOT NULL UNIQUE REFERENCES payments,
        PRIMARY KEY (plan_id, no),
        FOREIGN KEY (plan_id, no) REFERENCES distribution_shares
    )
    """,
    "CREATE INDEX instalment_payments_payment ON instalment_payments (payment_id)",
]
DOWN: Final = [
    "DROP INDEX instalment_payments_payment",
    "DROP TABLE distribution_payouts",
    "ALTER TABLE distribution_objections DROP CONSTRAINT distribution_objections_plan_id_fkey",
    "ALTER TABLE distribution_objections DROP suit_ended_on, DROP suit_outcome",
    """
    DELETE FROM distribution_objections o
     WHERE NOT EXISTS (SELECT FROM distribution_shares s WHERE s.plan_id = o.plan_id AND s.no = o.no)
    """,
    """
    ALTER TABLE distribution_objections ADD CONSTRAINT distribution_objections_plan_id_no_fkey
        FOREIGN KEY (plan_id, no) REFERENCES distribution_shares
    """,
    "DROP TABLE distribution_debtors",
    "DROP INDEX distribution_shares_claim",
    "ALTER TABLE distribution_shares DROP claim_no",
    "ALTER TABLE distribution_plans DROP debtor_id",
    "DELETE FROM participations WHERE asset_id IS NOT NULL",
    "DROP INDEX participations_claim",
    """
    ALTER TABLE participations ADD CONSTRAINT participations_case_id_court_case_number_priority_key
        UNIQUE (case_id, court, case_number, priority)
    """,
    "ALTER TABLE participations DROP asset_id",
]


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
