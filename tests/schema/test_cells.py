"""A value that is read and written at once is what graphql-core would have made of it, errors included."""

import asyncio
from collections.abc import Generator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import ExecutionResult, execute, parse
from hypothesis import given
from hypothesis import strategies as st
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.cells import CellExecutor, cell_of
from schema.scalars import SCALARS, CaseNumber, Money


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.type
class Row:
    text: str
    maybe: str | None
    number: int
    flag: bool
    amount: Money
    day: date | None
    at: datetime
    case: CaseNumber
    colour: Colour | None
    many: list[str]
    inner: "Row | None" = None

    @strawberry.field
    def resolved(self) -> str:
        return f"resolved {self.text}"

    @strawberry.field
    def with_argument(self, n: int = 1) -> int:
        return n


@strawberry.type
class Query:
    rows: list[Row | None]


SCHEMA = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=dict(SCALARS)))._schema
ODD = (None, "text", "", 7, 2**40, True, 1.5, Decimal("1.5"), date(2025, 1, 2), datetime(2025, 1, 2, tzinfo=UTC))
ODDER: tuple[object, ...] = (Colour.RED, "red", ValueError("wrong"), object(), [], ["a", None], {"a": 1})
NAMES = ("text", "maybe", "number", "flag", "amount", "day", "at", "case", "colour", "many")
SELECTED = (
    "__typename",
    "resolved",
    "withArgument",
    "withArgument(n: 2)",
    "a: text",
    "b: maybe @skip(if: true)",
    *NAMES,
)


class Soon:
    """To be awaited; unlike a coroutine it may also be dropped, as it is when a sibling fails."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        """The same for the same value: a resolver may print it."""
        return f"Soon({self.value!r})"

    def __await__(self) -> Generator[None, None, object]:
        yield
        return self.value


def executed(document: str, rows: list[dict[str, object]], awaited: str, executor: type) -> object:
    """The whole result: data, and each error's text, path and places."""

    async def run() -> ExecutionResult:
        made = [_row(values, awaited) for values in rows]
        result = execute(
            SCHEMA,
            parse(document),
            Query(rows=made),
            executor_class=executor,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # strawberry types it as a plain claim
            operation_extensions=None,
        )
        return await result if isawaitable(result) else result

    result = asyncio.run(run())
    errors = [(error.message.partition(" at 0x")[0], error.path, error.locations) for error in result.errors or ()]
    return result.data, sorted(errors, key=str)


def _row(values: dict[str, object], awaited: str) -> Any:
    row = Row(**values)  # type: ignore[arg-type]  # wrong on purpose
    if awaited:
        setattr(row, awaited, Soon(values[awaited]))
    return row


@given(
    rows=st.lists(st.fixed_dictionaries({name: st.sampled_from((*ODD, *ODDER)) for name in NAMES}), max_size=3),
    selected=st.lists(st.sampled_from(SELECTED), min_size=1, max_size=6, unique_by=lambda each: each.partition("(")[0]),
    awaited=st.sampled_from(("", "text", "maybe")),
)
def test_cells_are_what_the_stock_executor_makes_of_them(
    rows: list[dict[str, object]], selected: list[str], awaited: str
) -> None:
    awaited = awaited if awaited in selected else ""
    document = "{ rows { " + " ".join(selected) + " } }"

    stock = executed(document, rows, awaited, StrawberryGraphQLCoreExecutionContext)

    assert executed(document, rows, awaited, CellExecutor) == stock


def test_only_attributes_are_cells() -> None:
    fields = SCHEMA.type_map["Row"].fields  # type: ignore[attr-defined]  # it is an object

    assert {name for name, field in fields.items() if cell_of(field) is None} == {
        "many",
        "inner",
        "resolved",
        "withArgument",
    }
