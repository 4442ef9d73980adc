"""Two courts that delegate tasks to each other, and a road between them that a test may reorder, double or cut.

The road does what the inbox does: one transaction per message, undone when it is refused; then the sender hears of it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from db import task_lists, tasks
from db.clock import SetClock
from db.ids import new_id
from db.pool import open_pool, transaction
from db.records.assets import AssetKind
from db.records.delivery import DeliveryState, OutboxRecord
from db.records.tasks import TaskOrder, TaskRecord
from db.task_lists import TaskFilter
from enforcement.court import CourtNode
from enforcement.payloads import DocumentRef
from enforcement.rules.matter import DelegatedMatterType, rule
from enforcement.rules.rights import Caller, Role
from enforcement.tasks import dispatching, drafting, handling, receiving, settling
from enforcement.tasks.grounds import Debtor, NewTask
from federation.delivery.node import NotYet, Refused
from federation.delivery.outbox import content_of, track_of
from federation.directory.document import AgreementEntry
from federation.directory.publish import DirectoryContent
from federation.wire.header import Header
from tests.enforcement import registry_zone
from tests.enforcement.registry_zone import NUMBER, Court
from tests.federation.zone import DIVISIONS, KAIHUA, SHEXIAN, Zone

NewDatabase = Callable[..., Awaitable[str]]
DIGEST = "0" * 64


class TaskZone(Zone):
    """Every pair may delegate every matter."""

    def agreement(self, asking: str | None, asked: str | None, **changes: Any) -> AgreementEntry:
        return Zone.agreement(self, asking, asked, **({"matters": [m.value for m in DelegatedMatterType]} | changes))

    def document(self, version: int = 1, **changes: Any) -> DirectoryContent:
        every = {"agreements": [self.agreement(None, None)]}
        return Zone.document(self, version, **(every | changes))


def who(court: str, number: int, *roles: Role) -> Caller:
    return Caller(f"o-{DIVISIONS[court]}-{number:02}", court, frozenset(roles))


HANDLER = who(KAIHUA, 1, Role.HANDLER)
CHIEF = who(KAIHUA, 5, Role.BUREAU_CHIEF)
PRESIDENT = who(KAIHUA, 6, Role.PRESIDENT)
CENTRE = who(KAIHUA, 7, Role.COMMAND_CENTRE)
THEIR_OFFICER = who(SHEXIAN, 2, Role.HANDLER)
THEIR_CHIEF = who(SHEXIAN, 5, Role.BUREAU_CHIEF)
THEIR_CENTRE = who(SHEXIAN, 7, Role.COMMAND_CENTRE)


def papers(matter: DelegatedMatterType) -> tuple[DocumentRef, ...]:
    return tuple(DocumentRef(kind=kind, number="", sha256=DIGEST) for kind in sorted(rule(matter).papers))


def search(**changes: Any) -> NewTask:
    values: dict[str, Any] = {
        "case_number": NUMBER,
        "debtor": Debtor(),
        "entrusted_court": SHEXIAN,
        "matter": DelegatedMatterType.INVESTIGATE_ASSETS,
        "documents": papers(DelegatedMatterType.INVESTIGATE_ASSETS),
        "kinds": (AssetKind.VEHICLE,),
    }
    return NewTask(**(values | changes))


@dataclass(slots=True)
class Road:
    """Carries what the outboxes hold."""

    courts: dict[str, CourtNode]
    refusals: list[str] = field(default_factory=list)

    async def queued(self, code: str) -> list[OutboxRecord]:
        """What the court has to send, in its order."""
        async with self.courts[code].pool.acquire() as conn:
            rows = await conn.fetch("SELECT * FROM outbox WHERE state = 'QUEUED' ORDER BY number")
        fields = OutboxRecord.__dataclass_fields__
        return [OutboxRecord(**{name: row[name] for name in fields}) for row in rows]

    async def deliver(self, sender: str, row: OutboxRecord) -> str:
        """Give one message to its destination; ACCEPTED, REFUSED, or NOT_YET: it stays queued."""
        court, destination = self.courts[sender], self.courts[row.peer]
        try:
            await take_in(destination, header_of(court, row), content_of(row, court.at_rest)[1:])
        except NotYet:
            return "NOT_YET"
        except Refused as error:
            self.refusals.append(error.code)
            await self.close(sender, row, "REFUSED", error.code)
            return "REFUSED"
        await self.close(sender, row, "ACCEPTED", None)
        return "ACCEPTED"

    async def close(self, sender: str, row: OutboxRecord, outcome: str, code: str | None) -> None:
        state = {"ACCEPTED": DeliveryState.DELIVERED}.get(outcome, DeliveryState.REFUSED)
        async with transaction(self.courts[sender].pool) as conn:
            await conn.execute("UPDATE outbox SET state = $2, next_attempt_at = NULL WHERE id = $1", row.id, state)
            await settling.on_receipt(self.courts[sender], conn, row, outcome, code)

    async def run(self) -> None:
        """Deliver until nothing moves; what is for other courts stays queued."""
        moved = True
        while moved:
            moved = False
            for code in self.courts:
                for row in await self.queued(code):
                    if row.peer not in self.courts:
                        continue
                    moved = await self.deliver(code, row) != "NOT_YET" or moved


def header_of(court: CourtNode, row: OutboxRecord, **changes: Any) -> Header:
    now = court.clock.now()
    header = Header(
        kind="message",
        id=new_id(now),
        epoch=1,
        sender=court.code,
        to=row.peer,
        seq=row.number,
        prev=None if row.number == 1 else DIGEST,
        issued=now,
        expires=now + timedelta(days=30),
        directory=1,
        signing_key=court.signer.id,
        box_key="b-0",
        re=row.re,
        re_digest=row.re_digest,
        track=track_of(row),
    )
    return msgspec.structs.replace(header, **changes)


async def take_in(court: CourtNode, header: Header, plaintext: bytes) -> None:
    async with transaction(court.pool) as conn:
        try:
            async with conn.transaction():
                await receiving.accept_message(court, conn, header, plaintext)
        except Refused as error:
            refused = error
        else:
            return
        if refused.keep is not None:
            await refused.keep(conn)
    raise refused


@dataclass(slots=True)
class Pair:
    """开化 delegates, 歙县 is entrusted."""

    ours: Court
    theirs: Court
    road: Road
    zone: TaskZone

    async def task(self, court: str, task_id: UUID) -> TaskRecord:
        async with self.road.courts[court].pool.acquire() as conn:
            task = await tasks.find(conn, task_id)
        assert task is not None
        return task

    async def theirs_tasks(self) -> list[TaskRecord]:
        async with self.theirs.node.pool.acquire() as conn:
            return await task_lists.page(conn, TaskFilter(), TaskOrder.YOUNGEST, after=None, limit=100)

    async def publish(self, version: int, **changes: Any) -> None:
        """A new version of the directory, at both courts."""
        for court in self.road.courts.values():
            async with court.pool.acquire() as conn:
                await court.directory.accept(conn, self.zone.signed(version, **changes), court.clock.now())

    async def both(self, task_id: UUID) -> tuple[TaskRecord, TaskRecord]:
        return await self.task(KAIHUA, task_id), await self.task(SHEXIAN, task_id)

    async def log(self, court: str, task_id: UUID) -> list[str]:
        """The digests of the court's copy of the log."""
        sql = "SELECT digest FROM task_events WHERE task_id = $1 AND standing = 'APPLIED' ORDER BY seq"
        async with self.road.courts[court].pool.acquire() as conn:
            return [row["digest"] for row in await conn.fetch(sql, task_id)]

    async def created(self, **changes: Any) -> TaskRecord:
        return await drafting.create(self.ours.node, HANDLER, search(**changes), idempotency_key=uuid4().hex)

    async def approved(self, **changes: Any) -> TaskRecord:
        task = await self.created(**changes)
        task = await drafting.submit(self.ours.node, HANDLER, task.id, task.version)
        return await drafting.approve(self.ours.node, PRESIDENT, task.id, task.version)

    async def dispatched(self, **changes: Any) -> TaskRecord:
        task = await self.approved(**changes)
        return await dispatching.dispatch(self.ours.node, CENTRE, task.id, task.version)

    async def received(self, **changes: Any) -> TaskRecord:
        """The entrusted court's row of a task that both courts know as RECEIVED."""
        task = await self.dispatched(**changes)
        await self.road.run()
        return await self.task(SHEXIAN, task.id)

    async def in_progress(self, **changes: Any) -> TaskRecord:
        task = await self.received(**changes)
        task = await handling.sign_for(self.theirs.node, THEIR_CENTRE, task.id, task.version)
        task = await handling.assign(self.theirs.node, THEIR_CHIEF, task.id, task.version, THEIR_OFFICER.officer_id)
        await self.road.run()
        return task


