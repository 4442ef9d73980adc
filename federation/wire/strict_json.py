"""JSON decoded into one typed value or refused: no unknown, doubled or missing key, no text that is not UTF-8.

msgspec refuses unknown fields and wrong types but lets the last of two equal keys win, so that two readers may see two
documents. A text that is what its value is written as has no such keys, nor any other reading; for every other text a
pass over the pairs closes this.
"""

import json
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")


class NotStrict(Exception):
    """The text is not the one strict form."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict
    return found


_PAIRS: Final = json.JSONDecoder(object_pairs_hook=_unique)


def decode(raw: bytes, decoder: msgspec.json.Decoder[T]) -> tuple[T, dict[str, Any] | None]:
    """The typed value (its struct must be an object that omits nothing) and the same object as plain JSON values.

    None instead of these for a text that is what the value is written as: every key is there, in its one spelling.

    Raises:
        NotStrict: malformed, mistyped, unknown or doubled key, or not UTF-8.
    """
    try:
        value = decoder.decode(raw)
        if _is_written_so(value, raw):
            return value, None
        return value, _PAIRS.decode(raw.decode())
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotStrict from error


def _is_written_so(value: object, raw: bytes) -> bool:
    try:
        return msgspec.json.encode(value) == raw
    except (ValueError, OverflowError, RecursionError):  # half a surrogate pair, a number of many digits
        return False
