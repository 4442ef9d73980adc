"""Physical seizure: the inventory beside a measure, who keeps the thing, and its hand-over to the ordering court.

An own measure: `record`, by two officers of this court. A measure that another court carries out: the inventory comes
with a step or the feedback of its task, the hand-over as a statement beside the task, signed by the entrusted court.

Invariant: one inventory per measure, the first; one hand-over, and none without an inventory.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from db import cases, measures, officers, seizures, task_events
from db.pool import Conn, transaction
from db.records.assets import AssetKind, MeasureKind, MeasureRecord, MeasureStatus
from db.records.audit import AuditAction
from db.records.control import SeizureRecord
from db.records.tasks import TaskRecord
from enforcement import audit, basis, once
from enforcement.court import CourtNode
from enforcement.payloads import FeedbackPayload, HandlingStep, SeizureInventory
from enforcement.rules import rights
from enforcement.rules.feedback import ON_SITE_OFFICERS
from enforcement.rules.handling import CLOCKS, Handled, check_inventory
from enforcement.rules.refusals import Malformed, MeasureNotForAsset, NotFound, TransitionNotAllowed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.seizure import check_custody
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import EvidenceRequired, UnknownOfficer
from enforcement.tasks import contents, opening, saying, statements
from enforcement.tasks.seizure_statements import HandOverPayload

_ENDED = frozenset({MeasureStatus.LIFTED, MeasureStatus.EXPIRED, MeasureStatus.EXTINGUISHED, MeasureStatus.PROPOSED})
_MOST_PLACE = 200


@dataclass(frozen=True, slots=True)
class NewHandOver:
    """Who gave the vehicle to whom, when and where, and in which state."""

    task_id: UUID
    at: datetime
    place: str
    handed_by: tuple[str, ...]
    received_by: tuple[str, ...]
    keys: int | None = None
    mileage_km: int | None = None
    photos: tuple[str, ...] = ()


async def record(
    court: CourtNode, caller: Caller | None, measure_id: UUID, inventory: SeizureInventory, *, idempotency_key: str
) -> UUID:
    """The measure, whose inventory its case's handler wrote down; the same key again changes nothing.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen.
        MeasureNotForAsset: nothing is seized by the measure.
        Malformed: INVENTORY, PERIOD.
        TransitionNotAllowed: the measure is over, not approved, or has another inventory.
    """
    officer = rights.check(caller, Act.SERVE_NOTICE)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        measure = await measures.get(conn, measure_id)
        known = None if measure is None or measure.case_id is None else await cases.get(conn, measure.case_id)
        if measure is None or known is None or measure.ordering_court != court.code:
            raise NotFound
        case = await basis.open_case(court, conn, officer, known.number)
        asked = [measure_id, inventory]
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.SERVE_NOTICE, asked, result_id=measure_id, now=now
        )
        if made is not None:
            return made
        if measure.kind not in {MeasureKind.SEIZE, MeasureKind.SEAL}:
            raise MeasureNotForAsset("measureId")
        if measure.status in _ENDED:
            raise TransitionNotAllowed(measure.status, MeasureStatus.EFFECTIVE)
        check_inventory(inventory, Handled(since=None, until=now))
        await _check_signed(conn, inventory.signatures)
        if not await _keep(court, conn, measure, inventory, None, officer.officer_id):
            raise TransitionNotAllowed("SEIZED", "SEIZED")
        await audit.note(
            court, conn, officer, AuditAction.RECORD_SEIZURE, case_number=case.number, object_id=measure.id
        )
    return measure.id


async def _check_signed(conn: Conn, signatures: list[str]) -> None:
    known = [await officers.get(conn, name) for name in set(signatures)]
    if sum(officer is not None and officer.active for officer in known) < ON_SITE_OFFICERS:
        raise Malformed("INVENTORY", "signatures")


async def _keep(
    court: CourtNode,
    conn: Conn,
    measure: MeasureRecord,
    inventory: SeizureInventory,
    task_id: UUID | None,
    officer: str | None,
) -> bool:
    content = court.at_rest.encrypt(msgspec.json.encode(inventory), context=seizures.INVENTORY)
    return await seizures.insert(
        conn,
        SeizureRecord(measure.id, task_id, content, inventory.finished_at, officer, court.clock.now()),
    )


async def take_inventory(court: CourtNode, conn: Conn, task: TaskRecord, inventory: SeizureInventory) -> None:
    """Keep, at the ordering court, the inventory that the entrusted one made for the task's measure."""
    measure = await _measure_of(court, conn, task)
    if measure is not None:
        await _keep(court, conn, measure, inventory, task.id, None)


