"""申请加入: a court asks to become a member. Anybody may send it; the keys in it prove whose it is.

    new                      -> APPLIED
    the same bytes again     -> the same application, nothing is written
    same identity key, newer -> changed; approvals and what was proposed of it are gone, runs of the old document
                                prove nothing
    another identity key     -> refused until the first one is decided

Invariant: what is stored is what the applicant signed; the gateway adds a state and instants.
"""

from datetime import datetime, timedelta
from typing import Final

from db import applications, membership_acts, proposals
from db.ids import new_id
from db.pool import Conn
from db.records.membership import ApplicationRecord, ApplicationState, ProposalState
from enforcement.desk.membership import bundles, history, signing
from enforcement.desk.membership.bundles import Application
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.rules.membership import MembershipAct, MembershipState, ProposalKind, after
from enforcement.rules.membership_refusals import ApplicationPending, TooManyApplications
from enforcement.rules.refusals import StaleVersion
from federation.directory import signed
from federation.directory.documents import ApplicationDocument

MOST_OPEN: Final = 100
"""Applications that wait for a decision, of all courts."""
MOST_CHANGES: Final = 20
"""Changes of one court's application in `_SPAN`."""
_SPAN: Final = timedelta(days=1)
OPEN_STATES: Final = frozenset(
    {ApplicationState.APPLIED, ApplicationState.PENDING_CONFORMANCE, ApplicationState.APPROVED}
)


async def apply(office: MembershipOffice, raw: bytes, court_raw: bytes, version: int = 0) -> ApplicationRecord:
    """The application as it stands after this; `version` is that of the one that it changes, 0 for a new one.

    Raises:
        Malformed, WrongZone, AlreadyMember, KeyProofFailed: see `bundles.application`.
        ApplicationPending: another identity key's application for the court is not decided.
        StaleVersion: it changed meanwhile, or a newer one with the same identity key came before.
        TooManyApplications.
    """
    with history.refusals_logged(MembershipAct.APPLY):
        async with office.act() as sitting:
            wanted = bundles.application(raw, court_raw, sitting.standing, sitting.now)
            before = await applications.newest(sitting.conn, wanted.court)
            if before is None or before.state not in OPEN_STATES:
                _check_version(version, 0)
                return await _add(sitting, wanted, before)
            if before.identity != wanted.identity:
                raise ApplicationPending
            if (before.application, before.court_document) == (raw, court_raw):
                return before
            _check_version(version, before.version)
            return await _amend(sitting, wanted, before)


def _check_version(read: int, current: int) -> None:
    if read != current:
        raise StaleVersion(current)


async def _add(sitting: Sitting, wanted: Application, earlier: ApplicationRecord | None) -> ApplicationRecord:
    state = after(MembershipAct.APPLY, None if earlier is None else MembershipState(earlier.state))
    if await applications.count_open(sitting.conn) >= MOST_OPEN:
        raise TooManyApplications
    await _check_calm(sitting.conn, wanted.court, sitting.now)
    made = _record(wanted, ApplicationState(state), sitting.now)
    await applications.add(sitting.conn, made)
    before = None if earlier is None else MembershipState(earlier.state)
    await history.note(
        sitting.conn, MembershipAct.APPLY, wanted.court, None, now=sitting.now, before=before, after=state
    )
    return made


async def _amend(sitting: Sitting, wanted: Application, before: ApplicationRecord) -> ApplicationRecord:
    if wanted.document.made_at <= signed.read(before.application, ApplicationDocument).document.made_at:
        raise StaleVersion(before.version)
    state = after(MembershipAct.AMEND, MembershipState(before.state))
    await _check_calm(sitting.conn, wanted.court, sitting.now)
    made = await applications.amend(sitting.conn, before, _record(wanted, ApplicationState(state), sitting.now))
    assert made is not None  # nobody else acts meanwhile
    await history.note(
        sitting.conn,
        MembershipAct.AMEND,
        wanted.court,
        None,
        now=sitting.now,
        before=MembershipState(before.state),
        after=state,
    )
    await supersede_admission(sitting, wanted.court)
    return made


async def supersede_admission(sitting: Sitting, court: str) -> None:
    """Close what is proposed of the court's application: it is no longer what the courts were asked to sign."""
    for each in await proposals.listed(sitting.conn, ProposalState.OPEN, court):
        if each.kind == ProposalKind.ADMIT:
            await signing.supersede(sitting, each)


async def _check_calm(conn: Conn, court: str, now: datetime) -> None:
    acts = (await membership_acts.of_courts(conn, [court], MOST_CHANGES))[court]
    changes = [act for act in acts if act.act in {MembershipAct.APPLY, MembershipAct.AMEND} and now - act.at < _SPAN]
    if len(changes) >= MOST_CHANGES:
        raise TooManyApplications


def _record(wanted: Application, state: ApplicationState, now: datetime) -> ApplicationRecord:
    return ApplicationRecord(
        id=new_id(now),
        court=wanted.court,
        state=state,
        applied_at=now,
        changed_at=now,
        identity=wanted.identity,
        application=wanted.raw,
        court_document=wanted.court_raw,
        document_digest=wanted.court_digest,
        reason=None,
        version=1,
    )
