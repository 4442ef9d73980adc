"""What the other court of a transfer says of a case's money: payments there, days on which the case stood still."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CarriedPaymentRecord:
    """A payment recorded at the other court, under its id there; `ends_on`: it ended its part of the debt."""

    transfer_id: UUID
    id: UUID
    paid_on: date
    ends_on: date
    amount: Decimal
    claim_no: int | None


@dataclass(frozen=True, slots=True)
class CarriedSuspensionRecord:
    """The days [from_on, until_on) on which the case was suspended or deferred at the other court."""

    transfer_id: UUID
    no: int
    kind: str
    ground: str
    from_on: date
    until_on: date
