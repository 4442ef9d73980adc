"""What is told to systems of the court's own (网络回调)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class DeliveryOutcome(StrEnum):
    """How a delivery ended."""

    DELIVERED = "DELIVERED"  # 已送达
    GIVEN_UP = "GIVEN_UP"  # 已放弃


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event for one endpoint, under way: which attempt this is, from 1."""

    webhook: str
    event: int
    topic: str
    kind: str
    ref: UUID
    at: datetime
    attempts: int
