"""What is shown of a name or a number to somebody who may not read it whole.

Invariant: masking works on rows, in the use-cases; nothing that was masked can be unmasked from what is left.
"""

from typing import Final

from db.records.parties import PartyKind

_KEPT: Final = 4
_DOUBLE_SURNAMES: Final = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "端木", "南宫"}
)


def masked_number(number: str) -> str:
    """The first and last four characters: enough to recognise a number one knows, too little to learn it."""
    if len(number) <= 2 * _KEPT:
        return "*" * len(number)
    return number[:_KEPT] + "*" * (len(number) - 2 * _KEPT) + number[-_KEPT:]


def masked_tail(number: str) -> str:
    """All but the last four characters hidden: accounts, cards, VINs."""
    return "*" * max(0, len(number) - _KEPT) + number[-_KEPT:] if len(number) > _KEPT else "*" * len(number)


def masked_name(name: str, kind: PartyKind) -> str:
    """李某 for a person, by surname; an organisation keeps its first and last two characters."""
    if kind is PartyKind.NATURAL:
        return (name[:2] if name[:2] in _DOUBLE_SURNAMES else name[:1]) + "某"
    return name if len(name) <= _KEPT else name[:2] + "**" + name[-2:]


def public_name(name: str, kind: PartyKind) -> str:
    """As the public list of dishonest debtors shows it: 张*伟 for a person, an organisation's name whole."""
    if kind is not PartyKind.NATURAL:
        return name
    return name[:1] + "*" * max(1, len(name) - 2) + (name[-1:] if len(name) > 2 else "")  # noqa: PLR2004


def masked_plate(plate: str) -> str:
    """Province, letter and last digit: 皖J****5."""
    return plate[:2] + "*" * (len(plate) - 3) + plate[-1:]
