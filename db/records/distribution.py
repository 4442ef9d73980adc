"""Distribution of a case's proceeds (案款分配): who takes part, the plan, its shares, objections to it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ParticipationRecord:
    """A creditor of another case, of this court or another, who applied to take part (参与分配申请).

    With `asset_id` in what that thing brings, without it in whatever comes in.
    """

    id: UUID
    case_id: UUID
    court: str
    case_number: str
    amount: Decimal
    priority: str
    seizure_rank: int | None
    applied_on: date
    recorded_by: str
    recorded_at: datetime
    version: int = 1
    asset_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """One plan; costs, shares and surplus are together the proceeds, which were the debtor's `debtor_id`."""

    id: UUID
    case_id: UUID
    asset_id: UUID | None
    basis: str
    proceeds: Decimal
    costs: Decimal
    surplus: Decimal
    arrived_on: date
    status: str
    replaces: UUID | None
    drawn_by: str
    drawn_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    paid_by: str | None
    paid_on: date | None
    version: int
    debtor_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ShareRecord:
    """What one claim gets; `no` counts from 1 within the plan, `claim_no` is that of an own claim."""

    plan_id: UUID
    no: int
    court: str
    case_number: str
    priority: str
    seizure_rank: int | None
    claim: Decimal
    share: Decimal
    served_on: date | None
    claim_no: int | None = None


@dataclass(frozen=True, slots=True)
class PlanDebtorRecord:
    """A debtor, on whom the plan is served and who may object to it; `no` counts on after the shares."""

    plan_id: UUID
    no: int
    party_id: UUID
    served_on: date | None = None


@dataclass(frozen=True, slots=True)
class PayoutRecord:
    """The payment that a share became in a case of this court."""

    plan_id: UUID
    no: int
    payment_id: UUID


@dataclass(frozen=True, slots=True)
class PlanObjectionRecord:
    """The objection of the participant `no`, and the days of what followed it."""

    plan_id: UUID
    no: int
    received_on: date
    notified_on: date | None = None
    opposed_on: date | None = None
    opposed_by: int | None = None
    opposition_told_on: date | None = None
    sued_on: date | None = None
    suit_ended_on: date | None = None
    suit_outcome: str | None = None


@dataclass(frozen=True, slots=True)
class PayoutDeferralRecord:
    """A payout that was asked to be put off (延缓发放), and who agreed to it."""

    id: UUID
    plan_id: UUID
    ground: str
    until_on: date
    status: str
    requested_by: str
    requested_at: datetime
    chief_by: str | None = None
    chief_at: datetime | None = None
    president_by: str | None = None
    president_at: datetime | None = None
    version: int = 1
