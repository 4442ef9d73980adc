"""What names an asset in its registry: plate, VIN, real-estate unit number, account, and the key to find it by.

Invariant: a refusal names the failing part, never the value.
Source: GA 36 (机动车号牌), GB 16735 (VIN), GB/T 37346 (不动产单元号), ISO/IEC 7812-1 (card numbers).
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Final

from stdnum import luhn
from stdnum.exceptions import ValidationError

from db.records.assets import AssetKind
from enforcement.rules.courts import PROVINCES
from enforcement.rules.identity import compact, credit_code
from enforcement.rules.refusals import Malformed

_PLATE_PROVINCES: Final = PROVINCES.replace("内", "蒙").replace("黔", "贵").replace("兵", "").replace("军", "")
_PLATE_HEAD: Final = re.compile(rf"[{_PLATE_PROVINCES}]")
_PLATE_ZONE: Final = re.compile(r"[A-HJ-NP-Z]")
_PLATE_SERIAL: Final = re.compile(r"[0-9A-HJ-NP-Z]{4}[0-9A-HJ-NP-Z挂学警港澳]|[0-9A-HJ-NP-Z]{6}")
_VIN: Final = re.compile(r"[0-9A-HJ-NPR-Z]{17}", re.ASCII)
_VIN_LENGTH: Final = 17
_VIN_VALUES: Final = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True)
) | {str(n): n for n in range(10)}
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_UNIT: Final = re.compile(r"\d{12}[A-Z]{2}\d{5}[FW]\d{8}", re.ASCII)
_UNIT_LENGTH: Final = 28
_ACCOUNT: Final = re.compile(r"\d{6,32}", re.ASCII)
_CARD: Final = re.compile(r"62\d{14,17}", re.ASCII)


def plate(text: str) -> str:
    """The canonical plate (车牌): 皖JX0365, or six characters after the zone for new-energy vehicles.

    Raises:
        Malformed: PLATE; part PROVINCE, ZONE or SERIAL.
    """
    value = re.sub(r"[\s·•-]", "", text).upper()
    if not _PLATE_HEAD.fullmatch(value[:1]):
        raise Malformed("PLATE", "PROVINCE")
    if not _PLATE_ZONE.fullmatch(value[1:2]):
        raise Malformed("PLATE", "ZONE")
    if not _PLATE_SERIAL.fullmatch(value[2:]):
        raise Malformed("PLATE", "SERIAL")
    return value


def vin(text: str) -> str:
    """The canonical vehicle identification number; its check digit is only a warning, see `vin_check_holds`.

    Raises:
        Malformed: VIN; part LENGTH or CHARACTERS.
    """
    value = compact(text)
    if len(value) != _VIN_LENGTH:
        raise Malformed("VIN", "LENGTH")
    if not _VIN.fullmatch(value):
        raise Malformed("VIN", "CHARACTERS")
    return value


def vin_check_digit(value: str) -> str:
    """What stands at position 9 of a vehicle made under the standard."""
    rest = sum(_VIN_VALUES[c] * w for c, w in zip(value, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004


def vin_check_holds(value: str) -> bool:
    """False for a mistyped number, and for imported or old cars: a hint, never a refusal."""
    return vin_check_digit(value) == value[8]


def vin_warning(value: str) -> bool | None:
    """`vin_check_holds` of a canonical number; None for what is none, or is masked."""
    return vin_check_holds(value) if _VIN.fullmatch(value) else None


def unit_number(text: str) -> str:
    """The canonical real-estate unit number (不动产单元号), 28 characters.

    Raises:
        Malformed: UNIT_NUMBER; part LENGTH or CHARACTERS.
    """
    value = compact(text)
    if len(value) != _UNIT_LENGTH:
        raise Malformed("UNIT_NUMBER", "LENGTH")
    if not _UNIT.fullmatch(value):
        raise Malformed("UNIT_NUMBER", "CHARACTERS")
    return value


def account(text: str) -> str:
    """The canonical account: digits; one that looks like a bank card must pass Luhn's check.

    Raises:
        Malformed: ACCOUNT; part CHARACTERS or CHECK_DIGIT.
    """
    value = compact(text)
    if not _ACCOUNT.fullmatch(value):
        raise Malformed("ACCOUNT", "CHARACTERS")
    if _CARD.fullmatch(value) and not card_check_holds(value):
        raise Malformed("ACCOUNT", "CHECK_DIGIT")
    return value


def card_check_holds(value: str) -> bool:
    try:
        luhn.validate(value)
    except ValidationError:
        return False
    return True


_PARTS: Final[Mapping[str, Callable[[str], str]]] = {
    "plate": plate,
    "vin": vin,
    "unit_no": unit_number,
    "account": account,
    "uscc": credit_code,
}
"""The parts of an identity that have a form; all others are taken as they stand."""

_NAMED_BY: Final[Mapping[AssetKind, tuple[str, ...]]] = {
    AssetKind.VEHICLE: ("vin", "plate"),
    AssetKind.REAL_ESTATE: ("unit_no",),
    AssetKind.BANK_DEPOSIT: ("account",),
    AssetKind.INTERNET_BALANCE: ("account",),
    AssetKind.SECURITIES: ("account",),
    AssetKind.HOUSING_PROVIDENT_FUND: ("account",),
}


def canonical(identity: Mapping[str, str]) -> dict[str, str]:
    """The identity with every part in its canonical form; empty parts left out. Raises Malformed."""
    return {part: _PARTS.get(part, str.strip)(value) for part, value in identity.items() if value.strip()}


def named_by(kind: AssetKind, identity: Mapping[str, str]) -> tuple[str, str]:
    """The (kind, value) under which the keyed hash finds this asset: the registry's strongest name, else all parts."""
    for part in _NAMED_BY.get(kind, ()):
        if part in identity:
            return f"{kind} {part}", identity[part]
    return str(kind), json.dumps(dict(identity), ensure_ascii=False, sort_keys=True)


def is_named(kind: AssetKind, identity: Mapping[str, str]) -> bool:
    """Whether a registry could find the thing: by its number where the registry goes by numbers, else by anything."""
    parts = _NAMED_BY.get(kind)
    return bool(identity) if parts is None else any(identity.get(part) for part in parts)
