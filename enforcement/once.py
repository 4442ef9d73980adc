"""Idempotency keys: the same officer, key, act and content give the same object, and nothing is done twice.

Invariant: what was asked for is kept as a digest under this court's own key: it says nothing to a reader of the table.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import idempotency
from db.pool import Conn
from enforcement.court import CourtNode
from enforcement.rules.refusals import Malformed
from enforcement.rules.rights import Act, Caller
from enforcement.rules.task_refusals import IdempotencyKeyReused

MAX_KEY: Final = 128
_KIND: Final = "IDEMPOTENT_CONTENT"


async def claim(
    court: CourtNode, conn: Conn, caller: Caller, key: str, act: Act, content: object, *, result_id: UUID, now: datetime
) -> UUID | None:
    """Bind the key to `result_id`; None when it was free, else the id of what the key made before.

    `content` is all that the caller asked for, as plain values and dataclasses of them.

    Raises:
        Malformed: KEY; empty or longer than 128 characters.
        IdempotencyKeyReused: the key was used for another act, or with other content.
    """
    if not key.strip() or len(key) > MAX_KEY or "\0" in key:  # which no text column holds
        raise Malformed("KEY", "idempotencyKey")
    asked = court.at_rest.blind(_KIND, msgspec.json.encode(content, order="sorted").decode())
    made = await idempotency.claim(
        conn, caller.officer_id, key, act=act, content_key=asked, result_id=result_id, now=now
    )
    if made is None:
        return None
    if made.act != act or made.content_key not in {asked, None}:
        raise IdempotencyKeyReused
    return made.result_id
