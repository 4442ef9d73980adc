"""What the gateway knows of delegated tasks, nodes and envelopes. Invariant: no field can identify a person."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TrackEventRecord:
    """One accepted message of a task, as its track told it: an event of the log, or a request or overlay beside it.

    `message_id` orders two tellings of the same event, so that the earliest one is kept in whatever order they come.
    """

    track_id: UUID
    seq: int
    type: str
    author: str
    message_id: UUID
    at: datetime
    is_of_log: bool
    status: str
    holder: str | None
    due_on: date | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """委托事项跟踪: a delegated task as the gateway sees it; `seq` is that of the event that made this state.

    `holder` is the court that must act next, None when the task has ended. `recorded_at` never changes and orders
    lists; `version` counts the changes, urges included.
    """

    id: UUID
    delegating_court: str
    entrusted_court: str
    matter: str
    status: str
    holder: str | None
    due_on: date | None
    urgent: bool
    seq: int
    recorded_at: datetime
    changed_at: datetime
    version: int

    @property
    def courts(self) -> frozenset[str]:
        """The two courts that may know of it."""
        return frozenset({self.delegating_court, self.entrusted_court})


@dataclass(frozen=True, slots=True)
class UrgeRecord:
    """催办: the delegating court asked for progress, on a date, without a text."""

    track_id: UUID
    urged_on: date
    at: datetime
    court: str
    officer_id: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class HealthRecord:
    """The outcome of the last probe of a node; `since` is when it first had this state without a break."""

    court: str
    state: str  # REACHABLE | UNREACHABLE | SUSPENDED
    since: datetime
    checked_at: datetime
    latency_ms: int | None


@dataclass(frozen=True, slots=True)
class CarriedEnvelope:
    """An envelope as the gateway sees it: between whom, which kind, how large, and what became of it."""

    at: datetime
    kind: str  # ask | answer | message | receipt
    sender: str
    to: str
    size_bytes: int
    outcome: str


@dataclass(frozen=True, slots=True)
class TrafficCount:
    """How many envelopes of one kind and size were carried with one outcome.

    `padded_kib` is the size to which the box was padded: what an envelope's length tells, and all it tells.
    """

    kind: str
    padded_kib: int
    outcome: str
    envelopes: int
