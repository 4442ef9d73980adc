"""Case numbers (案号): （收案年度）法院代字 类型代字 案件编号 号, and 之N for a document within the case.

Canonical: full-width parentheses, half-width digits, no blanks. Half-width parentheses and 〔〕 are accepted on input.
Source: 最高人民法院关于人民法院案件案号的若干规定, arts. 3, 7, 9, 10.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from db.records.cases import CaseClass, CaseType
from enforcement.rules import courts
from enforcement.rules.refusals import Malformed

TYPES: Final[Mapping[str, CaseType]] = {
    "执": CaseType.FIRST_ENFORCEMENT,
    "执恢": CaseType.RESUMED_ENFORCEMENT,
    "执保": CaseType.PRESERVATION_ENFORCEMENT,
    "执异": CaseType.ENFORCEMENT_OBJECTION,
    "执复": CaseType.ENFORCEMENT_RECONSIDERATION,
    "执监": CaseType.ENFORCEMENT_SUPERVISION,
    "执协": CaseType.ENFORCEMENT_COORDINATION,
    "执他": CaseType.ENFORCEMENT_OTHER,
}
"""Type codes of cases in enforcement."""

REFERENCE_TYPES: Final = frozenset({"财保", "司惩", "民初", "民终", "民特", "民督", "民诉前调"})
"""Type codes that may be quoted as a basis; courts' local practice adds to them."""

_CLASSES: Final[Mapping[CaseType, CaseClass]] = {
    CaseType.FIRST_ENFORCEMENT: CaseClass.IMPLEMENTATION,
    CaseType.RESUMED_ENFORCEMENT: CaseClass.IMPLEMENTATION,
    CaseType.ENFORCEMENT_OBJECTION: CaseClass.REVIEW,
    CaseType.ENFORCEMENT_RECONSIDERATION: CaseClass.REVIEW,
    CaseType.ENFORCEMENT_SUPERVISION: CaseClass.REVIEW,
}

_FORM: Final = re.compile(
    r"\((?P<year>\d{4})\)(?P<court>最高法|.\d*)(?P<type>[\u4e00-\u9fff]+?)(?P<seq>\d+)号(?:之(?P<doc>.+))?", re.ASCII
)
_FIRST_YEAR: Final = 2000
_MAX_SEQUENCE_DIGITS: Final = 7
_DIGITS: Final = "〇一二三四五六七八九"
_TEN: Final = 10
_MOST_DOCUMENTS: Final = 99


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A number in its parts; `str()` gives the canonical form. `document` is N of 之N."""

    year: int
    court: str
    type_code: str
    sequence: int
    document: int | None = None

    def __str__(self) -> str:
        tail = "" if self.document is None else f"之{ordinal(self.document)}"
        return f"（{self.year}）{self.court}{self.type_code}{self.sequence}号{tail}"

    @property
    def type(self) -> CaseType | None:
        """None for a number that is only quoted, such as a judgment's."""
        return TYPES.get(self.type_code)


def class_of(kind: CaseType) -> CaseClass:
    """Implementation, review, or other."""
    return _CLASSES.get(kind, CaseClass.OTHER)


def ordinal(number: int) -> str:
    """1 to 99 in Chinese: 一, 十, 十二, 二十, 九十九."""
    if not 1 <= number <= _MOST_DOCUMENTS:
        raise ValueError(number)
    tens, ones = divmod(number, _TEN)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones else "")


_ORDINALS: Final[Mapping[str, int]] = {ordinal(n): n for n in range(1, _MOST_DOCUMENTS + 1)}


def parse(text: str, *, today: date, known_courts: Collection[str] | None = None) -> CaseNumber:
    """The number in its parts; `known_courts` narrows the courts that may stand in it.

    Raises:
        Malformed: CASE_NUMBER; part FORM, YEAR, COURT, TYPE, SEQUENCE or DOCUMENT.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("〔", "(").replace("〕", ")")
    match = _FORM.fullmatch(plain)
    if match is None:
        raise Malformed("CASE_NUMBER", "FORM")
    year, court, type_code, sequence, document = match.group("year", "court", "type", "seq", "doc")
    if not _FIRST_YEAR <= int(year) <= today.year:
        raise Malformed("CASE_NUMBER", "YEAR")
    _check_court(court, known_courts)
    if type_code not in TYPES and type_code not in REFERENCE_TYPES:
        raise Malformed("CASE_NUMBER", "TYPE")
    if sequence[0] == "0" or len(sequence) > _MAX_SEQUENCE_DIGITS:
        raise Malformed("CASE_NUMBER", "SEQUENCE")
    if document is not None and document not in _ORDINALS:
        raise Malformed("CASE_NUMBER", "DOCUMENT")
    return CaseNumber(int(year), court, type_code, int(sequence), None if document is None else _ORDINALS[document])


def _check_court(court: str, known_courts: Collection[str] | None) -> None:
    try:
        courts.level(court)
    except courts.UnknownCourtCode:
        raise Malformed("CASE_NUMBER", "COURT") from None
    if known_courts is not None and court not in known_courts:
        raise Malformed("CASE_NUMBER", "COURT")


def canonical(text: str, *, today: date) -> str:
    """The canonical form of a case's number, without 之N. Raises Malformed."""
    number = parse(text, today=today)
    if number.document is not None or number.type is None:
        raise Malformed("CASE_NUMBER", "DOCUMENT" if number.document is not None else "TYPE")
    return str(number)


def document_number(case_number: str, number: int) -> str:
    """The number of the N-th document of a case: （2025）浙0824执365号之一."""
    return f"{case_number}之{ordinal(number)}"


def document_of(numbers: Collection[str], text: str, *, today: date) -> str:
    """The canonical number of a document of one of the cases with these numbers. Raises Malformed: RULING."""
    number = parse(text, today=today)
    if number.document is None or str(replace(number, document=None)) not in numbers:
        raise Malformed("CASE_NUMBER", "RULING")
    return str(number)
