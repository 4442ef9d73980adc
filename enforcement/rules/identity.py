"""Numbers that name a person or an organisation: canonical form, check digits, what they say.

Invariant: a refusal names the failing part, never the value. A county code is only a warning: the number carries the
division of its time of issue, and that code may have been abolished since.
Source: GB 11643-1999 (居民身份证号), GB 32100-2015 (统一社会信用代码), GB 11714-1997 (组织机构代码).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from db.records.parties import IdentifierKind
from enforcement.rules.refusals import Malformed
from enforcement.rules.term import expires_on

_ADULT_YEARS: Final = 18
_LENGTH: Final = 18
_RESIDENT: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
_CREDIT: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class ResidentFacts:
    """What a resident's number says: division of issue, birth date, sex (17th digit odd: male)."""

    number: str
    division: str
    birth_on: date
    gender: Literal["MALE", "FEMALE"]


def compact(text: str) -> str:
    """Upper case, without blanks and hyphens: the form that is checked and stored."""
    return re.sub(r"[\s-]", "", text).upper()


def resident(text: str, *, today: date) -> ResidentFacts:
    """The facts of a resident's number (居民身份证号).

    Raises:
        Malformed: ID_NUMBER; part LENGTH, CHARACTERS, BIRTH_DATE or CHECK_DIGIT.
    """
    number = compact(text)
    if len(number) != _LENGTH:
        raise Malformed("ID_NUMBER", "LENGTH")
    if not _RESIDENT.fullmatch(number):
        raise Malformed("ID_NUMBER", "CHARACTERS")
    try:
        birth_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Malformed("ID_NUMBER", "BIRTH_DATE") from None
    if birth_on > today:
        raise Malformed("ID_NUMBER", "BIRTH_DATE")
    if ric.calc_check_digit(number) != number[-1]:
        raise Malformed("ID_NUMBER", "CHECK_DIGIT")
    return ResidentFacts(number, number[:6], birth_on, "MALE" if int(number[16]) % 2 else "FEMALE")


def credit_code(text: str) -> str:
    """The canonical unified social credit code (统一社会信用代码).

    Raises:
        Malformed: USCC; part LENGTH, CHARACTERS, ORGANISATION_CODE or CHECK_CHARACTER.
    """
    code = compact(text)
    if len(code) != _LENGTH:
        raise Malformed("USCC", "LENGTH")
    if not _CREDIT.fullmatch(code):
        raise Malformed("USCC", "CHARACTERS")
    if organisation_check(code[8:16]) != code[16]:
        raise Malformed("USCC", "ORGANISATION_CODE")
    if uscc.calc_check_digit(code[:17]) != code[17]:
        raise Malformed("USCC", "CHECK_CHARACTER")
    return code


def organisation_check(body: str) -> str:
    """The check character of an organisation code's first eight characters. Source: GB 11714-1997."""
    digits = [int(c) if c.isdigit() else ord(c) - ord("A") + 10 for c in body]
    rest = (11 - sum(a * b for a, b in zip(digits, _ORGANISATION_WEIGHTS, strict=True)) % 11) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004


def canonical(kind: IdentifierKind, text: str, *, today: date) -> str:
    """The stored form of an identifier of `kind`. Raises Malformed."""
    return credit_code(text) if kind is IdentifierKind.USCC else resident(text, today=today).number


def named(resident_id: str | None, credit_code: str | None, *, today: date) -> tuple[IdentifierKind, str]:
    """The kind and the canonical form of the one number that is given.

    Raises:
        Malformed: IDENTITY, none or both are; ID_NUMBER or USCC.
    """
    if (resident_id is None) == (credit_code is None):
        raise Malformed("IDENTITY", "FORM")
    if resident_id is not None:
        return IdentifierKind.ID_NUMBER, canonical(IdentifierKind.ID_NUMBER, resident_id, today=today)
    assert credit_code is not None  # one of them is given
    return IdentifierKind.USCC, canonical(IdentifierKind.USCC, credit_code, today=today)


def division_is_known(number: str) -> bool:
    """Whether the number's division existed when its holder was born: a hint to the officer, never a refusal."""
    try:
        ric.get_birth_place(number)
    except ValidationError:
        return False
    return True


def is_minor(birth_on: date, today: date) -> bool:
    """Whether somebody born on that day is under eighteen (民法典 art. 17)."""
    return today < expires_on(birth_on, _ADULT_YEARS)
