"""提案: what the courts decide is brought before them as the documents that they would sign.

    begun by an admin, or by a court (which no gateway can keep from it)
      -> the next root and members, made by drafts.py from how things stand
      -> open until enough courts signed (signing.py), or another decision came first

Invariant: who proposes has one open proposal per kind and court, and keeps nobody else's back by it; the same one
again is given again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from db import applications, open_tracks, proposals
from db.ids import new_id
from db.records.membership import (
    ApplicationRecord,
    ApplicationState,
    ProposalDocumentRecord,
    ProposalRecord,
    ProposalState,
)
from enforcement.desk import access
from enforcement.desk.membership import drafts, examining, history
from enforcement.desk.membership.drafts import Claim, Draft
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.rules.membership import (
    ADMINS,
    DECISIONS,
    FURTHEST,
    GATEWAY,
    HEADS,
    ZONE,
    CeremonyAct,
    MembershipState,
    ProposalKind,
    SuspensionGround,
    after,
    check_may_begin,
)
from enforcement.rules.membership_refusals import OpenTasksRemain, ProposalOpen
from enforcement.rules.refusals import Forbidden, Malformed, NotFound
from enforcement.rules.rights import Caller
from enforcement.rules.task_status import ENDED
from federation.directory import signed
from federation.directory.documents import ApplicationDocument

EARLY: Final = timedelta(minutes=5)
"""An instant that was written a moment ago is still ahead."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be proposed."""

    kind: ProposalKind
    court: str | None
    effective_at: datetime
    ground: SuspensionGround | None = None


async def propose(office: MembershipOffice, caller: Caller | None, wish: Wish, version: int) -> ProposalRecord:
    """The proposal, open; or the open one that says the same.

    `version` is the application's for ADMIT, else that of how things stand.

    Raises:
        NotSignedIn, Forbidden: see `rules.membership`.
        NotFound: no such member or application.
        StaleVersion, TransitionNotAllowed, ConformanceRequired, OpenTasksRemain, ProposalOpen.
        Malformed: PERIOD (`effectiveAt`).
    """
    with history.refusals_logged(CeremonyAct.PROPOSE):
        who = access.signed_in(caller)
        _check_begins(who, wish)
        async with office.act() as sitting:
            check_ahead(wish.effective_at, sitting.now)
            application = await _admissible(office, sitting, wish, version)
            if (found := await open_like(sitting, wish, who.court)) is not None:
                return found
            if application is None:
                sitting.check_version(version)
                await check_edge(sitting, wish)
            claim = Claim(
                wish.kind,
                wish.court,
                sitting.now,
                wish.effective_at,
                application=None if application is None else applied_with(application),
            )
            applied = None if application is None else application.id
            made = record(claim, who.court, who.officer_id, ground=wish.ground, application_id=applied)
            await add(sitting, made, drafts.follow(sitting.standing, claim), who)
            return made


def _check_begins(who: Caller, wish: Wish) -> None:
    """Renewals are begun as other decisions are: by an admin, or by a court's head."""
    if wish.kind in DECISIONS:
        check_may_begin(DECISIONS[wish.kind], who, wish.court or "")
    elif wish.kind is not ProposalKind.RENEW or not who.roles & (ADMINS if who.court == GATEWAY else HEADS):
        raise Forbidden


def check_ahead(effective_at: datetime, now: datetime) -> None:
    """Return if a decision may be written to take effect then.

    Raises:
        Malformed: PERIOD (`effectiveAt`); past, or more than 90 days ahead.
    """
    if not now - EARLY <= effective_at <= now + FURTHEST:
        raise Malformed("PERIOD", "effectiveAt")


async def _admissible(office: MembershipOffice, sitting: Sitting, wish: Wish, version: int) -> ApplicationRecord | None:
    """The approved application that is to be admitted; None for other kinds."""
    if wish.kind is not ProposalKind.ADMIT:
        return None
    found = await applications.newest(sitting.conn, wish.court or "")
    if found is None or found.state in {ApplicationState.ADMITTED, ApplicationState.REJECTED}:
        raise NotFound
    examining.check_read(found, version)
    after(DECISIONS[wish.kind], MembershipState(found.state))
    await examining.check_examined(office, sitting, found)
    return found


async def check_edge(sitting: Sitting, wish: Wish) -> None:
    """Return if the table has the edge, and nothing that it leaves behind is open.

    Raises:
        NotFound: no such member. TransitionNotAllowed, OpenTasksRemain.
    """
    if wish.court is None:
        return
    member = sitting.standing.member(wish.court)
    state = sitting.standing.state(wish.court, sitting.now)
    if member is None or state is None:
        raise NotFound
    after(DECISIONS[wish.kind], state)
    if (
        wish.kind is ProposalKind.FINISH_WITHDRAWAL
        and member.lost_at is None
        and await open_tracks.of_court(sitting.conn, wish.court, sorted(ENDED), limit=1)
    ):
        raise OpenTasksRemain


async def open_like(sitting: Sitting, wish: Wish, by: str) -> ProposalRecord | None:
    """The open proposal of that kind and court, if it says the same.

    Raises:
        ProposalOpen: `by` has one that says something else.
    """
    found = await proposals.listed(sitting.conn, ProposalState.OPEN)
    alike = [each for each in found if (each.kind, each.court) == (wish.kind, wish.court)]
    for each in alike:
        if (each.effective_at, each.ground) == (wish.effective_at, wish.ground):
            return each
    if any(each.made_by_court == by for each in alike):
        raise ProposalOpen
    return None


def applied_with(application: ApplicationRecord) -> ApplicationDocument:
    """What the applicant signed."""
    return signed.read(application.application, ApplicationDocument).document


def record(
    claim: Claim,
    by_court: str,
    officer_id: str | None,
    *,
    ground: str | None = None,
    application_id: UUID | None = None,
) -> ProposalRecord:
    """The proposal of that claim, made by an officer of `by_court`, or by its key alone."""
    agreement = claim.agreement
    return ProposalRecord(
        id=new_id(claim.made_at),
        kind=claim.kind,
        court=claim.court,
        other_court=None if agreement is None else agreement.asked,
        ground=ground,
        made_at=claim.made_at,
        effective_at=claim.effective_at,
        made_by_court=by_court,
        made_by=officer_id,
        application_id=application_id,
        state=ProposalState.OPEN,
        closed_at=None,
        version=1,
    )


async def add(sitting: Sitting, made: ProposalRecord, documents: Sequence[Draft], who: Caller | None) -> None:
    """Store it, and write that down."""
    rows = [ProposalDocumentRecord(made.id, draft.name, draft.version, draft.body) for draft in documents]
    await proposals.add(sitting.conn, made, rows)
    await history.note(
        sitting.conn,
        CeremonyAct.PROPOSE,
        made.court or ZONE,
        who,
        now=sitting.now,
        before=None,
        after=None,
        code=made.kind,
    )
