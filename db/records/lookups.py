"""Look-ups (查询) as both sides write them down. `subject_key` is a keyed hash that only this court can make."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from db.records.cases import CaseStatus

STARTED: Final = "STARTED"
"""A look-up that was allowed and has not ended; one that stays so was interrupted."""
DONE: Final = "DONE"
RATE_LIMITED: Final = "RATE_LIMITED"
COURT_RATE_LIMITED: Final = "COURT_RATE_LIMITED"
STALE: Final = "STALE"


@dataclass(frozen=True, slots=True)
class HeldCase:
    """In whose hands a case is, and how it stands."""

    handler_id: str
    status: CaseStatus


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a look-up's basis rests on: an officer's attempts within the hour, the case, and who is a debtor in it."""

    attempts: int  # without those refused for their number
    case: HeldCase | None
    names_debtor: bool  # the person looked up


@dataclass(frozen=True, slots=True)
class LookupRecord:
    """One attempt of an own officer. `outcome` is STARTED, DONE, NOT_COVERED, or the code of the refusal."""

    id: UUID
    at: datetime
    officer_id: str
    field: str
    case_number: str | None  # None when what was given is no case number
    purpose: str
    sections: list[str]
    subject_kind: str | None
    subject_key: bytes | None
    scope: dict[str, Any]
    outcome: str
    remark: bytes | None = None  # the officer's own words, encrypted at rest
    coverage: dict[str, Any] | None = None
    ended_at: datetime | None = None
    roles: list[str] | None = None  # the officer's offices then; None of a row from before they were kept


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """One ask of another court. What stands in the box is None when the refusal came before it was opened."""

    at: datetime
    asking_court: str
    ask_id: UUID
    digest: str
    outcome: str  # ANSWERED, EMPTY, or the code of the refusal
    lookup_id: UUID | None = None
    officer_id: str | None = None
    field: str | None = None
    case_number: str | None = None
    purpose: str | None = None
    sections: list[str] | None = None
    subject_kind: str | None = None
    subject_key: bytes | None = None
    mandate: bytes | None = None  # the signed statement, encrypted at rest
    rows: int = 0
    roles: list[str] | None = None  # the officer's offices then, as the directory lists them


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The envelope given to an ask, encrypted to the asking court, and the digest of the ask's bytes."""

    digest: str
    answer: bytes


@dataclass(frozen=True, slots=True)
class PersonAccessRecord:
    """Somebody looked at a person, or tried to: an own officer (`court` None) in a look-up, or another court's here.

    `rows` are those that were shown, by all courts of an own look-up; None of one that was refused or interrupted.
    """

    at: datetime
    place: str  # in the order of equal instants
    court: str | None
    officer_id: str | None
    roles: list[str] | None
    lookup_id: UUID | None
    field: str | None
    case_number: str | None
    purpose: str | None
    sections: list[str] | None
    outcome: str
    rows: int | None
