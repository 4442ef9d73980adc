"""What crosses between the two courts about a transfer, inside encrypted boxes."""

from datetime import date
from decimal import Decimal
from typing import Final

from enforcement.payloads import AssetRef, DocumentRef, Payload

DECIDED: Final = "TRANSFER_DECIDED"


class TransferRequestPayload(Payload, frozen=True, kw_only=True):
    """商请移送执行函, with what belongs to it: letter, effective document of the priority, explanation."""

    case_number: str  # of the asking court
    asset: AssetRef
    first_sealed_on: date
    priority: str  # PriorityKind
    amount: Decimal
    documents: list[DocumentRef]
    officer: str | None = None  # whose request it is; None: of a release that did not say so


class TransferAnswerPayload(Payload, frozen=True, kw_only=True):
    """移送执行函, or that there is none and why."""

    answer: str  # TransferAnswer
    documents: list[DocumentRef]
    reason: str | None = None  # DeclineReason
    reserved: Decimal | None = None  # kept for first claims that are not confirmed yet
    informed_on: date | None = None  # when the parties were told


class TransferDisputePayload(Payload, frozen=True, kw_only=True):
    """报请共同上级法院."""

    deciding_court: str
    documents: list[DocumentRef]


class TransferDecisionPayload(Payload, frozen=True, kw_only=True):
    """上级法院的决定, as one of the two received it."""

    answer: str  # TransferAnswer
    decided_on: date
    documents: list[DocumentRef]
