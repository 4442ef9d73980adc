"""A second implementation of the merge rules, for tests: it parses everything, and shares no code with the first."""

import json
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import chain
from typing import Any

INSTANT = re.compile(r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(?:\.(\d+))?(Z|[+-]\d+:\d+)")
MEASURED = {"low", "high", "first", "last"}
RULES = {
    "count": "SUM",
    "worth": "SUM",
    "low": "MIN",
    "high": "MAX",
    "some": "ANY",
    "every": "ALL",
    "first": "EARLIEST",
    "last": "LATEST",
    "unit": "SAME",
    "boxes": "CONCAT",
    "__typename": "SAME",
}


def answer(keys: Mapping[str, str], raws: Mapping[str, bytes]) -> dict[str, Any]:
    """The answer to a selection (field by response key) from the courts' raw parts."""
    parts = [json.loads(raws[court]) for court in sorted(raws)]
    return {key: merged(name, [part[key] for part in parts]) for key, name in keys.items()}


def merged(name: str, values: list[Any]) -> Any:
    said = [value for value in values if value is not None]
    if not said:
        return None
    ordered = sorted(said, key=lambda value: (measured(name, value), str(value))) if name in MEASURED else []
    results: dict[str, Callable[[], Any]] = {
        "CONCAT": lambda: list(chain.from_iterable(said)),
        "ANY": lambda: True in said,
        "ALL": lambda: False not in said,
        "SAME": lambda: said[0] if len(set(said)) == 1 else None,
        "SUM": lambda: written(name, sum((number(value) for value in said), Fraction())),
        "MIN": lambda: ordered[0],
        "EARLIEST": lambda: ordered[0],
        "MAX": lambda: ordered[-1],
        "LATEST": lambda: ordered[-1],
    }
    return results[RULES[name]]()


def measured(name: str, value: Any) -> Fraction:
    return seconds(value) if name in {"first", "last"} else number(value)


def number(value: Any) -> Fraction:
    return Fraction(value)


def written(name: str, value: Fraction) -> Any:
    if name == "count":
        return int(value) if abs(value) < 2**53 else str(int(value))
    sign, fen = ("-" if value < 0 else ""), str(int(abs(value) * 100)).rjust(3, "0")
    return f"{sign}{fen[:-2]}.{fen[-2:]}"


def seconds(text: str) -> Fraction:
    """Since the year 0, in UTC, by the calendar's own arithmetic."""
    found = INSTANT.fullmatch(text)
    assert found
    year, month, day, hour, minute, second = (int(found[n]) for n in range(1, 7))
    fraction = Fraction(int(found[7] or 0), 10 ** len(found[7] or ""))
    years = year - (month <= 2)
    days = 365 * years + years // 4 - years // 100 + years // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day
    offset = 0
    if found[8] != "Z":
        hours, minutes = found[8][1:].split(":")
        offset = (1 if found[8][0] == "+" else -1) * (int(hours) * 60 + int(minutes))
    return Fraction(((days * 24 + hour) * 60 + minute - offset) * 60 + second) + fraction
