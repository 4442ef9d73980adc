"""The history of membership: one row and one line of the log for each act, and a line for each refused one.

Invariant: the log names acts, states and codes, never a court's officer, a key or a document.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from db import membership_acts
from db.pool import Conn
from db.records.membership import MembershipActRecord
from enforcement.rules.membership import GATEWAY, CeremonyAct, MembershipAct, MembershipState
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.rights import Caller

_LOG: Final = logging.getLogger(__name__)


async def note(
    conn: Conn,
    act: MembershipAct | CeremonyAct,
    court: str,
    by: Caller | None,
    *,
    now: datetime,
    before: MembershipState | None,
    after: MembershipState | None,
    code: str | None = None,
) -> MembershipActRecord:
    """Write the act down, in the transaction that does it; `by` is None for the gateway itself and for applicants."""
    await membership_acts.lock(conn)
    made = await membership_acts.append(
        conn,
        at=now,
        court=court,
        act=act,
        by_court=GATEWAY if by is None else by.court,
        officer_id=None if by is None else by.officer_id,
        from_state=before,
        to_state=after,
        code=code,
    )
    _LOG.info("membership act", extra={"act": act.value, "state": after, "code": code})
    return made


@contextmanager
def refusals_logged(act: str) -> Iterator[None]:
    """Log by its code what a rule refuses inside."""
    try:
        yield
    except RuleBroken as error:
        _LOG.info("membership act refused", extra={"act": act, "code": error.code})
        raise
