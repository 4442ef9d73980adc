"""Loads a court's files: each in one transaction, wholly or not at all.

Invariant: a file with one fault writes nothing; a file that was loaded before is refused row by row, because its keys
are there. At most BATCH rows are in memory.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import asyncpg

from db import staging
from db.pool import Conn
from db.staging import Lines, Link
from enforcement.court_files import reading
from enforcement.court_files.cells import Intake
from enforcement.court_files.faults import Fault, Faults
from enforcement.court_files.sheet import Check, Sheet, row
from enforcement.court_files.tables import SHEETS

BATCH: Final = 2_000

Progress = Callable[[Path, int], None]
"""Told after every batch and before every long statement: the file, and how many of its rows were read."""


@dataclass(slots=True)
class Report:
    """What became of one file. It was refused if it has faults; `tables` are those that its rows were for."""

    path: Path
    faults: Faults = field(default_factory=Faults)
    read: int = 0
    written: int = 0
    tables: set[str] = field(default_factory=set)

    @property
    def refused(self) -> bool:
        return self.faults.count > 0


class _Undo(Exception):
    """Takes back what a refused file staged."""


def in_order(paths: Sequence[Path]) -> list[Path]:
    """CSV files in the order in which their tables can be written, then the others as given."""
    places = {table: place for place, table in enumerate(SHEETS)}
    return sorted(paths, key=lambda path: places.get(reading.table_of(path) or "", len(places)))


async def load_all(
    conn: Conn, intake: Intake, paths: Sequence[Path], *, check_only: bool, progress: Progress
) -> list[Report]:
    """A report per file, in the order of loading. `check_only` takes everything back at the end.

    A file is not tried when one before it was refused whose rows it may name.
    """
    reports: list[Report] = []
    whole = conn.transaction()
    if check_only:
        await whole.start()
    try:
        for path in in_order(paths):
            lost = {table for report in reports if report.refused for table in report.tables}
            reports.append(_not_tried(path) if _may_name(path, lost) else await load(conn, intake, path, progress))
    finally:
        if check_only:
            await whole.rollback()
    return reports


def _may_name(path: Path, lost: Collection[str]) -> bool:
    table = reading.table_of(path)
    if table is None:
        return bool(lost)
    return table in SHEETS and not SHEETS[table].needs.isdisjoint(lost)


def _not_tried(path: Path) -> Report:
    report = Report(path, tables={reading.table_of(path) or ""} & set(SHEETS))
    report.faults.add(Fault(0, "", "NOT_TRIED"))
    return report


async def load(conn: Conn, intake: Intake, path: Path, progress: Progress) -> Report:
    """Load one file in one transaction (a savepoint, if one is open)."""
    report = Report(path)
    if (table := reading.table_of(path)) in SHEETS:
        report.tables.add(str(table))
    try:
        async with conn.transaction():
            await _take(conn, intake, report, progress)
    except _Undo:
        pass
    except OSError:
        report.faults.add(Fault(0, "", "UNREADABLE_FILE"))
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError):  # its text may hold values
        report.written = 0
        report.faults.add(Fault(0, "", "DATABASE_REFUSED"))
    return report


@dataclass(slots=True)
class _Staged:
    """What of the file stands in temporary tables, and of which tables some rows could not be staged."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


async def _take(conn: Conn, intake: Intake, report: Report, progress: Progress) -> None:
    staged = _Staged()
    unread = Faults()
    raw = reading.rows(report.path, SHEETS, unread)
    while batch := list(islice(raw, BATCH)):
        await _stage(conn, intake, batch, staged, report)
        report.read += len(batch)
        progress(report.path, report.read)
    if unread.count:  # lines of nobody knows which table
        staged.broken |= set(staged.sheets)
        report.faults.merge(unread)
    sheets = [SHEETS[table] for table in SHEETS if table in staged.sheets]
    for sheet in sheets:
        await staging.measured(conn, sheet.shape)
    for sheet in sheets:
        progress(report.path, report.read)
        await _compare(conn, sheet, staged, report.faults)
    if report.refused:
        raise _Undo
    for sheet in sheets:
        progress(report.path, report.read)
        report.written += await staging.move(conn, sheet.shape)
        await staging.drop(conn, sheet.shape)


async def _stage(conn: Conn, intake: Intake, batch: list[reading.RawRow], staged: _Staged, report: Report) -> None:
    made: dict[str, list[tuple[Any, ...]]] = {}
    for raw in batch:
        report.tables.add(raw.table)
        built = row(SHEETS[raw.table], raw.line, raw.cells, intake)
        if isinstance(built, tuple):
            made.setdefault(raw.table, []).append(built)
            continue
        staged.broken.add(raw.table)
        for fault in built:
            report.faults.add(fault)
    for table, rows in made.items():
        if table not in staged.sheets:
            staged.sheets[table] = SHEETS[table]
            await staging.create(conn, SHEETS[table].shape)
        await staging.put(conn, SHEETS[table].shape, rows)


async def _compare(conn: Conn, sheet: Sheet, staged: _Staged, faults: Faults) -> None:
    """Rows against each other and against what is stored. Rows of a broken table are not missed: they are faulty."""
    before, key = faults.count, _key_column(sheet)
    _add(faults, key, "DOUBLED_ROW", await staging.repeated(conn, sheet.shape))
    _add(faults, key, "ALREADY_LOADED", await staging.stored(conn, sheet.shape))
    for link in sheet.shape.links:
        if link.table not in staged.broken:
            _add(faults, link.column, link.code, await staging.dangling(conn, sheet.shape, link, staged.sheets))
    is_whole = faults.count == before and sheet.table not in staged.broken
    for check in sheet.checks if is_whole else ():
        broke = await staging.lines(conn, _query(check, staged.sheets), *check.arguments)
        _add(faults, check.column, check.code, broke)


def _query(check: Check, staged: Collection[str]) -> str:
    return check.query.format(**{table: staging.known(table, fields, staged) for table, fields in check.rows.items()})


def _key_column(sheet: Sheet) -> str:
    """What the file calls the first field of the key."""
    name = sheet.shape.key[0]
    links: dict[str, Link] = {link.field: link for link in sheet.shape.links}
    if name in links:
        return links[name].column
    return next((column.name for column in sheet.columns if column.key == name), "identifier")


def _add(faults: Faults, column: str, code: str, found: Lines) -> None:
    rest = found.count
    for line in found.lines:
        faults.add(Fault(line, column, code))
        rest -= 1
    faults.count += rest
