"""Three courts and a gateway that look debtors up over real HTTP, each court with its own database.

开化 (浙0824) asks; 常山 (浙0822) and 歙县 (皖1021) are asked. 李样甲 is a debtor at 开化 and 歙县, and unknown at 常山.
Long, because it is one zone: its directory, its people, its courts and its gateway, built from nothing in one fixture.
"""

import socket
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from uuid import uuid4

import aiohttp
import orjson
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from strawberry.schema.config import StrawberryConfig

from api.ask_endpoints import ask_routes
from api.clear_endpoints import clear_routes
from api.rate_limits import RateLimits
from api.relay_asks import relay_ask_routes
from api.zone_endpoint import zone_routes
from db.at_rest import AtRest
from db.clock import SetClock
from db.pool import Pool, open_pool, transaction
from db.records.assets import AssetKind, AssetStatus, MeasureKind, MeasureRecord, MeasureStatus
from db.records.cases import CaseClass, CaseRecord, CaseStatus, CaseType
from db.records.officers import OfficerRecord
from db.records.parties import CasePartyRecord, IdentifierKind, PartyKind, PartyRole
from db.records.sanctions import DishonestEntryRecord
from enforcement.court import CourtNode, Limits
from enforcement.court_rows import AssetRow, CourtRows, PartyRow
from enforcement.desk.feed import Feed
from enforcement.desk.gateway import GatewayDesk
from enforcement.loading import load
from enforcement.rules.rights import Caller, Role
from federation.ask.client import AskClient
from federation.clear.passing import ZoneClient
from federation.clear.scatter import ClearGateway
from federation.directory.directory import Directory
from federation.directory.document import OfficerEntry
from federation.graph.cursor import Cursors
from federation.http_client.pool import OwnClient
from federation.relay.asks import AskRelay
from federation.relay.calls import Calls
from federation.wire.keyfile import NodeKeys
from schema.context import NodeContext
from schema.gateway.schema import SCHEMA as GATEWAY_SCHEMA
from schema.node.lookups import LookupQuery, LookupSubscription
from schema.node.zone_part import PART_SCHEMA
from schema.scalars import SCALARS
from schema.splice import SplicingExecutor
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN, Zone
from tests.listening import listening

CASE, OTHERS_CASE, CLOSED_CASE = "（2025）浙0824执365号", "（2025）浙0824执366号", "（2024）浙0824执12号"
FAR_CASE = "（2025）皖1021执7号"
DEBTOR, APPLICANT = "341021197903159972", "330824198607049968"
SECTIONS = ["CASES", "ASSETS_UNDER_CONTROL", "PAYMENTS", "SETTLEMENTS", "SANCTIONS", "WHEREABOUTS"]
PURPOSES = ["PROPERTY_INVESTIGATION", "WHEREABOUTS", "SANCTION_CHECK"]
SCHEMA = strawberry.Schema(
    query=LookupQuery,
    subscription=LookupSubscription,
    config=StrawberryConfig(scalar_map=SCALARS),
    execution_context_class=SplicingExecutor,
)
PRESENCE = """
    query ($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $scope: Scope!) {
      debtorPresence(identity: $identity, basis: $basis, scope: $scope) {
        __typename
        ... on DebtorPresence {
          lookupId hasOpenCases openCaseCount controlledAssetCount dishonest asOf
          courts { sourceCourt matchLevel openCaseCount hasControlledAssets }
          coverage { inScope asked answered complete courts { court { code } status reason rows reportedBy } }
        }
        ... on NotCovered { code message coverage { answered courts { court { code name } status reason } } }
        ... on Refusal { code part }
      }
    }
"""
PROFILE_OF: Final = """
    query ($identity: DebtorIdentityInput!, $basis: LegalBasisInput!, $sections: [ProfileSection!]!, $scope: Scope!) {
      debtorProfile(identity: $identity, basis: $basis, sections: $sections, scope: $scope) { %s }
    }
"""
Note = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """What a court's program speaks: the contract, and the schemas that state it."""

    contract: int = 1
    lookups: strawberry.Schema = SCHEMA
    clear: strawberry.Schema = PART_SCHEMA


OURS: Final = Release()


def caller(court: str = KAIHUA, number: int = 1, *roles: Role) -> Caller:
    return Caller(f"o-{DIVISIONS[court]}-{number:02}", court, frozenset(roles or {Role.HANDLER}))


