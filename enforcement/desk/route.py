"""Whom to delegate to (委托去向): which court takes a matter in a county, on which terms, and whether it answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from db import liaison_officers
from db.clock import civil_date
from db.records.framework import LiaisonRecord
from enforcement.desk import access, health, standards
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.health import Health
from enforcement.desk.members import court_of
from enforcement.desk.refusals import NoAgreement, SameCourt, UnknownDivision
from enforcement.rules.matter import DelegatedMatterType, MatterRule
from enforcement.rules.rights import Caller
from enforcement.rules.task_refusals import MatterNotAgreed, MembershipSuspended
from federation.directory.document import AgreementEntry, CourtEntry
from federation.directory.view import DirectoryView


@dataclass(frozen=True, slots=True)
class Route:
    """The answer: the entrusted court with its liaison officers, the agreement in force, and what the matter needs."""

    asking: CourtEntry
    entrusted: CourtEntry
    agreement: AgreementEntry
    rule: MatterRule
    health: Health
    duty: Mapping[str, LiaisonRecord]  # the hours of its liaison officers, as far as they are registered


def _court_of_division(view: DirectoryView, division: str) -> CourtEntry:
    for court in view.courts():
        if court.division == division and court.state != "WITHDRAWN":
            return court
    raise UnknownDivision


async def find(
    desk: GatewayDesk, caller: Caller | None, *, asking: str, matter: DelegatedMatterType, division: str
) -> Route:
    """Where `asking` sends a matter that is to be done in `division` (GB/T 2260, six digits).

    Raises:
        NotSignedIn, Forbidden: only command centres and liaison officers ask.
        UnknownCourt, UnknownDivision, SameCourt: there is nothing to delegate.
        MembershipSuspended: one of the two takes part in nothing new.
        NoAgreement, MatterNotAgreed: no agreement of the two is in force today, or it leaves the matter out.
    """
    access.check_routes(caller)
    view = desk.directory.current()
    from_court = court_of(view, asking, "from")
    entrusted = _court_of_division(view, division)
    if entrusted.code == from_court.code:
        raise SameCourt
    if not (view.is_active(from_court.code) and view.is_active(entrusted.code)):
        raise MembershipSuspended
    today = civil_date(desk.clock.now())
    agreement = view.agreement(from_court.code, entrusted.code, today)
    if agreement is None:
        raise NoAgreement
    if matter.value not in agreement.matters:
        raise MatterNotAgreed
    async with desk.pool.acquire() as conn:
        state = await health.of_court(desk, conn, entrusted)
        duty = await liaison_officers.on(conn, entrusted.code, today)
        rules = await standards.rules_for(desk, conn, matter, entrusted.code, today)
    return Route(from_court, entrusted, agreement, rules.rule(matter), state, duty)
