"""Cursors of subscriptions: opaque text for a position in one feed. Invariant: a cursor of another feed is refused."""

import base64
import binascii
from typing import Annotated, Final, TypeAlias

import strawberry

from db.events import Position
from enforcement.rules.refusals import Malformed

Resume: TypeAlias = Annotated[
    str | None, strawberry.argument(description="The last `cursor` received: what came since comes first. 续传游标")
]
_ROWS: Final = range(1, 2**63)


def cursor_of(feed: str, position: int) -> str:
    """The cursor of `position` in `feed`."""
    return base64.urlsafe_b64encode(f"{position} {feed}".encode()).decode()


def position_of(cursor: str | None, feed: str) -> int | None:
    """Where in `feed` a cursor points; None without one.

    Raises:
        Malformed: CURSOR; it is none of ours, or another feed's.
    """
    if cursor is None:
        return None
    try:
        position, _, named = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        if named == feed:
            return int(position)
    except (ValueError, binascii.Error):
        pass
    raise Malformed("CURSOR", "after")


def place_cursor(feed: str, place: Position) -> str:
    """The cursor of a place among the events of several objects."""
    return base64.urlsafe_b64encode(f"{place.xact}.{place.id} {feed}".encode()).decode()


def place_of(cursor: str | None, feed: str) -> Position | None:
    """Where among the events of `feed` a cursor points; None without one.

    Raises:
        Malformed: CURSOR; it is none of ours, or another feed's.
    """
    if cursor is None:
        return None
    try:
        text, _, named = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        xact, _, row = text.partition(".")
        if named == feed and int(xact) in _ROWS and (row == "0" or row_number(row)):
            return Position(str(int(xact)), int(row))
    except (ValueError, binascii.Error):
        pass
    raise Malformed("CURSOR", "after")


def row_number(text: str) -> int:
    """The id of a row that the database numbers, out of a cursor.

    Raises:
        ValueError: it can be none.
    """
    number = int(text)
    if number not in _ROWS:
        raise ValueError
    return number
