"""JSON decoded into one typed value or refused: no unknown, doubled or missing key, no text that is not UTF-8.

msgspec refuses unknown fields and wrong types but lets the last of two equal keys win, so that two readers may see two
documents; the pass over the pairs closes this.
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


def decode(raw: bytes, decoder: msgspec.json.Decoder[T]) -> tuple[T, dict[str, Any]]:
    """The typed value (its struct must be an object) and the same object as plain JSON values.

    Raises:
        NotStrict: malformed, mistyped, unknown or doubled key, or not UTF-8.
    """
    try:
        value = decoder.decode(raw)
        plain = _PAIRS.decode(raw.decode())
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotStrict from error
    return value, plain