def party(number: str, name: str, **changes: Any) -> PartyRow:
    row = PartyRow(
        id=uuid4(),
        kind=PartyKind.NATURAL,
        name=name,
        identifier_kind=IdentifierKind.ID_NUMBER,
        identifier=number,
        gender="MALE",
        birth_on=date(1979, 3, 15),
        domicile_division="341021",
        address="歙县样例路 1 号",
        workplace="样例厂",
        is_minor=False,
        synthetic=True,
    )
    return replace(row, **changes)


def case(number: str, handler: str, **changes: Any) -> CaseRecord:
    row = CaseRecord(
        id=uuid4(),
        number=number,
        type=CaseType.FIRST_ENFORCEMENT,
        case_class=CaseClass.IMPLEMENTATION,
        cause="PRIVATE_LENDING",
        basis_kind="CIVIL_JUDGMENT",
        basis_number="（2024）浙0824民初100号",
        filed_on=date(2025, 3, 3),
        status=CaseStatus.IN_PROGRESS,
        closing_method=None,
        closed_on=None,
        amount_applied=Decimal("100000.00"),
        principal=Decimal("100000.00"),
        general_interest=Decimal("0.00"),
        costs=Decimal("0.00"),
        performance_due_on=date(2024, 1, 31),
        livelihood=None,
        handler_id=handler,
        resumed_from=None,
        version=1,
        synthetic=True,
    )
    return replace(row, **changes)


def officers(court: str) -> list[OfficerRecord]:
    return [
        OfficerRecord(f"o-{DIVISIONS[court]}-{n:02}", f"样{n}", ["HANDLER"], None, active=True, synthetic=True)
        for n in range(1, 5)
    ]


def kaihua_rows() -> CourtRows:
    """Case 365 of officer 01, 366 of officer 02, and a closed one of 01, all against the debtor."""
    debtor, applicant = party(DEBTOR, "李样甲"), party(APPLICANT, "周样甲")
    cases = [
        case(CASE, "o-330824-01"),
        case(OTHERS_CASE, "o-330824-02"),
        case(
            CLOSED_CASE,
            "o-330824-01",
            status=CaseStatus.CLOSED,
            closing_method="TERMINATED",
            closed_on=date(2024, 9, 1),
        ),
    ]
    roles = [CasePartyRecord(each.id, debtor.id, PartyRole.DEBTOR) for each in cases]
    roles.append(CasePartyRecord(cases[0].id, applicant.id, PartyRole.APPLICANT))
    return CourtRows(officers=officers(KAIHUA), parties=[debtor, applicant], cases=cases, case_parties=roles)


def shexian_rows() -> CourtRows:
    """One case; a car seized, with 常山 waiting behind; an entry on the list of dishonest debtors, and one past."""
    debtor, far = party(DEBTOR, "李样甲"), case(FAR_CASE, "o-341021-01")
    car = AssetRow(
        id=uuid4(),
        case_id=far.id,
        owner_id=debtor.id,
        kind=AssetKind.VEHICLE,
        identity={"plate": "皖JX0365", "vin": "LFAKE0A1XR0000001"},
        division="341021",
        description="小型轿车",
        estimated_value=None,
        source="PROVINCIAL_NETWORK",
        found_on=date(2025, 7, 1),
        as_of=datetime.fromisoformat("2025-07-01T00:00:00+00:00"),
        status=AssetStatus.CONTROLLED,
        only_home=False,
        exemption=None,
        co_owned=False,
        mortgage_amount=None,
        synthetic=True,
    )
    first = MeasureRecord(
        id=uuid4(),
        asset_id=car.id,
        case_id=far.id,
        kind=MeasureKind.SEIZE,
        status=MeasureStatus.EFFECTIVE,
        ordering_court=SHEXIAN,
        executing_court=SHEXIAN,
        ruling_no=FAR_CASE + "之一",
        ruled_on=date(2025, 7, 1),
        notice_sent_at=None,
        registered_at=None,
        effective_at=datetime.fromisoformat("2025-07-02T00:00:00+00:00"),
        expires_on=date(2027, 7, 1),
        rank=1,
        term_years=2,
        value=Decimal("58000.00"),
        lifted_on=None,
        lift_ground=None,
        task_id=None,
        version=1,
        synthetic=True,
    )
    second = replace(first, id=uuid4(), case_id=None, ordering_court=CHANGSHAN, rank=2, status=MeasureStatus.WAITING)
    ground, since = "ABLE_BUT_REFUSES", date(2025, 1, 1)
    entries = [
        DishonestEntryRecord(uuid4(), debtor.id, far.id, ground, "d1", since, until, None, synthetic=True)
        for until in (date(2026, 12, 31), date(2025, 7, 13))
    ]
    return CourtRows(
        officers=officers(SHEXIAN),
        parties=[debtor],
        cases=[far],
        case_parties=[CasePartyRecord(far.id, debtor.id, PartyRole.DEBTOR)],
        assets=[car],
        measures=[first, second],
        dishonest_entries=entries,
    )


