"""A clear question to the courts in scope (协作区明文查询): who may ask it, whom it reaches, what came of it.

Invariant: no agreement is needed, for nothing in clear is of a person who is not on a public list; but a court that is
not an active member, or whose release is too far from ours, is not asked.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from enforcement.desk import access
from enforcement.desk.gateway import GatewayDesk
from enforcement.rules.lookup import DirectoryOutdated, Scope, check_required, check_scope
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import RIGHTS, Act, Caller
from enforcement.scope import before_asking, in_scope
from federation.ask.coverage import CourtCoverage
from federation.ask.gathering import Gathering
from federation.ask.status import Reason, Reporter, Status
from federation.clear.scatter import Question, scatter


@dataclass(frozen=True, slots=True)
class Plan:
    """Every court in scope as it stands before anybody was asked, and those to ask."""

    waiting: Mapping[str, CourtCoverage]
    asked: tuple[str, ...]
    deadline_ms: int


def check_reads(caller: Caller | None, act: Act | None) -> Caller:
    """The caller, if their office reads a clear field; with no act, every signed-in caller's does.

    Raises:
        NotSignedIn, MembershipSuspended, Forbidden.
    """
    found = access.signed_in(caller)
    if act is not None and not found.roles & RIGHTS[act]:
        raise Forbidden
    return found


def plan(desk: GatewayDesk, scope: Scope, language: str) -> Plan:
    """The courts in `scope`, sorted out by their membership.

    Raises:
        Malformed: SCOPE.
        UnknownCourtCode: the scope names a court that is no member.
        DirectoryOutdated: nobody can be asked under the directory held here.
    """
    check_scope(scope)
    view = desk.directory.current()
    if desk.clock.now() >= view.expires_at:
        raise DirectoryOutdated
    waiting = {}
    for entry in in_scope(view, scope):
        reason = None if view.is_active(entry.code) else Reason.MEMBERSHIP_SUSPENDED
        if desk.clear.contract_with(entry.code) is None:
            reason = reason or Reason.UNSUPPORTED_CONTRACT
        waiting[entry.code] = before_asking(entry, reason, language, Reporter.GATEWAY)
    check_required(scope, waiting)
    asked = tuple(code for code, entry in waiting.items() if entry.status is not Status.NOT_ASKED)
    return Plan(waiting, asked, scope.deadline_ms)


def held_to(planned: Plan, courts: Collection[str]) -> Plan:
    """The plan for a walk over `courts`: who joined since its first page is no part of it; who left is not asked."""
    waiting = {
        code: planned.waiting.get(code) or CourtCoverage(code, code, Status.NOT_ASKED, Reason.UNKNOWN_COURT)
        for code in courts
    }
    return Plan(waiting, tuple(code for code in planned.asked if code in waiting), planned.deadline_ms)


async def run(
    desk: GatewayDesk, planned: Plan, question: Question, gathering: Gathering, changed: Callable[[], None]
) -> None:
    """Ask everybody who is to be asked; `gathering` fills, and `changed` is called after each."""
    await scatter(desk.clear, gathering, question, planned.asked, budget_ms=planned.deadline_ms, changed=changed)
