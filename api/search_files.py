"""`xiezhi search`: the requests of units that are asked by file out to CSV, and their answers in.

Invariant: of a file that is read, only places, codes and fixed words are ever printed.
"""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import anyio
import asyncpg

from api import load_texts, search_texts
from api.command_settings import SearchSettings
from db.at_rest import AtRest
from db.clock import Clock, WallClock, civil_date
from db.pool import Pool, open_pool
from enforcement.answer_files import exporting, importing
from enforcement.answer_files.exporting import Exported, FolderRefused
from enforcement.answer_files.importing import Imported
from enforcement.court_files.cells import Intake
from federation.wire import keyfile
from federation.wire.errors import KeyFileRefused

_STATEMENT_TIMEOUT_S: Final = 600.0
_GOOD, _REFUSED, _BAD_INPUT = 0, 1, 2
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Here:
    """The court whose key file and database these are."""

    code: str
    at_rest: AtRest
    clock: Clock


def export(settings: SearchSettings, *, again: bool, language: str) -> int:
    """Write the open requests; 0 if that went well or nothing is open, 2 if nothing could be tried."""
    if settings.search_folder is None:
        return _end(search_texts.no_folder(language))
    folder, units = settings.search_folder, settings.file_units
    try:
        done: Exported | int = _run(
            settings, language, lambda here, pool: exporting.export(here, pool, folder, units, again=again)
        )
    except FolderRefused as error:
        return _end(search_texts.folder(language, error.part))
    if isinstance(done, int):
        return done
    if done.path is None:
        sys.stdout.write(search_texts.nothing_open(language) + "\n")
    else:
        sys.stdout.write(search_texts.exported(language, str(done.path), done.rows) + "\n")
    return _GOOD


def take(settings: SearchSettings, path: Path, *, language: str) -> int:
    """Read the answers; 0 if all were taken in, 1 if the file was refused, 2 if nothing could be tried."""
    done: Imported | int = _run(settings, language, lambda here, pool: importing.take(here, pool, _intake(here), path))
    if isinstance(done, int):
        return done
    for fault in sorted(done.faults.kept):
        code = f"{fault.code}({fault.part})" if fault.part else fault.code
        text = search_texts.fault(language, fault.code)
        sys.stdout.write(f"{path.name}:{fault.line}: {fault.column or '-'}: {code}: {text}\n")
    if done.refused:
        sys.stdout.write(search_texts.refused(language, path.name, done.faults.count) + "\n")
        return _REFUSED
    line = search_texts.imported(language, path.name, done.answers, done.finds, done.known)
    sys.stdout.write(line + "\n")
    return _GOOD


def _intake(here: _Here) -> Intake:
    now = here.clock.now()
    return Intake(court=here.code, at_rest=here.at_rest, now=now, today=civil_date(now))


def _run(settings: SearchSettings, language: str, work: Callable[[_Here, Pool], Awaitable[R]]) -> R | int:
    """What `work` gives, or the exit code when its court's keys or database cannot be used."""
    try:
        keys = keyfile.read(settings.key_file)
    except KeyFileRefused:
        return _end(load_texts.no_key_file(language))
    if keys.court != settings.court:
        return _end(load_texts.other_court(language))
    here = _Here(settings.court, AtRest(keys.storage, keys.index), WallClock())

    async def main() -> R:
        pool = await open_pool(settings.dsn, size=1, statement_timeout_s=_STATEMENT_TIMEOUT_S)
        try:
            return await work(here, pool)
        finally:
            await pool.close()

    try:
        return anyio.run(main)
    except (asyncpg.InterfaceError, asyncpg.PostgresError, ConnectionError):  # its text may hold the address
        return _end(load_texts.no_database(language))
    except OSError:
        return _end(search_texts.not_written(language))


def _end(line: str) -> int:
    sys.stderr.write(line + "\n")
    return _BAD_INPUT
