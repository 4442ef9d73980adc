"""What an officer asks for, and the row that says so.

Invariant: whatever is malformed stays out of the row, for it may be anything; a number stands there as a keyed hash.
"""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from db import parties
from db.clock import civil_date
from db.records.lookups import STARTED, LookupRecord
from db.records.parties import IdentifierKind
from enforcement.court import CourtNode
from enforcement.rules import case_number, identity
from enforcement.rules.lookup import LookupPurpose, ProfileSection, Scope
from enforcement.rules.refusals import Malformed, RuleBroken
from enforcement.rules.rights import Caller
from federation.graph.selection import Selection

_REMARK: Final = "lookups.remark"
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class LookupRequest:
    """What an officer asks: one federated field, about whom, on which basis, where, and which fields of the answer."""

    field: str
    resident_id: str | None = dataclasses.field(repr=False)
    credit_code: str | None = dataclasses.field(repr=False)
    case_number: str = dataclasses.field(repr=False)
    purpose: LookupPurpose
    remark: str | None = dataclasses.field(repr=False)
    sections: tuple[ProfileSection, ...]
    scope: Scope
    selection: Selection
    arguments: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)  # beside what the mandate says
    language: str = "zh"


@dataclasses.dataclass(slots=True)
class Told:
    """What a request says of person and case, each read once: its canonical form, or why it has none."""

    _subject: tuple[IdentifierKind, str] | Malformed
    _number: str | Malformed
    key: bytes | None  # of the subject, as this court finds it

    @property
    def subject(self) -> tuple[IdentifierKind, str]:
        """The one number that names the person. Raises Malformed: IDENTITY, ID_NUMBER or USCC."""
        return _or_raise(self._subject)

    @property
    def case_number(self) -> str:
        """Raises Malformed: CASE_NUMBER."""
        return _or_raise(self._number)

    @property
    def well_formed(self) -> tuple[IdentifierKind | None, str | None]:
        """Of which kind the person's number is, and the case number: None instead of what is malformed."""
        kind = None if isinstance(self._subject, Malformed) else self._subject[0]
        return kind, None if isinstance(self._number, Malformed) else self._number


def read(court: CourtNode, request: LookupRequest, now: datetime) -> Told:
    """Person and case as the request says them."""
    today = civil_date(now)
    subject = _tried(lambda: identity.named(request.resident_id, request.credit_code, today=today))
    number = _tried(lambda: case_number.canonical(request.case_number, today=today))
    key = None if isinstance(subject, Malformed) else parties.identifier_key(court.at_rest, *subject)
    return Told(subject, number, key)


def row(
    court: CourtNode,
    caller: Caller,
    request: LookupRequest,
    told: Told,
    lookup_id: UUID,
    now: datetime,
    refusal: RuleBroken | None,
) -> LookupRecord:
    """The row of an attempt; what is malformed is left out, for it may be anything."""
    kind, number = told.well_formed
    scope = request.scope
    return LookupRecord(
        id=lookup_id,
        at=now,
        officer_id=caller.officer_id,
        field=request.field,
        case_number=number,
        purpose=request.purpose,
        sections=[*request.sections],
        subject_kind=kind,
        subject_key=told.key,
        scope={
            "courts": scope.courts,
            "province": scope.province,
            "wholeZone": scope.whole_zone,
            "requiredCourts": scope.required_courts,
            "onSilence": scope.on_silence,
        },
        outcome=STARTED if refusal is None else refusal.code,
        remark=None if request.remark is None else court.at_rest.encrypt(request.remark, context=_REMARK),
        roles=sorted(caller.roles),
    )


def _tried(make: Callable[[], T]) -> T | Malformed:
    try:
        return make()
    except Malformed as malformed:
        return malformed


def _or_raise(read_as: T | Malformed) -> T:
    if isinstance(read_as, Malformed):
        raise read_as
    return read_as
