"""Payments (到账) and settlement agreements (执行和解) of a court's cases."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class SettlementStatus(StrEnum):
    """和解状态."""

    NEGOTIATING = "NEGOTIATING"  # 协商中
    SIGNED = "SIGNED"  # 已签订
    PERFORMING = "PERFORMING"  # 履行中
    BREACHED = "BREACHED"  # 违约
    PERFORMED = "PERFORMED"  # 已履行
    VOID = "VOID"  # 无效
    REVOKED = "REVOKED"  # 已撤销


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """Money received in a case; `venue_court` is where the debtor paid.

    `ends_on` is the day on which it ended its part of the debt, by the act `ending`; None: the day of payment.
    """

    id: UUID
    case_id: UUID
    party_id: UUID
    amount: Decimal
    paid_on: date
    recorded_at: datetime
    venue_court: str
    method: str
    idempotency_key: str
    recorded_by: str
    synthetic: bool
    ends_on: date | None = None
    ending: str | None = None
    claim_no: int | None = None  # the claim that the payer named


@dataclass(frozen=True, slots=True)
class SettlementRecord:
    """A settlement belongs to the case, wherever it was signed (`venue_court`)."""

    id: UUID
    case_id: UUID
    party_id: UUID
    total: Decimal
    form: str
    signed_on: date
    venue_court: str
    status: SettlementStatus
    idempotency_key: str
    recorded_by: str
    recorded_at: datetime
    version: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class InstalmentRecord:
    """One date of a 分期履行; `no` counts from 1."""

    settlement_id: UUID
    no: int
    due_on: date
    amount: Decimal
    paid_on: date | None
    paid_amount: Decimal
    replaced_in: int | None = None  # the change of the settlement that took its place; what was paid on it stays


@dataclass(frozen=True, slots=True)
class SettlementChangeRecord:
    """That the parties agreed on other instalments (执行和解规定 art. 5); `no` counts from 1."""

    settlement_id: UUID
    no: int
    agreed_on: date
    form: str
    total_before: Decimal
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ResumptionRecord:
    """A case 执恢 that goes on where `from_case_id` stood when its settlement was broken."""

    case_id: UUID
    from_case_id: UUID
    settlement_id: UUID
    applied_on: date
    resumed_on: date
    performed: Decimal
    guarantor_ruling_no: str | None
    resumed_by: str


@dataclass(frozen=True, slots=True)
class InstalmentPaymentRecord:
    """How much of one payment went to one instalment."""

    settlement_id: UUID
    no: int
    payment_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True)
class GuaranteeRecord:
    """Who guarantees a settlement (执行担保), and whether they promised to be enforced against directly."""

    settlement_id: UUID
    party_id: UUID
    direct_enforcement: bool


@dataclass(frozen=True, slots=True)
class SettlementDecisionRecord:
    """What a judge found of a settlement, on whose application of which day; after a breach, what was chosen."""

    settlement_id: UUID
    outcome: SettlementStatus
    applied_on: date
    decided_by: str
    decided_at: datetime
    choice: str | None = None
