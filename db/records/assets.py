"""Assets (财产) and the control measures (控制性措施) queued on them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class AssetKind(StrEnum):
    """财产种类."""

    BANK_DEPOSIT = "BANK_DEPOSIT"  # 银行存款
    INTERNET_BALANCE = "INTERNET_BALANCE"  # 网络资金
    WEALTH_PRODUCT = "WEALTH_PRODUCT"  # 理财产品
    SECURITIES = "SECURITIES"  # 证券
    EQUITY = "EQUITY"  # 股权
    REAL_ESTATE = "REAL_ESTATE"  # 不动产
    VEHICLE = "VEHICLE"  # 机动车
    MOVABLE = "MOVABLE"  # 动产
    HOUSING_PROVIDENT_FUND = "HOUSING_PROVIDENT_FUND"  # 住房公积金
    INCOME = "INCOME"  # 收入
    RECEIVABLE = "RECEIVABLE"  # 到期债权
    IP_RIGHT = "IP_RIGHT"  # 知识产权
    INSURANCE_VALUE = "INSURANCE_VALUE"  # 保险现金价值
    SHIP = "SHIP"  # 船舶
    OTHER_RIGHT = "OTHER_RIGHT"  # 其他财产权


class AssetStatus(StrEnum):
    """财产状态."""

    FOUND = "FOUND"  # 已发现
    CONTROLLED = "CONTROLLED"  # 已控制
    RELEASED = "RELEASED"  # 已解除
    DISPOSED = "DISPOSED"  # 已处置


class MeasureKind(StrEnum):
    """措施种类."""

    SEAL = "SEAL"  # 查封
    SEIZE = "SEIZE"  # 扣押
    FREEZE = "FREEZE"  # 冻结
    WITHHOLD_INCOME = "WITHHOLD_INCOME"  # 扣留
    DEDUCT = "DEDUCT"  # 划拨
    EXTRACT = "EXTRACT"  # 提取


class MeasureStatus(StrEnum):
    """措施状态."""

    PROPOSED = "PROPOSED"  # 拟采取
    RULED = "RULED"  # 已裁定
    NOTICE_SENT = "NOTICE_SENT"  # 已发协助通知
    EFFECTIVE = "EFFECTIVE"  # 生效
    WAITING = "WAITING"  # 轮候
    RENEWED = "RENEWED"  # 续行
    LIFTED = "LIFTED"  # 解除
    EXPIRED = "EXPIRED"  # 期满失效
    EXTINGUISHED = "EXTINGUISHED"  # 处置后消灭
    REFUSED = "REFUSED"  # 协助单位拒绝
    CONVERTED = "CONVERTED"  # 转为其他措施


class LiftGround(StrEnum):
    """解除事由. Source: 查封规定 art. 28."""

    THIRD_PARTY_PROPERTY = "THIRD_PARTY_PROPERTY"  # 案外人财产
    APPLICATION_WITHDRAWN_OR_WAIVED = "APPLICATION_WITHDRAWN_OR_WAIVED"  # 撤回申请或者放弃债权
    UNSOLD_AND_NO_DEBT_SWAP = "UNSOLD_AND_NO_DEBT_SWAP"  # 流拍且不以物抵债
    DEBT_CLEARED = "DEBT_CLEARED"  # 债务已清偿
    SECURITY_GIVEN_CREDITOR_AGREES = "SECURITY_GIVEN_CREDITOR_AGREES"  # 提供担保且申请执行人同意
    OVER_SEALED = "OVER_SEALED"  # 超标的
    OTHER = "OTHER"  # 其他


class Owned(NamedTuple):
    """Rows of what is somebody's own, in one of these states."""

    owner_id: UUID
    statuses: tuple[str, ...]

    def has(self, owner_id: UUID, status: str) -> bool:
        """Whether a row of that owner, in that state, is among them."""
        return owner_id == self.owner_id and status in self.statuses


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """One asset. `identity` is encrypted JSON of its registry identity; `identity_key` finds it. So are its `facts`."""

    id: UUID
    case_id: UUID
    owner_id: UUID
    kind: AssetKind
    identity: bytes
    identity_key: bytes
    division: str
    description: str
    estimated_value: Decimal | None
    source: str
    found_on: date
    as_of: datetime
    status: AssetStatus
    only_home: bool
    exemption: str | None
    co_owned: bool
    mortgage_amount: Decimal | None
    version: int
    synthetic: bool
    facts: bytes | None = None


@dataclass(frozen=True, slots=True)
class MeasureRecord:
    """One measure. `case_id` is None when the ordering court's case is not known here; rank 1 is the first seizure."""

    id: UUID
    asset_id: UUID
    case_id: UUID | None
    kind: MeasureKind
    status: MeasureStatus
    ordering_court: str
    executing_court: str
    ruling_no: str
    ruled_on: date
    notice_sent_at: datetime | None
    registered_at: datetime | None
    effective_at: datetime | None
    expires_on: date | None
    rank: int | None
    term_years: int | None
    value: Decimal
    lifted_on: date | None
    lift_ground: str | None
    task_id: UUID | None
    version: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ControlRecord:
    """What a look-up shows of a measure and its asset, whose `identity` is encrypted JSON."""

    measure_id: UUID
    asset_kind: AssetKind
    identity: bytes
    division: str
    kind: MeasureKind
    status: MeasureStatus
    rank: int | None
    effective_at: datetime | None
    expires_on: date | None
    value: Decimal


@dataclass(frozen=True, slots=True)
class WatchRecord:
    """车辆布控 on a registered but not yet found vehicle; `scope` is court codes."""

    id: UUID
    asset_id: UUID
    measure_id: UUID
    case_id: UUID
    ruling_no: str
    scope: list[str]
    status: str
    issued_on: date
    expires_on: date
    lifted_on: date | None
    synthetic: bool
