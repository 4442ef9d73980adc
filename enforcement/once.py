"""Idempotency keys: the same officer, key and act give the same object, and nothing is done twice."""

from datetime import datetime
from typing import Final
from uuid import UUID

from db import idempotency
from db.pool import Conn
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import IdempotencyKeyReused

MAX_KEY: Final = 128


async def claim(conn: Conn, caller: Caller, key: str, act: Act, result_id: UUID, now: datetime) -> UUID | None:
    """Bind the key to `result_id`; None when it was free, else the id of what the key made before.

    Raises:
        Malformed: KEY; empty or longer than 128 characters.
        IdempotencyKeyReused: the key was used for another act.
    """
    if not key.strip() or len(key) > MAX_KEY or "\0" in key:  # which no text column holds
        raise Malformed("KEY", "idempotencyKey")
    made = await idempotency.claim(conn, caller.officer_id, key, act=act, result_id=result_id, now=now)
    if made is None:
        return None
    if made.act != act:
        raise IdempotencyKeyReused
    return made.result_id
