"""Files as rows of texts: CSV (one table each, header row) and JSONL (one object per line, which says its table).

Invariant: one line is in memory at a time, and none longer than LONGEST_LINE_BYTES; a fault of a line never ends the
reading, a fault of the header does.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from enforcement.court_files.faults import Fault, Faults, Unfit
from enforcement.court_files.sheet import Sheet

LONGEST_LINE_BYTES: Final = 131_072
SUFFIXES: Final = (".csv", ".jsonl")
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: the line on which it begins, its table, its cells by our columns; no cell is empty."""

    line: int
    table: str
    cells: Mapping[str, str]


class _Lines:
    """The lines of a file as text. A line that is none raises `Unfit`; the next call goes on behind it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self._file.readline(LONGEST_LINE_BYTES + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) > LONGEST_LINE_BYTES:
            while raw and not raw.endswith(b"\n"):
                raw = self._file.readline(LONGEST_LINE_BYTES)
            raise Unfit("LINE_TOO_LONG")
        if b"\0" in raw:
            raise Unfit("NUL_BYTE")
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise Unfit("INVALID_UTF8") from None
        return text.removeprefix(_BOM) if self.number == 1 else text


def table_of(path: Path) -> str | None:
    """The table that a CSV file's name says: `cases.csv`, `cases-2024.csv`; None for JSONL."""
    return path.stem.split("-", 1)[0] if path.suffix.lower() == ".csv" else None


def rows(path: Path, sheets: Mapping[str, Sheet], faults: Faults) -> Iterator[RawRow]:
    """The rows of a file; what cannot be read is added to `faults`.

    Raises:
        OSError: the file cannot be opened or read.
    """
    table = table_of(path)
    if path.suffix.lower() not in SUFFIXES or (table is not None and table not in sheets):
        faults.add(Fault(0, "", "UNKNOWN_TABLE"))
        return
    with path.open("rb") as file:
        lines = _Lines(file)
        yield from _csv_rows(lines, sheets[table], faults) if table else _json_rows(lines, sheets, faults)


def _csv_rows(lines: _Lines, sheet: Sheet, faults: Faults) -> Iterator[RawRow]:
    records = csv.reader(lines, strict=True)
    header = _header(records, sheet, faults)
    while header:
        begins = lines.number + 1
        try:
            record = next(records)
        except StopIteration:
            return
        except Unfit as error:
            faults.add(Fault(begins, "", error.code))
            continue
        except csv.Error:
            faults.add(Fault(begins, "", "MALFORMED_CSV"))
            continue
        if record and len(record) != len(header):
            faults.add(Fault(begins, "", "WRONG_NUMBER_OF_CELLS"))
        elif record:
            yield RawRow(begins, sheet.table, _filled(zip(header, record, strict=True)))


def _header(records: Iterator[list[str]], sheet: Sheet, faults: Faults) -> list[str]:
    """The columns' names; none after a fault. A header's own words are not repeated: it may be a row of data."""
    try:
        header = [name.strip() for name in next(records, [])]
    except (Unfit, csv.Error) as error:
        faults.add(Fault(1, "", error.code if isinstance(error, Unfit) else "MALFORMED_CSV"))
        return []
    known = {column.name: column.required for column in sheet.columns}
    found = [Fault(1, f"#{place}", "UNKNOWN_COLUMN") for place, name in enumerate(header, 1) if name not in known]
    found += [
        Fault(1, name, "DOUBLED_COLUMN")
        for place, name in enumerate(header)
        if name in known and name in header[:place]
    ]
    found += [Fault(1, name, "MISSING_COLUMN") for name, required in known.items() if required and name not in header]
    for fault in found:
        faults.add(fault)
    return [] if found else header


def _filled(pairs: Any) -> dict[str, str]:
    return {name: text.strip() for name, text in pairs if text.strip()}


class _DoubledKey(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DoubledKey
    return found


_OBJECT: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_float=str, parse_int=str, parse_constant=str)
"""Numbers stay the texts that they are in the file: money never becomes a float."""


def _json_rows(lines: _Lines, sheets: Mapping[str, Sheet], faults: Faults) -> Iterator[RawRow]:
    while True:
        try:
            text = next(lines)
            if text.strip():
                yield _json_row(text, lines.number, sheets)
        except StopIteration:
            return
        except Unfit as error:
            faults.add(Fault(lines.number, error.column, error.code))


def _json_row(text: str, line: int, sheets: Mapping[str, Sheet]) -> RawRow:
    try:
        given = _OBJECT.decode(text.strip())
    except _DoubledKey:
        raise Unfit("DOUBLED_COLUMN") from None
    except (ValueError, RecursionError):
        raise Unfit("MALFORMED_JSON") from None
    if not isinstance(given, dict):
        raise Unfit("MALFORMED_JSON")
    table = given.get("table")
    if not isinstance(table, str) or table not in sheets:
        raise Unfit("UNKNOWN_TABLE", column="table")
    known = {column.name for column in sheets[table].columns}
    cells = {}
    for place, (name, value) in enumerate(given.items(), 1):
        if name in known:
            cells[name] = _text(name, value)
        elif name != "table":
            raise Unfit("UNKNOWN_COLUMN", column=f"#{place}")
    return RawRow(line, table, _filled(cells.items()))


def _text(name: str, value: Any) -> str:
    """A JSON value as a cell of CSV would say it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        value = ";".join(value)
    if not isinstance(value, str):
        raise Unfit("WRONG_TYPE", column=name)
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        raise Unfit("INVALID_UTF8", column=name) from None
    return value
