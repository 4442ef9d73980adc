"""Two courts with real databases and a channel to their assisting units, for tests of searches and measures.

开化 (浙0824) holds case 365 against one debtor of 歙县 (皖1021); 歙县 has the task that 开化 delegated.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import msgspec

from api import registry_holdings
from api.registry_records import OwnedHolding, PriorMeasure, RegistryUnit
from api.registry_store import RegistryStore
from db import tasks
from db.at_rest import AtRest
from db.clock import SetClock
from db.ids import new_id
from db.pool import Pool, transaction
from db.records.assets import AssetKind, AssetStatus
from db.records.cases import CaseClass, CaseRecord, CaseStatus, CaseType
from db.records.officers import OfficerRecord
from db.records.parties import CasePartyRecord, IdentifierKind, PartyKind, PartyRole
from db.records.tasks import TaskRecord
from db.records.units import UnitKind, UnitRecord
from enforcement.channels import NoAnswer, NoticeAnswer, NoticeRequest, SearchAnswer, SearchRequest
from enforcement.court import CourtNode
from enforcement.court_rows import AssetRow, CourtRows, PartyRow
from enforcement.loading import load
from enforcement.payloads import AssetRef, DebtorRef, TaskContent
from enforcement.rules.rights import Caller, Role
from federation.ask.client import AskClient
from federation.clear.passing import ZoneClient
from federation.directory.directory import Directory
from tests.federation.zone import DIVISIONS, KAIHUA, SHEXIAN, Zone

NUMBER = "（2025）浙0824执365号"
RULING = NUMBER + "之一"
DEBTOR_NO, OTHER_NO = "341021197903159972", "330824198607049968"
PLATE, VIN = "皖JX0365", "LFAKE0A1XR0000001"
CARS, BANK, LAND = "u-{}-vehicle", "u-{}-bank", "u-{}-land"


def caller(court: str, number: int = 1, *roles: Role) -> Caller:
    return Caller(f"o-{DIVISIONS[court]}-{number:02}", court, frozenset(roles or {Role.HANDLER}))


class Books(RegistryStore):
    """The registries' books, with what a test needs to arrange and to look up."""

    def add_holding(self, unit_id: str, owner: str, identity: dict[str, str], prior: Sequence[str] = ()) -> None:
        measures = [PriorMeasure(court, datetime(2025, 1, 2, tzinfo=UTC)) for court in prior]
        holding = OwnedHolding(owner=owner, kind="VEHICLE", identity=identity, description="小型轿车", prior=measures)
        unit = RegistryUnit(id=unit_id, kind="VEHICLE_OFFICE", name="车辆管理所", division=unit_id[2:8])
        registry_holdings.add(self._db, unit, holding)

    def courts_registered(self, unit_id: str) -> list[str]:
        rows = self._db.execute(
            "SELECT court FROM registrations r JOIN holdings h ON h.id = r.holding WHERE unit = ? ORDER BY rank",
            (unit_id,),
        )
        return [row[0] for row in rows]


@dataclass(slots=True)
class Units:
    """`SearchChannel` straight into the registries' books, with faults: silence, and an answer lost on the way."""

    store: Books
    clock: SetClock
    is_silent: bool = False
    loses_answer: bool = False
    refuses: bool = False
    asked: list[UUID] = field(default_factory=list)

    async def search(self, unit_id: str, request: SearchRequest) -> SearchAnswer:
        self._hear(request.id)
        answer = self.store.search(unit_id, request, self.clock.now(), refuses=self.refuses)
        self._lose()
        return answer

    async def serve(self, unit_id: str, request: NoticeRequest) -> NoticeAnswer:
        self._hear(request.id)
        answer = self.store.register(unit_id, request, self.clock.now(), refuses=self.refuses)
        self._lose()
        return answer

    def _hear(self, request_id: UUID) -> None:
        self.asked.append(request_id)
        if self.is_silent:
            raise NoAnswer("TIMED_OUT")

    def _lose(self) -> None:
        if self.loses_answer:
            raise NoAnswer("TIMED_OUT")


