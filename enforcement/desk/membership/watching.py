"""Acts of membership as they are committed, for one subscription; resumed behind the last one it was told."""

from collections.abc import AsyncGenerator
from typing import Final

import anyio

from db import membership_acts
from db.records.membership import MembershipActRecord
from enforcement.desk import access
from enforcement.desk.feed import Feed, next_news
from enforcement.desk.membership.office import MembershipOffice
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Act, Caller, check

_PAGE: Final = 100


async def acts(
    office: MembershipOffice,
    feed: Feed,
    caller: Caller | None,
    *,
    after: int | None = None,
    look_again_s: float = 5.0,
) -> AsyncGenerator[MembershipActRecord, None]:
    """Each act in its order: from now on, or behind position `after`; none is left out, and none comes twice.

    Raises:
        NotSignedIn, Forbidden.
        Malformed: CURSOR; there is no such position.
    """
    check(access.signed_in(caller), Act.READ_MEMBERSHIP)
    position = await _start(office, after)
    async with feed.watch(membership_acts.CHANNEL) as news:
        while True:
            async with office.pool.acquire() as conn:
                found = await membership_acts.after(conn, position, _PAGE)
            for each in found:
                position = each.position
                yield each
            if len(found) == _PAGE:
                continue
            try:
                await next_news(news, look_again_s)
            except anyio.EndOfStream:
                return


async def _start(office: MembershipOffice, after: int | None) -> int:
    async with office.pool.acquire() as conn:
        last = await membership_acts.last(conn)
    if after is not None and not 0 <= after <= last:
        raise Malformed("CURSOR", "after")
    return last if after is None else after
