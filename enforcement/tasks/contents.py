"""The personal part of each event of the log: which payload it has, how it is written, and how it is read back.

Invariant: what is read was checked strictly; the bytes themselves are what the commitment is over, and they are kept.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from enforcement.payloads import DocumentRef, FeedbackPayload, HandlingStep, Payload, TaskContent
from enforcement.rules.task_log import EventType


class Communication(Payload, frozen=True, kw_only=True):
    """沟通记录: that the two courts spoke, when and how."""

    at: datetime
    channel: str  # PHONE | VIDEO | PLATFORM | IN_PERSON
    counterpart: str = ""
    note: str = ""


class SupplementRequestPayload(Payload, frozen=True, kw_only=True):
    """要求补充: which papers are wanted."""

    papers: list[str]  # RequiredPaper
    communication: Communication | None = None  # an event has it; None: to be found in the conversation
    note: str = ""


class SupplementPayload(Payload, frozen=True, kw_only=True):
    """补充材料."""

    documents: list[DocumentRef]
    note: str = ""


class GroundsPayload(Payload, frozen=True, kw_only=True):
    """Why a task is returned or withdrawn, or a feedback not accepted."""

    reason: str  # ReturnReason for RETURNED, else free
    note: str = ""
    communication: Communication | None = None


class PenTakenPayload(GroundsPayload, frozen=True, kw_only=True):
    """受托法院失联收回: since when the entrusted court is held to be lost, and by which version of the directory."""

    directory: int
    lost_at: datetime


class LoadedPayload(Payload, frozen=True, kw_only=True):
    """A task as it was loaded: its content and, where its state implies them, feedback, papers wanted, grounds."""

    content: TaskContent
    feedback: FeedbackPayload | None = None
    wanted: list[str] = msgspec.field(default_factory=list)
    grounds: GroundsPayload | None = None


PAYLOADS: Final[Mapping[EventType, type[Payload]]] = {
    EventType.DISPATCHED: TaskContent,
    EventType.STEP_RECORDED: HandlingStep,
    EventType.SUPPLEMENT_REQUESTED: SupplementRequestPayload,
    EventType.SUPPLEMENTED: SupplementPayload,
    EventType.FED_BACK: FeedbackPayload,
    EventType.FEEDBACK_REJECTED: GroundsPayload,
    EventType.RETURNED: GroundsPayload,
    EventType.WITHDRAWN: GroundsPayload,
    EventType.PEN_TAKEN: PenTakenPayload,
    EventType.LOADED: LoadedPayload,
}
"""Events in no row carry nothing."""

REQUESTS: Final[Mapping[str, type[Payload]]] = {"WITHDRAW": GroundsPayload, "SUPPLEMENT": SupplementPayload}

P = TypeVar("P", bound=Payload)


class NotAPayload(Exception):
    """The bytes are not a payload of the expected kind."""


def write(payload: Payload | None) -> bytes:
    """The bytes of a payload; none for an event that carries nothing."""
    return b"" if payload is None else msgspec.json.encode(payload)


def read(raw: bytes, kind: type[P]) -> P:
    """The payload in `raw`.

    Raises:
        NotAPayload: malformed, or of another kind.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.MsgspecError:
        raise NotAPayload from None


def read_event(raw: bytes, event_type: EventType) -> Payload | None:
    """The payload of an event of `event_type`.

    Raises:
        NotAPayload: malformed, or something where nothing belongs.
    """
    kind = PAYLOADS.get(event_type)
    if kind is not None:
        return read(raw, kind)
    if raw:
        raise NotAPayload
    return None
