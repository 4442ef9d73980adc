"""Rows on their way into the tables: laid into temporary tables by COPY, compared there, moved over at once.

Invariant: nothing here writes to a table but `move`; a staged table goes with the transaction, committed or not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.pool import Conn

MOST_LINES = 1_000
"""Lines that one comparison names; it always says how many there are."""


@dataclass(frozen=True, slots=True)
class Link:
    """A field that names a row of another table: staged as what finds it (`by`, of SQL type `kind`), stored as its id.

    `column` is what the file calls it.
    """

    field: str
    table: str
    by: str
    kind: str
    code: str
    column: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How the rows of `table` are staged: its fields, those that identify a row, those that name other rows.

    `casts` are fields staged as text and stored as another type.
    """

    table: str
    fields: tuple[str, ...]
    key: tuple[str, ...]
    links: tuple[Link, ...] = ()
    casts: Mapping[str, str] = field(default_factory=dict)

    @property
    def staged(self) -> str:
        return f"staged_{self.table}"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of the file, at most MOST_LINES of `count`."""

    lines: list[int]
    count: int


async def create(conn: Conn, shape: Shape) -> None:
    """Make the temporary table; it is dropped when the transaction ends."""
    kinds = {link.field: link.kind for link in shape.links} | dict.fromkeys(shape.casts, "text")
    columns = ", ".join(f"NULL::{kinds[f]} AS {f}" if f in kinds else f for f in shape.fields)
    await conn.execute(
        f"CREATE TEMPORARY TABLE {shape.staged} ON COMMIT DROP AS"
        f" SELECT 0 AS line, {columns} FROM {shape.table} WITH NO DATA"
    )


async def drop(conn: Conn, shape: Shape) -> None:
    """Forget the staged rows before the transaction ends."""
    await conn.execute(f"DROP TABLE {shape.staged}")


async def put(conn: Conn, shape: Shape, rows: list[tuple[Any, ...]]) -> None:
    """Add rows: the line, then the fields in the shape's order."""
    await conn.copy_records_to_table(shape.staged, columns=["line", *shape.fields], records=rows)


async def measured(conn: Conn, shape: Shape) -> None:
    """Let the planner know how many rows there are, before they are compared."""
    await conn.execute(f"ANALYZE {shape.staged}")


async def repeated(conn: Conn, shape: Shape) -> Lines:
    """Lines whose key stands on an earlier line already."""
    key = ", ".join(shape.key)
    return await lines(
        conn,
        f"SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY {key} ORDER BY line) AS place"
        f" FROM {shape.staged}) numbered WHERE place > 1",
    )


async def stored(conn: Conn, shape: Shape) -> Lines:
    """Lines whose key is in the table already."""
    same = " AND ".join(f"t.{name} = r.{name}" for name in shape.key)
    return await lines(
        conn,
        f"SELECT r.line FROM ({_resolved(shape)}) r WHERE EXISTS (SELECT FROM {shape.table} t WHERE {same})",
    )


async def dangling(conn: Conn, shape: Shape, link: Link, staged: Collection[str]) -> Lines:
    """Lines whose `link` names a row that is neither in its table nor staged for it (tables in `staged`)."""
    return await lines(
        conn,
        f"SELECT s.line FROM {shape.staged} s WHERE s.{link.field} IS NOT NULL"
        f" AND NOT EXISTS (SELECT FROM {known(link.table, (link.by,), staged)} k WHERE k.{link.by} = s.{link.field})",
    )


def known(table: str, columns: Collection[str], staged: Collection[str]) -> str:
    """A relation of what is stored in `table` and, if it is among `staged`, of what is staged for it."""
    names = ", ".join(columns)
    if table not in staged:
        return f"(SELECT {names} FROM {table})"
    return f"(SELECT {names} FROM {table} UNION ALL SELECT {names} FROM staged_{table})"


async def lines(conn: Conn, query: str, *args: Any) -> Lines:
    """The lines that `query` selects, in order; its parameters are $2 onwards."""
    rows = await conn.fetch(
        f"SELECT q.line, count(*) OVER () AS total FROM ({query}) q ORDER BY q.line LIMIT $1", MOST_LINES, *args
    )
    return Lines([row["line"] for row in rows], rows[0]["total"] if rows else 0)


async def move(conn: Conn, shape: Shape) -> int:
    """Write all staged rows to the table; how many there were."""
    names = ", ".join(shape.fields)
    done = await conn.execute(
        f"INSERT INTO {shape.table} ({names}) SELECT {names} FROM ({_resolved(shape)}) r ORDER BY r.line"
    )
    return int(done.rpartition(" ")[2])


def _resolved(shape: Shape) -> str:
    """The staged rows as they will be stored: every link replaced by the id it finds, also among their own."""
    linked = {link.field: place for place, link in enumerate(shape.links)}
    columns = ["s.line"]
    for name in shape.fields:
        if name in linked:
            columns.append(f"l{linked[name]}.id AS {name}")
        elif name in shape.casts:
            columns.append(f"s.{name}::{shape.casts[name]} AS {name}")
        else:
            columns.append(f"s.{name}")
    joins = "".join(
        f" LEFT JOIN {_targets(shape, link)} l{place} ON l{place}.{link.by} = s.{link.field}"
        for place, link in enumerate(shape.links)
    )
    return f"SELECT {', '.join(columns)} FROM {shape.staged} s{joins}"


def _targets(shape: Shape, link: Link) -> str:
    if link.table != shape.table:
        return link.table
    return known(link.table, dict.fromkeys(("id", link.by)), {shape.table})
