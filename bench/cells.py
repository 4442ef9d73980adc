"""What executing rows costs without a database: our executor against the library's, alternated, in one process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median
from typing import Any, Final

import strawberry
from graphql import execute, parse
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from db.clock import monotonic_s
from schema.cells import CellExecutor
from schema.scalars import SCALARS, CaseNumber, CourtCode, Money

ROUNDS: Final = 7
_TIMES: Final = 100
_ROWS: Final = 20


@strawberry.type
class _Row:
    """Ten fields, of the kinds that a case has."""

    court: CourtCode
    number: CaseNumber
    cause: str
    address: str | None
    rank: int
    is_open: bool
    applied: Money
    paid: Money
    as_of: datetime
    filed_at: datetime


@strawberry.type
class _Query:
    rows: list[_Row]


@dataclass(frozen=True, slots=True)
class Executed:
    """Medians for 20 rows of 10 fields, in microseconds."""

    stock_us: float
    ours_us: float

    @property
    def ratio(self) -> float:
        """Ours, as a share of the library's in the same run."""
        return self.ours_us / self.stock_us


def measure() -> Executed:
    """Both executors over the same rows, in alternated rounds."""
    executors: dict[str, type[Any]] = {"stock_us": StrawberryGraphQLCoreExecutionContext, "ours_us": CellExecutor}
    rounds: dict[str, list[float]] = {name: [] for name in executors}
    run = _runner()
    for _ in range(ROUNDS):
        for name, executor in executors.items():
            began_s = monotonic_s()
            for _ in range(_TIMES):
                run(executor)
            rounds[name].append((monotonic_s() - began_s) / _TIMES * 1e6)
    return Executed(**{name: median(values) for name, values in rounds.items()})


def _runner() -> Callable[[type[Any]], object]:
    schema = strawberry.Schema(query=_Query, config=StrawberryConfig(scalar_map=dict(SCALARS)))
    document = parse("{ rows { court number cause address rank isOpen applied paid asOf filedAt } }")
    root = _Query(rows=[_row(number) for number in range(_ROWS)])
    how: dict[str, Any] = {"is_awaitable": optimized_is_awaitable, "operation_extensions": None}

    def run(executor: type[Any]) -> object:
        return execute(schema._schema, document, root, executor_class=executor, **how)  # noqa: SLF001  # no public name

    return run


def _row(number: int) -> _Row:
    at = datetime(2025, 7, 14, 1, number, tzinfo=UTC)
    return _Row(
        court=CourtCode("浙0824"),
        number=CaseNumber(f"（2025）浙0824执{number}号"),
        cause="CONTRACT",
        address=None if number % 2 else "330824",
        rank=number,
        is_open=True,
        applied=Money(Decimal("86000.00")),
        paid=Money(Decimal("0.00")),
        as_of=at,
        filed_at=at,
    )
