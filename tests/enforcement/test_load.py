"""A court's files: what is right is stored as the running node stores it; what is wrong is named and nothing stays.

Long, because each file of a court, and each fault of one, has its example here.
"""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api import load_texts
from db import assets, cases, measures, parties, payments, settlements, units
from db.pool import Conn, Pool
from db.records.assets import MeasureStatus
from db.records.cases import CaseClass, CaseType
from db.records.parties import IdentifierKind, PartyRole
from enforcement.court_files import load as court_files
from enforcement.court_files.faults import MOST_KEPT, Fault
from enforcement.court_files.load import Report
from enforcement.court_files.tables import SHEETS
from enforcement.rules.asset_identity import named_by
from tests.enforcement.load_samples import (
    AT_REST,
    CASE,
    FIRM,
    INTAKE,
    OTHER_CASE,
    PERSON,
    PLATE,
    ROWS,
    spoilt,
    write_all,
    write_csv,
    write_jsonl,
)

pytestmark = pytest.mark.anyio


def _quiet(_path: Path, _rows: int) -> None:
    return


async def _load(conn: Conn, paths: list[Path], *, check_only: bool = False) -> list[Report]:
    return await court_files.load_all(conn, INTAKE, paths, check_only=check_only, progress=_quiet)


async def _counts(conn: Conn) -> dict[str, int]:
    return {table: await conn.fetchval(f"SELECT count(*) FROM {table}") for table in SHEETS}


@pytest.fixture
async def conn(node_pool: Pool) -> AsyncIterator[Conn]:
    async with node_pool.acquire() as found:
        yield found


async def _refused(conn: Conn, path: Path) -> list[Fault]:
    """The faults of one file that must be refused; nothing may have been written."""
    before = await _counts(conn)

    (report,) = await _load(conn, [path])

    assert report.refused
    assert report.written == 0
    assert await _counts(conn) == before
    assert report.faults.count >= len(report.faults.kept)
    return sorted(report.faults.kept)


async def test_a_whole_court_loads_from_csv(conn: Conn, tmp_path: Path) -> None:
    paths = sorted(write_all(tmp_path))  # by name, as a shell gives them

    reports = await _load(conn, paths)

    assert [report.faults.kept for report in reports] == [[]] * len(ROWS)
    assert await _counts(conn) == {table: len(rows) for table, rows in ROWS.items()}
    assert [report.written for report in reports] == [len(ROWS[report.path.stem]) for report in reports]


async def test_rows_are_stored_as_the_node_stores_them(conn: Conn, tmp_path: Path) -> None:
    await _load(conn, write_all(tmp_path))

    person = await parties.by_identifier_key(conn, parties.identifier_key(AT_REST, IdentifierKind.ID_NUMBER, PERSON))
    assert person is not None
    assert parties.identifier(AT_REST, person) == PERSON
    assert (person.gender, person.birth_on, person.is_minor) == ("MALE", date(1979, 3, 15), False)
    assert AT_REST.text(person.address or b"", context=parties.ADDRESS) == "歙县样例路 1 号"
    case = await cases.by_number(conn, CASE)
    assert case is not None
    assert (case.type, case.case_class) == (CaseType.FIRST_ENFORCEMENT, CaseClass.IMPLEMENTATION)
    assert case.amount_applied == Decimal("86000.00")
    roles = {part.party.name: part.role for part in await parties.of_case(conn, case.id)}
    assert roles == {"李样甲": PartyRole.DEBTOR, "周样甲": PartyRole.APPLICANT}
    identity = {"plate": PLATE}
    (car,) = await assets.by_identity_key(conn, AT_REST.blind(*named_by("VEHICLE", identity)))  # type: ignore[arg-type]
    assert assets.identity(AT_REST, car) == identity
    assert (car.owner_id, car.case_id, car.synthetic) == (person.id, case.id, False)
    first, second = await measures.queue(conn, car.id)
    assert (first.ordering_court, first.case_id, first.status) == ("浙0824", case.id, MeasureStatus.EFFECTIVE)
    assert (second.ordering_court, second.case_id, second.status) == ("浙0127", None, MeasureStatus.WAITING)


