"""`xiezhi directory show`: what a directory says and who signed it, checked as a program would check it."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import anyio
import asyncpg

from api.directory_settings import DirectorySettings
from api.directory_texts import BAD_INPUT, GOOD, REFUSED, complain, refusal, said, tell
from db.clock import SHANGHAI, Clock, OffsetClock, WallClock
from db.pool import open_pool
from federation.directory import bundle, telling
from federation.directory.advance import advance
from federation.directory.directory import Directory
from federation.directory.held import Held
from federation.wire.errors import WireError

_NAMED: Final = 8  # more signers than that are counted
_DAY: Final = timedelta(days=1)


def clock_of(settings: DirectorySettings) -> Clock:
    """The clock by which something has expired."""
    return WallClock() if settings.clock_file is None else OffsetClock(settings.clock_file)


def of_file(file: Path, root: str, *, language: str) -> int:
    """0 when the bundle is sound and in force, 1 when it is refused or has expired, 2 when there is none to show."""
    try:
        raw = file.read_bytes()
    except OSError:
        complain(said("NO_FILE", language))
        return BAD_INPUT
    try:
        offered = bundle.parse(raw)
        if not root:
            complain(said("NOT_PINNED", language))
        own = offered.roots[0].fingerprint if offered.roots else ""
        return _show(advance(None, offered, root or own), WallClock(), language)
    except WireError as error:
        complain(refusal(error, language))
        return REFUSED


def of_database(settings: DirectorySettings, *, language: str) -> int:
    """The same of what a program's database holds."""
    directory = Directory(settings.directory_root, clock_of(settings))
    try:
        anyio.run(_load, settings.dsn, directory)
    except WireError as error:
        complain(refusal(error, language))
        return REFUSED
    except (OSError, asyncpg.InterfaceError, asyncpg.PostgresError):  # its text may hold the address
        complain(said("NO_DATABASE", language))
        return BAD_INPUT
    if directory.held is None:
        complain(said("NOTHING_HELD", language))
        return BAD_INPUT
    return _show(directory.held, clock_of(settings), language)


async def _load(dsn: str, directory: Directory) -> None:
    pool = await open_pool(dsn, size=1)
    try:
        async with pool.acquire() as conn:
            await directory.load(conn)
    finally:
        await pool.close()


def _show(held: Held, clock: Clock, language: str) -> int:
    now = clock.now()
    for line in _lines(held, now):
        tell(line)
    if now >= held.expires_at:
        complain(said("EXPIRED", language))
        return REFUSED
    return GOOD


def _lines(held: Held, now: datetime) -> list[str]:
    """One line of a fact each: a name, then what is said of it."""
    states = Counter(member.state for member in held.members.values())
    fresh = held.fresh.document
    facts = [
        f"zone {held.root.zone.code} {held.root.zone.name_zh} {held.root.zone.name_en}",
        f"fingerprint {held.roots[-1].fingerprint} (root {held.root.version}; from {held.roots[0].fingerprint})",
        f"version {fresh.version}, issued {_at(fresh.issued_at)} ({_age(now - fresh.issued_at)} ago)",
        f"courts {', '.join(f'{state} {count}' for state, count in sorted(states.items()))}",
    ]
    return facts + [_line(row) for row in telling.rows(held)]


def _line(row: telling.Row) -> str:
    signers = " ".join(row.signers) if len(row.signers) <= _NAMED else str(len(row.signers))
    until = "" if row.expires_at is None else f"  until {_at(row.expires_at)}"
    return f"{row.name} {row.version}  signed {signers} (needs {row.needed}){until}"


def _at(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _age(span: timedelta) -> str:
    """Days or minutes, whichever says more."""
    return f"{span // _DAY} d" if span >= _DAY else f"{span // timedelta(minutes=1)} min"
