"""暂停: the gateway alone may suspend, at once and for at most 72 hours; the courts confirm it or it lapses.

Invariant: the gateway keeps at most a third of the active courts suspended, and lifts only what it alone decided.
"""

from datetime import datetime

import msgspec

from db.records.membership import ProposalRecord
from enforcement.desk import access
from enforcement.desk.membership import history, own_suspensions, proposing
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.desk.membership.proposing import Wish
from enforcement.rules.membership import (
    MembershipAct,
    MembershipState,
    ProposalKind,
    SuspensionGround,
    after,
    check_may_begin,
)
from enforcement.rules.membership_refusals import TooManySuspended
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import Caller
from federation.directory.documents import SuspensionEntry
from federation.rules.quorum import LAPSES_AFTER, most_suspended


async def suspend(
    office: MembershipOffice, caller: Caller | None, court: str, ground: SuspensionGround, version: int
) -> None:
    """Suspend the court from now on, by the gateway's own document.

    Raises:
        NotSignedIn, Forbidden: for gateway admins.
        NotFound: no such member. StaleVersion, TransitionNotAllowed, TooManySuspended.
    """
    act = MembershipAct.SUSPEND
    with history.refusals_logged(act):
        admin = access.signed_in(caller)
        check_may_begin(act, admin, court)
        async with office.act() as sitting:
            before = _state(sitting, court)
            sitting.check_version(version)
            following = after(act, before)
            kept = [each for each in sitting.standing.gateway.suspensions if _holds(each, sitting.now)]
            if len(kept) >= most_suspended(len(sitting.standing.root.voters)):
                raise TooManySuspended
            others = [each for each in kept if each.court != court]
            await _submit(office, sitting, [*others, SuspensionEntry(court=court, at=sitting.now, ground=ground)])
            await history.note(
                sitting.conn, act, court, admin, now=sitting.now, before=before, after=following, code=ground
            )


async def reinstate(
    office: MembershipOffice, caller: Caller | None, court: str, effective_at: datetime, version: int
) -> ProposalRecord | None:
    """Lift what the gateway alone decided, at once (None); or bring before the courts what they decided.

    Raises:
        NotSignedIn, Forbidden: an admin; of a decided suspension any court's head, too.
        NotFound: no such member. StaleVersion, TransitionNotAllowed, ProposalOpen, Malformed.
    """
    act = MembershipAct.LIFT
    with history.refusals_logged(act):
        who = access.signed_in(caller)
        check_may_begin(MembershipAct.REINSTATE, who, court)  # whoever may lift may do this
        async with office.act() as sitting:
            before = _state(sitting, court)
            is_own = sitting.standing.suspension(court, sitting.now) is not None
            if is_own:
                check_may_begin(act, who, court)
                sitting.check_version(version)
                await _lift(office, sitting, court, act, who)
                return None
            after(MembershipAct.REINSTATE, before)
    return await proposing.propose(office, who, Wish(ProposalKind.REINSTATE, court, effective_at), version)


async def lapse(office: MembershipOffice) -> int:
    """Strike suspensions whose time is over from the gateway's document; how many there were."""
    async with office.act() as sitting:
        over = [each for each in sitting.standing.gateway.suspensions if not _holds(each, sitting.now)]
        for each in over:
            await own_suspensions.note_lapse(sitting, each)
        if over:
            await _submit(office, sitting, [each for each in sitting.standing.gateway.suspensions if each not in over])
    return len(over)


async def _lift(office: MembershipOffice, sitting: Sitting, court: str, act: MembershipAct, who: Caller) -> None:
    kept = [each for each in sitting.standing.gateway.suspensions if each.court != court]
    await _submit(office, sitting, kept)
    before = MembershipState.SUSPENDED
    await history.note(sitting.conn, act, court, who, now=sitting.now, before=before, after=after(act, before))


async def _submit(office: MembershipOffice, sitting: Sitting, suspensions: list[SuspensionEntry]) -> None:
    changed = msgspec.structs.replace(sitting.standing.gateway, suspensions=suspensions)
    await office.submit(sitting.conn, [own_suspensions.document(office, changed)], sitting.now)


def _state(sitting: Sitting, court: str) -> MembershipState:
    found = sitting.standing.state(court, sitting.now)
    if found is None:
        raise NotFound
    return found


def _holds(entry: SuspensionEntry, now: datetime) -> bool:
    return now - entry.at < LAPSES_AFTER
