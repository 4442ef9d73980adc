"""The tables `webhooks` and `webhook_deliveries`: which endpoint wants which events, and what is still to be told.

Invariant: a delivery is written with its event (db/events.py), and stays until the endpoint took it, or long enough.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from db.mapping import mapper
from db.pool import Conn
from db.records.webhooks import DeliveryOutcome, WebhookDelivery

_delivery = mapper(WebhookDelivery)

_FORGET: Final = "DELETE FROM webhooks WHERE name <> ALL ($1)"
_KNOW: Final = """
    INSERT INTO webhooks (name, wanted) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET wanted = excluded.wanted
"""


async def set_all(conn: Conn, wanted: Mapping[str, Sequence[str]]) -> None:
    """From now on exactly these endpoints, by name, want these events; what is queued for others is dropped."""
    await conn.execute(_FORGET, list(wanted))
    await conn.executemany(_KNOW, [(name, list(events)) for name, events in wanted.items()])


_CLAIM: Final = """
    UPDATE webhook_deliveries AS claimed
       SET attempts = claimed.attempts + 1, next_attempt_at = $2
      FROM (SELECT webhook, event FROM webhook_deliveries
             WHERE webhook = $4 AND next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT $3
               FOR UPDATE SKIP LOCKED) AS due
     WHERE claimed.webhook = due.webhook AND claimed.event = due.event
    RETURNING claimed.webhook, claimed.event, claimed.topic, claimed.kind, claimed.ref, claimed.at, claimed.attempts
"""


async def claim(conn: Conn, webhook: str, now: datetime, *, until: datetime, limit: int) -> list[WebhookDelivery]:
    """The endpoint's deliveries that are due, each one's attempt counted; nobody else claims them until `until`."""
    return [_delivery(row) for row in await conn.fetch(_CLAIM, now, until, limit, webhook)]


_POSTPONE: Final = """
    UPDATE webhook_deliveries SET next_attempt_at = $3 WHERE webhook = $1 AND event = $2 AND outcome IS NULL
"""


async def postpone(conn: Conn, delivery: WebhookDelivery, *, until: datetime) -> None:
    """Leave the endpoint alone with this until then."""
    await conn.execute(_POSTPONE, delivery.webhook, delivery.event, until)


_CLOSE: Final = """
    UPDATE webhook_deliveries SET outcome = $3, closed_at = $4, next_attempt_at = NULL
     WHERE webhook = $1 AND event = $2 AND outcome IS NULL
"""


async def close(conn: Conn, delivery: WebhookDelivery, outcome: DeliveryOutcome, now: datetime) -> None:
    """It was taken, or is given up."""
    await conn.execute(_CLOSE, delivery.webhook, delivery.event, outcome, now)


_PURGE: Final = "DELETE FROM webhook_deliveries WHERE closed_at < $1"


async def purge(conn: Conn, before: datetime) -> None:
    """Forget what was closed before then."""
    await conn.execute(_PURGE, before)