@asynccontextmanager
async def serving(routes: list[BaseRoute], listener: socket.socket) -> AsyncIterator[None]:
    """An application on a port that is bound already, until the context ends."""
    config = uvicorn.Config(Starlette(routes=routes), lifespan="off", ws="none", log_level="critical", access_log=False)
    async with listening(uvicorn.Server(config), listener):
        yield


@dataclass(slots=True)
class LookupZone:
    """What a test acts upon."""

    clock: SetClock
    zone: Zone
    courts: dict[str, CourtNode]
    gateway: AskRelay
    noted: list[Note]
    desk: GatewayDesk
    ports: dict[str, int]
    stop: dict[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)

    async def ask(
        self, document: str = PRESENCE, *, who: Caller | None = None, extensions: Note | None = None, **variables: Any
    ) -> Any:
        """The data of `document` at 开化, where `who` (officer 01) is signed in."""
        context = NodeContext(self.courts[KAIHUA], who or caller(), "en")
        result = await SCHEMA.execute(document, variable_values=variables_of(**variables), context_value=context)
        assert result.errors is None, result.errors
        if extensions is not None:
            extensions.update(context.extensions)
        return result.data

    async def publish(self, version: int, **changes: Any) -> None:
        """A newer directory, in every process at once."""
        newer = self.zone.signed(version, **document(self.zone, self.ports, **changes))
        processes = [(court.directory, court.pool) for court in self.courts.values()]
        for directory, pool in [*processes, (self.desk.directory, self.desk.pool)]:
            async with pool.acquire() as conn:
                await directory.accept(conn, newer, self.clock.now())

    async def presence(self, **given: Any) -> Any:
        return (await self.ask(**given))["debtorPresence"]

    async def live(self, document: str, **variables: Any) -> AsyncGenerator[Any, None]:
        context = NodeContext(self.courts[KAIHUA], caller(), "en")
        source: Any = await SCHEMA.subscribe(document, variable_values=variables_of(**variables), context_value=context)
        async for result in source:
            assert result.errors is None, result.errors
            yield result.data

    async def rows(self, court: str, table: str) -> list[Any]:
        async with self.courts[court].pool.acquire() as conn:
            order = "number" if table != "lookups" else "at, id"
            return [dict(row) for row in await conn.fetch(f"SELECT * FROM {table} ORDER BY {order}")]