async def test_money_and_units_are_stored(conn: Conn, tmp_path: Path) -> None:
    await _load(conn, write_all(tmp_path))

    case = await cases.by_number(conn, CASE)
    assert case is not None
    (paid,) = await payments.of_case(conn, case.id)
    assert (paid.amount, paid.venue_court, paid.recorded_by) == (Decimal("10000.00"), "浙0824", "o-330824-01")
    (settled,) = await settlements.of_cases(conn, [case.id])
    assert settled.total == Decimal("46000.00")
    unit = await units.get(conn, "u-330824-vehicle")
    assert unit is not None
    assert [item["code"] for item in unit.items] == ["SEARCH", "CONTROL"]


async def test_jsonl_takes_tables_in_any_order(conn: Conn, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"table": table, **row} for table in reversed(list(ROWS)) for row in reversed(ROWS[table])
    ]
    lines[-1]["roles"] = ["HANDLER"]

    (report,) = await _load(conn, [write_jsonl(tmp_path / "court.jsonl", lines)])

    assert report.faults.kept == []
    assert await _counts(conn) == {table: len(rows) for table, rows in ROWS.items()}


async def test_json_numbers_stay_exact(conn: Conn, tmp_path: Path) -> None:
    row = '{"table": "cases", "principal": 0.10, "general_interest": 7, "costs": 1.999, '
    rest = {k: v for k, v in ROWS["cases"][0].items() if k not in {"principal", "general_interest", "costs"}}
    path = tmp_path / "cases.jsonl"
    path.write_text(row + str(rest)[1:].replace("'", '"') + "\n", encoding="utf-8")
    await _load(conn, [write_csv(tmp_path, "officers", ROWS["officers"])])

    assert await _refused(conn, path) == [Fault(1, "costs", "INVALID_MONEY")]


async def test_a_byte_order_mark_is_no_column(conn: Conn, tmp_path: Path) -> None:
    path = write_csv(tmp_path, "officers", ROWS["officers"], encoding="utf-8-sig")

    (report,) = await _load(conn, [path])

    assert report.faults.kept == []
    assert report.written == 2


async def test_loading_twice_is_refused_row_by_row(conn: Conn, tmp_path: Path) -> None:
    paths = write_all(tmp_path)
    await _load(conn, paths)
    before = await _counts(conn)

    reports = await _load(conn, paths)

    assert {fault.code for report in reports for fault in report.faults.kept} <= {"ALREADY_LOADED", "NOT_TRIED"}
    assert all(report.refused for report in reports)
    assert await _counts(conn) == before
    for path in paths:
        assert {fault.code for fault in await _refused(conn, path)} == {"ALREADY_LOADED"}


async def test_checking_writes_nothing(conn: Conn, tmp_path: Path) -> None:
    reports = await _load(conn, write_all(tmp_path), check_only=True)

    assert not any(report.refused for report in reports)
    assert set((await _counts(conn)).values()) == {0}


async def test_checking_sees_faults_behind_good_files(conn: Conn, tmp_path: Path) -> None:
    paths = write_all(tmp_path, payments=spoilt("payments", amount="0.00"))

    reports = await _load(conn, paths, check_only=True)

    assert [fault for report in reports for fault in report.faults.kept] == [Fault(2, "amount", "INVALID_MONEY")]
    assert set((await _counts(conn)).values()) == {0}


