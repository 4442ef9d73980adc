"""Whether a case of this court is with another one."""

from db import case_transfers
from db.pool import Conn
from db.records.cases import CaseRecord
from enforcement.rules.case_transfer import CaseEntrusted


async def check_here(conn: Conn, case: CaseRecord) -> None:
    """Return unless the case was sent to another court: what makes its sums is changed there alone.

    Raises:
        CaseEntrusted.
    """
    if any(each.direction == "OUTBOUND" for each in await case_transfers.live_of_cases(conn, [case.id])):
        raise CaseEntrusted
