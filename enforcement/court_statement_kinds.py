"""The registry of what courts say to each other outside any delegated task: what a kind carries, who hears it.

A new kind is one line here: its payload, what the receiver does in the transaction that takes it in, what the author
does when it was accepted or refused, and when a restored backup has forgotten it. Invariant: a hearer checks before it
writes, refuses with a code, and knows by the statement's author on whose side it is.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from db.pool import Conn
from db.records.court_statements import CourtStatementRecord
from enforcement.case_transfers import hearing as case_transfers
from enforcement.case_transfers import measures_heard
from enforcement.case_transfers import restoring as case_transfers_before
from enforcement.case_transfers import settling as case_transfers_settled
from enforcement.case_transfers.contents import (
    CarriedPaymentsPayload,
    CaseTransferPayload,
    CaseTransferStepPayload,
    HeldMeasuresPayload,
    MeasureAskedPayload,
)
from enforcement.court import CourtNode
from enforcement.payloads import Payload
from enforcement.tasks.statement_contents import MOST_BYTES
from enforcement.transfers import hearing as transfers
from enforcement.transfers import settling as transfers_settled
from enforcement.transfers.contents import (
    TransferAnswerPayload,
    TransferDecisionPayload,
    TransferDisputePayload,
    TransferRequestPayload,
)

Hear: TypeAlias = Callable[[CourtNode, Conn, CourtStatementRecord, Any], Awaitable[None]]
"""(court, conn, the other court's statement, its payload). Raises Refused (final) or NotYet (try again)."""
Settle: TypeAlias = Callable[[CourtNode, Conn, CourtStatementRecord, Any, str | None], Awaitable[None]]
"""(court, conn, the own statement, its payload, the code of its refusal or None: accepted)."""


async def _nothing(_court: CourtNode, _conn: Conn, _said: CourtStatementRecord, _payload: Any, _code: Any) -> None:
    """It was said, and that is all."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a statement of the kind carries, who hears it, and who hears how it ended."""

    payload: type[Payload]
    hear: Hear
    settle: Settle = _nothing
    again: Hear | None = None  # what a restored court does with its own statement; None: what the receiver does
    most_bytes: int = MOST_BYTES  # of its payload, written


_MOST_OF_A_CASE: Final = 192 * 1024
"""A case with all its claims and payments; some of a message is the statement's own."""

KINDS: Final[Mapping[str, Kind]] = {
    "TRANSFER_REQUESTED": Kind(
        TransferRequestPayload, transfers.requested, transfers.request_settled, transfers.requested_before
    ),
    "TRANSFER_ANSWERED": Kind(TransferAnswerPayload, transfers.answered, transfers_settled.answer_settled),
    "TRANSFER_DISPUTED": Kind(TransferDisputePayload, transfers.disputed, transfers_settled.dispute_settled),
    "TRANSFER_DECIDED": Kind(TransferDecisionPayload, transfers.decided),
    "CASE_TRANSFER_SENT": Kind(
        CaseTransferPayload,
        case_transfers.sent,
        case_transfers_settled.sent_settled,
        case_transfers_before.sent_before,
        most_bytes=_MOST_OF_A_CASE,
    ),
    "CASE_TRANSFER_STEP": Kind(
        CaseTransferStepPayload,
        case_transfers.stepped,
        case_transfers_settled.step_settled,
        case_transfers_before.stepped_before,
        most_bytes=_MOST_OF_A_CASE,
    ),
    "CASE_TRANSFER_MEASURES": Kind(
        HeldMeasuresPayload, measures_heard.told, case_transfers_settled.word_settled, measures_heard.told_before
    ),
    "CASE_TRANSFER_MEASURE_ASKED": Kind(
        MeasureAskedPayload, measures_heard.asked, case_transfers_settled.word_settled, measures_heard.asked_before
    ),
    "CASE_TRANSFER_PAID": Kind(CarriedPaymentsPayload, case_transfers.paid, case_transfers_settled.word_settled),
}
