"""What the demo's registries keep: holdings, measures in order of arrival, and the answer to every request.

Invariant: an answer is on disk before it is given, so a killed registry gives the same receipt again and no measure is
registered twice. The store is a registry's own; courts reach it over HTTP only.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from api import registry_books
from api.registry_books import Entered
from db.clock import civil_date
from db.ids import new_id
from enforcement.channels import Holding, NoticeAnswer, NoticeRequest, SearchAnswer, SearchRequest

_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS units (id TEXT PRIMARY KEY, kind TEXT, name TEXT, division TEXT, source TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS holdings (id INTEGER PRIMARY KEY, unit TEXT REFERENCES units(id), owner TEXT, kind TEXT,
        identity TEXT, division TEXT, description TEXT, estimated_value TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS answers (request TEXT PRIMARY KEY, unit TEXT, digest TEXT, answer BLOB) STRICT;
"""


class PriorMeasure(msgspec.Struct, frozen=True):
    """A measure that stood on a holding before the story begins."""

    court: str
    registered_at: datetime
    term_years: int | None = None  # None: it has no end that the books know


class OwnedHolding(msgspec.Struct, frozen=True, kw_only=True):
    """A holding with its owner and the measures on it, first come first."""

    owner: str  # identifier
    kind: str
    identity: dict[str, str]
    description: str
    estimated_value: Decimal | None = None
    prior: list[PriorMeasure] = []


class RegistryUnit(msgspec.Struct, frozen=True, kw_only=True):
    """One assisting unit and its books."""

    id: str
    kind: str
    name: str
    division: str
    source: str = "PROVINCIAL_NETWORK"
    holdings: list[OwnedHolding] = []


class AnotherRequest(Exception):
    """The request id was used before, with another content."""


