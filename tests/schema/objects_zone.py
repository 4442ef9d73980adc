"""Two courts of fixture set S and their gateway, for tests that read objects by id.

The courts have a search, finds and a deferral besides. To the gateway their first officers are command centres.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import strawberry

from api.rate_limits import RateLimits
from api.zone_endpoint import zone_routes
from db import delegated_searches, findings, searches, settlements, suspensions
from db.clock import SetClock
from db.ids import new_id
from db.pool import open_pool, transaction
from db.records.cases import DeferralRecord
from db.records.claims import SuspensionRecord
from db.records.delegated_searches import DelegatedSearchRecord, DelegatedSearchStatus
from db.records.searches import FindingRecord, InquiryOutcome, InquiryRecord, SearchRecord, SearchStatus
from enforcement.court import CourtNode
from enforcement.desk.feed import Feed
from enforcement.desk.gateway import GatewayDesk
from enforcement.payloads import FindingPayload
from enforcement.rules.deferral import DeferralGround, DeferralKind, DeferralStatus
from federation.clear.passing import ZoneClient
from federation.clear.scatter import ClearGateway
from federation.directory.directory import Directory
from federation.directory.document import CourtEntry, OfficerEntry
from federation.graph.cursor import Cursors
from federation.http_client.library import LibraryClient
from federation.relay.calls import Calls
from schema.gateway.schema import SCHEMA as GATEWAY
from tests.enforcement.fixture_zone import FixtureZone, new_keys, one_court
from tests.enforcement.lookup_zone import listener, serving
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA, SHEXIAN


@dataclass(frozen=True, slots=True)
class Two:
    """开化 and 歙县, each with its records, and the gateway, which has none."""

    kaihua: CourtNode
    shexian: CourtNode
    gateway: GatewayDesk


class _WithOfficers(FixtureZone):
    def court(self, code: str, **changes: Any) -> CourtEntry:
        entry = super().court(code, **changes)
        first = OfficerEntry(id=f"o-{entry.division}-01", roles=["COMMAND_CENTRE"])
        return msgspec.structs.replace(entry, officers=[first], level="GRASSROOTS")


@asynccontextmanager
async def two_courts(
    new_database: NewDatabase, clock: SetClock, gateway_release: tuple[int, strawberry.Schema] = (1, GATEWAY)
) -> AsyncIterator[Two]:
    """The running zone; the gateway's release is its contract, and the schema that states it."""
    zone = _WithOfficers(keys=new_keys())
    async with AsyncExitStack() as stack:
        gateway, client = await stack.enter_async_context(_gateway(new_database, clock, zone, gateway_release))
        kaihua = await stack.enter_async_context(one_court(new_database, clock, KAIHUA, zone=zone))
        shexian = await stack.enter_async_context(one_court(new_database, clock, SHEXIAN, zone=zone))
        for court in (kaihua, shexian):
            await _add(court, clock.now())
        yield Two(replace(kaihua, zone=client), replace(shexian, zone=client), gateway)


