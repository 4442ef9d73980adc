"""What a court counts and publishes for the whole zone. Nothing here names a person, a case or an asset."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CountyCounts:
    """One county as the records of one court know it."""

    division: str
    open_cases: int
    assets: int
    open_tasks: int


@dataclass(frozen=True, slots=True)
class PairCounts:
    """The tasks that this court sent to `entrusted_court` in a period: how many, and what became of them."""

    entrusted_court: str
    dispatched: int
    signed_for: int
    signed_for_in_time: int
    completed: int
    completed_in_time: int
    returned: int
    handled: int
    handling_minutes: int
    overdue: int
    evaluated: int
    evaluation_points: int
    complaints: int
    objections: int


class StandardMatter(StrEnum):
    """What a unified standard settles."""

    LIVING_COST_MINIMUM = "LIVING_COST_MINIMUM"  # 生活必需费用标准
    PROVIDENT_FUND_WITHDRAWAL = "PROVIDENT_FUND_WITHDRAWAL"  # 住房公积金提取条件
    PRIORITY_OF_FIRST_SEIZURE = "PRIORITY_OF_FIRST_SEIZURE"  # 首封债权受偿顺序
    PAYOUT_TERM = "PAYOUT_TERM"  # 案款发放期限


class StandardPractice(StrEnum):
    """A practice that a standard prescribes."""

    WHEN_WITHDRAWABLE = "WHEN_WITHDRAWABLE"  # 符合提取条件方可提取
    ON_RULING = "ON_RULING"  # 依裁定即可提取
    PRO_RATA = "PRO_RATA"  # 按比例受偿
    FIRST_SEIZURE_FIRST = "FIRST_SEIZURE_FIRST"  # 首封优先受偿
    FIRST_SEIZURE_LARGER_SHARE = "FIRST_SEIZURE_LARGER_SHARE"  # 首封适当多分
    OTHER = "OTHER"  # of a later release; no standard of this one prescribes it


@dataclass(frozen=True, slots=True)
class UnifiedStandardRecord:
    """统一标准 of a province: exactly one of `amount`, `days` and `practice`, as its matter has it."""

    id: UUID
    matter: StandardMatter
    province: str  # its character
    amount: Decimal | None  # CNY
    days: int | None
    practice: StandardPractice | None
    effective_from: date
    effective_to: date | None  # last day
    synthetic: bool
