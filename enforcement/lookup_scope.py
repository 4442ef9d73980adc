"""Which courts a look-up reaches: the scope as the officer said it, against the directory and its agreements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from enforcement.rules.courts import UnknownCourtCode
from enforcement.rules.lookup import LookupPurpose, ProfileSection, Scope
from enforcement.rules.refusals import Malformed
from federation.ask.checks import not_agreed
from federation.ask.coverage import CourtCoverage
from federation.ask.status import Reason, Reporter, Status
from federation.directory.document import CourtEntry
from federation.directory.view import DirectoryView


@dataclass(frozen=True, slots=True)
class Plan:
    """Every court in scope as it stands before anybody was asked, and those to ask; the own court asks itself."""

    waiting: Mapping[str, CourtCoverage]
    asked: tuple[str, ...]
    answers_itself: bool


def plan(
    view: DirectoryView,
    own: str,
    scope: Scope,
    *,
    purpose: LookupPurpose,
    sections: tuple[ProfileSection, ...],
    on: date,
    language: str,
) -> Plan:
    """The courts in `scope`, sorted out by what the agreements of the day allow.

    Raises:
        UnknownCourtCode: the scope names a court that is no member.
        Malformed: SCOPE, part PROVINCE: no member is of that province.
    """
    waiting = {}
    for entry in _in_scope(view, scope):
        reason = None if entry.code == own else _reason_against(view, own, entry, purpose, sections, on)
        waiting[entry.code] = CourtCoverage(
            court=entry.code,
            name=entry.name_zh if language == "zh" else entry.name_en,
            status=Status.TIMED_OUT if reason is None else Status.NOT_ASKED,
            reason=reason or Reason.PENDING,
            reported_by=Reporter.ASKER,
        )
    asked = tuple(c for c, entry in waiting.items() if c != own and entry.status is not Status.NOT_ASKED)
    return Plan(waiting, asked, own in waiting)


def _in_scope(view: DirectoryView, scope: Scope) -> list[CourtEntry]:
    """The members that the scope means. Courts that have left are no part of the zone any more."""
    members = {entry.code: entry for entry in view.courts() if entry.state != "WITHDRAWN"}
    if scope.courts is not None:
        if not set(scope.courts) <= set(members):
            raise UnknownCourtCode
        return [members[code] for code in scope.courts]
    if scope.province is None:
        return list(members.values())
    found = [entry for entry in members.values() if scope.province in {entry.province, entry.code[:1]}]
    if not found:
        raise Malformed("SCOPE", "PROVINCE")
    return found


def _reason_against(
    view: DirectoryView,
    own: str,
    entry: CourtEntry,
    purpose: LookupPurpose,
    sections: tuple[ProfileSection, ...],
    on: date,
) -> Reason | None:
    """Why `entry` is not asked; None when it is."""
    if not view.is_active(entry.code):
        return Reason.MEMBERSHIP_SUSPENDED
    agreement = view.agreement(own, entry.code, on)
    if agreement is None:
        return Reason.NO_AGREEMENT
    return not_agreed(agreement, purpose, sections)
