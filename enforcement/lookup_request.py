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


def subject_of(request: LookupRequest, now: datetime) -> tuple[IdentifierKind, str]:
    """The one number that names the person. Raises Malformed: IDENTITY, ID_NUMBER or USCC."""
    given = [
        (kind, text)
        for kind, text in (
            (IdentifierKind.ID_NUMBER, request.resident_id),
            (IdentifierKind.USCC, request.credit_code),
        )
        if text is not None
    ]
    if len(given) != 1:
        raise Malformed("IDENTITY", "FORM")
    kind, text = given[0]
    return kind, identity.canonical(kind, text, today=civil_date(now))


def row(
    court: CourtNode,
    caller: Caller,
    request: LookupRequest,
    lookup_id: UUID,
    now: datetime,
    refusal: RuleBroken | None,
) -> LookupRecord:
    """The row of an attempt; what is malformed is left out, for it may be anything."""
    subject = _or_none(lambda: subject_of(request, now))
    scope = request.scope
    return LookupRecord(
        id=lookup_id,
        at=now,
        officer_id=caller.officer_id,
        field=request.field,
        case_number=_or_none(lambda: case_number.canonical(request.case_number, today=civil_date(now))),
        purpose=request.purpose,
        sections=[*request.sections],
        subject_kind=subject and subject[0],
        subject_key=subject and parties.identifier_key(court.at_rest, *subject),
        scope={
            "courts": scope.courts,
            "province": scope.province,
            "wholeZone": scope.whole_zone,
            "requiredCourts": scope.required_courts,
            "onSilence": scope.on_silence,
        },
        outcome=STARTED if refusal is None else refusal.code,
        remark=None if request.remark is None else court.at_rest.encrypt(request.remark, context=_REMARK),
    )


def _or_none(make: Callable[[], T]) -> T | None:
    try:
        return make()
    except Malformed:
        return None
