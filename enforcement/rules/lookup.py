"""Look-ups (查询): for which purpose which sections may be read, how often, and who is somebody to look up.

Invariant: every look-up has a filed case that is not closed, an officer of that case, and a debtor in it.
Source: 关于网络查询、冻结被执行人存款的规定 art. 7 (no look-up without a case); docs/safeguards.md, points 1 to 4.
Which section serves which purpose is no statute's list: `SECTIONS` is the default of this release.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from db.records.cases import CaseStatus
from enforcement.rules.refusals import CaseNotOpen, Malformed, RuleBroken
from enforcement.rules.rights import Caller, Role


class LookupPurpose(StrEnum):
    """查询目的."""

    PROPERTY_INVESTIGATION = "PROPERTY_INVESTIGATION"  # 财产调查
    WHEREABOUTS = "WHEREABOUTS"  # 查找下落
    PARTICIPATION_IN_DISTRIBUTION = "PARTICIPATION_IN_DISTRIBUTION"  # 参与分配
    AVOID_DOUBLE_CONTROL = "AVOID_DOUBLE_CONTROL"  # 避免重复控制
    RESUMPTION_CHECK = "RESUMPTION_CHECK"  # 终本复查
    CONCENTRATED_ENFORCEMENT = "CONCENTRATED_ENFORCEMENT"  # 集中执行
    SANCTION_CHECK = "SANCTION_CHECK"  # 惩戒核查


class ProfileSection(StrEnum):
    """What a profile may show, part by part."""

    CASES = "CASES"  # 案件
    ASSETS_UNDER_CONTROL = "ASSETS_UNDER_CONTROL"  # 已控财产
    PAYMENTS = "PAYMENTS"  # 到账
    SETTLEMENTS = "SETTLEMENTS"  # 和解
    SANCTIONS = "SANCTIONS"  # 惩戒
    WHEREABOUTS = "WHEREABOUTS"  # 下落


class MatchLevel(StrEnum):
    """匹配程度: only an equal number may carry personal detail across courts."""

    EXACT_ID = "EXACT_ID"
    OTHER = "OTHER"  # of a later release; no court of this one says it


class OnSilence(StrEnum):
    """What becomes of an answer when a court in scope is silent."""

    REPORT = "REPORT"
    REFUSE = "REFUSE"


_ASSETS: Final = frozenset({ProfileSection.CASES, ProfileSection.ASSETS_UNDER_CONTROL})
_MONEY: Final = frozenset({ProfileSection.PAYMENTS, ProfileSection.SETTLEMENTS, ProfileSection.SANCTIONS})

SECTIONS: Final[Mapping[LookupPurpose, frozenset[ProfileSection]]] = MappingProxyType(
    {
        LookupPurpose.PROPERTY_INVESTIGATION: _ASSETS | _MONEY,
        LookupPurpose.WHEREABOUTS: frozenset({ProfileSection.CASES, ProfileSection.WHEREABOUTS}),
        LookupPurpose.PARTICIPATION_IN_DISTRIBUTION: _ASSETS | {ProfileSection.PAYMENTS},
        LookupPurpose.AVOID_DOUBLE_CONTROL: _ASSETS,
        LookupPurpose.RESUMPTION_CHECK: _ASSETS | _MONEY,
        LookupPurpose.CONCENTRATED_ENFORCEMENT: _ASSETS | _MONEY,
        LookupPurpose.SANCTION_CHECK: frozenset({ProfileSection.CASES, ProfileSection.SANCTIONS}),
    }
)

RATE_WINDOW: Final = timedelta(hours=1)
MIN_DEADLINE_MS: Final = 100
MAX_DEADLINE_MS: Final = 30_000


class LegalBasisRequired(RuleBroken):
    """There is no such case here, or the officer has no part in it."""

    code = "LEGAL_BASIS_REQUIRED"


class PurposeNotPermitted(RuleBroken):
    """The purpose does not allow one of the sections."""

    code = "PURPOSE_NOT_PERMITTED"


class RateLimited(RuleBroken):
    """The officer has used up this hour's look-ups."""

    code = "RATE_LIMITED"


class DirectoryOutdated(RuleBroken):
    """The directory held here is past its time: nobody can be asked until a newer one came."""

    code = "DIRECTORY_OUTDATED"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which courts are asked: exactly one of the first three; what silence means; how long to wait."""

    courts: tuple[str, ...] | None = None
    province: str | None = None
    whole_zone: bool = False
    required_courts: tuple[str, ...] = ()
    on_silence: OnSilence = OnSilence.REPORT
    deadline_ms: int = 3000


def check_scope(scope: Scope) -> None:
    """Return if the scope says one thing.

    Raises:
        Malformed: SCOPE; part FORM, COURTS or DEADLINE.
    """
    if (scope.courts is not None) + (scope.province is not None) + scope.whole_zone != 1:
        raise Malformed("SCOPE", "FORM")
    if scope.courts is not None and (not scope.courts or len(set(scope.courts)) != len(scope.courts)):
        raise Malformed("SCOPE", "COURTS")
    if not MIN_DEADLINE_MS <= scope.deadline_ms <= MAX_DEADLINE_MS:
        raise Malformed("SCOPE", "DEADLINE")


def check_required(scope: Scope, in_scope: Collection[str]) -> None:
    """Return if every required court is asked. Raises Malformed: SCOPE, part REQUIRED_COURTS."""
    if not set(scope.required_courts) <= set(in_scope):
        raise Malformed("SCOPE", "REQUIRED_COURTS")


def check_purpose(purpose: LookupPurpose, sections: Collection[ProfileSection]) -> None:
    """Return if the purpose allows every section. Raises PurposeNotPermitted."""
    if not set(sections) <= SECTIONS[purpose]:
        raise PurposeNotPermitted


SECTIONED: Final = frozenset({"debtorProfile"})
"""The fields that read sections."""


def check_sections(field: str, sections: Collection[ProfileSection]) -> None:
    """Return if the look-up reads something: who is asked for nothing cannot say that there is nothing.

    Raises:
        Malformed: SECTIONS.
    """
    if field in SECTIONED and not sections:
        raise Malformed("SECTIONS", "sections")


def check_rate(attempts: int, limit: int) -> None:
    """Return if one more look-up stays within the hour's limit. Raises RateLimited."""
    if attempts >= limit:
        raise RateLimited


class Held(Protocol):
    """In whose hands a case is, and how it stands."""

    @property
    def handler_id(self) -> str: ...
    @property
    def status(self) -> CaseStatus: ...


HeldT = TypeVar("HeldT", bound=Held)


def check_officer(caller: Caller, case: HeldT | None) -> HeldT:
    """The case, if the caller handles it, or sits in the command centre, which serves every case of its court.

    Raises:
        LegalBasisRequired: no such case, or it is another officer's.
    """
    if case is None or (case.handler_id != caller.officer_id and Role.COMMAND_CENTRE not in caller.roles):
        raise LegalBasisRequired
    return case


def check_case(case: Held) -> None:
    """Return if the case is open, suspended or deferred. Raises CaseNotOpen."""
    if case.status is CaseStatus.CLOSED:
        raise CaseNotOpen