class RegistryStore:
    """One file for all units of the demo. Methods block; callers run them in a thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)
        registry_books.prepare(self._db)

    def close(self) -> None:
        self._db.close()

    def seed(self, units: Iterable[RegistryUnit]) -> None:
        """Fill an empty store; a store that knows units already is left as it is."""
        with self._lock, self._transaction():
            if self._db.execute("SELECT 1 FROM units LIMIT 1").fetchone() is not None:
                return
            for unit in units:
                self._db.execute(
                    "INSERT INTO units VALUES (?, ?, ?, ?, ?)",
                    (unit.id, unit.kind, unit.name, unit.division, unit.source),
                )
                for holding in unit.holdings:
                    self._seed_holding(unit, holding)

    def _seed_holding(self, unit: RegistryUnit, holding: OwnedHolding) -> None:
        value = None if holding.estimated_value is None else str(holding.estimated_value)
        identity = msgspec.json.encode(holding.identity).decode()
        row = (unit.id, holding.owner, holding.kind, identity, unit.division, holding.description, value)
        number = self._db.execute(
            "INSERT INTO holdings (unit, owner, kind, identity, division, description, estimated_value) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
        ).lastrowid
        for rank, prior in enumerate(holding.prior, 1):
            self._db.execute(
                "INSERT INTO registrations (holding, rank, court, registered_at, term_years) VALUES (?, ?, ?, ?, ?)",
                (number, rank, prior.court, prior.registered_at.isoformat(), prior.term_years),
            )

    def knows(self, unit_id: str) -> bool:
        with self._lock:
            return self._source(unit_id) is not None

    def search(self, unit_id: str, request: SearchRequest, now: datetime, *, refuses: bool) -> SearchAnswer:
        """The stored answer to this request, or a new one, stored.

        Raises:
            AnotherRequest: the id was used before, with another content.
        """
        with self._lock, self._transaction():
            stored = self._answered(unit_id, request)
            if stored is not None:
                return msgspec.json.decode(stored, type=SearchAnswer)
            source = self._source(unit_id) or ""
            holdings = [] if refuses else self._holdings(unit_id, request, now)
            outcome: Any = "refused" if refuses else ("found" if holdings else "nothing")
            reason = "UNIT_OBJECTS" if refuses else None
            answer = SearchAnswer(outcome=outcome, source=source, as_of=now, holdings=holdings, reason=reason)
            self._remember(unit_id, request, answer)
            return answer

    def register(self, unit_id: str, request: NoticeRequest, now: datetime, *, refuses: bool) -> NoticeAnswer:
        """The stored receipt of this request, or a new one: the measure goes behind all that came before it.

        Raises:
            AnotherRequest: the id was used before, with another content.
        """
        with self._lock, self._transaction():
            stored = self._answered(unit_id, request)
            if stored is not None:
                return msgspec.json.decode(stored, type=NoticeAnswer)
            holding = None if refuses else self._find(unit_id, request)
            number = self._receipt_number(unit_id, now)
            if holding is None:
                entered = Entered(None, "UNIT_OBJECTS" if refuses else "NOT_ON_THE_BOOKS")
            else:
                entered = registry_books.enter(self._db, holding, request, now)
            answer = NoticeAnswer(
                receipt_id=new_id(now),
                result="REFUSED" if entered.rank is None else "REGISTERED",
                receipt_no=number,
                rank=entered.rank,
                registered_at=None if entered.rank is None else now,
                reason=entered.reason,
            )
            self._remember(unit_id, request, answer)
            return answer

    def registrations(self, request_id: UUID) -> int:
        """How often this request stands in the books."""
        with self._lock:
            row = self._db.execute(
                "SELECT count(*) FROM registrations WHERE request = ?", (str(request_id),)
            ).fetchone()
        return int(row[0])

    def counts(self) -> dict[str, int]:
        """How many answers were given and how many measures stand in the books."""
        with self._lock:
            row = self._db.execute(
                "SELECT (SELECT count(*) FROM answers), (SELECT count(*) FROM registrations)"
            ).fetchone()
        return {"answers": row[0], "registrations": row[1]}

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._db)

    def _source(self, unit_id: str) -> str | None:
        row = self._db.execute("SELECT source FROM units WHERE id = ?", (unit_id,)).fetchone()
        return None if row is None else str(row[0])

    def _answered(self, unit_id: str, request: SearchRequest | NoticeRequest) -> bytes | None:
        row = self._db.execute(
            "SELECT unit, digest, answer FROM answers WHERE request = ?", (str(request.id),)
        ).fetchone()
        if row is None:
            return None
        if (row[0], row[1]) != (unit_id, _digest(request)):
            raise AnotherRequest
        return bytes(row[2])

    def _remember(
        self, unit_id: str, request: SearchRequest | NoticeRequest, answer: SearchAnswer | NoticeAnswer
    ) -> None:
        row = (str(request.id), unit_id, _digest(request), msgspec.json.encode(answer))
        self._db.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", row)

    def _holdings(self, unit_id: str, request: SearchRequest, now: datetime) -> list[Holding]:
        rows = self._db.execute(
            "SELECT id, kind, identity, division, description, estimated_value "
            "FROM holdings WHERE unit = ? AND owner = ? ORDER BY id",
            (unit_id, request.subject.identifier),
        ).fetchall()
        wanted = [row for row in rows if row[1] in request.kinds]
        return [_holding(row[1:], registry_books.count(self._db, row[0], now)) for row in wanted]

    def _find(self, unit_id: str, request: NoticeRequest) -> int | None:
        """The holding whose identity agrees with the notice in every part that both name, and names at least one."""
        rows = self._db.execute(
            "SELECT id, identity FROM holdings WHERE unit = ? AND kind = ? ORDER BY id", (unit_id, request.asset_kind)
        )
        for number, identity in rows:
            known: dict[str, str] = msgspec.json.decode(identity)
            shared = known.keys() & request.identity.keys()
            if shared and all(known[part] == request.identity[part] for part in shared):
                return int(number)
        return None

    def _receipt_number(self, unit_id: str, now: datetime) -> str:
        row = self._db.execute("SELECT count(*) + 1 FROM answers WHERE unit = ?", (unit_id,)).fetchone()
        return f"{unit_id}-{civil_date(now):%Y%m%d}-{int(row[0]):04d}"


class _Transaction:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _digest(request: SearchRequest | NoticeRequest) -> str:
    return hashlib.sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()


def _holding(row: tuple[Any, ...], prior: int) -> Holding:
    kind, identity, division, description, value = row
    return Holding(
        kind=kind,
        identity=msgspec.json.decode(identity, type=dict[str, str]),
        division=division,
        description=description,
        estimated_value=None if value is None else Decimal(value),
        prior_measures=prior,
    )
