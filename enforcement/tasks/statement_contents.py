"""What each kind of statement says: the personal payload that its commitment stands for, and what it has to hold.

Invariant: decoded strictly; a new field is added with a default, so that courts of two releases understand each other.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from enforcement.payloads import AssetRef, FindingPayload, Payload

MOST_BYTES: Final = 64 * 1024
"""The largest payload of a statement, written."""
MOST_TEXT: Final = 4000
MOST_NAMED: Final = 500
MOST_FINDS: Final = 10
"""Finds in one announcement, each of which may be some KiB."""
MOST_PROOFS: Final = 20
_MOST_NAME: Final = 200


class NotePayload(Payload, frozen=True, kw_only=True):
    """留言 of one handler to the other."""

    text: str
    officer: str


class CallRecordPayload(Payload, frozen=True, kw_only=True):
    """通话记录: that the two courts spoke, when and how, and what was said."""

    at: datetime
    channel: str  # CommunicationChannel
    officer: str
    counterpart: str = ""
    text: str = ""


class NotesReadPayload(Payload, frozen=True, kw_only=True):
    """已读: which statements of the other court an officer has read."""

    statements: list[UUID]
    officer: str


class FoundPayload(Payload, frozen=True, kw_only=True):
    """发现财产通报: what the entrusted court has just found; its feedback repeats it."""

    findings: list[FindingPayload]


class EvaluationPayload(Payload, frozen=True, kw_only=True):
    """评价 of the completed task, from 1 to 5."""

    score: int
    officer: str
    text: str = ""


class ComplaintPayload(Payload, frozen=True, kw_only=True):
    """投诉: the ground, which the zone is told, and the reason, which it is not."""

    ground: str  # ComplaintGround
    text: str
    answer_by: date
    officer: str


class ComplaintAnswerPayload(Payload, frozen=True, kw_only=True):
    """投诉答复 of the entrusted court."""

    text: str
    officer: str


class ComplaintClosedPayload(Payload, frozen=True, kw_only=True):
    """结束投诉: the delegating court has nothing left to complain about."""

    officer: str
    text: str = ""


class ObjectionPayload(Payload, frozen=True, kw_only=True):
    """异议: who objects to what, and which of the two courts decides, because it is its act."""

    kind: str  # ObjectionKind
    filed_on: date
    decides: str
    objector: str
    text: str
    officer: str
    asset: AssetRef | None = None  # the thing; without it and a measure, all that the task is about
    measure_id: UUID | None = None  # at the ordering court


class ObjectionDecisionPayload(Payload, frozen=True, kw_only=True):
    """异议裁定 of the court whose act it is."""

    outcome: str  # ObjectionOutcome
    decided_on: date
    officer: str
    served_on: date | None = None
    ruling_no: str = ""
    text: str = ""


class Proof(Payload, frozen=True, kw_only=True):
    """A message about the task that the court which waits had sent, and the receipt that it holds."""

    message: UUID
    event: str  # what the zone was told of it
    seq: int  # of the log's newest event then
    state: str  # DeliveryState
    at: datetime | None = None  # when the destination's answer came
    digest: str | None = None  # of the message's bytes, which the receipt names
    receipt: str | None = None  # SHA-256 of the receipt's bytes


class SilencePayload(Payload, frozen=True, kw_only=True):
    """逾期未办证明: a term passed and the other court did not act, as the court that waits puts on record.

    The statement itself names the head of the log at that instant.
    """

    term: str  # TaskTerm
    due_on: date
    missed_at: datetime
    messages: list[Proof]


def is_text(text: str, *, most: int = MOST_TEXT) -> bool:
    """Whether somebody said something, and no more than fits."""
    return len(text.strip()) > 0 and len(text) <= most


def is_name(text: str) -> bool:
    """Whether it is short enough for a name; it may be left out."""
    return len(text) <= _MOST_NAME


def are_ids(ids: Sequence[UUID]) -> bool:
    """Whether it names something, each once, and not too many."""
    return 0 < len(ids) <= MOST_NAMED and len(set(ids)) == len(ids)
