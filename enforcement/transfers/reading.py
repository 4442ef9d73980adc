"""Requests for transfer as officers of the own court read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from db import assets, cases, court_statements, transfers
from db.pool import Conn
from db.records.court_statements import CourtStatementRecord
from db.records.transfers import TransferRecord
from enforcement import court_statements as statements
from enforcement.cases import AssetView, asset_view, opened
from enforcement.court import CourtNode
from enforcement.rules import cursors, rights, scopes
from enforcement.rules.areas import Area
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import Act, Caller
from enforcement.transfers.contents import DECIDED, TransferDecisionPayload, TransferRequestPayload

_FIELD: Final = "transferRequests"


@dataclass(frozen=True, slots=True)
class TransferView:
    """A request with the own asset, the case of the asking court, and the decision by the other court's word."""

    transfer: TransferRecord
    asset: AssetView
    asking_case: str
    reported: TransferDecisionPayload | None


async def page(court: CourtNode, caller: Caller | None, *, first: int, after: str | None) -> Page[TransferView]:
    """The newest first: a handler those of their own cases, other offices the court's.

    Raises:
        Forbidden: also a party.
        Malformed: PAGE, CURSOR.
    """
    reader = _reader(caller)
    handler = None if scopes.reads_court(reader, Area.CASE) else reader.officer_id
    position, wanted = cursors.read(_FIELD, after, cursors.instant, UUID), check_first(first) + 1
    async with court.pool.acquire() as conn:
        found = await transfers.page(conn, handler_id=handler, after=position, limit=wanted)
        views = await _views(court, conn, reader, found)
    return page_of(_FIELD, views, first, lambda view: (view.transfer.asked_at.isoformat(), view.transfer.id))


async def view_of(court: CourtNode, caller: Caller | None, transfer: TransferRecord) -> TransferView:
    """One request of the own court, after an act on it."""
    reader = _reader(caller)
    async with court.pool.acquire() as conn:
        (view,) = await _views(court, conn, reader, [transfer])
    return view


def _reader(caller: Caller | None) -> Caller:
    reader = rights.check(caller, Act.READ_CASE)
    if scopes.owned_measures(reader) is not None:
        raise Forbidden
    return reader


async def _views(court: CourtNode, conn: Conn, reader: Caller, found: Sequence[TransferRecord]) -> list[TransferView]:
    """The requests with what belongs to them: four queries, however many."""
    known = {asset.id: asset for asset in await assets.of_ids(conn, [row.asset_id for row in found])}
    files = {case.id: opened(court, reader, case) for case in await cases.of_ids(conn, [row.case_id for row in found])}
    said = {each.id: each for each in await court_statements.of_ids(conn, [row.id for row in found])}
    told = await court_statements.referring(conn, [row.id for row in found], DECIDED, own=court.code)
    reports = {each.refers: _decision(court, each) for each in told}
    return [
        TransferView(
            row,
            asset_view(files[row.case_id], known[row.asset_id]),
            _asked(court, said[row.id]),
            reports.get(row.id),
        )
        for row in found
    ]


def _decision(court: CourtNode, said: CourtStatementRecord) -> TransferDecisionPayload:
    return msgspec.json.decode(statements.plain_of(court, said), type=TransferDecisionPayload)


def _asked(court: CourtNode, said: CourtStatementRecord) -> str:
    return msgspec.json.decode(statements.plain_of(court, said), type=TransferRequestPayload).case_number