async def test_files_that_depend_on_a_refused_one_wait(conn: Conn, tmp_path: Path) -> None:
    paths = write_all(tmp_path, parties=spoilt("parties", identifier=PERSON[:-1] + "3"))

    reports = {report.path.stem: report for report in await _load(conn, paths)}

    assert reports["parties"].faults.kept == [Fault(2, "identifier", "INVALID_ID_NUMBER", "CHECK_DIGIT")]
    assert reports["case_parties"].faults.kept == [Fault(0, "", "NOT_TRIED")]
    assert reports["measures"].faults.kept == [Fault(0, "", "NOT_TRIED")]
    assert not reports["cases"].refused
    counts = await _counts(conn)
    assert counts["cases"] == 2
    assert counts["parties"] == counts["assets"] == counts["measures"] == 0


_CELLS = [
    ("officers", 0, {"roles": "EMPEROR"}, "roles", "UNKNOWN_VALUE", ""),
    ("officers", 0, {"name": ""}, "name", "REQUIRED", ""),
    ("officers", 0, {"name": "样" * 101}, "name", "TOO_LONG", ""),
    ("parties", 0, {"identifier": "12345"}, "identifier", "INVALID_ID_NUMBER", "LENGTH"),
    ("parties", 0, {"identifier": "330824197913159972"}, "identifier", "INVALID_ID_NUMBER", "BIRTH_DATE"),
    ("parties", 2, {"identifier": FIRM[:-1] + "0"}, "identifier", "INVALID_USCC", "CHECK_CHARACTER"),
    ("parties", 0, {"kind": "ORGANIZATION"}, "identifier", "INVALID_USCC", "CHECK_CHARACTER"),
    ("parties", 0, {"domicile_division": "0824"}, "domicile_division", "INVALID_DIVISION", ""),
    ("parties", 0, {"address": "样\x07例"}, "address", "CONTROL_CHARACTER", ""),
    ("cases", 0, {"number": "（2025）浙0824执0365号"}, "number", "INVALID_CASE_NUMBER", "SEQUENCE"),
    ("cases", 0, {"number": "（2025）浙0824民初1号"}, "number", "INVALID_CASE_NUMBER", "TYPE"),
    ("cases", 0, {"number": "（2025）浙0127执365号"}, "number", "FOREIGN_CASE", ""),
    ("cases", 0, {"principal": "-1"}, "principal", "INVALID_MONEY", ""),
    ("cases", 0, {"principal": "1.234"}, "principal", "INVALID_MONEY", ""),
    ("cases", 0, {"principal": "99999999999999"}, "principal", "INVALID_MONEY", ""),
    ("cases", 0, {"principal": "1e3"}, "principal", "INVALID_MONEY", ""),
    ("cases", 0, {"filed_on": "2025-02-30"}, "filed_on", "INVALID_DATE", ""),
    ("cases", 0, {"filed_on": "2025-07-15"}, "filed_on", "DATE_IN_FUTURE", ""),
    ("cases", 0, {"filed_on": "2024-12-31"}, "filed_on", "DATES_OUT_OF_ORDER", ""),
    ("cases", 0, {"status": "CLOSED"}, "closing_method", "REQUIRED", ""),
    ("cases", 1, {"status": "FILED"}, "status", "NOT_CLOSED", ""),
    ("cases", 1, {"closed_on": "2024-01-01"}, "closed_on", "DATES_OUT_OF_ORDER", ""),
    ("cases", 0, {"handler": "o-330824-99"}, "handler", "UNKNOWN_OFFICER", ""),
    ("cases", 0, {"resumed_from": "（2020）浙0824执1号"}, "resumed_from", "UNKNOWN_CASE", ""),
    ("cases", 1, {"number": CASE, "filed_on": "2025-01-08", "closed_on": "2025-01-09"}, "number", "DOUBLED_ROW", ""),
    ("case_parties", 0, {"case_number": "（2025）浙0824执999号"}, "case_number", "UNKNOWN_CASE", ""),
    ("case_parties", 0, {"case_number": "（2025）赣1181执1号"}, "case_number", "FOREIGN_CASE", ""),
    ("case_parties", 0, {"party_identifier": "330824199211209990"}, "party_identifier", "UNKNOWN_PARTY", ""),
    ("case_parties", 0, {"role": "BYSTANDER"}, "role", "UNKNOWN_VALUE", ""),
    ("assets", 0, {"plate": ""}, "kind", "IDENTITY_REQUIRED", ""),
    ("assets", 0, {"plate": "皖IX0365"}, "plate", "INVALID_PLATE", "ZONE"),
    ("assets", 0, {"account": "6299993308240000017"}, "account", "INVALID_ACCOUNT", "CHECK_DIGIT"),
    ("assets", 0, {"as_of": "2025-07-02T10:00:00"}, "as_of", "INVALID_INSTANT", "OFFSET"),
    ("assets", 0, {"exemption": "BECAUSE"}, "exemption", "UNKNOWN_VALUE", ""),
    ("measures", 0, {"asset": "A-9"}, "asset", "UNKNOWN_ASSET", ""),
    ("measures", 0, {"kind": "FREEZE"}, "kind", "MEASURE_NOT_FOR_ASSET", ""),
    ("measures", 0, {"term_years": "3"}, "term_years", "TERM_TOO_LONG", ""),
    ("measures", 0, {"case_number": ""}, "case_number", "REQUIRED", ""),
    ("measures", 0, {"rank": ""}, "rank", "REQUIRED", ""),
    ("measures", 0, {"rank": "0"}, "rank", "INVALID_NUMBER", ""),
    ("measures", 0, {"ruling_no": "第一号"}, "ruling_no", "INVALID_CASE_NUMBER", "FORM"),
    ("measures", 1, {"ordering_court": "浙999"}, "ordering_court", "UNKNOWN_COURT", ""),
    ("measures", 1, {"case_number": CASE}, "case_number", "FOREIGN_CASE", ""),
    ("instalments", 0, {"amount": "9999.99"}, "amount", "INSTALMENTS_DO_NOT_ADD_UP", ""),
    ("instalments", 1, {"paid_on": "2025-07-11"}, "paid_amount", "PAID_ON_AND_AMOUNT", ""),
    ("instalments", 1, {"no": "1"}, "settlement", "DOUBLED_ROW", ""),
    ("payments", 0, {"recorded_by": "o-1"}, "recorded_by", "UNKNOWN_OFFICER", ""),
    ("dishonest_entries", 0, {"until_on": "2024-05-01"}, "until_on", "DATES_OUT_OF_ORDER", ""),
    ("unified_standards", 0, {"amount": ""}, "amount", "REQUIRED", ""),
    ("unified_standards", 0, {"days": "5"}, "days", "UNKNOWN_VALUE", ""),
    ("unified_standards", 1, {"practice": "ON_RULING"}, "practice", "UNKNOWN_VALUE", ""),
    ("unified_standards", 1, {"effective_to": "2024-12-31"}, "effective_to", "DATES_OUT_OF_ORDER", ""),
    ("unified_standards", 1, {"province": "浙江"}, "province", "UNKNOWN_VALUE", ""),
]  # fmt: skip


