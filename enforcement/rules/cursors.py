"""Where a page of a list begins: a text for its client, good for that list alone (游标).

Invariant: the position is that of a row by values that never change, so a page never repeats or skips a row because
others came or went. A cursor is no secret and no permission: it holds what its reader was shown.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from enforcement.rules.refusals import Malformed

_LONGEST = 200
Key = TypeVar("Key")
Id = TypeVar("Id")


def written(field: str, key: object, row_id: object) -> str:
    """The cursor of the row with this sort key and id in the list `field`."""
    return urlsafe_b64encode(f"{field} {key} {row_id}".encode()).decode().rstrip("=")


def read(
    field: str, cursor: str | None, key: Callable[[str], Key], row_id: Callable[[str], Id]
) -> tuple[Key, Id] | None:
    """The sort key and the id in a cursor of the list `field`; None for no cursor. `key` and `row_id` read each.

    Raises:
        Malformed: CURSOR; it is none, or one of another list.
    """
    if cursor is None:
        return None
    if len(cursor) > _LONGEST:
        raise Malformed("CURSOR", "after")
    try:
        its_field, key_text, id_text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        position = key(key_text), row_id(id_text)
    except (ValueError, OverflowError):
        raise Malformed("CURSOR", "after") from None
    if its_field != field:
        raise Malformed("CURSOR", "after")
    return position


def instant(text: str) -> datetime:
    """A sort key that is an instant, in UTC.

    Raises:
        ValueError, OverflowError: it is none.
    """
    read_at = datetime.fromisoformat(text)
    if read_at.utcoffset() is None:
        raise ValueError
    return read_at.astimezone(UTC)


def number(text: str) -> int:
    """The number of a row.

    Raises:
        ValueError: it is none of ours.
    """
    read_as = int(text)
    if not 0 < read_as < 2**63:
        raise ValueError
    return read_as
