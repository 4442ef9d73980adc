"""What is shown of a name, a number or a registry entry to somebody who may not read it whole: three masks, no other.

Invariant: masking works on rows, in enforcement/masked.py; nothing that was masked can be unmasked from what is left,
and one thing is masked in one way everywhere, so that two views of it do not complete each other.
"""

from typing import Final

from db.records.parties import PartyKind

_KEPT: Final = 4
_PLATE: Final = "plate"
_DOUBLE_SURNAMES: Final = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "端木", "南宫"}
)


def masked_name(name: str, kind: PartyKind) -> str:
    """李某 for a person, by surname; an organisation keeps its first and last two characters."""
    if kind is PartyKind.NATURAL:
        return (name[:2] if name[:2] in _DOUBLE_SURNAMES else name[:1]) + "某"
    return name if len(name) <= _KEPT else name[:2] + "**" + name[-2:]


def masked_number(number: str) -> str:
    """The first and last four characters: enough to recognise a number one knows, too little to learn it."""
    if len(number) <= 2 * _KEPT:
        return "*" * len(number)
    return number[:_KEPT] + "*" * (len(number) - 2 * _KEPT) + number[-_KEPT:]


def masked_entry(part: str, value: str) -> str:
    """A part of a registry's entry: of a plate province, letter and last digit (皖J****5), else the last four."""
    if part == _PLATE:
        return value[:2] + "*" * (len(value) - 3) + value[-1:]
    return "*" * max(0, len(value) - _KEPT) + value[-_KEPT:] if len(value) > _KEPT else "*" * len(value)
