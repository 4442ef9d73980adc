"""Closing a case whose debt is performed (执行完毕): its handler finds it, on what is written down; no timer does.

Source: 执行和解规定 art. 8 (a performed settlement closes the case); 关于执行案件立案、结案若干问题的意见 art. 15.
"""

from db import cases, distribution, events, settlements, suspensions
from db.clock import civil_date
from db.pool import transaction
from db.records.audit import AuditAction
from db.records.cases import CaseStatus, ClosingMethod
from enforcement import audit, basis
from enforcement.case_money.claims import TOPIC
from enforcement.case_money.owing import outstanding_of
from enforcement.cases import CaseFile
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.refusals import StaleVersion
from enforcement.rules.rights import Act, Caller
from enforcement.rules.settlement import check_performed


async def close(court: CourtNode, caller: Caller | None, case_number: str, version: int) -> CaseFile:
    """The case, CLOSED as FULLY_ENFORCED. The case's handler.

    Raises:
        Forbidden, NotFound, NotAssigned, CaseNotOpen.
        StaleVersion: the case changed since it was read.
        NotWhollyPerformed: see `check_performed`.
    """
    officer, now = rights.check(caller, Act.CLOSE_CASE), court.clock.now()
    today = civil_date(now)
    async with transaction(court.pool) as conn:
        case = await basis.handled_case(court, conn, officer, case_number)
        if case.version != version:
            raise StaleVersion(case.version)
        check_performed(
            (await outstanding_of(court, conn, case, today)).left,
            [each.status for each in await settlements.of_cases(conn, [case.id])],
            is_distributed=not await distribution.is_unpaid(conn, case.id),
        )
        await suspensions.end_running(conn, case.id, today)
        closed = await cases.move(
            conn, case, CaseStatus.CLOSED, closing_method=ClosingMethod.FULLY_ENFORCED, closed_on=today
        )
        assert closed is not None  # it is locked
        await events.add(conn, topic=TOPIC, ref=case.id, kind="CASE_CLOSED", now=now)
        await audit.note(
            court,
            conn,
            officer,
            AuditAction.CLOSE_CASE,
            outcome=ClosingMethod.FULLY_ENFORCED,
            case_number=case.number,
            object_id=case.id,
        )
        return CaseFile(court, closed, officer)
