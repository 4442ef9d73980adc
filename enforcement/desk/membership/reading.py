"""What is shown of membership, to whom: members to every office of the zone, applications to admins and auditors.

Invariant: what needs many rows is read for all at once; proposals are shown whole, so that whoever is asked to sign
sees the bytes, and not the gateway's word of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from db import applications, conformance_runs, membership_acts, proposals
from db.records.membership import (
    ApplicationRecord,
    ApprovalRecord,
    ConformanceFindingRecord,
    ConformanceRunRecord,
    MembershipActRecord,
    ProposalState,
)
from db.records.tracks import TrackRecord
from enforcement.desk import access
from enforcement.desk.membership import proposing, signing, tally, withdrawing
from enforcement.desk.membership.applying import OPEN_STATES
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.desk.membership.signing import Ballot
from enforcement.desk.membership.standing import Standing
from enforcement.rules.membership import ADMINS, GATEWAY, HEADS, MembershipState
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import RIGHTS, Act, Caller, check
from federation.directory.documents import AgreementDocument, CourtDocument, MemberEntry, SuspensionEntry

MOST_RUNS: Final = 20
"""How many runs of an application are shown, newest first."""


@dataclass(frozen=True, slots=True)
class MembershipView:
    """One court's membership: of a member, or of an applicant that is none yet."""

    court: str
    state: MembershipState
    version: int  # given with what acts upon it
    member: MemberEntry = field(repr=False)
    document: CourtDocument = field(repr=False)
    suspension: SuspensionEntry | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """A conformance run with what it found."""

    run: ConformanceRunRecord
    findings: Sequence[ConformanceFindingRecord]


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application with its approvals and runs, newest run first."""

    application: ApplicationRecord
    approvals: Sequence[ApprovalRecord]
    runs: Sequence[RunView]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with its documents and signatures, who may sign it, and how many signatures are missing."""

    ballot: Ballot
    voters: Sequence[str]
    missing: int
    application: ApplicationRecord | None


async def memberships(
    office: MembershipOffice, caller: Caller | None, states: Collection[MembershipState] | None = None
) -> list[MembershipView]:
    """Members and applicants in these states, or all: members in the order in which they joined, then applicants.

    Raises:
        NotSignedIn, Forbidden.
    """
    check(access.signed_in(caller), Act.READ_MEMBERSHIP)
    async with office.look() as sitting:
        waiting = await applications.listed(sitting.conn, sorted(OPEN_STATES))
    found = [*_members(sitting), *(_applicant(each) for each in waiting)]
    return [each for each in found if states is None or each.state in states]


async def membership(office: MembershipOffice, caller: Caller | None, court: str) -> MembershipView | None:
    """One court's, also one whose last application was rejected; None when there is none.

    Raises:
        NotSignedIn, Forbidden.
    """
    check(access.signed_in(caller), Act.READ_MEMBERSHIP)
    async with office.look() as sitting:
        newest = await applications.newest(sitting.conn, court)
    member = next((each for each in _members(sitting) if each.court == court), None)
    return member or (None if newest is None else _applicant(newest))


def _members(sitting: Sitting) -> list[MembershipView]:
    standing, now = sitting.standing, sitting.now
    return [
        MembershipView(
            entry.code, state, standing.version, entry, standing.courts[entry.code], standing.suspension_of(entry, now)
        )
        for entry in standing.members.members
        if (state := standing.state_of(entry, now)) is not None
    ]


def _applicant(application: ApplicationRecord) -> MembershipView:
    document = proposing.applied_with(application)
    return MembershipView(
        application.court,
        MembershipState(application.state),
        application.version,
        document.member,
        document.court,
    )


async def application_views(
    office: MembershipOffice, caller: Caller | None, court: str | None = None
) -> list[ApplicationView]:
    """Applications of one court or of all, newest first, at most 500.

    Raises:
        NotSignedIn, Forbidden: for admins, auditors, and heads of the zone's courts.
    """
    check(access.signed_in(caller), Act.READ_APPLICATIONS)
    async with office.look() as sitting:
        return await _application_views(sitting, await applications.listed(sitting.conn, court=court))


async def _application_views(sitting: Sitting, found: Sequence[ApplicationRecord]) -> list[ApplicationView]:
    approvals = await applications.approvals(sitting.conn, [each.id for each in found])
    runs = await conformance_runs.of_courts(sitting.conn, [each.court for each in found], MOST_RUNS)
    ids = [run.id for several in runs.values() for run in several]
    findings = await conformance_runs.findings(sitting.conn, ids)
    return [
        ApplicationView(
            each, approvals[each.id], [RunView(run, findings[run.id]) for run in runs[each.court] if _is_of(run, each)]
        )
        for each in found
    ]


