"""Telling systems of the court's own what happened (网络回调): each event once, tried for four days.

Life of a delivery
    an event happens         a row for each endpoint that wants it, in the transaction of the event
    a worker claims it       the attempt is counted and committed before the endpoint is called
    2xx                      DELIVERED
    anything else, silence   called again after a pause, with the same id; GIVEN_UP after the tenth attempt

Invariant: an endpoint may be told twice, never not at all within the four days; `webhook-id` tells it which it knows.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

import anyio
import msgspec

from db import webhooks
from db.pool import Pool, transaction
from db.records.webhooks import DeliveryOutcome, WebhookDelivery
from enforcement.court import CourtNode
from enforcement.happenings import HAPPENINGS
from enforcement.rules.webhooks import EventBody, EventData, EventObject, headers, pause_after, type_of

_LOG: Final = logging.getLogger("enforcement.webhooks")
_AT_ONCE: Final = 32
_LEASE: Final = timedelta(seconds=60)
_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An endpoint of the court's own, as its operator wrote it down."""

    name: str
    url: str
    key: bytes = field(repr=False)
    wanted: Sequence[str]


class Call(Protocol):
    """One request to an endpoint."""

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether it was taken: answered in time, with 2xx."""
        ...


async def know(pool: Pool, known: Sequence[Webhook]) -> None:
    """From now on exactly these endpoints are told."""
    async with transaction(pool) as conn:
        await webhooks.set_all(conn, {one.name: one.wanted for one in known})


async def tell(court: CourtNode, webhook: Webhook, call: Call) -> int:
    """Call the endpoint once for each of its deliveries that is due, at most 32; how many there were."""
    now = court.clock.now()
    async with transaction(court.pool) as conn:
        due = await webhooks.claim(conn, webhook.name, now, until=now + _LEASE, limit=_AT_ONCE)
    async with anyio.create_task_group() as group:
        for delivery in due:
            group.start_soon(_one, court, webhook, delivery, call)
    return len(due)


async def tidy(court: CourtNode) -> None:
    """Forget deliveries that were closed thirty days ago."""
    async with court.pool.acquire() as conn:
        await webhooks.purge(conn, court.clock.now() - _KEPT)


async def _one(court: CourtNode, webhook: Webhook, delivery: WebhookDelivery, call: Call) -> None:
    body = body_of(court.code, delivery)
    message_id = f"{court.division}-{delivery.event}"
    is_taken = await call(webhook.url, body, headers(webhook.key, message_id, court.clock.now(), body))
    now = court.clock.now()
    pause = pause_after(delivery.attempts)
    async with transaction(court.pool) as conn:
        if is_taken:
            await webhooks.close(conn, delivery, DeliveryOutcome.DELIVERED, now)
        elif pause is not None:
            await webhooks.postpone(conn, delivery, until=now + pause)
        else:
            await webhooks.close(conn, delivery, DeliveryOutcome.GIVEN_UP, now)
            _LOG.error("webhook given up", extra={"webhook": webhook.name, "event": delivery.event})


def body_of(court: str, delivery: WebhookDelivery) -> bytes:
    """What the endpoint is told: the same bytes at every attempt."""
    told = EventBody(
        type=type_of(delivery.topic, delivery.kind),
        timestamp=delivery.at,
        data=EventData(court, delivery.event, EventObject(HAPPENINGS[delivery.topic].object_type, delivery.ref)),
    )
    return msgspec.json.encode(told)
