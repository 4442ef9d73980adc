"""The measures in a registry's books: entered, renewed, taken off, each behind what was registered before it.

Invariant: the books are replayed by the law's own rule, so that a term that ran out frees the place by itself.
"""

import sqlite3
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from db.records.assets import MeasureKind, MeasureStatus
from db.records.measure_life import NoticeAct
from enforcement.channels import NoticeRequest
from enforcement.payloads import PriorMeasure
from enforcement.rules.measure import AT_ONCE
from enforcement.rules.measure_queue import LIVE, Registration, Release, Renewal, Standing, replay

SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS registrations (holding INTEGER REFERENCES holdings(id), rank INTEGER, court TEXT,
        request TEXT UNIQUE, registered_at TEXT, PRIMARY KEY (holding, rank)) STRICT;
"""
_ADDED: Final = ("ruling_no TEXT", "answered INTEGER", "term_years INTEGER", "renewals TEXT", "ended TEXT")
"""Columns that a store of an earlier release has not."""

_SET_RENEWALS: Final = "UPDATE registrations SET renewals = ? WHERE holding = ? AND rank = ?"
_SET_ENDED: Final = "UPDATE registrations SET ended = ? WHERE holding = ? AND rank = ?"


class Entered(NamedTuple):
    """What the books say after a notice: the measure's place, or why nothing was done (a code)."""

    rank: int | None
    reason: str | None = None


class _Row(NamedTuple):
    number: int  # place of arrival
    court: str
    ruling_no: str | None
    request: str | None
    registration: Registration


def prepare(db: sqlite3.Connection) -> None:
    """Make the table, or bring that of an earlier release up to date."""
    db.executescript(SCHEMA)
    known = {row[1] for row in db.execute("PRAGMA table_info(registrations)")}
    for column in _ADDED:
        if column.split()[0] not in known:
            db.execute(f"ALTER TABLE registrations ADD COLUMN {column}")


def named(db: sqlite3.Connection, holding: int, now: datetime) -> list[PriorMeasure]:
    """The measures that stand on the holding, by rank: whose, and since when."""
    rows = _rows(db, holding)
    ranks = {one: standing.rank for one, standing in _standing(rows, now).items()}
    found = [
        PriorMeasure(court=row.court, rank=rank, registered_at=row.registration.registered_at)
        for row in rows
        if (rank := ranks.get(row.registration.id)) is not None
    ]
    return sorted(found, key=lambda one: one.rank)


def enter(db: sqlite3.Connection, holding: int, request: NoticeRequest, now: datetime) -> Entered:
    """Do what the notice asks of this holding."""
    rows = _rows(db, holding)
    standing = _standing(rows, now)
    if request.act != NoticeAct.CONTROL:
        return _changed(db, holding, request, rows, standing, now)
    if MeasureKind(request.measure_kind) in AT_ONCE:
        is_free = all(row.court == request.court for row in rows if row.registration.id in standing)
        return Entered(1) if is_free else Entered(None, "CONTROLLED_BY_ANOTHER_COURT")
    rank = len(standing) + 1
    db.execute(
        "INSERT INTO registrations (holding, rank, court, request, registered_at, ruling_no, answered, term_years) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            holding,
            len(rows) + 1,
            request.court,
            str(request.id),
            now.isoformat(),
            request.ruling_no,
            rank,
            request.term_years,
        ),
    )
    return Entered(rank)


def _changed(
    db: sqlite3.Connection,
    holding: int,
    request: NoticeRequest,
    rows: list[_Row],
    standing: dict[UUID, Standing],
    now: datetime,
) -> Entered:
    """Renew a measure, take it off, or take all off a thing that was disposed of."""
    row = _meant(request, [row for row in rows if row.registration.id in standing])
    if row is None:
        return Entered(None, "NOT_ON_THE_BOOKS")
    rank = standing[row.registration.id].rank
    if request.act == NoticeAct.RENEW:
        if standing[row.registration.id].now.status is MeasureStatus.WAITING:
            return Entered(None, "NOT_IN_FORCE")
        renewals = [*row.registration.renewals, Renewal(now, request.term_years)]
        _set(db, _SET_RENEWALS, holding, row, renewals)
        return Entered(rank)
    status = MeasureStatus.LIFTED if request.act == NoticeAct.LIFT else MeasureStatus.EXTINGUISHED
    for one in rows:
        is_meant = one.number == row.number or status is MeasureStatus.EXTINGUISHED
        if is_meant and one.registration.id in standing:
            _set(db, _SET_ENDED, holding, one, Release(now, status))
    return Entered(rank)


def _meant(request: NoticeRequest, standing: list[_Row]) -> _Row | None:
    """By the notice that registered it; else by the court's ruling; else that court's only one."""
    for row in standing:
        if request.registration is not None and row.request == str(request.registration):
            return row
    theirs = [row for row in standing if row.court == request.court]
    for row in theirs:
        if request.registered_ruling is not None and row.ruling_no == request.registered_ruling:
            return row
    return theirs[0] if len(theirs) == 1 else None


def _standing(rows: list[_Row], now: datetime) -> dict[UUID, Standing]:
    standings = replay([row.registration for row in rows], now)
    return {one.id: one for one in standings if one.now.status in LIVE}


def _set(db: sqlite3.Connection, statement: str, holding: int, row: _Row, value: object) -> None:
    db.execute(statement, (msgspec.json.encode(value).decode(), holding, row.number))


def _rows(db: sqlite3.Connection, holding: int) -> list[_Row]:
    found = db.execute(
        "SELECT rank, court, ruling_no, request, registered_at, answered, term_years, renewals, ended "
        "FROM registrations WHERE holding = ? ORDER BY rank",
        (holding,),
    ).fetchall()
    return [_row(row) for row in found]


def _row(row: tuple[Any, ...]) -> _Row:
    number, court, ruling_no, request, registered_at, answered, term_years, renewals, ended = row
    registration = Registration(
        id=UUID(int=number),
        registered_at=datetime.fromisoformat(registered_at),
        registry_rank=answered or number,
        term_years=term_years,
        renewals=tuple(msgspec.json.decode(renewals, type=list[Renewal])) if renewals else (),
        release=msgspec.json.decode(ended, type=Release) if ended else None,
    )
    return _Row(number, court, ruling_no, request, registration)
