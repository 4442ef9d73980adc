"""One cell of a court's file: text in, value out, or `Unfit` with a code and no value.

Money is exact and has at most two decimals; days are ISO days, instants carry their offset; an empty cell never gets
here.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

from db.at_rest import AtRest
from db.records.parties import IdentifierKind, PartyKind
from enforcement.court_files.faults import Unfit
from enforcement.rules import asset_identity, case_number, courts, identity
from enforcement.rules.money import CENT
from enforcement.rules.refusals import Malformed, RuleBroken

E = TypeVar("E", bound=StrEnum)

LONGEST_TEXT: Final = 500
LIST_SEPARATOR: Final = ";"
_MOST: Final = Decimal("9999999999999.99")  # what numeric(15, 2) holds
_MONEY: Final = re.compile(r"\d{1,13}(\.\d{1,2})?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DIVISION: Final = re.compile(r"[1-9]\d{5}", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_CUSTOM_UUID: Final = (0x8 << 76) | (0x2 << 62)
_UUID_FIXED: Final = (0xF << 76) | (0x3 << 62)


@dataclass(frozen=True, slots=True)
class Intake:
    """For whom a file is read, and when."""

    court: str
    at_rest: AtRest = field(repr=False)
    now: datetime
    today: date  # in China


Reader: TypeAlias = Callable[[str, Intake], Any]


def text(longest: int = LONGEST_TEXT) -> Reader:
    """Text without control characters, at most `longest` characters."""

    def read(value: str, _: Intake) -> str:
        if len(value) > longest:
            raise Unfit("TOO_LONG")
        if any(ord(c) < ord(" ") or c == "\x7f" for c in value):
            raise Unfit("CONTROL_CHARACTER")
        return value

    return read


def one_of(values: Collection[str]) -> Reader:
    """One of a table's words."""

    def read(value: str, _: Intake) -> str:
        if value not in values:
            raise Unfit("UNKNOWN_VALUE")
        return value

    return read


def member(kind: type[E]) -> Reader:
    """A member of an enum, by its name."""

    def read(value: str, _: Intake) -> E:
        try:
            return kind(value)
        except ValueError:
            raise Unfit("UNKNOWN_VALUE") from None

    return read


def some_of(values: Collection[str]) -> Reader:
    """Words of a table, separated by semicolons, each once."""

    def read(value: str, _: Intake) -> list[str]:
        found = [word.strip() for word in value.split(LIST_SEPARATOR)]
        if len(set(found)) != len(found) or not set(found) <= set(values):
            raise Unfit("UNKNOWN_VALUE")
        return found

    return read


def flag(value: str, _: Intake) -> bool:
    """True, false, 1 or 0."""
    try:
        return _FLAGS[value.lower()]
    except KeyError:
        raise Unfit("UNKNOWN_VALUE") from None


def whole(least: int, most: int) -> Reader:
    """A whole number within bounds."""

    def read(value: str, _: Intake) -> int:
        if not _NUMBER.fullmatch(value) or not least <= int(value) <= most:
            raise Unfit("INVALID_NUMBER")
        return int(value)

    return read


def amount(value: str, _: Intake) -> Decimal:
    """CNY, not negative, to the cent."""
    if not _MONEY.fullmatch(value) or Decimal(value) > _MOST:
        raise Unfit("INVALID_MONEY")
    return Decimal(value).quantize(CENT)


def positive(value: str, intake: Intake) -> Decimal:
    """CNY, more than nothing."""
    found = amount(value, intake)
    if not found:
        raise Unfit("INVALID_MONEY")
    return found


def day(value: str, _: Intake) -> date:
    """A day of the calendar, YYYY-MM-DD."""
    if not _DAY.fullmatch(value):
        raise Unfit("INVALID_DATE")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unfit("INVALID_DATE") from None


def past_day(value: str, intake: Intake) -> date:
    """A day that is not after today."""
    found = day(value, intake)
    if found > intake.today:
        raise Unfit("DATE_IN_FUTURE")
    return found


def instant(value: str, _: Intake) -> datetime:
    """An instant with its offset, such as 2025-07-14T09:00:00+08:00."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise Unfit("INVALID_INSTANT") from None
    if found.tzinfo is None:
        raise Unfit("INVALID_INSTANT", "OFFSET")
    return found


def past_instant(value: str, intake: Intake) -> datetime:
    """An instant that is not to come."""
    found = instant(value, intake)
    if found > intake.now:
        raise Unfit("DATE_IN_FUTURE")
    return found


def division(value: str, _: Intake) -> str:
    """A county's code, six digits; abolished codes too."""
    if not _DIVISION.fullmatch(value):
        raise Unfit("INVALID_DIVISION")
    return value


def court(value: str, _: Intake) -> str:
    """A court's code (法院代字)."""
    ruled(courts.level, value)
    return value


def own_case(value: str, intake: Intake) -> str:
    """The number of a case of the court whose file this is, in its canonical form."""
    number = ruled(case_number.parse, value, today=intake.today)
    if number.document is not None or number.type is None:
        raise Unfit("INVALID_CASE_NUMBER", "TYPE" if number.type is None else "DOCUMENT")
    if number.court != intake.court:
        raise Unfit("FOREIGN_CASE")
    return str(number)


def reference(table: str) -> Reader:
    """The court's own name of a row, turned into the row's id: the same name always gives the same id."""
    read_text = text(100)

    def read(value: str, intake: Intake) -> UUID:
        digest = intake.at_rest.blind(f"file {table}", read_text(value, intake))
        return UUID(int=(int.from_bytes(digest[:16], "big") & ~_UUID_FIXED) | _CUSTOM_UUID)

    return read


def identifier(kind: PartyKind, value: str, intake: Intake) -> tuple[IdentifierKind, str]:
    """A party's number in its stored form, by what kind of party it is."""
    named = IdentifierKind.ID_NUMBER if kind is PartyKind.NATURAL else IdentifierKind.USCC
    return named, ruled(identity.canonical, named, value, today=intake.today)


def registry_part(part: str) -> Reader:
    """One part of an asset's identity; parts that have a form are checked and made canonical."""
    read_text = text(200)

    def read(value: str, intake: Intake) -> str:
        found: str = ruled(asset_identity.canonical, {part: read_text(value, intake)})[part]
        return found

    return read


def ruled(rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a rule of the domain gives; its refusal as `Unfit`, in a few known words."""
    try:
        return rule(*args, **kwargs)
    except Malformed as error:
        raise Unfit(error.code, error.part) from None
    except RuleBroken as error:
        raise Unfit(error.code) from None
