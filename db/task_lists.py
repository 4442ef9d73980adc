"""Lists and counts of the table `tasks`, as a desk looks at them: filtered, in one of three orders (收件箱、发件箱).

Invariant: a statement holds only the conditions that were asked for, so that PostgreSQL can go by an index; every
condition is a constant of this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from db.mapping import mapper
from db.pool import Conn
from db.records.tasks import TaskCount, TaskOrder, TaskRecord
from db.tasks import COLUMNS, record

_count = mapper(TaskCount)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks to list: None means any."""

    direction: str | None = None
    statuses: tuple[str, ...] | None = None
    matters: tuple[str, ...] | None = None
    urgent: bool | None = None
    other_court: str | None = None
    holder: str | None = None  # who must act next
    due_by: datetime | None = None  # due at this instant or before it
    officer: str | None = None  # whose hands it is in, or who drafted it
    case_ids: tuple[UUID, ...] | None = None  # of one of these cases


_CONDITIONS: Final[Mapping[str, str]] = {
    "direction": "direction = ?",
    "statuses": "status = ANY (?::text[])",
    "matters": "matter = ANY (?::text[])",
    "urgent": "urgent = ?",
    "other_court": "CASE direction WHEN 'OUTBOUND' THEN entrusted_court ELSE delegating_court END = ?",
    "holder": "holder = ?",
    "due_by": "due_at <= ?",
    "officer": "(officer = ? OR created_by = ?)",
    "case_ids": "case_id = ANY (?::uuid[])",
}
_OPEN: Final = "status NOT IN ('COMPLETED', 'RETURNED', 'WITHDRAWN')"
_DUE_AT: Final = "coalesce(due_at, 'infinity')"

# Per order: what narrows it, the place behind a row, and the order itself. An index serves each, with `direction`.
_ORDERS: Final[Mapping[TaskOrder, tuple[str, str, str]]] = {
    TaskOrder.YOUNGEST: ("true", "(created_at, id) < (?::timestamptz, ?::uuid)", "created_at DESC, id DESC"),
    TaskOrder.DUE: (
        _OPEN,
        f"({_DUE_AT}, id) > (coalesce(?::timestamptz, 'infinity'), ?::uuid)",
        f"{_DUE_AT}, id",
    ),
    TaskOrder.CHANGED: ("true", "(changed_at, id) < (?::timestamptz, ?::uuid)", "changed_at DESC, id DESC"),
}
_COUNT_COLUMNS: Final = (
    "direction, status, count(*) AS tasks, count(*) FILTER (WHERE due_at <= $1) AS overdue, "
    "count(*) FILTER (WHERE holder = $2) AS held_here"
)


def place(task: TaskRecord, order: TaskOrder) -> datetime | None:
    """The sort key of a task's row in an order; None is the end of time."""
    return {TaskOrder.YOUNGEST: task.created_at, TaskOrder.DUE: task.due_at, TaskOrder.CHANGED: task.changed_at}[order]


def page_sql(wanted: TaskFilter, order: TaskOrder, *, behind: bool) -> str:
    """The statement of a page; its arguments are those of `wanted` that are given, the place, the limit."""
    only, place_behind, by = _ORDERS[order]
    conditions = [only, *_asked(wanted), *([place_behind] if behind else [])]
    return _numbered(f"SELECT {COLUMNS} FROM tasks WHERE {' AND '.join(conditions)} ORDER BY {by} LIMIT ?")


def count_sql(wanted: TaskFilter) -> str:
    """The statement of the counts; its arguments are now, the own court, and those of `wanted` that are given."""
    conditions = ["true", *_asked(wanted)]
    return _numbered(
        f"SELECT {_COUNT_COLUMNS} FROM tasks WHERE {' AND '.join(conditions)} "
        "GROUP BY direction, status ORDER BY direction, status",
        first=3,
    )


async def page(
    conn: Conn, wanted: TaskFilter, order: TaskOrder, *, after: tuple[datetime | None, UUID] | None, limit: int
) -> list[TaskRecord]:
    """At most `limit` tasks in `order`, behind the row that `after` names by its place and id."""
    sql = page_sql(wanted, order, behind=after is not None)
    rows = await conn.fetch(sql, *_arguments(wanted), *(after or ()), limit)
    return [record(row) for row in rows]


async def counts(conn: Conn, wanted: TaskFilter, *, now: datetime, own_court: str) -> list[TaskCount]:
    """How many tasks stand in each state: all, those whose day is over, those that the own court must move on."""
    rows = await conn.fetch(count_sql(wanted), now, own_court, *_arguments(wanted))
    return [_count(row) for row in rows]


def _asked(wanted: TaskFilter) -> list[str]:
    return [condition for name, condition in _CONDITIONS.items() if getattr(wanted, name) is not None]


def _arguments(wanted: TaskFilter) -> list[object]:
    given = [(condition, getattr(wanted, name)) for name, condition in _CONDITIONS.items()]
    return [_sent(value) for condition, value in given if value is not None for _ in range(condition.count("?"))]


def _sent(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _numbered(sql: str, *, first: int = 1) -> str:
    """The statement with $n for each question mark."""
    head, *rest = sql.split("?")
    return head + "".join(f"${number}{part}" for number, part in enumerate(rest, first))
