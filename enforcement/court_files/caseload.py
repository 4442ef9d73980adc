"""Files of cases, and of who is what in them."""

from typing import Final

from db.ids import new_id
from db.mapping import columns
from db.records.cases import CaseRecord, CaseStatus, ClosingMethod
from db.records.parties import CasePartyRecord, PartyRole
from db.staging import Link, Shape
from enforcement.court_files import cells
from enforcement.court_files.cells import Intake
from enforcement.court_files.faults import Unfit
from enforcement.court_files.sheet import (
    CASE,
    CASE_LINK,
    SYNTHETIC,
    Cells,
    Column,
    Sheet,
    order,
    party_columns,
    party_key,
    party_link,
    require,
)
from enforcement.rules import case_number

BASIS_KINDS: Final = frozenset(
    {
        "CIVIL_JUDGMENT",  # 民事判决
        "CIVIL_RULING",  # 裁定
        "MEDIATION_STATEMENT",  # 调解书
        "PAYMENT_ORDER",  # 支付令
        "ARBITRAL_AWARD",  # 仲裁裁决
        "LABOUR_ARBITRATION",  # 劳动仲裁
        "NOTARISED_DEBT_INSTRUMENT",  # 公证债权文书
        "CONFIRMED_MEDIATION",  # 司法确认裁定
        "CRIMINAL_PROPERTY_PART",  # 刑事财产部分
        "PRESERVATION_RULING",  # 保全裁定
    }
)
"""Kinds of the basis of enforcement (执行依据). Source: 民诉法 arts. 206, 227, 235, 247-249."""
LIVELIHOODS: Final = frozenset({"WAGES", "CHILD_SUPPORT", "ALIMONY", "INJURY"})
"""Claims on which somebody lives (涉民生)."""


def _case(found: Cells, intake: Intake) -> Cells:
    number = case_number.parse(found["number"], today=intake.today)
    kind = number.type
    if kind is None:
        raise Unfit("INVALID_CASE_NUMBER", "TYPE", "number")
    if found["filed_on"].year < number.year:
        raise Unfit("DATES_OUT_OF_ORDER", column="filed_on")
    if found["status"] is CaseStatus.CLOSED:
        require(found, ("closing_method", "closed_on"))
    elif found["closing_method"] is not None or found["closed_on"] is not None:
        raise Unfit("NOT_CLOSED", column="status")
    order(found, "filed_on", "closed_on")
    return {
        "id": new_id(intake.now),
        "type": kind,
        "case_class": case_number.class_of(kind),
        "amount_applied": found["principal"] + found["general_interest"] + found["costs"],
        "version": 1,
    }


CASES: Final = Sheet(
    Shape(
        "cases",
        tuple(columns(CaseRecord)),
        key=("number",),
        links=(
            Link("handler_id", "officers", "id", "text", "UNKNOWN_OFFICER", "handler"),
            Link("resumed_from", "cases", "number", "text", "UNKNOWN_CASE", "resumed_from"),
        ),
    ),
    (
        Column("number", cells.own_case),
        Column("cause", cells.text(100)),
        Column("basis_kind", cells.one_of(BASIS_KINDS)),
        Column("basis_number", cells.text(100)),
        Column("filed_on", cells.past_day),
        Column("status", cells.member(CaseStatus)),
        Column("closing_method", cells.member(ClosingMethod), required=False),
        Column("closed_on", cells.past_day, required=False),
        Column("principal", cells.amount),
        Column("general_interest", cells.amount),
        Column("costs", cells.amount),
        Column("performance_due_on", cells.day, required=False),
        Column("livelihood", cells.one_of(LIVELIHOODS), required=False),
        Column("handler", cells.text(64), field="handler_id"),
        Column("resumed_from", cells.own_case, required=False),
        SYNTHETIC,
    ),
    complete=_case,
)


def _role(found: Cells, intake: Intake) -> Cells:
    return {"party_id": party_key(found, "party", intake)}


CASE_PARTIES: Final = Sheet(
    Shape(
        "case_parties",
        tuple(columns(CasePartyRecord)),
        key=("case_id", "party_id", "role"),
        links=(CASE_LINK, party_link("party")),
    ),
    (CASE, *party_columns("party"), Column("role", cells.member(PartyRole))),
    complete=_role,
)
