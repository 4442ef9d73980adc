"""审核: the gateway's admins examine an application: a conformance run, two pairs of eyes, or a rejection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from db import applications, conformance_runs
from db.records.membership import ApplicationRecord, ApplicationState, ApprovalRecord, ConformanceRunRecord
from enforcement.desk import access
from enforcement.desk.membership import applying, conformance, history
from enforcement.desk.membership.office import MembershipOffice, Sitting
from enforcement.rules.membership import (
    MembershipAct,
    MembershipState,
    RejectionReason,
    after,
    check_green,
    check_may_begin,
    check_second_pair_of_eyes,
)
from enforcement.rules.refusals import NotFound, StaleVersion
from enforcement.rules.rights import Caller
from federation.directory import signed
from federation.directory.documents import ApplicationDocument


@dataclass(frozen=True, slots=True)
class _Case:
    """One application before an admin."""

    sitting: Sitting
    application: ApplicationRecord
    admin: Caller

    @property
    def state(self) -> MembershipState:
        return MembershipState(self.application.state)


@asynccontextmanager
async def _case(
    office: MembershipOffice, caller: Caller | None, act: MembershipAct, court: str, version: int
) -> AsyncIterator[_Case]:
    """The court's open application, for an admin who read `version` of it.

    Raises:
        NotSignedIn, Forbidden: for gateway admins.
        NotFound: the court has no open application.
        StaleVersion: it changed.
    """
    with history.refusals_logged(act):
        admin = access.signed_in(caller)
        check_may_begin(act, admin, court)
        async with office.act() as sitting:
            found = await applications.newest(sitting.conn, court)
            if found is None or found.state not in applying.OPEN_STATES:
                raise NotFound
            check_read(found, version)
            yield _Case(sitting, found, admin)


def check_read(application: ApplicationRecord, version: int) -> None:
    """Return if the caller read the application as it stands.

    Raises:
        StaleVersion: otherwise.
    """
    if application.version != version:
        raise StaleVersion(application.version)


async def _move(case: _Case, act: MembershipAct, reason: str | None = None) -> ApplicationRecord:
    wanted = after(act, case.state)
    sitting = case.sitting
    made = await applications.move(sitting.conn, case.application, ApplicationState(wanted), sitting.now, reason)
    assert made is not None  # nobody else acts meanwhile
    await history.note(
        sitting.conn,
        act,
        case.application.court,
        case.admin,
        now=sitting.now,
        before=case.state,
        after=wanted,
        code=reason,
    )
    return made


async def start_run(
    office: MembershipOffice, caller: Caller | None, court: str, version: int
) -> tuple[ApplicationRecord, ConformanceRunRecord]:
    """Have the kit examine the applicant's node; what it finds is recorded when it ends.

    Raises:
        NotSignedIn, Forbidden, NotFound, StaleVersion: see `_case`.
        TransitionNotAllowed: the application is approved.
        ConformanceRunning: a run of the court is not finished.
    """
    act = MembershipAct.START_CONFORMANCE
    async with _case(office, caller, act, court, version) as case:
        after(act, case.state)
        run = await conformance.begin(
            case.sitting.conn, court, case.application.document_digest, case.admin, case.sitting.now
        )
        return await _move(case, act), run


async def approve(office: MembershipOffice, caller: Caller | None, court: str, version: int) -> ApplicationRecord:
    """One admin's approval; with that of a second one the application is APPROVED.

    Raises:
        NotSignedIn, Forbidden, NotFound, StaleVersion: see `_case`.
        TransitionNotAllowed: it is not PENDING_CONFORMANCE.
        SelfApprovalForbidden: the same admin twice, or an officer of the applicant.
        ConformanceRequired: no green run of this very document is recent enough.
    """
    async with _case(office, caller, MembershipAct.APPROVE, court, version) as case:
        sitting, application = case.sitting, case.application
        after(MembershipAct.APPROVE, case.state)
        earlier = (await applications.approvals(sitting.conn, [application.id]))[application.id]
        document = signed.read(application.application, ApplicationDocument).document
        check_second_pair_of_eyes(
            case.admin,
            frozenset(approval.officer_id for approval in earlier),
            frozenset(officer.id for officer in document.court.officers),
        )
        await check_examined(office, sitting, application)
        await applications.approve(sitting.conn, ApprovalRecord(application.id, case.admin.officer_id, sitting.now))
        return await _move(case, MembershipAct.APPROVE if earlier else MembershipAct.ENDORSE)


async def check_examined(office: MembershipOffice, sitting: Sitting, application: ApplicationRecord) -> None:
    """Return if the newest finished run of the court is green, recent, and of the document that is applied with.

    Raises:
        ConformanceRequired: otherwise.
    """
    runs = (await conformance_runs.of_courts(sitting.conn, [application.court]))[application.court]
    last = next((run for run in runs if run.finished_at is not None), None)
    check_green(
        is_green=None if last is None else last.is_green,
        finished_at=None if last is None else last.finished_at,
        digest="" if last is None else last.document_digest,
        wanted=application.document_digest,
        now=sitting.now,
        green_for=office.green_for,
    )


async def reject(
    office: MembershipOffice, caller: Caller | None, court: str, version: int, reason: RejectionReason
) -> ApplicationRecord:
    """The application, rejected for a reason that is a code.

    Raises:
        NotSignedIn, Forbidden, NotFound, StaleVersion: see `_case`.
    """
    async with _case(office, caller, MembershipAct.REJECT, court, version) as case:
        made = await _move(case, MembershipAct.REJECT, reason)
        await applying.supersede_admission(case.sitting, court)
        return made
