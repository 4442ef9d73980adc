"""Who looked at whom, for which case, and what came of it: both sides' logs, for those who watch over them."""

from db import access_log, lookups
from db.pool import transaction
from db.records.lookups import AccessRecord, LookupRecord
from enforcement.court import CourtNode
from enforcement.rules.paging import check_first
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import RIGHTS, Act, Caller, check


async def lookup_log(
    court: CourtNode, caller: Caller | None, *, case_number: str | None, first: int
) -> list[LookupRecord]:
    """Look-ups of this court's officers, newest first. Who may read the audit sees all; other officers their own.

    Raises:
        Forbidden, Malformed.
    """
    if caller is None:
        raise Forbidden
    if not caller.roles & RIGHTS[Act.READ_AUDIT]:
        check(caller, Act.LOOK_UP)
    officer_id = None if caller.roles & RIGHTS[Act.READ_AUDIT] else caller.officer_id
    async with transaction(court.pool) as conn:
        return await lookups.newest(conn, case_number=case_number, officer_id=officer_id, limit=check_first(first))


async def asks_received(
    court: CourtNode, caller: Caller | None, *, asking_court: str | None, first: int
) -> list[AccessRecord]:
    """Asks of other courts, newest first, refused ones too. For who may read the audit.

    Raises:
        Forbidden, Malformed.
    """
    check(caller, Act.READ_AUDIT)
    async with transaction(court.pool) as conn:
        return await access_log.newest(conn, court=asking_court, limit=check_first(first))