def _is_of(run: ConformanceRunRecord, application: ApplicationRecord) -> bool:
    return run.started_at >= application.applied_at


async def application_of(office: MembershipOffice, application_id: UUID) -> ApplicationView:
    """The application, to who sent it: the bytes that are signed prove who that is."""
    async with office.look() as sitting:
        (found,) = await applications.several(sitting.conn, [application_id])
        (view,) = await _application_views(sitting, [found])
    return view


async def member_of(office: MembershipOffice, court: str) -> MembershipView:
    """The member, to who acted upon it.

    Raises:
        NotFound: it is none.
    """
    async with office.look() as sitting:
        found = next((each for each in _members(sitting) if each.court == court), None)
    if found is None:
        raise NotFound
    return found


async def proposal_of(office: MembershipOffice, proposal_id: UUID) -> ProposalView:
    """The proposal, to who acted upon it.

    Raises:
        NotFound: there is none.
    """
    found = await proposal_view(office, proposal_id)
    if found is None:
        raise NotFound
    return found


async def history(office: MembershipOffice, caller: Caller | None, court: str) -> list[MembershipActRecord]:
    """What was done to the court's membership, newest first, at most 1000 acts; nothing is listed to a stranger."""
    if not _may(caller, Act.READ_MEMBERSHIP):
        return []
    async with office.pool.acquire() as conn:
        return (await membership_acts.of_courts(conn, [court]))[court]


def _may(caller: Caller | None, act: Act) -> bool:
    return caller is not None and bool(caller.roles & RIGHTS[act])


async def proposal_views(
    office: MembershipOffice, caller: Caller | None, state: ProposalState | None = None, court: str | None = None
) -> list[ProposalView]:
    """Proposals in this state or any, about one court or all, newest first, at most 200.

    Raises:
        NotSignedIn, Forbidden.
    """
    check(access.signed_in(caller), Act.READ_APPLICATIONS)
    async with office.look() as sitting:
        return await _views(sitting, await signing.ballots(sitting, await proposals.listed(sitting.conn, state, court)))


async def proposals_about(office: MembershipOffice, caller: Caller | None, court: str) -> list[ProposalView]:
    """Proposals about one court, newest first; nothing is listed to an office that may not read them."""
    if not _may(caller, Act.READ_APPLICATIONS):
        return []
    return await proposal_views(office, caller, court=court)


async def proposal_view(office: MembershipOffice, proposal_id: UUID) -> ProposalView | None:
    """One proposal, to whoever knows its number: all of it is to be published, and an applicant has no token."""
    async with office.look() as sitting:
        found = await proposals.find(sitting.conn, proposal_id)
        ballots = [] if found is None else await signing.ballots(sitting, [found])
        views = await _views(sitting, ballots)
    return views[0] if views else None


async def _views(sitting: Sitting, ballots: Sequence[Ballot]) -> list[ProposalView]:
    wanted = [each.proposal.application_id for each in ballots if each.proposal.application_id is not None]
    applied = {each.id: each for each in await applications.several(sitting.conn, wanted)}
    return [_view(sitting.standing, each, applied) for each in ballots]


def _view(standing: Standing, ballot: Ballot, applied: dict[UUID, ApplicationRecord]) -> ProposalView:
    seats = tally.benches(standing, ballot.drafts)
    is_open = ballot.proposal.state is ProposalState.OPEN
    return ProposalView(
        ballot,
        list(dict.fromkeys(voter.court for bench in seats for voter in bench.voters)) if is_open else [],
        tally.missing(seats, ballot.signers) if is_open else 0,
        applied.get(ballot.proposal.application_id) if ballot.proposal.application_id else None,
    )


async def agreements(
    office: MembershipOffice, caller: Caller | None, court: str | None = None
) -> list[AgreementDocument]:
    """The newest version of each agreement, the framework first; of one court or of all.

    Raises:
        NotSignedIn, Forbidden.
    """
    check(access.signed_in(caller), Act.READ_MEMBERSHIP)
    async with office.look() as sitting:
        found = sitting.standing.agreements
    own = [found[name] for name in sorted(found)]
    return sorted(
        (each for each in own if court is None or each.asking is None or court in {each.asking, each.asked}),
        key=lambda each: each.asking is not None,
    )


async def open_tasks(office: MembershipOffice, caller: Caller | None, court: str) -> list[TrackRecord]:
    """What a court still has to run off, for admins and for the court itself; nothing is listed to others."""
    if caller is None or caller.court not in {GATEWAY, court} or not caller.roles & (HEADS | ADMINS):
        return []
    return await withdrawing.open_tasks(office, court)
