"""Which courts a question reaches (查询范围), and whether enough of them answered: look-ups and clear fields alike."""

from typing import Final

from enforcement.rules.courts import UnknownCourtCode
from enforcement.rules.lookup import OnSilence, Scope
from enforcement.rules.refusals import Malformed
from federation.ask.coverage import CourtCoverage, Coverage
from federation.ask.status import Reason, Reporter, Status
from federation.directory.document import CourtEntry
from federation.directory.view import DirectoryView

NOT_COVERED: Final = "NOT_COVERED"


def in_scope(view: DirectoryView, scope: Scope) -> list[CourtEntry]:
    """The members that the scope means. Courts that have left are no part of the zone any more.

    Raises:
        UnknownCourtCode: the scope names a court that is no member.
        Malformed: SCOPE, part PROVINCE: no member is of that province.
    """
    members = {entry.code: entry for entry in view.courts() if entry.state != "WITHDRAWN"}
    if scope.courts is not None:
        if not set(scope.courts) <= set(members):
            raise UnknownCourtCode("COURTS")
        return [members[code] for code in scope.courts]
    if scope.province is None:
        return list(members.values())
    found = [entry for entry in members.values() if scope.province in {entry.province, entry.code[:1]}]
    if not found:
        raise Malformed("SCOPE", "PROVINCE")
    return found


def before_asking(entry: CourtEntry, reason: Reason | None, language: str, reporter: Reporter) -> CourtCoverage:
    """How a court stands before anybody was asked: still to be heard of, or not asked because of `reason`."""
    return CourtCoverage(
        court=entry.code,
        name=entry.name_zh if language == "zh" else entry.name_en,
        status=Status.PENDING if reason is None else Status.NOT_ASKED,
        reason=reason,
        reported_by=reporter,
    )


def is_covered(scope: Scope, coverage: Coverage) -> bool:
    """Whether the answer may be given: it has a part, every required court looked, and silence is not to be refused."""
    silent = coverage.silent()
    if not coverage.has_parts or silent & set(scope.required_courts):
        return False
    return scope.on_silence is OnSilence.REPORT or not silent
