"""Where delegated tasks touch searches and measures: what a feedback brings along, and what it leaves at home.

The imports stand inside the functions because searches and measures record their steps through this package.
"""

from dataclasses import dataclass
from datetime import datetime

from db.pool import Conn
from db.records.tasks import TaskRecord
from enforcement.court import CourtNode
from enforcement.payloads import (
    AssistanceReceiptPayload,
    ChannelWord,
    FindingPayload,
    MeasureReportPayload,
    SeizureInventory,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What this court has found and obtained for a task of another court."""

    findings: tuple[FindingPayload, ...] = ()
    receipts: tuple[AssistanceReceiptPayload, ...] = ()
    units: tuple[str, ...] = ()  # who looked, so that "nothing found" has an author
    words: tuple[ChannelWord, ...] = ()  # what each channel said of each kind


async def evidence(court: CourtNode, conn: Conn, task: TaskRecord) -> Evidence:
    """Everything that belongs into the feedback of `task` and is not the officer's own word."""
    from enforcement import findings, receipts  # noqa: PLC0415
    from enforcement.tasks import announcing  # noqa: PLC0415

    return Evidence(
        findings=tuple(await announcing.for_feedback(court, conn, task, court.clock.now())),
        receipts=tuple(await receipts.receipts_of(conn, court.at_rest, task.id)),
        units=tuple(await findings.searched_units(conn, task.id)),
        words=tuple(await findings.words_of(conn, task.id)),
    )


async def awaits_receipt(conn: Conn, task: TaskRecord) -> bool:
    """Whether a unit has not answered a notice yet: what it will say could not follow a feedback."""
    from enforcement import notices  # noqa: PLC0415

    return await notices.is_unanswered(conn, task.id)


async def take(
    court: CourtNode,
    conn: Conn,
    task: TaskRecord,
    *,
    found: list[FindingPayload],
    obtained: list[AssistanceReceiptPayload],
    inventory: SeizureInventory | None = None,
    now: datetime,
) -> None:
    """Keep, at the delegating court, what the entrusted one found, obtained and seized; again changes nothing."""
    from enforcement import findings, receipts, seizures  # noqa: PLC0415

    if found:
        await findings.take_findings(court, conn, task, found, now)
    if obtained:
        await receipts.take_receipts(court, conn, task, obtained, now)
    if inventory is not None:
        await seizures.take_inventory(court, conn, task, inventory)


async def take_report(court: CourtNode, conn: Conn, task: TaskRecord, report: MeasureReportPayload) -> None:
    """Keep, at the ordering court, how its measure stands where the asset lies.

    Raises:
        NotYet: the receipt by which it was registered has not come yet.
    """
    from enforcement import measure_reports  # noqa: PLC0415

    await measure_reports.take(court, conn, task, report)