def registry_units(division: str) -> list[RegistryUnit]:
    car = OwnedHolding(
        owner=DEBTOR_NO,
        kind="VEHICLE",
        identity={"plate": PLATE, "vin": VIN},
        description="小型轿车",
        estimated_value=Decimal("58000.00"),
    )
    return [
        RegistryUnit(
            id=CARS.format(division),
            kind="VEHICLE_OFFICE",
            name="车辆管理所",
            division=division,
            holdings=[car] if division == "341021" else [],
        ),
        RegistryUnit(id=LAND.format(division), kind="LAND_REGISTRY", name="不动产登记中心", division=division),
    ]


def _unit(division: str, pattern: str, kind: UnitKind, covers: AssetKind, channel: str) -> UnitRecord:
    return UnitRecord(
        id=pattern.format(division),
        name=f"{division}{kind}",
        kind=kind,
        division=division,
        channel=channel,
        items=[{"code": code, "asset_kinds": [covers.value], "documents": []} for code in ("SEARCH", "CONTROL")],
        promised_days=3,
        synthetic=True,
    )


def _units(division: str) -> list[UnitRecord]:
    return [
        _unit(division, CARS, UnitKind.VEHICLE_OFFICE, AssetKind.VEHICLE, "PROVINCIAL_NETWORK"),
        _unit(division, LAND, UnitKind.LAND_REGISTRY, AssetKind.REAL_ESTATE, "PROVINCIAL_NETWORK"),
        _unit(division, BANK, UnitKind.BANK, AssetKind.BANK_DEPOSIT, "COUNTER"),
    ]


def _party(number: str, name: str, division: str) -> PartyRow:
    return PartyRow(
        id=uuid4(),
        kind=PartyKind.NATURAL,
        name=name,
        identifier_kind=IdentifierKind.ID_NUMBER,
        identifier=number,
        gender="MALE",
        birth_on=date(1979, 3, 15),
        domicile_division=division,
        address=None,
        workplace=None,
        is_minor=False,
        synthetic=True,
    )


def _case(**changes: object) -> CaseRecord:
    case = CaseRecord(
        id=uuid4(),
        number=NUMBER,
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
        handler_id="o-330824-01",
        resumed_from=None,
        version=1,
        synthetic=True,
    )
    return replace(case, **changes)  # type: ignore[arg-type]  # test data


@dataclass(slots=True)
class Court:
    """One court and what it holds."""

    node: CourtNode
    rows: CourtRows

    @property
    def case(self) -> CaseRecord:
        return self.rows.cases[0]

    @property
    def debtor(self) -> PartyRow:
        return self.rows.parties[0]

    async def count(self, table: str) -> int:
        async with self.node.pool.acquire() as conn:
            return int(await conn.fetchval(f"SELECT count(*) FROM {table}"))

    async def act(self, work: Callable[..., Awaitable[object]]) -> object:
        """`work(conn)` in one transaction."""
        async with transaction(self.node.pool) as conn:
            return await work(conn)


async def _directory(zone: Zone, pool: Pool, clock: SetClock) -> Directory:
    directory = Directory(zone.root, clock)
    async with pool.acquire() as conn:
        await directory.accept(conn, zone.signed(), clock.now())
    return directory


async def new_court(zone: Zone, code: str, pool: Pool, clock: SetClock, rows: CourtRows) -> Court:
    keys = zone.keys[code]
    division = DIVISIONS[code]
    node = CourtNode(
        code=code,
        division=division,
        pool=pool,
        clock=clock,
        at_rest=AtRest(keys.storage, keys.index),
        directory=await _directory(zone, pool, clock),
        signer=keys.signing,
        box=keys.box,
        asks=cast("AskClient", None),
        zone=cast("ZoneClient", None),
        registries={CARS.format(division): "", LAND.format(division): ""},
    )
    officers = [
        OfficerRecord(f"o-{division}-{n:02}", f"样{n}", ["HANDLER"], None, active=True, synthetic=True)
        for n in range(1, 5)
    ]
    rows.officers.extend(officers)
    rows.units.extend(_units(division))
    async with transaction(pool) as conn:
        await load(conn, node.at_rest, rows, synthetic_only=True)
    return Court(node, rows)


