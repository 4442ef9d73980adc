"""What an entrusted court may put on record of its work: when, by whom, and what proves it.

Invariant: pure, and asked by both courts of the same values: before the event is signed, and before it is taken in.
Which officers a court has is its own word; see `enforcement/tasks/handling.py`.
Source: 民诉法 arts. 239, 256; 查封规定 art. 18.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from db.records.searches import ReceiptResult
from enforcement.payloads import AssistanceReceiptPayload, FeedbackPayload, HandlingStep, SeizureInventory
from enforcement.rules.feedback import (
    ON_SITE,
    ON_SITE_OFFICERS,
    FeedbackResult,
    StepKind,
    check_evidence,
    check_officers,
)
from enforcement.rules.matter import MatterRule
from enforcement.rules.refusals import Malformed
from enforcement.rules.seizure import check_further
from enforcement.rules.task_refusals import EvidenceRequired

CLOCKS: Final = timedelta(minutes=5)
"""How far two clocks may be apart; a setting of neither court, for both must come to the same word."""


@dataclass(frozen=True, slots=True)
class Handled:
    """From when a court has had the task, if that is known, until the event that tells of the work is signed."""

    since: datetime | None
    until: datetime


def check_instant(at: datetime, handled: Handled, part: str) -> None:
    """Return if the work may have happened at `at`.

    Raises:
        Malformed: PERIOD; it lies ahead, or the court did not have the task yet.
    """
    is_ahead = at.tzinfo is None or at > handled.until + CLOCKS
    if is_ahead or (handled.since is not None and at < handled.since - CLOCKS):
        raise Malformed("PERIOD", part)


def check_step(step: HandlingStep, handled: Handled) -> None:
    """Return if `step` names its officers, may have happened when it says, and carries the proof of its kind.

    Raises:
        TwoOfficersRequired, Malformed: its officers, instant or inventory.
        EvidenceRequired: a receipt that nobody gave, or a seizure without its inventory.
    """
    kind = StepKind(step.kind)
    check_officers(kind, len(set(step.officers)))
    check_instant(step.at, handled, "at")
    if (step.receipt is None) is (kind is StepKind.RECEIPT_RECEIVED):
        raise EvidenceRequired("kind")
    if step.inventory is not None:
        if kind not in ON_SITE:
            raise Malformed("INVENTORY", "kind")
        check_inventory(step.inventory, handled, officers=step.officers)
    elif kind is StepKind.SEIZED:
        raise EvidenceRequired


def check_inventory(inventory: SeizureInventory, handled: Handled, *, officers: Collection[str] = ()) -> None:
    """Return if the list says what was taken, from when to when, who keeps it, and who signed: `officers` among them.

    Raises:
        Malformed: PERIOD or INVENTORY; `part` names the input field.
    """
    check_instant(inventory.started_at, handled, "startedAt")
    check_instant(inventory.finished_at, handled, "finishedAt")
    if inventory.finished_at < inventory.started_at:
        raise Malformed("PERIOD", "finishedAt")
    signed = {name for name in inventory.signatures if name.strip()}
    holds = {
        "place": bool(inventory.place.strip()),
        "items": bool(inventory.items) and all(item.name.strip() for item in inventory.items),
        "quantity": all(item.quantity > 0 for item in inventory.items),
        "custodian": bool(inventory.custodian.strip()),
        "signatures": len(signed) >= ON_SITE_OFFICERS and set(officers) <= signed,
    }
    for part, is_said in holds.items():
        if not is_said:
            raise Malformed("INVENTORY", part)
    check_further(inventory)


def check_feedback(rule: MatterRule, feedback: FeedbackPayload, handled: Handled) -> None:
    """Return if the feedback's inventory is one, and what it claims is proved.

    Raises:
        EvidenceRequired, Malformed.
    """
    if feedback.inventory is not None:
        check_inventory(feedback.inventory, handled)
    proved = is_proved(feedback.receipts, feedback.inventory)
    check_evidence(rule, FeedbackResult(feedback.result), has_evidence=proved)


def is_proved(receipts: Iterable[AssistanceReceiptPayload], inventory: SeizureInventory | None) -> bool:
    """Whether an act is proved: by the receipt of a unit that did not refuse, or by an inventory."""
    return inventory is not None or any(receipt.result == ReceiptResult.REGISTERED for receipt in receipts)
