"""Unified standards of delegated tasks (委托事项统一标准): what the courts of a zone agreed upon, and who signed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class StandardStatus(StrEnum):
    """Whether the courts agreed."""

    PROPOSED = "PROPOSED"  # 待签署
    AGREED = "AGREED"  # 已达成
    WITHDRAWN = "WITHDRAWN"  # 已撤回


@dataclass(frozen=True, slots=True)
class StandardRecord:
    """What is demanded of a matter in a province, or in all, from a day on; `papers` come on top of the law's.

    `revision` is the one last agreed upon, 0 before the first. While the courts sign the end of a standard that holds,
    `end_on` is its last day as `end_by` proposed it.
    """

    id: UUID
    matter: str
    province: str | None
    papers: list[str]
    answer_within_days: int | None
    sign_for_working_days: int | None
    from_on: date
    to_on: date | None  # last day
    status: StandardStatus
    revision: int
    end_on: date | None
    end_by: str | None
    proposed_by: str
    recorded_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class RevisionRecord:
    """The very bytes that the courts sign; `position` tells when they agreed, None before."""

    standard_id: UUID
    revision: int
    content: bytes = field(repr=False)
    digest: str
    position: int | None


@dataclass(frozen=True, slots=True)
class HeldStandardRecord:
    """A standard as a node keeps it: what was signed, by which courts, and the statements that prove it."""

    id: UUID
    revision: int
    matter: str
    province: str | None
    papers: list[str]
    answer_within_days: int | None
    sign_for_working_days: int | None
    from_on: date
    to_on: date | None
    content: bytes = field(repr=False)
    statements: list[bytes] = field(repr=False)
    courts: list[str]
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class SignedStandardRecord:
    """That this court signed a text, by which officer, and its statement."""

    standard_id: UUID
    revision: int
    digest: str
    officer_id: str
    signed_at: datetime
    statement: bytes = field(repr=False)


class FrameworkTextKind(StrEnum):
    """Which text of a court stands behind a digest at the gateway."""

    MINUTES = "MINUTES"  # 会议纪要
    SUPERVISION_ANSWER = "SUPERVISION_ANSWER"  # 督办答复


@dataclass(frozen=True, slots=True)
class FrameworkTextRecord:
    """A text of this court about a record of the framework; `digest` is its commitment, made with `salt`."""

    id: UUID
    record_id: UUID
    kind: FrameworkTextKind
    text: bytes = field(repr=False)  # encrypted at rest
    salt: bytes = field(repr=False)
    digest: str
    officer_id: str
    kept_at: datetime