async def take_hand_over(court: CourtNode, conn: Conn, task: TaskRecord, payload: HandOverPayload) -> None:
    """Keep, at the ordering court, that it has the vehicle."""
    measure = await _measure_of(court, conn, task)
    if measure is not None:
        content = court.at_rest.encrypt(msgspec.json.encode(payload), context=seizures.HAND_OVER)
        await seizures.hand_over(conn, measure.id, content, payload.at)


async def _measure_of(court: CourtNode, conn: Conn, task: TaskRecord) -> MeasureRecord | None:
    """The own measure that the task carries out."""
    wanted = basis.content_of(court, task).measure_id
    measure = None if wanted is None else await measures.get(conn, wanted)
    if measure is None or measure.ordering_court != court.code or not await basis.carries_out(conn, task, measure):
        return None
    return measure


async def hand_over(court: CourtNode, caller: Caller | None, new: NewHandOver, *, idempotency_key: str) -> TaskRecord:
    """The task, with the hand-over of the vehicle told to the ordering court; the same key again changes nothing.

    Raises:
        Forbidden, NotFound, NotAssigned, UnknownOfficer, TransitionNotAllowed.
        EvidenceRequired: no inventory says that a vehicle was seized for the task.
        Malformed: PERIOD, INVENTORY, OFFICERS.
    """
    officer = rights.check(caller, Act.RECORD_STEP)
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        task, statement_id = await saying.begin(
            court, conn, officer, Act.RECORD_STEP, idempotency_key, new, new.task_id,
            direction=opening.INBOUND, now=now,
        )  # fmt: skip
        if statement_id is None:
            return task
        inventory = await _made(court, conn, task)
        asset = basis.content_of(court, task).asset
        if inventory is None or asset is None or asset.kind != AssetKind.VEHICLE:
            raise EvidenceRequired("taskId")
        await _check_hand_over(conn, new, inventory, now)
        payload = HandOverPayload(
            at=new.at,
            place=new.place.strip(),
            handed_by=list(new.handed_by),
            received_by=list(new.received_by),
            keys=new.keys,
            mileage_km=new.mileage_km,
            photos=list(new.photos),
        )
        await statements.send(
            court,
            conn,
            task,
            StatementKind.HANDED_OVER,
            payload,
            officer=officer.officer_id,
            statement_id=statement_id,
            now=now,
        )
    return task


async def _check_hand_over(conn: Conn, new: NewHandOver, inventory: SeizureInventory, now: datetime) -> None:
    if new.at.tzinfo is None or not inventory.started_at <= new.at <= now + CLOCKS:
        raise Malformed("PERIOD", "at")
    if not 0 < len(new.place.strip()) <= _MOST_PLACE:
        raise Malformed("INVENTORY", "place")
    check_custody(new.keys, new.mileage_km, list(new.photos))
    if not new.handed_by or not any(name.strip() for name in new.received_by):
        raise Malformed("OFFICERS", "receivedBy" if new.handed_by else "handedBy")
    for name in new.handed_by:
        known = await officers.get(conn, name)
        if known is None or not known.active:
            raise UnknownOfficer("handedBy")


async def _made(court: CourtNode, conn: Conn, task: TaskRecord) -> SeizureInventory | None:
    """The inventory that this court made for the task, by its own log."""
    for event in await task_events.of_tasks(conn, [task.id]):
        if event.standing != "APPLIED" or event.type not in {EventType.STEP_RECORDED, EventType.FED_BACK}:
            continue
        raw = court.at_rest.decrypt(event.payload, context=task_events.CONTEXT)
        said = contents.read_event(raw, EventType(event.type))
        if isinstance(said, HandlingStep | FeedbackPayload) and said.inventory is not None:
            return said.inventory
    return None


def inventory_of(court: CourtNode, seizure: SeizureRecord) -> SeizureInventory:
    """The inventory in clear."""
    return msgspec.json.decode(
        court.at_rest.decrypt(seizure.inventory, context=seizures.INVENTORY), type=SeizureInventory
    )


def hand_over_of(court: CourtNode, seizure: SeizureRecord) -> HandOverPayload | None:
    """The hand-over in clear, if there was one."""
    if seizure.hand_over is None:
        return None
    return msgspec.json.decode(
        court.at_rest.decrypt(seizure.hand_over, context=seizures.HAND_OVER), type=HandOverPayload
    )
