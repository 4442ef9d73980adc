"""What stands in the way of disposing of a thing (处置): the objections that were filed about it, at either court.

Whoever disposes asks here first: a transfer of title, a deduction, an extraction, the notice of an auction, a
distribution. Invariant: what the rule says is said of all objections about the thing, the measure and the task.
"""

from datetime import datetime
from uuid import UUID

from db import objections
from db.at_rest import AtRest
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import AssetKind
from db.records.objections import ObjectionRecord
from db.records.tasks import TaskRecord
from enforcement.basis import content_of
from enforcement.court import CourtNode
from enforcement.payloads import AssetRef
from enforcement.rules import asset_identity
from enforcement.rules.objection import (
    DISPOSING_MATTERS,
    Objection,
    ObjectionKind,
    ObjectionOutcome,
    check_no_objection,
)


def asset_key(at_rest: AtRest, asset: AssetRef) -> bytes:
    """What finds the thing among this court's objections, and among its assets."""
    return at_rest.blind(*asset_identity.named_by(AssetKind(asset.kind), asset.identity))


def objection_of(row: ObjectionRecord) -> Objection:
    """The row in the rule's terms."""
    outcome = None if row.outcome is None else ObjectionOutcome(row.outcome)
    return Objection(ObjectionKind(row.kind), row.filed_on, outcome, row.served_on)


async def check_disposal(
    conn: Conn,
    now: datetime,
    *,
    asset_key: bytes | None = None,
    measure_id: UUID | None = None,
    task_id: UUID | None = None,
) -> None:
    """Return if the thing may be disposed of now; what is not known of it is left out.

    Raises:
        ObjectionPending, EnforcementSuspended.
    """
    found = await objections.about(conn, asset_key=asset_key, measure_id=measure_id, task_id=task_id)
    check_no_objection([objection_of(row) for row in found], civil_date(now))


async def check_task(court: CourtNode, conn: Conn, task: TaskRecord, now: datetime) -> None:
    """Return if the task's next act may come, should its matter dispose of a thing; both courts ask it of their acts.

    Raises:
        ObjectionPending, EnforcementSuspended.
    """
    if task.matter not in DISPOSING_MATTERS:
        return
    content = content_of(court, task)
    key = None if content.asset is None else asset_key(court.at_rest, content.asset)
    await check_disposal(conn, now, asset_key=key, measure_id=content.measure_id, task_id=task.id)
