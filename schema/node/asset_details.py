"""What is known of an asset, one type for each kind: the parts of its registry identity, and the facts beside them.

Each field is a part of the identity or a fact of that name (enforcement/rules/asset_facts.py); what nobody said is
null. Parts are masked by the use-cases, never here.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

import strawberry

from enforcement.rules import asset_identity
from enforcement.rules.asset_facts import FACT_NAMES, AssetFacts, whole
from schema.domain_enums import AssetKind
from schema.federated import Personal
from schema.scalars import Money, Quantity


@strawberry.interface(description="What is known of an asset, by its kind. 财产要素")
class AssetDetails:
    kind: AssetKind = strawberry.field(description="Its kind; each has a type of its own. 财产种类")


@strawberry.type(description="A bank deposit. 银行存款", directives=[Personal()])
class BankDeposit(AssetDetails):
    bank: str | None = strawberry.field(description="The bank. 开户银行")
    account: str | None = strawberry.field(description="The account. 账号")
    balance: Money | None = strawberry.field(description="Its balance. 余额")
    available: Money | None = strawberry.field(description="What of it is free. 可用余额")


@strawberry.type(description="A balance with a payment platform. 网络资金", directives=[Personal()])
class InternetBalance(AssetDetails):
    platform: str | None = strawberry.field(description="The platform. 网络支付机构")
    account: str | None = strawberry.field(description="The account. 账号")
    balance: Money | None = strawberry.field(description="Its balance. 余额")
    available: Money | None = strawberry.field(description="What of it is free. 可用余额")


@strawberry.type(description="A wealth product or shares of a fund. 理财产品、基金份额", directives=[Personal()])
class WealthProduct(AssetDetails):
    issuer: str | None = strawberry.field(description="Who issues it. 发行机构")
    account: str | None = strawberry.field(description="The account. 账号")
    units: Quantity | None = strawberry.field(description="How many units. 份额")
    matures_on: date | None = strawberry.field(description="When it is due. 到期日")


@strawberry.type(description="Securities. 证券", directives=[Personal()])
class Securities(AssetDetails):
    broker: str | None = strawberry.field(description="The broker that keeps them. 托管机构")
    account: str | None = strawberry.field(description="The account. 证券账户")
    security_code: str | None = strawberry.field(description="Which security. 证券代码")
    quantity: Quantity | None = strawberry.field(description="How many. 数量")


@strawberry.type(description="A share of a company. 股权及其他投资权益", directives=[Personal()])
class Equity(AssetDetails):
    uscc: str | None = strawberry.field(description="The company's code, GB 32100. 统一社会信用代码")
    company: str | None = strawberry.field(description="The company's name. 公司名称")
    subscribed_capital: Money | None = strawberry.field(description="Subscribed capital. 认缴出资额")
    paid_in_capital: Money | None = strawberry.field(description="Paid-in capital. 实缴出资额")
    share_percent: Quantity | None = strawberry.field(description="The share in percent. 持股比例（%）")


@strawberry.type(description="Real estate. 不动产", directives=[Personal()])
class RealEstate(AssetDetails):
    unit_no: str | None = strawberry.field(description="The unit number, GB/T 37346. 不动产单元号")
    certificate: str | None = strawberry.field(description="The certificate's number. 不动产权证号")
    area_m2: Quantity | None = strawberry.field(description="Area in square metres. 面积（平方米）")
    use: str | None = strawberry.field(description="What it is used for. 用途")
    only_home: bool | None = strawberry.field(description="The debtor's only home; null when nobody knows. 唯一住房")
    is_leased: bool | None = strawberry.field(description="Whether it is let; null when nobody knows. 是否出租")
    lease_ends_on: date | None = strawberry.field(description="The last day of the lease. 租赁到期日")


@strawberry.type(description="A vehicle. 机动车", directives=[Personal()])
class Vehicle(AssetDetails):
    plate: str | None = strawberry.field(description="The plate, GA 36. 号牌号码")
    vin: str | None = strawberry.field(description="The identification number, GB 16735. 车辆识别代号")
    engine_no: str | None = strawberry.field(description="The engine's number. 发动机号")
    vin_check_holds: bool | None = strawberry.field(
        description="False is a hint that the VIN was mistyped, or the car is old or imported; null when the VIN is "
        "masked or unknown. 车辆识别代号校验"
    )
    physical_control: bool | None = strawberry.field(description="Whether a court has the car itself. 实际控制")


@strawberry.type(description="Movable things: machines, stock, animals. 动产", directives=[Personal()])
class Movable(AssetDetails):
    item: str | None = strawberry.field(description="What it is. 物品")
    serial: str | None = strawberry.field(description="Its number. 编号")
    quantity: Quantity | None = strawberry.field(description="How many. 数量")
    custodian: str | None = strawberry.field(description="Who keeps it. 保管人")


@strawberry.type(description="Housing provident fund. 住房公积金", directives=[Personal()])
class HousingProvidentFund(AssetDetails):
    centre: str | None = strawberry.field(description="The centre. 公积金管理中心")
    account: str | None = strawberry.field(description="The account. 账号")
    balance: Money | None = strawberry.field(description="Its balance. 余额")


@strawberry.type(description="Income. 收入", directives=[Personal()])
class Income(AssetDetails):
    employer: str | None = strawberry.field(description="Who pays it. 发放单位")
    monthly_amount: Money | None = strawberry.field(description="What is paid each month. 月收入")


@strawberry.type(description="A claim on somebody else that is due, or will be. 到期债权", directives=[Personal()])
class Receivable(AssetDetails):
    third_debtor: str | None = strawberry.field(description="Who owes it. 第三人")
    contract: str | None = strawberry.field(description="From which contract. 合同编号")
    amount: Money | None = strawberry.field(description="How much. 金额")
    due_on: date | None = strawberry.field(description="When it is due. 到期日")


@strawberry.type(description="Intellectual property. 知识产权", directives=[Personal()])
class IpRight(AssetDetails):
    registration_no: str | None = strawberry.field(description="Its number. 登记号")
    item: str | None = strawberry.field(description="What it is. 权利名称")
    protected_until: date | None = strawberry.field(description="Last day of protection. 保护期届满日")


@strawberry.type(description="Cash value of an insurance. 保险现金价值", directives=[Personal()])
class InsuranceValue(AssetDetails):
    insurer: str | None = strawberry.field(description="The insurer. 保险公司")
    policy_no: str | None = strawberry.field(description="The policy. 保单号")
    cash_value: Money | None = strawberry.field(description="What it yields today. 现金价值")


@strawberry.type(description="A ship. 船舶", directives=[Personal()])
class Ship(AssetDetails):
    registration_no: str | None = strawberry.field(description="Its number. 船舶登记号")
    item: str | None = strawberry.field(description="Its name. 船名")
    gross_tonnage: Quantity | None = strawberry.field(description="Gross tonnage. 总吨位")
    physical_control: bool | None = strawberry.field(description="Whether a court has the ship itself. 实际控制")


@strawberry.type(description="Another right. 其他财产权", directives=[Personal()])
class OtherRight(AssetDetails):
    item: str | None = strawberry.field(description="What it is. 权利名称")
    contract: str | None = strawberry.field(description="From which contract. 合同编号")
    due_on: date | None = strawberry.field(description="When it is due. 到期日")


DETAILS: Final[Mapping[AssetKind, type[AssetDetails]]] = {
    AssetKind.BANK_DEPOSIT: BankDeposit,
    AssetKind.INTERNET_BALANCE: InternetBalance,
    AssetKind.WEALTH_PRODUCT: WealthProduct,
    AssetKind.SECURITIES: Securities,
    AssetKind.EQUITY: Equity,
    AssetKind.REAL_ESTATE: RealEstate,
    AssetKind.VEHICLE: Vehicle,
    AssetKind.MOVABLE: Movable,
    AssetKind.HOUSING_PROVIDENT_FUND: HousingProvidentFund,
    AssetKind.INCOME: Income,
    AssetKind.RECEIVABLE: Receivable,
    AssetKind.IP_RIGHT: IpRight,
    AssetKind.INSURANCE_VALUE: InsuranceValue,
    AssetKind.SHIP: Ship,
    AssetKind.OTHER_RIGHT: OtherRight,
}


def details_of(kind: AssetKind, identity: Mapping[str, str], facts: AssetFacts | None) -> AssetDetails:
    """What is known of an asset of that kind, as its reader may see it."""
    details, facts = DETAILS[kind], whole(kind, identity, facts)
    said: dict[str, Any] = {field.name: None for field in fields(details)}
    said |= {name: value for name, value in identity.items() if name in said and name not in FACT_NAMES}
    said |= {name: value for name in said if (value := getattr(facts, name, None)) is not None}
    said["kind"] = kind
    if details is Vehicle:
        said["vin_check_holds"] = asset_identity.vin_warning(identity.get("vin", ""))
    return details(**said)
