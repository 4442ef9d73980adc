"""What the law keeps out of reach of enforcement (豁免): grounds, and funds that serve a purpose of their own.

Invariant: an exempt asset is neither sealed, seized nor frozen, and no office can override it. A debtor's only home is
not exempt: it may be sealed, but not sold (查封规定 art. 4). Source: 查封规定 art. 3; the funds' own laws, beside each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from enforcement.rules.refusals import ExemptProperty, Malformed


class ExemptionGround(StrEnum):
    """豁免事由."""

    DAILY_NECESSITIES = "DAILY_NECESSITIES"  # 生活必需的衣服、家具等
    NECESSARY_LIVING_EXPENSES = "NECESSARY_LIVING_EXPENSES"  # 必需的生活费用
    COMPULSORY_EDUCATION = "COMPULSORY_EDUCATION"  # 完成义务教育所必需的物品
    UNDISCLOSED_INVENTION = "UNDISCLOSED_INVENTION"  # 未公开的发明或者未发表的著作
    MEDICAL_AIDS = "MEDICAL_AIDS"  # 身体缺陷所必需的辅助工具、医疗物品
    MEDALS_AND_HONOURS = "MEDALS_AND_HONOURS"  # 勋章及其他荣誉表彰的物品
    TREATY_EXEMPT = "TREATY_EXEMPT"  # 条约规定免于查封的财产
    SPECIAL_PURPOSE_ACCOUNT = "SPECIAL_PURPOSE_ACCOUNT"  # 专用账户资金
    OTHER_STATUTORY = "OTHER_STATUTORY"  # 法律或者司法解释规定的其他财产


class ImmuneFund(StrEnum):
    """不得执行的资金、财产."""

    SETTLEMENT_RESERVE = "SETTLEMENT_RESERVE"  # 备付金、交易结算资金
    MARGIN_DEPOSIT = "MARGIN_DEPOSIT"  # 信用证开证、期货等保证金
    SOCIAL_INSURANCE_FUND = "SOCIAL_INSURANCE_FUND"  # 社会保险基金
    PENSION_IN_ACCOUNT = "PENSION_IN_ACCOUNT"  # 企业年金、职业年金基金
    MIGRANT_WAGE_ACCOUNT = "MIGRANT_WAGE_ACCOUNT"  # 农民工工资专用账户
    WAGE_GUARANTEE_DEPOSIT = "WAGE_GUARANTEE_DEPOSIT"  # 工资保证金
    RELIEF_FUND = "RELIEF_FUND"  # 救灾、救济、扶贫资金
    PARTY_DUES = "PARTY_DUES"  # 党费
    UNION_DUES = "UNION_DUES"  # 工会经费
    SCHOOL_OR_HOSPITAL_PREMISES = "SCHOOL_OR_HOSPITAL_PREMISES"  # 学校、医院公益设施
    PRESALE_SUPERVISED_FUND = "PRESALE_SUPERVISED_FUND"  # 商品房预售监管资金


@dataclass(frozen=True, slots=True)
class FundRule:
    """Why a fund is immune, and until where."""

    legal_basis: str
    within: str | None = None


_F: Final = ImmuneFund
FUNDS: Final[Mapping[ImmuneFund, FundRule]] = MappingProxyType(
    {
        _F.SETTLEMENT_RESERVE: FundRule("法发〔1997〕27号；法〔2004〕239号", "清算、交收所需部分"),
        _F.MARGIN_DEPOSIT: FundRule("法释〔1997〕4号；法释〔2003〕10号", "未丧失保证金功能"),
        _F.SOCIAL_INSURANCE_FUND: FundRule("法〔2000〕19号；社会保险法第六十四条"),
        _F.PENSION_IN_ACCOUNT: FundRule("企业年金基金管理办法", "尚未支付给本人"),
        _F.MIGRANT_WAGE_ACCOUNT: FundRule("保障农民工工资支付条例第三十三条", "非因支付本项目工资"),
        _F.WAGE_GUARANTEE_DEPOSIT: FundRule("保障农民工工资支付条例第三十三条", "非因支付本项目工资"),
        _F.RELIEF_FUND: FundRule("查封规定第三条第八项；专项资金管理规定", "专户内专项部分"),
        _F.PARTY_DUES: FundRule("法〔2005〕209号", "党费账户内的党费"),
        _F.UNION_DUES: FundRule("法复〔1997〕6号", "工会经费专户"),
        _F.SCHOOL_OR_HOSPITAL_PREMISES: FundRule("民法典第三百九十九条第三项；查封规定第三条", "公益设施"),
        _F.PRESALE_SUPERVISED_FUND: FundRule("法〔2022〕12号", "监管额度以内"),
    }
)
"""The list is a default, from memory of practice: which funds a province adds is its own."""


def check_exempt(grounds: Iterable[str]) -> None:
    """Return if nothing exempts the asset. An only home may be sealed (查封规定 art. 4) and is not exempt.

    Raises:
        ExemptProperty: the first ground; nobody can override it.
    """
    for ground in grounds:
        raise ExemptProperty(ground)


def check_record(ground: ExemptionGround, fund: ImmuneFund | None) -> None:
    """Return if a fund is named where the ground is that it is one, and nowhere else.

    Raises:
        Malformed: EXEMPTION, part fund.
    """
    if (fund is not None) != (ground is ExemptionGround.SPECIAL_PURPOSE_ACCOUNT):
        raise Malformed("EXEMPTION", "fund")


def may_dispose(*, exempt: bool, only_home: bool) -> bool:
    """Whether the asset may be auctioned, sold or taken for the debt.

    Source: 查封规定 arts. 3, 4; for what is beyond need, art. 5, on application: not decided here.
    """
    return not exempt and not only_home