@pytest.mark.parametrize("table", list(dict.fromkeys(table for table, *_ in _CELLS)))
async def test_a_bad_cell_is_named(conn: Conn, tmp_path: Path, table: str) -> None:
    before = list(SHEETS)[: list(SHEETS).index(table)]
    await _load(conn, [write_csv(tmp_path, name, ROWS[name]) for name in before])

    for _, place, cells, column, code, part in [entry for entry in _CELLS if entry[0] == table]:
        faults = await _refused(conn, write_csv(tmp_path, table, spoilt(table, place, **cells)))

        assert faults == [Fault(place + 2, column, code, part)], (cells, faults)


async def _written(conn: Conn, folder: Path, content: bytes, *, table: str = "officers") -> list[Fault]:
    path = folder / f"{table}.csv"
    path.write_bytes(content)
    return await _refused(conn, path)


_HEAD = b"id,name,roles\n"
_GOOD = "o-330824-01,承办样一,HANDLER\n".encode()


async def test_a_bad_header_ends_the_reading(conn: Conn, tmp_path: Path) -> None:
    assert await _written(conn, tmp_path, b"id,name\nx,y\n") == [Fault(1, "roles", "MISSING_COLUMN")]
    assert await _written(conn, tmp_path, b"id,name,roles,id\n") == [Fault(1, "id", "DOUBLED_COLUMN")]
    assert await _written(conn, tmp_path, b"id,name,roles,age\n" + _GOOD) == [Fault(1, "#4", "UNKNOWN_COLUMN")]
    assert Fault(1, "#2", "UNKNOWN_COLUMN") in await _written(conn, tmp_path, _GOOD)
    assert {fault.code for fault in await _written(conn, tmp_path, b"")} == {"MISSING_COLUMN"}


