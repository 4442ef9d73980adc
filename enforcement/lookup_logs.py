"""Who looked at whom, for which case, and what came of it: both sides' logs, for those who watch over them."""

from datetime import timedelta
from uuid import UUID

from db import access_log, lookups, refused_envelopes
from db.pool import transaction
from db.records.delivery import RefusedEnvelope
from db.records.lookups import AccessRecord, LookupRecord
from enforcement.court import CourtNode
from enforcement.rules import cursors
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import Forbidden
from enforcement.rules.rights import RIGHTS, Act, Caller, check


async def lookup_log(
    court: CourtNode, caller: Caller | None, *, case_number: str | None, first: int, after: str | None
) -> Page[LookupRecord]:
    """Look-ups of this court's officers, newest first. Who may read the audit sees all; other officers their own.

    A party sees those about themselves, once they are as old as `Limits.party_delay_days`: no earlier, for the search
    that follows a look-up could be thwarted.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR.
    """
    if caller is None:
        raise Forbidden
    if not caller.roles & RIGHTS[Act.READ_AUDIT] and caller.party_id is None:
        check(caller, Act.LOOK_UP)
    officer_id = None if caller.roles & RIGHTS[Act.READ_AUDIT] else caller.officer_id
    position, wanted = cursors.read("lookupLog", after, cursors.instant, UUID), check_first(first) + 1
    until = court.clock.now() - timedelta(days=court.limits.party_delay_days)
    async with transaction(court.pool) as conn:
        if caller.party_id is None:
            found = await lookups.page(
                conn, case_number=case_number, officer_id=officer_id, after=position, limit=wanted
            )
        else:
            found = await lookups.about(
                conn, caller.party_id, until=until, case_number=case_number, after=position, limit=wanted
            )
    return page_of("lookupLog", found, first, lambda entry: (entry.at.isoformat(), entry.id))


async def asks_received(
    court: CourtNode, caller: Caller | None, *, asking_court: str | None, first: int, after: str | None
) -> Page[AccessRecord]:
    """Asks of other courts, newest first, refused ones too. For who may read the audit.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR.
    """
    check(caller, Act.READ_AUDIT)
    position, wanted = cursors.read("accessLog", after, cursors.instant, cursors.number), check_first(first) + 1
    async with transaction(court.pool) as conn:
        found = await access_log.page(conn, court=asking_court, after=position, limit=wanted)
    numbered = page_of("accessLog", found, first, lambda row: (row[1].at.isoformat(), row[0]))
    return numbered.shown(lambda row: row[1])


async def refused_unread(
    court: CourtNode, caller: Caller | None, *, first: int, after: str | None
) -> Page[RefusedEnvelope]:
    """Envelopes refused before their sender was proved, newest first: nothing that they say is believed, or kept.

    Raises:
        Forbidden.
        Malformed: PAGE, CURSOR.
    """
    check(caller, Act.READ_AUDIT)
    position, wanted = cursors.read("refusedEnvelopes", after, cursors.instant, cursors.number), check_first(first) + 1
    async with transaction(court.pool) as conn:
        found = await refused_envelopes.page(conn, after=position, limit=wanted)
    numbered = page_of("refusedEnvelopes", found, first, lambda row: (row[1].at.isoformat(), row[0]))
    return numbered.shown(lambda row: row[1])
