"""What can be attached (财产), and which registry has the say over it. Source: 民诉法解释; 查封规定 arts. 7-9."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


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


class UnitKind(StrEnum):
    """协助执行单位种类."""

    VEHICLE_OFFICE = "VEHICLE_OFFICE"  # 车辆管理所
    BANK = "BANK"  # 银行
    LAND_REGISTRY = "LAND_REGISTRY"  # 不动产登记中心
    MARKET_REGULATOR = "MARKET_REGULATOR"  # 市场监督管理局
    PROVIDENT_FUND_CENTRE = "PROVIDENT_FUND_CENTRE"  # 公积金中心


HANDLES: Final[Mapping[str, frozenset[AssetKind]]] = {
    UnitKind.VEHICLE_OFFICE: frozenset({AssetKind.VEHICLE}),
    UnitKind.BANK: frozenset({AssetKind.BANK_DEPOSIT, AssetKind.WEALTH_PRODUCT}),
    UnitKind.LAND_REGISTRY: frozenset({AssetKind.REAL_ESTATE}),
    UnitKind.MARKET_REGULATOR: frozenset({AssetKind.EQUITY}),
    UnitKind.PROVIDENT_FUND_CENTRE: frozenset({AssetKind.HOUSING_PROVIDENT_FUND}),
}
"""Which unit answers for which kind; a kind in no row has no electronic registry."""


def unit_kinds_for(kind: AssetKind) -> frozenset[str]:
    """The kinds of unit that can search for, and register a measure on, an asset of `kind`."""
    return frozenset(unit for unit, kinds in HANDLES.items() if kind in kinds)
