"""Assisting units (协助执行单位) of a county: who answers searches and carries out notices."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict


class UnitKind(StrEnum):
    """What kind of unit it is."""

    VEHICLE_OFFICE = "VEHICLE_OFFICE"  # 车辆管理所
    BANK = "BANK"  # 银行
    LAND_REGISTRY = "LAND_REGISTRY"  # 不动产登记中心
    PROVIDENT_FUND_CENTRE = "PROVIDENT_FUND_CENTRE"  # 住房公积金管理中心
    MARKET_REGULATOR = "MARKET_REGULATOR"  # 市场监督管理局
    TAX_OFFICE = "TAX_OFFICE"  # 税务局
    POLICE = "POLICE"  # 公安局
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"  # 民政局
    SOCIAL_INSURANCE = "SOCIAL_INSURANCE"  # 社会保险经办机构
    BROKER = "BROKER"  # 证券营业部
    PAYMENT_PLATFORM = "PAYMENT_PLATFORM"  # 网络支付机构


class AssistanceItem(TypedDict):
    """协作事项: one service that a unit offers, the asset kinds it covers, and the papers it wants."""

    code: str
    asset_kinds: list[str]
    documents: list[str]


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """One unit: `channel` says how it is reached (PROVINCIAL_NETWORK, COUNTER, ...)."""

    id: str
    name: str
    kind: UnitKind
    division: str
    channel: str
    items: list[AssistanceItem]
    promised_days: int
    synthetic: bool
