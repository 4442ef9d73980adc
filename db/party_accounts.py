"""Parties who sign in (当事人账号): a subject of the court's provider, bound to one row of `parties`."""

from typing import Final

from db.mapping import insertion, mapper, values
from db.pool import Conn
from db.records.parties import PartyAccountRecord, SignedInParty

_account = mapper(SignedInParty)

_GET: Final = """
    SELECT a.subject, a.party_id, a.active,
           ARRAY (SELECT cp.case_id FROM case_parties cp WHERE cp.party_id = a.party_id ORDER BY cp.case_id LIMIT 500)
           AS case_ids
      FROM party_accounts a WHERE a.subject = $1
"""

_INSERT: Final = insertion("party_accounts", PartyAccountRecord)


async def get(conn: Conn, subject: str) -> SignedInParty | None:
    """The account of that subject, with the cases in which its party stands."""
    row = await conn.fetchrow(_GET, subject)
    return None if row is None else _account(row)


async def insert(conn: Conn, account: PartyAccountRecord) -> None:
    """Bind a subject to a party."""
    await conn.execute(_INSERT, *values(account))
