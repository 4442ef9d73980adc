"""Files of payments, settlements and their instalments."""

from decimal import Decimal
from typing import Final

from db.mapping import columns
from db.records.money import InstalmentRecord, PaymentRecord, SettlementRecord, SettlementStatus
from db.staging import Link, Shape
from enforcement.court_files import cells
from enforcement.court_files.cells import Intake
from enforcement.court_files.faults import Unfit
from enforcement.court_files.sheet import (
    CASE,
    CASE_LINK,
    RECORDED_BY,
    RECORDED_BY_LINK,
    SYNTHETIC,
    Cells,
    Check,
    Column,
    Sheet,
    party_columns,
    party_key,
    party_link,
    ref,
)

METHODS: Final = frozenset({"BANK_TRANSFER", "MOBILE_PAYMENT", "CASH", "DEDUCTION", "AUCTION_PROCEEDS", "OTHER"})
"""How money reached the court (到账方式)."""
FORMS: Final = frozenset({"WRITTEN", "RECORDED_IN_TRANSCRIPT"})
"""Forms of a settlement. Source: 执行和解规定 art. 1."""
_MOST_INSTALMENTS: Final = 1_000


def _of_party(found: Cells, intake: Intake) -> Cells:
    """Payments and settlements alike: who, where, under which key it is known here."""
    return {
        "party_id": party_key(found, "party", intake),
        "venue_court": found["venue_court"] or intake.court,
        "recorded_at": found["recorded_at"] or intake.now,
        "idempotency_key": f"file-{found['id']}",
        "version": 1,
        "ends_on": None,
        "ending": None,
        "claim_no": None,
    }


_WHERE_AND_WHEN: Final = (
    Column("venue_court", cells.court, required=False),
    Column("recorded_at", cells.past_instant, required=False),
    RECORDED_BY,
)
_LINKS: Final = (CASE_LINK, party_link("party"), RECORDED_BY_LINK)

PAYMENTS: Final = Sheet(
    Shape("payments", tuple(columns(PaymentRecord)), key=("id",), links=_LINKS),
    (
        ref("payments"),
        CASE,
        *party_columns("party"),
        Column("amount", cells.positive),
        Column("paid_on", cells.past_day),
        Column("method", cells.one_of(METHODS)),
        *_WHERE_AND_WHEN,
        SYNTHETIC,
    ),
    complete=_of_party,
)

SETTLEMENTS: Final = Sheet(
    Shape("settlements", tuple(columns(SettlementRecord)), key=("id",), links=_LINKS),
    (
        ref("settlements"),
        CASE,
        *party_columns("party"),
        Column("total", cells.positive),
        Column("form", cells.one_of(FORMS)),
        Column("signed_on", cells.past_day),
        Column("status", cells.member(SettlementStatus)),
        *_WHERE_AND_WHEN,
        SYNTHETIC,
    ),
    complete=_of_party,
)

_DO_NOT_ADD_UP: Final = """
    SELECT min(i.line) AS line
      FROM (SELECT line, settlement_id, amount FROM staged_instalments
            UNION ALL
            SELECT NULL, settlement_id, CASE WHEN replaced_in IS NULL THEN amount ELSE paid_amount END FROM instalments
             WHERE settlement_id IN (SELECT settlement_id FROM staged_instalments)) i
      JOIN {settlements} t ON t.id = i.settlement_id
     GROUP BY t.id, t.total
    HAVING sum(i.amount) <> t.total
"""


def _instalment(found: Cells, _: Intake) -> Cells:
    if (found["paid_on"] is None) != (found["paid_amount"] == 0):
        raise Unfit("PAID_ON_AND_AMOUNT", column="paid_amount")
    return {"replaced_in": None}


INSTALMENTS: Final = Sheet(
    Shape(
        "instalments",
        tuple(columns(InstalmentRecord)),
        key=("settlement_id", "no"),
        links=(Link("settlement_id", "settlements", "id", "uuid", "UNKNOWN_SETTLEMENT", "settlement"),),
    ),
    (
        Column("settlement", cells.reference("settlements"), field="settlement_id"),
        Column("no", cells.whole(1, _MOST_INSTALMENTS)),
        Column("due_on", cells.day),
        Column("amount", cells.positive),
        Column("paid_on", cells.past_day, required=False),
        Column("paid_amount", cells.amount, required=False, default=Decimal("0.00")),
    ),
    complete=_instalment,
    checks=(Check("amount", "INSTALMENTS_DO_NOT_ADD_UP", _DO_NOT_ADD_UP, {"settlements": ("id", "total")}),),
)