async def test_a_line_that_is_no_text_does_not_hide_the_next(conn: Conn, tmp_path: Path) -> None:
    content = _HEAD + b"a,\x00,HANDLER\n" + "b,样,HANDLER\n".encode("gb18030") + b"c,\xff\xfe,HANDLER\nd,d,NOBODY\n"

    assert await _written(conn, tmp_path, content) == [
        Fault(2, "", "NUL_BYTE"),
        Fault(3, "", "INVALID_UTF8"),
        Fault(4, "", "INVALID_UTF8"),
        Fault(5, "roles", "UNKNOWN_VALUE"),
    ]


async def test_a_huge_field_is_passed_over(conn: Conn, tmp_path: Path) -> None:
    content = _HEAD + b"a," + b"x" * 10_000_000 + b",HANDLER\nb,b,NOBODY\n"

    assert await _written(conn, tmp_path, content) == [
        Fault(2, "", "LINE_TOO_LONG"),
        Fault(3, "roles", "UNKNOWN_VALUE"),
    ]


async def test_a_huge_field_of_many_lines_is_refused(conn: Conn, tmp_path: Path) -> None:
    content = _HEAD + b'a,"' + b"x" * 99 + b"\n" * 200_000 + b'",HANDLER\n'

    faults = await _written(conn, tmp_path, content)

    assert faults[0] == Fault(2, "", "MALFORMED_CSV")


async def test_quotes_and_cells_must_be_whole(conn: Conn, tmp_path: Path) -> None:
    content = _HEAD + b"a,b\n" + b'a,"b"c,HANDLER\n' + b"\n" + b'a,"b,HANDLER\n'

    assert await _written(conn, tmp_path, content) == [
        Fault(2, "", "WRONG_NUMBER_OF_CELLS"),
        Fault(3, "", "MALFORMED_CSV"),
        Fault(5, "", "MALFORMED_CSV"),
    ]


async def test_a_quoted_break_keeps_the_line_count(conn: Conn, tmp_path: Path) -> None:
    content = _HEAD + b'a,"b\nc",HANDLER\nd,d,NOBODY\n'

    assert await _written(conn, tmp_path, content) == [
        Fault(2, "name", "CONTROL_CHARACTER"),
        Fault(4, "roles", "UNKNOWN_VALUE"),
    ]


async def test_bad_json_lines_are_named(conn: Conn, tmp_path: Path) -> None:
    path = tmp_path / "court.jsonl"
    path.write_text(
        "not json\n[1]\n"
        '{"id": "a"}\n'
        '{"table": "officers", "id": "a", "id": "b"}\n'
        '{"table": "officers", "who": "a"}\n'
        '{"table": "officers", "id": {"x": 1}, "name": "n", "roles": "HANDLER"}\n'
        '{"table": "officers", "id": "\\ud800", "name": "n", "roles": "HANDLER"}\n'
        '{"table": "officers", "id": "a\\u0000", "name": "n", "roles": "HANDLER"}\n' + "[" * 100_000 + "\n",
        encoding="utf-8",
    )

    assert await _refused(conn, path) == [
        Fault(1, "", "MALFORMED_JSON"),
        Fault(2, "", "MALFORMED_JSON"),
        Fault(3, "table", "UNKNOWN_TABLE"),
        Fault(4, "", "DOUBLED_COLUMN"),
        Fault(5, "#2", "UNKNOWN_COLUMN"),
        Fault(6, "id", "WRONG_TYPE"),
        Fault(7, "id", "INVALID_UTF8"),
        Fault(8, "id", "CONTROL_CHARACTER"),
        Fault(9, "", "MALFORMED_JSON"),
    ]


