"""`xiezhi load`: a court's own files into its own database, with every fault named by file, line and column.

Invariant: nothing of a file's content is ever printed, only places, codes and fixed words.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import anyio
import asyncpg

from api import load_texts as texts
from api.command_settings import LoadSettings
from db.at_rest import AtRest
from db.clock import Clock, WallClock, civil_date, monotonic_s
from db.pool import open_pool
from enforcement.court_files import load as court_files
from enforcement.court_files.cells import Intake
from enforcement.court_files.load import Report
from enforcement.court_files.reading import SUFFIXES
from federation.wire import keyfile
from federation.wire.errors import KeyFileRefused

_PROGRESS_S: Final = 2.0
_STATEMENT_TIMEOUT_S: Final = 600.0
_GOOD, _REFUSED, _BAD_INPUT = 0, 1, 2

Say = Callable[[str], None]


def run(settings: LoadSettings, paths: Sequence[Path], *, check_only: bool, language: str) -> int:
    """Load the files and print what became of each; 0 if all were taken, 1 if one was refused, 2 if none was tried."""
    try:
        keys = keyfile.read(settings.key_file)
    except KeyFileRefused:
        _tell(texts.no_key_file(language))
        return _BAD_INPUT
    if keys.court != settings.court:
        _tell(texts.other_court(language))
        return _BAD_INPUT
    clock: Clock = WallClock()
    intake = _intake(settings.court, AtRest(keys.storage, keys.index), clock.now())
    try:
        reports = anyio.run(_load, settings.dsn, intake, files(paths), check_only, language)
    except (OSError, asyncpg.InterfaceError, asyncpg.PostgresError):  # its text may hold the address
        _tell(texts.no_database(language))
        return _BAD_INPUT
    return _print(reports, check_only=check_only, language=language)


def files(paths: Sequence[Path]) -> list[Path]:
    """The files as given; a folder stands for the CSV and JSONL files in it."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(child for child in path.iterdir() if child.suffix.lower() in SUFFIXES)
        else:
            found.append(path)
    return found


def _intake(court: str, at_rest: AtRest, now: datetime) -> Intake:
    return Intake(court=court, at_rest=at_rest, now=now, today=civil_date(now))


async def _load(dsn: str, intake: Intake, paths: list[Path], check_only: bool, language: str) -> list[Report]:
    pool = await open_pool(dsn, size=1, statement_timeout_s=_STATEMENT_TIMEOUT_S)
    try:
        async with pool.acquire() as conn:
            return await court_files.load_all(conn, intake, paths, check_only=check_only, progress=_Progress(language))
    finally:
        await pool.close()


class _Progress:
    """Says on stderr how far a file is, every two seconds."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._said_s = monotonic_s()

    def __call__(self, path: Path, rows: int) -> None:
        if monotonic_s() - self._said_s >= _PROGRESS_S:
            self._said_s = monotonic_s()
            _tell(texts.progress(self._language, path.name, rows))


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _print(reports: list[Report], *, check_only: bool, language: str) -> int:
    for report in reports:
        name = report.path.name
        for fault in sorted(report.faults.kept):
            code = f"{fault.code}({fault.part})" if fault.part else fault.code
            place = f"{name}:{fault.line}: {fault.column or '-'}: {code}"
            sys.stdout.write(f"{place}: {texts.fault(language, fault.code)}\n")
        if hidden := report.faults.count - len(report.faults.kept):
            sys.stdout.write(texts.more(language, name, hidden) + "\n")
        if not report.refused:
            sys.stdout.write(texts.loaded(language, name, report.written, check_only=check_only) + "\n")
    refused = [report for report in reports if report.refused]
    if refused:
        sys.stdout.write(texts.refused(language, len(refused), sum(report.faults.count for report in refused)) + "\n")
    return _REFUSED if refused else _GOOD
