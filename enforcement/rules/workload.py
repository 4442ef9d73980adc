"""折合工作量: what a completed task counts for the court and the officer that handled it, in cases of their own.

Invariant: a ratio is a pair of whole numbers; sums are of fractions, never of rounded figures.
Source: courts convert entrusted matters by ratios of their own; every figure here is a local default.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from enforcement.rules.matter import GROUPS, DelegatedMatterType, MatterGroup

_G: Final = MatterGroup
_BY_GROUP: Final[Mapping[MatterGroup, Fraction]] = {
    _G.INVESTIGATE: Fraction(1, 10),
    _G.CONTROL: Fraction(1, 5),
    _G.CONTROL_CHANGE: Fraction(1, 10),
    _G.DEDUCT: Fraction(1, 10),
    _G.TRANSFER: Fraction(3, 10),
    _G.SERVE: Fraction(1, 20),
    _G.LOCATE: Fraction(1, 5),
    _G.SUMMONS: Fraction(3, 10),
    _G.DETENTION: Fraction(3, 10),
    _G.PREMISES_SEARCH: Fraction(3, 10),
    _G.ONSITE: Fraction(1, 5),
    _G.OTHER: Fraction(1, 10),
}
RATIOS: Final[Mapping[DelegatedMatterType, Fraction]] = MappingProxyType(
    {matter: _BY_GROUP[group] for matter, group in GROUPS.items()}
)
"""Cases that one completed task of each matter counts as."""
MOST: Final = Fraction(10)


def read_ratios(texts: Iterable[str]) -> Mapping[DelegatedMatterType, Fraction]:
    """The defaults, changed by entries such as `SEIZE_VEHICLE=1/4`.

    Raises:
        ValueError: no such matter, or a ratio that is not above 0 and at most 10.
    """
    ratios = dict(RATIOS)
    for text in texts:
        name, _, ratio = text.partition("=")
        value = _fraction(ratio)
        if not 0 < value <= MOST:
            raise ValueError(name)
        ratios[DelegatedMatterType(name.strip())] = value
    return MappingProxyType(ratios)


def _fraction(text: str) -> Fraction:
    above, _, below = text.strip().partition("/")
    if not above.isdecimal() or not (below or "1").isdecimal() or int(below or "1") == 0:
        raise ValueError("ratio")
    return Fraction(int(above), int(below or "1"))


def total(credits_: Iterable[Fraction]) -> Fraction:
    """Their sum, exactly."""
    return sum(credits_, Fraction(0))
