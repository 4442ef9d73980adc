"""Rows of the delegated tasks' tables, as frozen values. What identifies a person is encrypted in them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class TaskOrder(StrEnum):
    """In which order a list of tasks comes (排序)."""

    YOUNGEST = "YOUNGEST"  # 最新创建
    DUE = "DUE"  # 最先到期; open tasks alone
    CHANGED = "CHANGED"  # 最近变更


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A delegated task as one of its two courts sees it: the log's head, and what the own court adds."""

    id: UUID
    direction: str  # OUTBOUND | INBOUND
    delegating_court: str
    entrusted_court: str
    matter: str
    status: str
    holder: str | None  # who must act next; None when it ended
    urgent: bool
    content: bytes
    case_id: UUID | None  # the own case; None when INBOUND
    duplicate_key: bytes
    follow_up_of: UUID | None
    created_by: str | None
    submitted_by: str | None
    officer: str | None  # of this court: the delegating handler, or the officer assigned here
    head_seq: int
    head_digest: str
    resume: str | None
    history_no: int
    history_digest: str
    status_at: datetime
    received_at: datetime | None
    asked_at: datetime | None  # when the supplement now awaited was asked for
    due_on: date | None
    due_at: datetime | None
    answer_due_on: date | None
    is_disputed: bool
    version: int
    created_at: datetime
    changed_at: datetime
    synthetic: bool = False

    @property
    def own_court(self) -> str:
        """The court whose row this is."""
        return self.delegating_court if self.direction == "OUTBOUND" else self.entrusted_court

    @property
    def other_court(self) -> str:
        return self.entrusted_court if self.direction == "OUTBOUND" else self.delegating_court


@dataclass(frozen=True, slots=True)
class TaskEventRecord:
    """One signed event of the shared log, with what its commitment stands for."""

    task_id: UUID
    seq: int
    digest: str
    prev: str
    type: str
    author: str
    at: datetime
    status: str
    holder: str
    due_on: date | None
    request_id: UUID | None
    statement: bytes
    salt: bytes
    payload: bytes  # encrypted at rest
    standing: str = "APPLIED"  # APPLIED | REFUSED | FORKED | VOID
    answer_due_on: date | None = None  # by when the entrusted court answers, if this event begins the time anew


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """One internal act on a task (内部办理记录); the other court learns the digest of the last, no more."""

    task_id: UUID
    no: int
    act: str
    officer: str
    at: datetime
    note: bytes | None  # encrypted at rest
    prev: str
    digest: str


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A signed request of the court that may not append, and its answer."""

    id: UUID
    task_id: UUID
    kind: str  # WITHDRAW | SUPPLEMENT
    author: str
    sent_at: datetime
    digest: str
    statement: bytes
    salt: bytes
    payload: bytes  # encrypted at rest
    answer: str | None = None  # GRANTED | REFUSED
    answered_at: datetime | None = None
    head_seq: int | None = None
    head_digest: str | None = None
    answer_statement: bytes | None = None


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """A signed statement of either court beside the log, and how far it came."""

    id: UUID
    task_id: UUID
    kind: str  # StatementKind
    author: str
    at: datetime
    refers: UUID | None
    head_seq: int
    head_digest: str
    digest: str
    statement: bytes
    salt: bytes
    payload: bytes  # encrypted at rest
    officer: str | None = None  # of this court, who signed it; None for the other court's and the node's own
    sent_at: datetime | None = None  # own ones
    received_at: datetime | None = None  # the other court's
    delivered_at: datetime | None = None  # own ones: the other court's signed acceptance came
    refused_code: str | None = None  # own ones: it refused
    read_at: datetime | None = None  # by the court that it was said to


@dataclass(frozen=True, slots=True)
class OutlineRecord:
    """A statement without what it says."""

    id: UUID
    kind: str
    author: str
    at: datetime
    refers: UUID | None
    delivered_at: datetime | None
    refused_code: str | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class OverlayRecord:
    """A mark beside the state: SUPERVISED, COMPLAINED, OBJECTION_PENDING, COUNTERPART_SILENT, DISPUTED."""

    task_id: UUID
    kind: str
    at: datetime
    author: str
    code: str | None = None
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A row of `events`: something of `topic` changed; the source of subscriptions."""

    id: int
    at: datetime
    topic: str
    ref: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class TaskCount:
    """How many tasks of a direction stand in a state; how many of those are overdue, or wait for this court."""

    direction: str
    status: str
    tasks: int
    overdue: int
    held_here: int
