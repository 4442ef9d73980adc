"""Whether a case of this court is with another one."""

from db import case_transfers
from db.pool import Conn
from db.records.cases import CaseRecord
from db.records.measure_life import NoticeAct
from enforcement.rules.case_transfer import CaseEntrusted
from enforcement.rules.measure_orders import check_case
from enforcement.rules.refusals import CaseNotOpen


async def check_here(conn: Conn, case: CaseRecord) -> None:
    """Return unless the case was sent to another court: what makes its sums is changed there alone.

    Raises:
        CaseEntrusted.
    """
    if any(each.direction == "OUTBOUND" for each in await case_transfers.live_of_cases(conn, [case.id])):
        raise CaseEntrusted


async def check_change(conn: Conn, act: NoticeAct, case: CaseRecord) -> None:
    """Return if a measure of the case may be changed so, by `check_case`, or because it is held for another court.

    Raises:
        CaseNotOpen.
    Source: 委托执行规定 art. 6: what the delegating court controlled counts as controlled for the entrusted court.
    """
    try:
        check_case(act, case.status, case.closing_method)
    except CaseNotOpen:
        if not await case_transfers.is_handed_over(conn, case.id):
            raise