async def kaihua(zone: Zone, pool: Pool, clock: SetClock) -> Court:
    """The ordering court, with case 365, its applicant and its debtor."""
    debtor, applicant = _party(DEBTOR_NO, "李样甲", "341021"), _party(OTHER_NO, "周样甲", "330824")
    case = _case()
    roles = [
        CasePartyRecord(case.id, debtor.id, PartyRole.DEBTOR),
        CasePartyRecord(case.id, applicant.id, PartyRole.APPLICANT),
    ]
    rows = CourtRows(parties=[debtor, applicant], cases=[case], case_parties=roles)
    return await new_court(zone, KAIHUA, pool, clock, rows)


async def shexian(zone: Zone, pool: Pool, clock: SetClock) -> Court:
    """The entrusted court; it has no case of its own."""
    return await new_court(zone, SHEXIAN, pool, clock, CourtRows())


def asset_row(court: Court, **changes: object) -> AssetRow:
    row = AssetRow(
        id=uuid4(),
        case_id=court.case.id,
        owner_id=court.debtor.id,
        kind=AssetKind.VEHICLE,
        identity={"plate": PLATE, "vin": VIN},
        division="330824",
        description="小型轿车",
        estimated_value=Decimal("58000.00"),
        source="PROVINCIAL_NETWORK",
        found_on=date(2025, 7, 1),
        as_of=datetime.fromisoformat("2025-07-01T00:00:00+00:00"),
        status=AssetStatus.FOUND,
        only_home=False,
        exemption=None,
        co_owned=False,
        mortgage_amount=None,
        synthetic=True,
    )
    return replace(row, **changes)  # type: ignore[arg-type]  # test data


def clock_of(court: Court) -> SetClock:
    clock = court.node.clock
    assert isinstance(clock, SetClock)
    return clock


async def add_asset(court: Court, **changes: object) -> UUID:
    row = asset_row(court, **changes)
    async with transaction(court.node.pool) as conn:
        await load(conn, court.node.at_rest, CourtRows(assets=[row]))
    return row.id


def content(**changes: object) -> TaskContent:
    debtor = DebtorRef(
        kind="NATURAL", name="李样甲", identifier_kind="ID_NUMBER", identifier=DEBTOR_NO, domicile_division="341021"
    )
    whole = TaskContent(case_number=NUMBER, debtor=debtor, matter="INVESTIGATE_ASSETS", kinds=["VEHICLE"])
    return msgspec.structs.replace(whole, **changes)


def seizure(measure_id: UUID | None, *, division: str = "341021", ruling_no: str = RULING) -> TaskContent:
    asset = AssetRef(kind="VEHICLE", identity={"plate": PLATE, "vin": VIN}, division=division)
    return content(
        matter="SEIZE_VEHICLE",
        asset=asset,
        ruling_no=ruling_no,
        measure_kind="SEIZE",
        measure_id=measure_id,
        term_years=2,
    )


async def add_task(court: Court, what: TaskContent, task_id: UUID | None = None, **changes: object) -> TaskRecord:
    """The task's row at one of its courts, in progress there, as if its log had come so far."""
    now = court.node.clock.now()
    is_out = court.node.code == KAIHUA
    task = TaskRecord(
        id=task_id or uuid4(),
        direction="OUTBOUND" if is_out else "INBOUND",
        delegating_court=KAIHUA,
        entrusted_court=SHEXIAN,
        matter=what.matter,
        status="IN_PROGRESS",
        holder=SHEXIAN,
        urgent=False,
        content=court.node.at_rest.encrypt(msgspec.json.encode(what), context=tasks.CONTEXT),
        case_id=court.case.id if is_out else None,
        duplicate_key=new_id(now).bytes,
        follow_up_of=None,
        created_by=None,
        submitted_by=None,
        officer="o-330824-01" if is_out else "o-341021-01",
        head_seq=4,
        head_digest="0" * 64,
        resume=None,
        history_no=0,
        history_digest="",
        status_at=now,
        received_at=now,
        asked_at=None,
        due_on=date(2025, 7, 24),
        due_at=None,
        answer_due_on=date(2025, 7, 24),
        is_disputed=False,
        version=1,
        created_at=now,
        changed_at=now,
    )
    task = replace(task, **changes)  # type: ignore[arg-type]  # test data
    async with transaction(court.node.pool) as conn:
        await tasks.add(conn, task)
    return task


def new_units(folder: Path, clock: SetClock) -> Units:
    store = Books(folder / "registry.sqlite")
    store.seed([unit for division in ("341021", "330824") for unit in registry_units(division)])
    return Units(store, clock)
