"""Who looked at this person (查询人核查): for which case, with which purpose, and how much they were shown.

Invariant: the question is itself in the audit trail with the person's hash, refused ones too, each page as one.
"""

from uuid import UUID

from db import parties, person_accesses
from db.clock import civil_date
from db.pool import transaction
from db.records.audit import DONE, AuditAction
from db.records.lookups import PersonAccessRecord
from enforcement import audit
from enforcement.court import CourtNode
from enforcement.rules import cursors, identity
from enforcement.rules.paging import Page, check_first, page_of
from enforcement.rules.refusals import Forbidden, RuleBroken
from enforcement.rules.rights import RIGHTS, Act, Caller, check

_FIELD = "personAccesses"
PAGE = "PAGE"
"""The outcome of a page after the first."""


async def of_person(
    court: CourtNode,
    caller: Caller | None,
    *,
    resident_id: str | None,
    credit_code: str | None,
    first: int,
    after: str | None,
) -> Page[PersonAccessRecord]:
    """The newest first: all, for who watches over the court; else the caller's own look-ups, if they may look up.

    Raises:
        Forbidden.
        Malformed: IDENTITY, ID_NUMBER, USCC, PAGE, CURSOR.
    """
    if caller is None:
        raise Forbidden
    subject: bytes | None = None
    try:
        subject = _key(court, resident_id, credit_code)
        officer = _only(caller)
        position, wanted = cursors.read(_FIELD, after, cursors.instant, _place), check_first(first) + 1
    except RuleBroken as refusal:
        async with transaction(court.pool) as conn:
            await audit.note(court, conn, caller, AuditAction.READ_ACCESSES, outcome=refusal.code, subject=subject)
        raise
    async with transaction(court.pool) as conn:
        found = await person_accesses.page(conn, subject, officer=officer, after=position, limit=wanted)
        page = page_of(_FIELD, found, first, lambda row: (row.at.isoformat(), row.place))
        outcome = DONE if after is None else PAGE
        await audit.note(
            court,
            conn,
            caller,
            AuditAction.READ_ACCESSES,
            outcome=outcome,
            subject=subject,
            rows=len(page.rows),
        )
    return page


def _key(court: CourtNode, resident_id: str | None, credit_code: str | None) -> bytes:
    """Raises Malformed."""
    kind, number = identity.named(resident_id, credit_code, today=civil_date(court.clock.now()))
    return parties.identifier_key(court.at_rest, kind, number)


def _only(caller: Caller) -> str | None:
    """The officer whose look-ups alone the caller may see; None for everybody's. Raises Forbidden."""
    if caller.roles & RIGHTS[Act.READ_ACCESSES]:
        return None
    return check(caller, Act.LOOK_UP).officer_id


def _place(text: str) -> str:
    """The place of a row. Raises ValueError: it is none of ours."""
    kind, rest = text[:1], text[1:]
    if kind == "L" and str(UUID(rest)) == rest:
        return text
    if kind == "A" and len(rest) == 19 and rest.isascii() and rest.isdigit():  # noqa: PLR2004 (see the statement)
        return text
    raise ValueError
