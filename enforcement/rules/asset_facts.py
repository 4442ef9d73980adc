"""What is said of an asset besides its registry identity, by kind: figures, dates and flags, one type for each kind.

Invariant: names and numbers stand in the identity, where they are masked; facts hold neither, but for a custodian.
Source: 查封规定 arts. 9, 18, 24; 股权执行规定 art. 6; GB/T 37346; the kinds of 财产 in docs/searches.md.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias, get_args

import msgspec

from db.records.assets import AssetKind
from enforcement.rules.masking import masked_entry
from enforcement.rules.money import LARGEST
from enforcement.rules.refusals import Malformed

LONGEST_TEXT: Final = 200
_WHOLE: Final = Decimal(100)
_PLACES: Final = 4


class _Facts(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True, tag_field="kind"
):
    """Base: every fact may be unknown."""


class DepositFacts(_Facts, frozen=True, kw_only=True, tag="BANK_DEPOSIT"):
    """银行存款; what is available may be less than the balance."""

    balance: Decimal | None = None
    available: Decimal | None = None


class InternetBalanceFacts(_Facts, frozen=True, kw_only=True, tag="INTERNET_BALANCE"):
    """网络资金."""

    balance: Decimal | None = None
    available: Decimal | None = None


class WealthProductFacts(_Facts, frozen=True, kw_only=True, tag="WEALTH_PRODUCT"):
    """理财产品、基金份额."""

    units: Decimal | None = None
    matures_on: date | None = None


class SecuritiesFacts(_Facts, frozen=True, kw_only=True, tag="SECURITIES"):
    """证券."""

    quantity: Decimal | None = None


class EquityFacts(_Facts, frozen=True, kw_only=True, tag="EQUITY"):
    """股权; capital in CNY."""

    subscribed_capital: Decimal | None = None
    paid_in_capital: Decimal | None = None
    share_percent: Decimal | None = None


class RealEstateFacts(_Facts, frozen=True, kw_only=True, tag="REAL_ESTATE"):
    """不动产; `is_leased` is None when nobody looked."""

    area_m2: Decimal | None = None
    use: str | None = None
    only_home: bool | None = None
    is_leased: bool | None = None
    lease_ends_on: date | None = None


class VehicleFacts(_Facts, frozen=True, kw_only=True, tag="VEHICLE"):
    """机动车; whether somebody of a court has the car itself (实际控制)."""

    physical_control: bool | None = None


class MovableFacts(_Facts, frozen=True, kw_only=True, tag="MOVABLE"):
    """动产; who keeps it."""

    quantity: Decimal | None = None
    custodian: str | None = None


class ProvidentFundFacts(_Facts, frozen=True, kw_only=True, tag="HOUSING_PROVIDENT_FUND"):
    """住房公积金."""

    balance: Decimal | None = None


class IncomeFacts(_Facts, frozen=True, kw_only=True, tag="INCOME"):
    """收入: what is paid each month."""

    monthly_amount: Decimal | None = None


class ReceivableFacts(_Facts, frozen=True, kw_only=True, tag="RECEIVABLE"):
    """到期债权."""

    amount: Decimal | None = None
    due_on: date | None = None


class IpRightFacts(_Facts, frozen=True, kw_only=True, tag="IP_RIGHT"):
    """知识产权."""

    protected_until: date | None = None


class InsuranceValueFacts(_Facts, frozen=True, kw_only=True, tag="INSURANCE_VALUE"):
    """保险现金价值."""

    cash_value: Decimal | None = None


class ShipFacts(_Facts, frozen=True, kw_only=True, tag="SHIP"):
    """船舶."""

    gross_tonnage: Decimal | None = None
    physical_control: bool | None = None


class OtherRightFacts(_Facts, frozen=True, kw_only=True, tag="OTHER_RIGHT"):
    """其他财产权."""

    due_on: date | None = None


AssetFacts: TypeAlias = (
    DepositFacts
    | InternetBalanceFacts
    | WealthProductFacts
    | SecuritiesFacts
    | EquityFacts
    | RealEstateFacts
    | VehicleFacts
    | MovableFacts
    | ProvidentFundFacts
    | IncomeFacts
    | ReceivableFacts
    | IpRightFacts
    | InsuranceValueFacts
    | ShipFacts
    | OtherRightFacts
)
FACTS: Final[Mapping[AssetKind, type[AssetFacts]]] = {
    AssetKind(str(kind.__struct_config__.tag)): kind for kind in get_args(AssetFacts)
}
"""The type of each kind's facts."""
FACT_NAMES: Final = tuple(dict.fromkeys(name for kind in FACTS.values() for name in kind.__struct_fields__))
"""All facts of all kinds, each once: the columns of an answer file."""


def facts_of(kind: AssetKind, said: Mapping[str, Any]) -> AssetFacts | None:
    """The facts of an asset of that kind; None when nothing is said. None among the values counts as not said.

    Raises:
        Malformed: FACTS; the part is a fact that this kind has not, or that is out of its bounds.
    """
    known = {name: value for name, value in said.items() if value is not None}
    if not known:
        return None
    foreign = known.keys() - set(FACTS[kind].__struct_fields__)
    if foreign:
        raise Malformed("FACTS", min(foreign))
    try:
        found = msgspec.convert(known, FACTS[kind])
    except msgspec.ValidationError:
        raise Malformed("FACTS", min(known)) from None
    check(kind, found)
    return found


def check(kind: AssetKind, facts: AssetFacts) -> None:
    """Return if these are facts of an asset of that kind, each within its bounds.

    Raises:
        Malformed: FACTS.
    """
    if type(facts) is not FACTS[kind]:
        raise Malformed("FACTS", "kind")
    for name in facts.__struct_fields__:
        value = getattr(facts, name)
        if isinstance(value, Decimal) and not _is_figure(value, _WHOLE if name.endswith("_percent") else LARGEST):
            raise Malformed("FACTS", name)
        if isinstance(value, str) and (len(value) > LONGEST_TEXT or not value.isprintable()):
            raise Malformed("FACTS", name)


def _is_figure(value: Decimal, most: Decimal) -> bool:
    """Not negative, not beyond `most`, at most four decimals."""
    if not value.is_finite() or not Decimal(0) <= value <= most:
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= _PLACES


def whole(kind: AssetKind, identity: Mapping[str, str], facts: AssetFacts | None) -> AssetFacts | None:
    """The facts with what older records keep among the parts of the identity: the share of a company."""
    share = identity.get("share_percent", "")
    if kind is not AssetKind.EQUITY or not share.isascii() or not share.isdecimal():
        return facts
    if facts is None:
        return EquityFacts(share_percent=Decimal(share))
    if isinstance(facts, EquityFacts) and facts.share_percent is None:
        return msgspec.structs.replace(facts, share_percent=Decimal(share))
    return facts


def masked(facts: AssetFacts | None) -> AssetFacts | None:
    """The facts without whom they name."""
    if isinstance(facts, MovableFacts) and facts.custodian:
        return msgspec.structs.replace(facts, custodian=masked_entry("custodian", facts.custodian))
    return facts
