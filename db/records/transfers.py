"""Requests to hand a sealed thing over (商请移送执行), and disposals that have begun."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class TransferDirection(StrEnum):
    """Who asks."""

    OUTBOUND = "OUTBOUND"  # 本院商请
    INBOUND = "INBOUND"  # 外院商请


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """One request, at one of its two courts: case, asset and measure are its own; `peer` is the other court."""

    id: UUID
    direction: TransferDirection
    peer: str
    case_id: UUID
    asset_id: UUID
    measure_id: UUID | None
    status: str
    priority: str
    amount: Decimal
    first_measure_on: date
    asked_at: datetime
    received_on: date | None = None
    due_on: date | None = None
    refused_code: str | None = None
    answered_at: datetime | None = None
    reason: str | None = None
    reserved: Decimal | None = None
    informed_on: date | None = None
    deciding_court: str | None = None
    disputed_at: datetime | None = None
    decided_on: date | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class DisposalNoticeRecord:
    """An auction notice, or a sale, of an asset: from that day on its disposal is under way."""

    id: UUID
    asset_id: UUID
    kind: str
    published_on: date
    recorded_by: str
    recorded_at: datetime