async def test_a_faulty_row_is_not_missed_by_its_neighbours(conn: Conn, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [{"table": table, **row} for table in ROWS for row in ROWS[table]]
    lines[0]["roles"] = "NOBODY"

    faults = await _refused(conn, write_jsonl(tmp_path / "court.jsonl", lines))

    assert faults == [Fault(1, "roles", "UNKNOWN_VALUE")]


async def test_unknown_and_missing_files_are_refused(conn: Conn, tmp_path: Path) -> None:
    assert await _refused(conn, write_csv(tmp_path, "judges", [{"id": "1"}])) == [Fault(0, "", "UNKNOWN_TABLE")]
    assert await _refused(conn, tmp_path / "parties.csv") == [Fault(0, "", "UNREADABLE_FILE")]
    assert await _refused(conn, tmp_path / "parties.xlsx") == [Fault(0, "", "UNKNOWN_TABLE")]


async def test_many_faults_are_counted_and_some_kept(conn: Conn, tmp_path: Path) -> None:
    row = b"a,b,HANDLER\n"
    path = tmp_path / "officers.csv"
    path.write_bytes(_HEAD + row * 5_001)

    (report,) = await _load(conn, [path])

    assert report.faults.count == 5_000
    assert len(report.faults.kept) == MOST_KEPT
    assert report.faults.kept[0] == Fault(3, "id", "DOUBLED_ROW")


async def test_a_resumed_case_may_stand_before_its_first(conn: Conn, tmp_path: Path) -> None:
    first = ROWS["cases"][1]
    resumed = dict(ROWS["cases"][0], number="（2025）浙0824执恢3号", resumed_from=first["number"])
    await _load(conn, [write_csv(tmp_path, "officers", ROWS["officers"])])

    (report,) = await _load(conn, [write_csv(tmp_path, "cases", [resumed, first])])

    assert report.faults.kept == []
    one, other = await cases.by_number(conn, "（2025）浙0824执恢3号"), await cases.by_number(conn, OTHER_CASE)
    assert one is not None
    assert other is not None
    assert one.resumed_from == other.id


async def test_a_minor_is_known_by_the_number(conn: Conn, tmp_path: Path) -> None:
    child = dict(ROWS["parties"][0], identifier="330824201007149978")  # fifteen on the day

    await _load(conn, [write_csv(tmp_path, "parties", [child, ROWS["parties"][1]])])

    assert [row["is_minor"] for row in await conn.fetch("SELECT is_minor FROM parties ORDER BY birth_on")] == [
        False,
        True,
    ]


def test_every_code_has_its_two_texts() -> None:
    root = Path(court_files.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in root.glob("*.py"))

    for code in load_texts.codes():
        assert load_texts.fault("zh", code) != load_texts.fault("en", code)
        assert f'"{code}"' in source or code.startswith(("INVALID_", "UNKNOWN_COURT"))


def test_the_manual_lists_every_column_and_code() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "load.md").read_text(encoding="utf-8")

    for table, sheet in SHEETS.items():
        first = manual.split(f"\n### {table}\n\n")[1].split("\n\n")[0].split()
        assert first == [f"**`{c.name}`**" if c.required else f"`{c.name}`" for c in sheet.columns]
    for code in load_texts.codes():
        assert f"| `{code}` | {load_texts.fault('en', code)} | {load_texts.fault('zh', code)} |" in manual
