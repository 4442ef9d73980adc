"""The schema's own scalars. docs/scalars.md specifies each.

Identifiers are read leniently, as text: the use-cases check them and answer with a problem that never repeats the
value. Identifiers of people and cases written as literals are refused, so that a document holds none and may be logged,
hashed and cached.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NewType, NoReturn
from uuid import UUID

import strawberry
from graphql import GraphQLError
from graphql.language import ValueNode
from strawberry.types.scalar import ScalarDefinition

from federation.graph.merge import whole
from schema.document_text import base64_text

CourtCode = NewType("CourtCode", str)
CaseNumber = NewType("CaseNumber", str)
ResidentId = NewType("ResidentId", str)
CreditCode = NewType("CreditCode", str)
Money = NewType("Money", Decimal)
BigInt = NewType("BigInt", int)
Percent = NewType("Percent", str)
Quantity = NewType("Quantity", Decimal)
Rate = NewType("Rate", Decimal)
SignedDocument = NewType("SignedDocument", bytes)

IDENTIFIERS: Final = frozenset({"CaseNumber", "ResidentId", "CreditCode", "_Any"})
"""Scalars that identify a person or a case, or may hold what does: never a literal, nor in an address, at any door."""

_LONGEST: Final = 200
_LONGEST_DOCUMENT: Final = 400_000  # characters
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_FIGURE: Final = re.compile(r"\d{1,14}(?:\.\d{1,4})?\Z", re.ASCII)
_RATE: Final = re.compile(r"\d{1,6}(?:\.\d{1,6})?\Z", re.ASCII)
_AMOUNT: Final = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?\Z", re.ASCII)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        _refuse("text")
    return value


def _document(value: object) -> bytes:
    """The bytes; base64 in its one spelling, so that what is read is what was written."""
    if not isinstance(value, str) or len(value) > _LONGEST_DOCUMENT:
        _refuse("base64")
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        _refuse("base64")
    return raw if base64_text(raw) == value else _refuse("base64")


def never_literal(_node: ValueNode, _variables: dict[str, Any] | None = None) -> str:
    """For the `parse_literal` of a scalar that is passed as a variable, or not at all."""
    raise GraphQLError("pass it as a variable", extensions={"code": "IDENTIFIER_MUST_BE_VARIABLE"})


def _money(value: object) -> Decimal:
    """From text or a whole number; a JSON fraction has already lost its cents."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _AMOUNT.match(text):
        raise GraphQLError("not an amount", extensions={"code": "INVALID_MONEY"})
    return Decimal(text)


def _rate(value: object) -> Decimal:
    return Decimal(value) if isinstance(value, str) and _RATE.match(value) else _refuse("a rate")


def _plain(value: Decimal) -> str:
    """As it is said: no exponent, no noughts at the end."""
    return f"{value.normalize():f}"


def _amount(value: Any) -> str:
    return f"{Decimal(value):.2f}"


def _quantity(value: object) -> Decimal:
    """From text or a whole number; never negative."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return Decimal(text) if isinstance(text, str) and _FIGURE.match(text) else _refuse("a figure")


def _figure(value: Any) -> str:
    """Without exponent and without zeros that say nothing."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(value: object) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.match(value) else _refuse("a day")
    except ValueError:
        _refuse("a day")


def _instant(value: object) -> datetime:
    """In UTC; an instant without its offset is refused, for nobody can tell when it was."""
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else _refuse("an instant")
        return instant.astimezone(UTC) if instant.utcoffset() is not None else _refuse("an instant with its offset")
    except (ValueError, OverflowError):
        _refuse("an instant")


def _id(value: object) -> UUID:
    try:
        return UUID(value) if isinstance(value, str) else _refuse("an id")
    except ValueError:
        _refuse("an id")


def _refuse(wanted: str) -> NoReturn:
    raise GraphQLError(f"{wanted} is expected", extensions={"code": "VARIABLES_INVALID"}) from None


def _identifier(name: str, description: str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=f"docs/scalars.md#{name.lower()}",
        serialize=str,
        parse_value=_text,
        parse_literal=never_literal,
    )


SCALARS: Final[Mapping[object, ScalarDefinition]] = {
    CourtCode: strawberry.scalar(
        name="CourtCode",
        description="A court's short code, such as 浙0824. 法院代字",
        specified_by_url="docs/scalars.md#courtcode",
        serialize=str,
        parse_value=_text,
    ),
    CaseNumber: _identifier("CaseNumber", "A case number, such as (2025)浙0824执366号. 案号"),
    ResidentId: _identifier("ResidentId", "A resident identity number, GB 11643. 公民身份号码"),
    CreditCode: _identifier("CreditCode", "A unified social credit code, GB 32100. 统一社会信用代码"),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number beyond 32 bits: a JSON number, or text where that would be rounded. 大整数",
        specified_by_url="docs/scalars.md#bigint",
        serialize=whole,
        parse_value=int,
    ),
    Percent: strawberry.scalar(
        name="Percent",
        description='A percentage with one decimal, half-up, as text: "99.1". 百分比',
        specified_by_url="docs/scalars.md#percent",
        serialize=str,
        parse_value=_text,
    ),
    Rate: strawberry.scalar(
        name="Rate",
        description='An exact rate with at most six decimals, as text: "3.85". 比率',
        specified_by_url="docs/scalars.md#rate",
        serialize=_plain,
        parse_value=_rate,
    ),
    SignedDocument: strawberry.scalar(
        name="SignedDocument",
        description="A document of the directory as bytes, with or without signatures, in base64. 签名文件",
        specified_by_url="docs/scalars.md#signeddocument",
        serialize=base64_text,
        parse_value=_document,
    ),
    Money: strawberry.scalar(
        name="Money",
        description='An exact amount in CNY with two decimals, as text: "20000.00". 金额',
        specified_by_url="docs/scalars.md#money",
        serialize=_amount,
        parse_value=_money,
    ),
    Quantity: strawberry.scalar(
        name="Quantity",
        description='An exact figure with at most four decimals, as text: "118.6". 数量',
        specified_by_url="docs/scalars.md#quantity",
        serialize=_figure,
        parse_value=_quantity,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day in China, YYYY-MM-DD. 日期",
        specified_by_url="docs/scalars.md#date",
        serialize=date.isoformat,
        parse_value=_day,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant with its offset, RFC 3339. 时间",
        specified_by_url="docs/scalars.md#datetime",
        serialize=datetime.isoformat,
        parse_value=_instant,
    ),
    UUID: strawberry.scalar(
        name="UUID",
        description="The id of one object, RFC 9562. 标识",
        specified_by_url="docs/scalars.md#uuid",
        serialize=str,
        parse_value=_id,
    ),
}
"""For `StrawberryConfig(scalar_map=SCALARS)` of every schema."""