def variables_of(
    *,
    number: str | None = DEBTOR,
    case_number: str = CASE,
    purpose: str = "PROPERTY_INVESTIGATION",
    scope: Any = None,
    sections: list[str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "identity": {} if number is None else {"residentId": number},
        "basis": {"caseNumber": case_number, "purpose": purpose},
        "scope": {"wholeZone": True} if scope is None else scope,
        "sections": ["CASES"] if sections is None else sections,
        **more,
    }


def listener() -> socket.socket:
    return bound(0)


def bound(port: int) -> socket.socket:
    """A socket at that port of this machine; 0 is any free one."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock


def document(zone: Zone, ports: dict[str, int], **changes: Any) -> dict[str, Any]:
    """Three courts at their ports, with an agreement for everything."""
    everything = {"sections": SECTIONS, "purposes": PURPOSES}
    told = {
        code: [
            *(OfficerEntry(id=f"o-{division}-{n:02}", roles=["HANDLER"]) for n in range(1, 5 if code == KAIHUA else 2)),
            OfficerEntry(id=f"o-{division}-07", roles=["COMMAND_CENTRE"]),
        ]
        for code, division in DIVISIONS.items()
    }
    states, absent = changes.pop("states", {}), changes.pop("absent", ())
    contracts = changes.pop("contracts", {})
    courts = [
        zone.court(
            code,
            url=f"http://127.0.0.1:{ports[code]}",
            state=states.get(code, "ACTIVE"),
            province="安徽" if code == SHEXIAN else "浙江",
            officers=told[code],
            level="GRASSROOTS",
            contracts=contracts.get(code, [1]),
        )
        for code in DIVISIONS
        if code not in absent
    ]
    agreements = [entry for entry in zone.everybody(KAIHUA, **everything) if entry.asked not in absent]
    return {"courts": courts, "agreements": agreements, **changes}


async def _directory(zone: Zone, pool: Pool, clock: SetClock, changes: dict[str, Any]) -> Directory:
    directory = Directory(zone.root, clock)
    async with pool.acquire() as conn:
        await directory.accept(conn, zone.signed(**changes), clock.now())
    return directory


ROWS: dict[str, Callable[[], CourtRows]] = {KAIHUA: kaihua_rows, SHEXIAN: shexian_rows, CHANGSHAN: CourtRows}


def _node(
    keys: NodeKeys,
    pool: Pool,
    directory: Directory,
    session: aiohttp.ClientSession,
    gateway_url: str,
    *,
    clock: SetClock,
    limits: Limits,
    release: Release,
) -> CourtNode:
    return CourtNode(
        code=keys.court,
        division=DIVISIONS[keys.court],
        pool=pool,
        clock=clock,
        at_rest=AtRest(keys.storage, keys.index),
        directory=directory,
        signer=keys.signing,
        box=keys.box,
        asks=AskClient(session, gateway_url),
        zone=ZoneClient(session, gateway_url),
        limits=limits,
        contract=release.contract,
    )


@asynccontextmanager
async def lookup_zone(
    new_database: Callable[..., Any],
    clock: SetClock,
    *,
    looks_per_hour: int = 200,
    rows: Callable[[str], CourtRows] = lambda code: ROWS[code](),
    releases: Mapping[str, Release] = MappingProxyType({}),
    rates: Callable[[Pool], RateLimits] = RateLimits,
    gateway_release: tuple[int, strawberry.Schema] = (1, GATEWAY_SCHEMA),
    **changes: Any,
) -> AsyncIterator[LookupZone]:
    """The running zone; `changes` are those of the directory document, `states` of its courts, `absent` courts.

    `releases` are those of courts that do not have ours; the directory says `contracts` whatever they are.
    `gateway_release` is the gateway's contract, and the schema that states it.
    """
    zone, noted = Zone(), list[Note]()
    async with AsyncExitStack() as stack:
        listeners = {code: stack.enter_context(listener()) for code in (*DIVISIONS, "gateway")}
        ports = {code: sock.getsockname()[1] for code, sock in listeners.items()}
        told = document(zone, ports, **changes)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        http = await stack.enter_async_context(aclosing(OwnClient()))

        async def note(**envelope: Any) -> None:
            noted.append(envelope)

        gateway_pool = await open_pool(await new_database("gateway"), size=2)
        stack.push_async_callback(gateway_pool.close)
        gateway = AskRelay(Calls(await _directory(zone, gateway_pool, clock, told), http), clock, note)
        number, served = gateway_release
        clear = ClearGateway(Calls(gateway.directory, http), clock, zone.gateway, contract=number)
        desk = GatewayDesk(
            gateway_pool, clock, gateway.directory, session, Feed(gateway_pool), clear, Cursors(bytes(32))
        )
        made = LookupZone(clock, zone, {}, gateway, noted, desk, ports)
        for code in DIVISIONS:
            pool = await open_pool(await new_database("node"), size=4)
            stack.push_async_callback(pool.close)
            release, url = releases.get(code, OURS), f"http://127.0.0.1:{ports['gateway']}"
            directory = await _directory(zone, pool, clock, told)
            limits = Limits(looks_per_hour_officer=looks_per_hour)
            node = _node(zone.keys[code], pool, directory, session, url, clock=clock, limits=limits, release=release)
            async with transaction(pool) as conn:
                await load(conn, node.at_rest, rows(code), synthetic_only=True)
            made.courts[code] = node
            own = await stack.enter_async_context(AsyncExitStack())
            await own.enter_async_context(
                serving([*ask_routes(node, release.lookups), *clear_routes(node, release.clear)], listeners[code])
            )
            made.stop[code] = own.aclose
        own = await stack.enter_async_context(AsyncExitStack())
        routes: list[BaseRoute] = [
            *relay_ask_routes(gateway, gateway_pool),
            *zone_routes(desk, served, lambda *_: None, rates(gateway_pool)),
        ]
        await own.enter_async_context(serving(routes, listeners["gateway"]))
        made.stop["gateway"] = own.aclose
        yield made


def dumped(value: Any) -> bytes:
    return orjson.dumps(value, default=str)
