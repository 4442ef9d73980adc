"""How a sweep meets every row that is due: in portions, each behind the last row of the one before (keyset).

Invariant: a row that stays due after it was done, or that cannot be done, holds up none behind it; it is met again by
the next sweep. Each row is done in a transaction of its own.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias, TypeVar

from db.pool import Conn, transaction
from enforcement.court import CourtNode

_LOG: Final = logging.getLogger(__name__)
BATCH: Final = 500
"""So many rows are read at once."""
Row = TypeVar("Row")
Key = TypeVar("Key")
Find: TypeAlias = Callable[[Conn, Key | None, int], Awaitable[Sequence[Row]]]
"""(conn, the key of the last row met or None, at most so many): the rows behind it, in the order of their keys."""


async def each(
    court: CourtNode,
    find: Find[Key, Row],
    do: Callable[[Conn, Row], Awaitable[object]],
    *,
    key: Callable[[Row], Key],
) -> int:
    """Do every row once; of how many `do` said that something came of it.

    What fails on a row is logged, all failures of a sweep as one line with the first one's code.
    """
    after: Key | None = None
    done, failed = 0, list[str]()
    found: Sequence[Row] = ()
    while after is None or len(found) == BATCH:
        async with court.pool.acquire() as conn:
            found = await find(conn, after, BATCH)
        if not found:
            break
        for row in found:
            try:
                async with transaction(court.pool) as conn:
                    done += bool(await do(conn, row))
            except Exception as error:  # noqa: BLE001 (whatever it was, the rows behind it must be met)
                failed.append(code_of(error))
        after = key(found[-1])
    if failed:
        _LOG.error("rows of a sweep failed", extra={"rows": len(failed), "code": failed[0]})
    return done


def code_of(error: Exception) -> str:
    """What failed, without what it failed on: a refusal's code, a database's SQLSTATE, or the exception's name."""
    found = getattr(error, "code", None) or getattr(error, "sqlstate", None)
    return found if isinstance(found, str) else type(error).__name__
