"""Good files of a court, sample people only, and how to spoil them."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from db.at_rest import AtRest
from db.clock import civil_date
from enforcement.court_files.cells import Intake
from tests.conftest import REFERENCE

AT_REST = AtRest(b"s" * 32, b"i" * 32)
INTAKE = Intake(court="浙0824", at_rest=AT_REST, now=REFERENCE, today=civil_date(REFERENCE))

PERSON = "341021197903159972"
OTHER_PERSON = "330824198607049968"
FIRM = "91330824FAKE000139"
CASE = "（2025）浙0824执365号"
OTHER_CASE = "（2024）浙0824执12号"
PLATE = "皖JX0365"

_DEBTOR = {"party_kind": "NATURAL", "party_identifier": PERSON}

ROWS: Mapping[str, list[dict[str, str]]] = {
    "officers": [
        {"id": "o-330824-01", "name": "承办样一", "roles": "HANDLER"},
        {"id": "o-330824-04", "name": "书记样四", "roles": "CLERK;LIAISON_OFFICER", "active": "false"},
    ],
    "assisting_units": [
        {
            "id": "u-330824-vehicle",
            "name": "车辆管理所（样例）",
            "kind": "VEHICLE_OFFICE",
            "division": "330824",
            "channel": "PROVINCIAL_NETWORK",
            "asset_kinds": "VEHICLE",
            "promised_days": "1",
        }
    ],
    "parties": [
        {
            "kind": "NATURAL",
            "name": "李样甲",
            "identifier": PERSON,
            "domicile_division": "341021",
            "address": "歙县样例路 1 号",
        },
        {"kind": "NATURAL", "name": "周样甲", "identifier": OTHER_PERSON, "domicile_division": "330824"},
        {"kind": "ORGANIZATION", "name": "开化样例公司", "identifier": FIRM, "domicile_division": "330824"},
    ],
    "cases": [
        {
            "number": "(2025)浙0824执365号",
            "cause": "PRIVATE_LENDING",
            "basis_kind": "CIVIL_JUDGMENT",
            "basis_number": "（2024）浙0824民初77号",
            "filed_on": "2025-07-01",
            "status": "IN_PROGRESS",
            "principal": "80000",
            "general_interest": "5000.5",
            "costs": "999.50",
            "handler": "o-330824-01",
        },
        {
            "number": OTHER_CASE,
            "cause": "SALE",
            "basis_kind": "CIVIL_JUDGMENT",
            "basis_number": "（2023）浙0824民初70号",
            "filed_on": "2024-01-08",
            "status": "CLOSED",
            "closing_method": "TERMINATED_FOR_NOW",
            "closed_on": "2024-07-01",
            "principal": "1000.00",
            "general_interest": "0",
            "costs": "0",
            "handler": "o-330824-01",
        },
    ],
    "case_parties": [
        {"case_number": CASE, **_DEBTOR, "role": "DEBTOR"},
        {"case_number": CASE, "party_kind": "NATURAL", "party_identifier": OTHER_PERSON, "role": "APPLICANT"},
        {"case_number": OTHER_CASE, "party_kind": "ORGANIZATION", "party_identifier": FIRM, "role": "DEBTOR"},
    ],
    "assets": [
        {
            "ref": "A-1",
            "case_number": CASE,
            "owner_kind": "NATURAL",
            "owner_identifier": PERSON,
            "kind": "VEHICLE",
            "plate": PLATE,
            "division": "341021",
            "description": "小型轿车",
            "estimated_value": "60000",
            "source": "NATIONAL_NETWORK",
            "found_on": "2025-07-02",
            "as_of": "2025-07-02T10:00:00+08:00",
            "status": "CONTROLLED",
        }
    ],
    "measures": [
        {
            "ref": "M-1",
            "asset": "A-1",
            "case_number": CASE,
            "kind": "SEAL",
            "status": "EFFECTIVE",
            "ruling_no": CASE + "之一",
            "ruled_on": "2025-07-03",
            "registered_at": "2025-07-03T10:00:00+08:00",
            "effective_at": "2025-07-03T10:00:00+08:00",
            "expires_on": "2027-07-03",
            "rank": "1",
            "term_years": "2",
            "value": "60000",
        },
        {
            "ref": "M-2",
            "asset": "A-1",
            "kind": "SEIZE",
            "status": "WAITING",
            "ordering_court": "浙0127",
            "ruling_no": "（2025）浙0127执9号之二",
            "ruled_on": "2025-07-04",
            "registered_at": "2025-07-04T10:00:00+08:00",
            "rank": "2",
            "value": "60000",
        },
    ],
    "settlements": [
        {
            "ref": "S-1",
            "case_number": CASE,
            **_DEBTOR,
            "total": "46000",
            "form": "WRITTEN",
            "signed_on": "2025-07-10",
            "status": "PERFORMING",
            "recorded_by": "o-330824-01",
        }
    ],
    "instalments": [
        {"settlement": "S-1", "no": "1", "due_on": "2025-07-10", "amount": "10000", "paid_on": "2025-07-10",
         "paid_amount": "10000"},
        {"settlement": "S-1", "no": "2", "due_on": "2025-08-10", "amount": "36000.00"},
    ],
    "payments": [
        {
            "ref": "P-1",
            "case_number": CASE,
            **_DEBTOR,
            "amount": "10000.00",
            "paid_on": "2025-07-10",
            "method": "CASH",
            "recorded_by": "o-330824-01",
        }
    ],
    "dishonest_entries": [
        {
            "ref": "D-1",
            "case_number": OTHER_CASE,
            "party_kind": "ORGANIZATION",
            "party_identifier": FIRM,
            "ground": "ABLE_BUT_REFUSES",
            "decision_no": "样决1",
            "published_on": "2024-06-01",
            "until_on": "2026-06-01",
        }
    ],
    "consumption_restrictions": [
        {"ref": "R-1", "case_number": CASE, **_DEBTOR, "order_no": "样令1", "issued_on": "2025-07-05"}
    ],
    "unified_standards": [
        {
            "ref": "S-1",
            "matter": "LIVING_COST_MINIMUM",
            "province": "浙",
            "amount": "1206.00",
            "effective_from": "2025-01-01",
        },
        {
            "ref": "S-2",
            "matter": "PRIORITY_OF_FIRST_SEIZURE",
            "province": "浙",
            "practice": "PRO_RATA",
            "effective_from": "2025-01-01",
            "effective_to": "2026-12-31",
        },
    ],
}  # fmt: skip
"""A whole small court; every table has a row or two."""


def write_csv(folder: Path, table: str, rows: list[dict[str, str]], *, encoding: str = "utf-8") -> Path:
    """`table`.csv; the header holds every column that any row has."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    path = folder / f"{table}.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_all(folder: Path, **changed: list[dict[str, str]]) -> list[Path]:
    """One CSV per table; `changed` tables take these rows instead."""
    return [write_csv(folder, table, rows) for table, rows in (dict(ROWS) | changed).items()]


def write_jsonl(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def spoilt(table: str, place: int = 0, **cells: str) -> list[dict[str, str]]:
    """The sample rows of `table`, one of them changed."""
    rows = [dict(row) for row in ROWS[table]]
    rows[place] |= cells
    return rows
