"""The entries that may be disputed, and the requests about them, as officers and the parties themselves read them."""

from typing import Final
from uuid import UUID

from db import corrections, sanctions
from db.clock import civil_date
from db.records.corrections import CorrectionView
from db.records.sanctions import ListedRecord
from enforcement.cases import open_file
from enforcement.court import CourtNode
from enforcement.rules import cursors, scopes
from enforcement.rules.areas import Area
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.rights import Act, Caller, check

_FIELD: Final = "corrections"


async def entries_of(court: CourtNode, caller: Caller | None, number: str) -> list[ListedRecord]:
    """The entries in force in a case, which its readers see; an expired or removed one never.

    Raises:
        Forbidden, Malformed, NotFound: see `open_file`.
    """
    file = await open_file(court, caller, number)
    async with court.pool.acquire() as conn:
        return await sanctions.entries_of_case(conn, file.case.id, on=civil_date(court.clock.now()))


async def page(
    court: CourtNode, caller: Caller | None, *, only_open: bool, first: int, after: str | None
) -> Page[CorrectionView]:
    """The court's requests, newest first; a handler's own cases', a party's own.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR.
    """
    reader = check(caller, Act.READ_CASE)
    reads_all, party = scopes.reads_court(reader, Area.CASE), reader.party_id
    handler = None if reads_all or party is not None else reader.officer_id
    position, wanted = cursors.read(_FIELD, after, cursors.instant, UUID), check_first(first) + 1
    async with court.pool.acquire() as conn:
        found = await corrections.page(
            conn,
            handler_id=handler,
            party_id=None if reads_all else party,
            only_open=only_open,
            after=position,
            limit=wanted,
        )
    return page_of(_FIELD, found, first, lambda row: (row.correction.recorded_at.isoformat(), row.correction.id))
