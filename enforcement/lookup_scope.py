"""Which courts a look-up reaches: the scope as the officer said it, against the directory and its agreements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from enforcement.rules.lookup import LookupPurpose, ProfileSection, Scope
from enforcement.scope import before_asking, in_scope
from federation.ask.checks import not_agreed
from federation.ask.coverage import CourtCoverage
from federation.ask.status import Reason, Reporter, Status
from federation.directory.document import CourtEntry
from federation.directory.view import DirectoryView
from federation.graph.skew import common


@dataclass(frozen=True, slots=True)
class Plan:
    """Every court in scope as it stands before anybody was asked, and those to ask; the own court asks itself."""

    waiting: Mapping[str, CourtCoverage]
    asked: tuple[str, ...]
    answers_itself: bool
    contracts: Mapping[str, int]  # in which each of them is asked


def plan(
    view: DirectoryView,
    own: str,
    scope: Scope,
    *,
    purpose: LookupPurpose,
    sections: tuple[ProfileSection, ...],
    on: date,
    language: str,
    contract: int,
) -> Plan:
    """The courts in `scope`, sorted out by what the agreements of the day allow; `contract` is that of our release.

    Raises:
        UnknownCourtCode: the scope names a court that is no member.
        Malformed: SCOPE, part PROVINCE: no member is of that province.
    """
    waiting, contracts = {}, {}
    for entry in in_scope(view, scope):
        reason = None if entry.code == own else _reason_against(view, own, entry, purpose, sections, on)
        spoken = contract if entry.code == own else common(contract, entry.contracts)
        if spoken is not None:
            contracts[entry.code] = spoken
        else:
            reason = reason or Reason.UNSUPPORTED_CONTRACT
        waiting[entry.code] = before_asking(entry, reason, language, Reporter.ASKER)
    asked = tuple(c for c, entry in waiting.items() if c != own and entry.status is not Status.NOT_ASKED)
    return Plan(waiting, asked, own in waiting, contracts)


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
