"""Rows to records and back: a record's fields are its table's columns, by name."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from functools import cache
from operator import attrgetter, itemgetter
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

import asyncpg

from db.pool import Conn

Record = TypeVar("Record")


def _enums(kind: type) -> dict[str, type[StrEnum]]:
    found = {}
    for name, hint in get_type_hints(kind).items():
        for option in get_args(hint) or (hint,):
            if isinstance(option, type) and option is not NoneType and issubclass(option, StrEnum):
                found[name] = option
    return found


def mapper(kind: type[Record]) -> Callable[[asyncpg.Record | Mapping[str, Any]], Record]:
    """A function from a row to `kind`; text columns become the enum members that the fields declare.

    The row must have every field as a column; others are left out.
    """
    names = columns(kind)
    read = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    enums = [
        (names.index(name), enum, {member.value: member for member in enum}) for name, enum in _enums(kind).items()
    ]

    def record(row: asyncpg.Record | Mapping[str, Any]) -> Record:
        values = read(row)
        if enums:
            values = [*values]
            for place, enum, members in enums:
                value = values[place]
                if value is not None:
                    values[place] = members.get(value) or enum(value)
        return kind(*values)

    return record


def columns(kind: Any) -> list[str]:
    """The names of the columns, in the record's order."""
    return [field.name for field in fields(kind)]


def insertion(table: str, kind: Any) -> str:
    """The INSERT statement of one record, all columns named."""
    names = columns(kind)
    places = ", ".join(f"${i + 1}" for i in range(len(names)))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"  # names are our own fields


def values(record: Any) -> tuple[Any, ...]:
    """The record's values, in the order of `columns`."""
    return _reader(type(record))(record)  # type: ignore[arg-type]  # classes can be hashed


@cache
def _reader(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    names = columns(kind)
    got: Callable[[Any], Any] = attrgetter(*names)
    return got if len(names) > 1 else lambda record: (got(record),)


async def copy(conn: Conn, table: str, kind: type[Record], rows: list[Record]) -> None:
    """Write many records at once by COPY; the table must not have a JSON column."""
    await conn.copy_records_to_table(table, columns=columns(kind), records=map(values, rows))
