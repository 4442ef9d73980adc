"""Court codes (法院代字): level, superior court, common superior.

The rule covers territorial courts: a county court has its province's character and the last four digits of the county's
division, the intermediate court the first two of them, the high court none. Railway, maritime and corps courts do not
follow it; such courts need an entry in `superiors`, which every function takes.
Source: 最高人民法院关于人民法院案件案号的若干规定, arts. 3, 13.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from enforcement.rules.refusals import RuleBroken

SUPREME: Final = "最高法"
PROVINCES: Final = "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新兵军"
_CODE: Final = re.compile(rf"[{PROVINCES}](?:\d{{2}}|\d{{4}})?", re.ASCII)
_REGULAR: Final[Mapping[str, str]] = MappingProxyType({})


class CourtLevel(StrEnum):
    """法院层级."""

    GRASSROOTS = "GRASSROOTS"  # 基层
    INTERMEDIATE = "INTERMEDIATE"  # 中级
    HIGH = "HIGH"  # 高级
    SUPREME = "SUPREME"  # 最高


_LEVELS: Final[Mapping[int, CourtLevel]] = {
    1: CourtLevel.HIGH,
    3: CourtLevel.INTERMEDIATE,
    5: CourtLevel.GRASSROOTS,
}


class UnknownCourtCode(RuleBroken):
    """No court has such a code."""

    code = "UNKNOWN_COURT"


def level(court: str) -> CourtLevel:
    """The level that the code's length says.

    Raises:
        UnknownCourtCode: not a court code.
    """
    if court == SUPREME:
        return CourtLevel.SUPREME
    if not _CODE.fullmatch(court):
        raise UnknownCourtCode
    return _LEVELS[len(court)]


def parent_court(court: str, superiors: Mapping[str, str] = _REGULAR) -> str | None:
    """The next superior court; None for the Supreme People's Court. Raises UnknownCourtCode."""
    if court in superiors:
        return superiors[court]
    match level(court):
        case CourtLevel.GRASSROOTS:
            return court[:3]
        case CourtLevel.INTERMEDIATE:
            return court[0]
        case CourtLevel.HIGH:
            return SUPREME
        case CourtLevel.SUPREME:
            return None


def line(court: str, superiors: Mapping[str, str] = _REGULAR) -> list[str]:
    """The court and all above it, nearest first."""
    found = [court]
    while (above := parent_court(found[-1], superiors)) is not None:
        found.append(above)
    return found


def common_superior(one: str, other: str, superiors: Mapping[str, str] = _REGULAR) -> str:
    """The lowest court above both, who settles their disputes (逐级报请共同上级法院). Raises UnknownCourtCode."""
    above = line(other, superiors)[1:] or [SUPREME]
    return next((court for court in line(one, superiors)[1:] if court in above), SUPREME)


def province(court: str) -> str:
    """The province's character; the Supreme People's Court has none and gives its own code. Raises UnknownCourtCode."""
    return SUPREME if level(court) is CourtLevel.SUPREME else court[0]
