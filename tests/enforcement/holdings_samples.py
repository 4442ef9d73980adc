"""One holding of each kind of asset as a unit may name it, and what GraphQL then says of it."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from db.records.assets import AssetKind
from enforcement.channels import Holding
from enforcement.rules.asset_facts import facts_of

_K: Final = AssetKind
ACCOUNT: Final = "6299993308240000016"
COMPANY: Final = "91330824FAKE000139"
UNIT_NO: Final = "330824001001GB00001F00010001"

SAMPLES: Final[dict[AssetKind, tuple[dict[str, str], dict[str, Any]]]] = {
    _K.BANK_DEPOSIT: (
        {"account": ACCOUNT, "bank": "样例农商银行"},
        {"balance": Decimal("5200.50"), "available": Decimal("200.50")},
    ),
    _K.INTERNET_BALANCE: ({"account": "0003308240000001", "platform": "样例支付"}, {"balance": Decimal("88.80")}),
    _K.WEALTH_PRODUCT: (
        {"account": "0003308240000002", "issuer": "样例理财"},
        {"units": Decimal("1000.5"), "matures_on": date(2026, 1, 31)},
    ),
    _K.SECURITIES: (
        {"account": "0003308240000003", "broker": "样例证券营业部", "security_code": "600000"},
        {"quantity": Decimal(300)},
    ),
    _K.EQUITY: (
        {"uscc": COMPANY, "company": "开化样例混凝土有限公司"},
        {
            "subscribed_capital": Decimal("500000.00"),
            "paid_in_capital": Decimal("200000.00"),
            "share_percent": Decimal("12.5"),
        },
    ),
    _K.REAL_ESTATE: (
        {"unit_no": UNIT_NO, "certificate": "样330824第0000001号"},
        {
            "area_m2": Decimal("118.6"),
            "use": "住宅",
            "only_home": True,
            "is_leased": True,
            "lease_ends_on": date(2027, 6, 30),
        },
    ),
    _K.VEHICLE: (
        {"plate": "浙HX0001", "vin": "LFAKE0A1XR0000001", "engine_no": "SAMPLE-E1"},
        {"physical_control": False},
    ),
    _K.MOVABLE: ({"item": "样例机床", "serial": "SAMPLE-00001"}, {"quantity": Decimal(2), "custodian": "样例仓库"}),
    _K.HOUSING_PROVIDENT_FUND: (
        {"account": "0003308240000004", "centre": "样例公积金中心"},
        {"balance": Decimal("31000.00")},
    ),
    _K.INCOME: ({"employer": "样例一号厂"}, {"monthly_amount": Decimal("5200.00")}),
    _K.RECEIVABLE: (
        {"third_debtor": COMPANY, "contract": "SAMPLE-00002"},
        {"amount": Decimal("80000.00"), "due_on": date(2025, 9, 30)},
    ),
    _K.IP_RIGHT: (
        {"registration_no": "SAMPLE-TM-1", "item": "样例商标"},
        {"protected_until": date(2030, 12, 31)},
    ),
    _K.INSURANCE_VALUE: ({"policy_no": "SAMPLE-P-1", "insurer": "样例保险"}, {"cash_value": Decimal("9000.00")}),
    _K.SHIP: (
        {"registration_no": "SAMPLE-S-1", "item": "样例一号"},
        {"gross_tonnage": Decimal("480.25"), "physical_control": True},
    ),
    _K.OTHER_RIGHT: ({"item": "样例采砂权", "contract": "SAMPLE-00003"}, {"due_on": date(2026, 3, 1)}),
}
"""Identity and facts of each kind."""


def holding(kind: AssetKind, **changes: Any) -> Holding:
    identity, facts = SAMPLES[kind]
    given: dict[str, Any] = {
        "kind": kind.value,
        "identity": identity,
        "division": "330824",
        "description": "样品",
        "facts": facts_of(kind, facts),
    }
    return Holding(**(given | changes))


def as_told(value: Any) -> Any:
    """A fact as GraphQL writes it: money with two decimals is told apart by the field's type, see `same`."""
    return value.isoformat() if isinstance(value, date) else value


def same(told: Any, value: Any) -> bool:
    """Whether what GraphQL told is the value."""
    if isinstance(value, Decimal):
        return isinstance(told, str) and Decimal(told) == value
    return bool(told == as_told(value))