@asynccontextmanager
async def _gateway(
    new_database: NewDatabase, clock: SetClock, zone: FixtureZone, release: tuple[int, strawberry.Schema]
) -> AsyncIterator[tuple[GatewayDesk, ZoneClient]]:
    """The gateway at its door for nodes, and the way there."""
    async with AsyncExitStack() as stack:
        pool = await open_pool(await new_database("gateway"), size=2)
        stack.push_async_callback(pool.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        directory = Directory(zone.root, clock)
        async with pool.acquire() as conn:
            await directory.accept(conn, zone.signed(), clock.now())
        number, served = release
        clear = ClearGateway(Calls(directory, LibraryClient(session)), clock, zone.gateway, contract=number)
        desk = GatewayDesk(pool, clock, directory, session, Feed(pool), clear, Cursors(bytes(32)))
        door = stack.enter_context(listener())
        await stack.enter_async_context(serving([*zone_routes(desk, served, lambda *_: None, RateLimits(pool))], door))
        yield desk, ZoneClient(session, f"http://127.0.0.1:{door.getsockname()[1]}")


async def _add(court: CourtNode, now: datetime) -> None:
    """A search of handler 1 in an own case and one for another court's task, each with a find; deferral, suspension."""
    async with transaction(court.pool) as conn:
        case = await conn.fetchrow(
            "SELECT c.id, p.party_id, c.handler_id FROM cases c JOIN case_parties p ON p.case_id = c.id "
            "WHERE p.role = 'DEBTOR' ORDER BY c.handler_id, c.id LIMIT 1"
        )
        assert case is not None
        task_id = await conn.fetchval("SELECT id FROM tasks WHERE direction = 'INBOUND' ORDER BY id LIMIT 1")
        unit_id = await conn.fetchval("SELECT id FROM assisting_units ORDER BY id LIMIT 1")
        for case_id, party_id, of_task in ((case["id"], case["party_id"], None), (None, None, task_id)):
            search = _search(court, now, case["handler_id"], case_id=case_id, party_id=party_id, task_id=of_task)
            inquiry = _inquiry(search, unit_id, now)
            await searches.insert(conn, search, [inquiry])
            await findings.insert(conn, _finding(court, now, case_id, of_task, inquiry))
        await delegated_searches.add(conn, _delegated(now, case["id"], case["party_id"], case["handler_id"]))
        await settlements.insert_deferral(conn, _deferral(court, now, case["id"], case["party_id"], case["handler_id"]))
        await suspensions.insert(conn, _suspension(now, case["id"], case["handler_id"]))


def _suspension(now: datetime, case_id: UUID, officer: str) -> SuspensionRecord:
    return SuspensionRecord(
        id=new_id(now),
        case_id=case_id,
        kind="SUSPENDED",
        ground="RETRIAL",
        from_on=date(2025, 5, 1),
        until_on=date(2025, 6, 1),
        recorded_by=officer,
        recorded_at=now,
        version=1,
    )


def _search(court: CourtNode, now: datetime, officer: str, **about: UUID | None) -> SearchRecord:
    return SearchRecord(
        id=new_id(now),
        case_id=about["case_id"],
        task_id=about["task_id"],
        party_id=about["party_id"],
        subject=court.at_rest.encrypt(b"{}", context=searches.SUBJECT),
        case_number=court.at_rest.encrypt("（2025）浙0824执1号", context=searches.CASE_NUMBER),
        kinds=["VEHICLE"],
        requested_by=officer,
        requested_at=now,
        status=SearchStatus.DONE,
        done_at=now,
    )


def _delegated(now: datetime, case_id: UUID, party_id: UUID, officer: str) -> DelegatedSearchRecord:
    return DelegatedSearchRecord(
        id=new_id(now),
        case_id=case_id,
        party_id=party_id,
        kinds=["VEHICLE"],
        courts=["赣1181"],
        status=DelegatedSearchStatus.PENDING_APPROVAL,
        created_by=officer,
        created_at=now,
        dispatched_at=None,
        changed_at=now,
        version=1,
    )


def _inquiry(search: SearchRecord, unit_id: str, now: datetime) -> InquiryRecord:
    return InquiryRecord(
        id=new_id(now),
        search_id=search.id,
        unit_id=unit_id,
        unit_name="车辆管理所",
        channel="PROVINCIAL_NETWORK",
        attempts=1,
        next_attempt_at=None,
        outcome=InquiryOutcome.FOUND,
        reason=None,
        source="车辆登记",
        as_of=now,
        answered_at=now,
    )


def _finding(
    court: CourtNode, now: datetime, case_id: UUID | None, task_id: UUID | None, inquiry: InquiryRecord
) -> FindingRecord:
    content = FindingPayload(
        id=new_id(now),
        kind="VEHICLE",
        identity={"plate": "浙H0C365"},
        division="330824",
        description="小型轿车",
        unit_id="u-330824-vehicle",
        unit_name="车辆管理所",
        source="PROVINCIAL_NETWORK",
        as_of=now,
    )
    return FindingRecord(
        id=content.id,
        inquiry_id=inquiry.id,
        search_id=inquiry.search_id,
        case_id=case_id,
        task_id=task_id,
        court=court.code,
        kind=content.kind,
        content=court.at_rest.encrypt(msgspec.json.encode(content), context=findings.CONTENT),
        source=content.source,
        as_of=now,
        recorded_at=now,
        asset_id=None,
        adopted_by=None,
        adopted_at=None,
    )


def _deferral(court: CourtNode, now: datetime, case_id: UUID, party_id: UUID, officer: str) -> DeferralRecord:
    return DeferralRecord(
        id=new_id(now),
        case_id=case_id,
        party_id=party_id,
        asset_id=None,
        kind=DeferralKind.ENFORCEMENT,
        status=DeferralStatus.REQUESTED,
        requested_at=now,
        until_on=None,
        creditor_consents=False,
        venue_court=court.code,
        recorded_by=officer,
        idempotency_key="deferral",
        version=1,
        synthetic=True,
        ground=DeferralGround.SETTLEMENT_TALKS,
    )
