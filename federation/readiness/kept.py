"""Commits a program's message to itself and reads it back, in two transactions."""

from db import self_messages
from db.pool import Pool, transaction
from db.self_messages import SelfMessage
from federation.readiness.faults import NotKept


async def keep(pool: Pool, content: bytes) -> SelfMessage:
    """The row as read back: with `content`, or what another process of the same program wrote after it.

    Raises:
        NotKept: it is neither.
    """
    async with transaction(pool) as conn:
        number = await self_messages.put(conn, content)
    async with pool.acquire() as conn:
        found = await self_messages.read(conn)
    if found is None or found.number < number or (found.number == number and found.content != content):
        raise NotKept
    return found
