"""What the demo's registries keep: holdings, measures in order of arrival, and the answer to every request.

Invariant: an answer is on disk before it is given, so a killed registry gives the same receipt again and no measure is
registered twice. The store is a registry's own; courts reach it over HTTP only.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from api import registry_books, registry_holdings
from api.registry_books import Entered
from api.registry_records import RegistryUnit
from db.clock import civil_date
from db.ids import new_id
from enforcement.channels import KindAnswer, NoticeAnswer, NoticeRequest, SearchAnswer, SearchRequest

_SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS units (id TEXT PRIMARY KEY, kind TEXT, name TEXT, division TEXT, source TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS answers (request TEXT PRIMARY KEY, unit TEXT, digest TEXT, answer BLOB) STRICT;
"""


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
        registry_holdings.prepare(self._db)
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
                    registry_holdings.add(self._db, unit, holding)

    def knows(self, unit_id: str) -> bool:
        with self._lock:
            return self._source(unit_id) is not None

    def search(
        self, unit_id: str, request: SearchRequest, now: datetime, *, refuses: bool, words: Sequence[KindAnswer] = ()
    ) -> SearchAnswer:
        """The stored answer to this request, or a new one, stored. `words` are what the unit says of kinds by itself.

        Raises:
            AnotherRequest: the id was used before, with another content.
        """
        with self._lock, self._transaction():
            stored = self._answered(unit_id, request)
            if stored is not None:
                return msgspec.json.decode(stored, type=SearchAnswer)
            source = self._source(unit_id) or ""
            said = [] if refuses else [word for word in words if word.kind in request.kinds]
            silent = {word.kind for word in said}
            found = [] if refuses else registry_holdings.of_subject(self._db, unit_id, request, now)
            holdings = [holding for holding in found if holding.kind not in silent]
            outcome: Any = "refused" if refuses else ("found" if holdings else "nothing")
            reason = "UNIT_OBJECTS" if refuses else None
            answer = SearchAnswer(
                outcome=outcome, source=source, as_of=now, holdings=holdings, reason=reason, kinds=said
            )
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