async def ruled(courts: Pair) -> UUID:
    """A seizure that 开化 has ruled, of a car in 歙县."""
    asset = await registry_zone.add_asset(courts.ours, division="341021")
    measure_id = uuid4()
    async with courts.ours.node.pool.acquire() as conn:
        await conn.execute(
            """
            INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no,
                                  ruled_on, term_years, value, version, synthetic)
            VALUES ($1, $2, $3, 'SEIZE', 'RULED', $4, $4, $5, $6, 2, 58000, 1, true)
            """,
            measure_id,
            asset,
            courts.ours.case.id,
            KAIHUA,
            "（2025）浙0824执365号之一",
            date(2025, 7, 14),
        )
    return measure_id


@asynccontextmanager
async def pair(new_database: NewDatabase, clock: SetClock, zone: TaskZone | None = None) -> AsyncIterator[Pair]:
    zone = zone or TaskZone()
    pools = [await open_pool(await new_database("node")) for _ in range(2)]
    try:
        ours = await registry_zone.kaihua(zone, pools[0], clock)
        theirs = await registry_zone.shexian(zone, pools[1], clock)
        yield Pair(ours, theirs, Road({KAIHUA: ours.node, SHEXIAN: theirs.node}), zone)
    finally:
        for pool in pools:
            await pool.close()
