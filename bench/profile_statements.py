"""The statements of one own-court look-up, in their transactions and nothing else: what any program must run for it.

They are the product's own, taken from the modules that hold them, so that a change there is a change here: the officer;
then the basis and the log entry; then the rows; then the end of the log entry.
"""

# ruff: noqa: SLF001 (the statements are private to their modules, and the very ones are meant)

from datetime import datetime
from typing import Any, Final

import msgspec
import orjson

from db import assets, cases, lookups, measures, officers, parties
from db.at_rest import AtRest
from db.clock import OffsetClock
from db.ids import new_id
from db.mapping import values
from db.pool import Pool, transaction
from db.records.lookups import DONE, RATE_LIMITED, STARTED, LookupRecord
from db.records.parties import IdentifierKind, PartyRole
from enforcement.rules.lookup import RATE_WINDOW
from enforcement.rules.masking import masked_entry

_MOST_CASES: Final = 100
_MOST_ROWS: Final = 200


class Asked(msgspec.Struct):
    """Who asks about whom, for which case."""

    court: str
    officer: str
    case_number: str
    identifier: str


class Statements:
    """Runs them, with the connections that the product would use."""

    def __init__(self, pool: Pool, at_rest: AtRest, clock: OffsetClock, asked: Asked) -> None:
        self._pool, self._at_rest, self._clock, self._asked = pool, at_rest, clock, asked

    async def run(self) -> list[dict[str, Any]]:
        """The controlled assets, ten fields each."""
        asked, now = self._asked, self._clock.now()
        key = parties.identifier_key(self._at_rest, IdentifierKind.ID_NUMBER, asked.identifier)
        async with self._pool.acquire() as conn:
            await conn.fetchrow(officers._GET, asked.officer)
        entry = self._entry(key, now)
        async with transaction(self._pool) as conn:
            await conn.execute(lookups._LOCK, lookups._LOCKS, asked.officer)
            await conn.fetchrow(
                lookups._GROUNDS, asked.officer, now - RATE_WINDOW, RATE_LIMITED, asked.case_number, key
            )
            await conn.execute(lookups._ADD, *values(entry))
        async with self._pool.acquire() as conn:
            found = await conn.fetch(cases._OF_IDENTIFIED, key, PartyRole.DEBTOR, _MOST_CASES)
            ordered = await conn.fetch(measures._CONTROL, found[0]["party_id"], asked.court, _MOST_ROWS)
        async with self._pool.acquire() as conn:
            await conn.execute(lookups._END, entry.id, DONE, {"answered": 1}, now, len(ordered))
        return [self._row(row) for row in ordered]

    def _entry(self, key: bytes, now: datetime) -> LookupRecord:
        asked = self._asked
        return LookupRecord(
            id=new_id(now),
            at=now,
            officer_id=asked.officer,
            field="debtorProfile",
            case_number=asked.case_number,
            purpose="PROPERTY_INVESTIGATION",
            sections=["ASSETS_UNDER_CONTROL"],
            subject_kind="ID_NUMBER",
            subject_key=key,
            scope={"courts": [asked.court]},
            outcome=STARTED,
        )

    def _row(self, row: Any) -> dict[str, Any]:
        identity = orjson.loads(self._at_rest.decrypt(row["identity"], context=assets.IDENTITY))
        return {
            "sourceCourt": self._asked.court,
            "kind": row["asset_kind"],
            "identity": masked_entry(*next(iter(identity.items()))),
            "division": row["division"],
            "measure": row["kind"],
            "status": row["status"],
            "rank": row["rank"],
            "effectiveAt": row["effective_at"],
            "expiresOn": row["expires_on"],
            "amount": row["value"],
        }
