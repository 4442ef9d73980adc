"""Enforcement cases (执行案件) of one court."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID


class CaseType(StrEnum):
    """案件类型, the type code of the case number as a name."""

    FIRST_ENFORCEMENT = "FIRST_ENFORCEMENT"  # 执
    RESUMED_ENFORCEMENT = "RESUMED_ENFORCEMENT"  # 执恢
    PRESERVATION_ENFORCEMENT = "PRESERVATION_ENFORCEMENT"  # 执保
    ENFORCEMENT_OBJECTION = "ENFORCEMENT_OBJECTION"  # 执异
    ENFORCEMENT_RECONSIDERATION = "ENFORCEMENT_RECONSIDERATION"  # 执复
    ENFORCEMENT_SUPERVISION = "ENFORCEMENT_SUPERVISION"  # 执监
    ENFORCEMENT_COORDINATION = "ENFORCEMENT_COORDINATION"  # 执协
    ENFORCEMENT_OTHER = "ENFORCEMENT_OTHER"  # 执他


class CaseClass(StrEnum):
    """Implementation 执行实施类, review 执行审查类, or other (preservation and the rest)."""

    IMPLEMENTATION = "IMPLEMENTATION"
    REVIEW = "REVIEW"
    OTHER = "OTHER"


class CaseStatus(StrEnum):
    """案件状态."""

    FILED = "FILED"  # 已立案
    NOTICE_SERVED = "NOTICE_SERVED"  # 已发执行通知
    IN_PROGRESS = "IN_PROGRESS"  # 执行中
    SUSPENDED = "SUSPENDED"  # 中止
    DEFERRED = "DEFERRED"  # 暂缓
    CLOSED = "CLOSED"  # 已结


OPEN: Final = frozenset({CaseStatus.FILED, CaseStatus.NOTICE_SERVED, CaseStatus.IN_PROGRESS})
"""A case being worked on: neither suspended, nor deferred, nor closed."""


class ClosingMethod(StrEnum):
    """结案方式."""

    FULLY_ENFORCED = "FULLY_ENFORCED"  # 执行完毕
    TERMINATED_FOR_NOW = "TERMINATED_FOR_NOW"  # 终结本次执行程序
    TERMINATED = "TERMINATED"  # 终结执行
    CANCELLED = "CANCELLED"  # 销案
    NOT_ENFORCED = "NOT_ENFORCED"  # 不予执行
    APPLICATION_DISMISSED = "APPLICATION_DISMISSED"  # 驳回申请


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case. `number` is canonical; `amount_applied` = principal + general interest + costs."""

    id: UUID
    number: str
    type: CaseType
    case_class: CaseClass
    cause: str
    basis_kind: str
    basis_number: str
    filed_on: date
    status: CaseStatus
    closing_method: ClosingMethod | None
    closed_on: date | None
    amount_applied: Decimal
    principal: Decimal
    general_interest: Decimal
    costs: Decimal
    performance_due_on: date | None
    livelihood: str | None
    handler_id: str
    resumed_from: UUID | None
    version: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class PresenceRecord:
    """What this court has of one debtor, in counts and flags only."""

    open_cases: int
    terminated_cases: int
    controlled_assets: int
    dishonest: bool
    restricted: bool


@dataclass(frozen=True, slots=True)
class DeferralRecord:
    """暂缓: of the whole enforcement (kind ENFORCEMENT) or of one auction (kind AUCTION)."""

    id: UUID
    case_id: UUID
    party_id: UUID
    asset_id: UUID | None
    kind: str
    status: str
    requested_at: datetime
    until_on: date | None
    creditor_consents: bool
    venue_court: str
    recorded_by: str
    idempotency_key: str
    version: int
    synthetic: bool
    ground: str | None = None  # why, by DeferralGround; None when it was not recorded
