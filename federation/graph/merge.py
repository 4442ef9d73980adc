"""Sets of parts, and the rules by which one field's values at several courts become one.

Invariant: the union of sets of parts is associative, commutative and idempotent, with the empty set neutral. A court
that gave two different parts has contradicted itself: it stays contradicted whatever else arrives. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from federation.graph.contract import Merge

Parts: TypeAlias = Mapping[str, bytes | None]
"""A court's part by its code; None for a court that contradicted itself."""

NO_PARTS: Final[Parts] = MappingProxyType({})


def union(left: Parts, right: Parts) -> Parts:
    """Both sets as one; a court in both must have given the same bytes."""
    together = dict(left)
    for court, part in right.items():
        together[court] = part if together.get(court, part) == part else None
    return MappingProxyType(together)


def add(parts: Parts, court: str, part: bytes) -> Parts:
    """`parts` with what `court` said."""
    return MappingProxyType({**parts, court: part if parts.get(court, part) == part else None})


_EXACT: Final = 2**53
_WRITTEN_VARIOUSLY: Final = frozenset({"Money", "BigInt", "DateTime"})


class Contradiction(Exception):
    """The parts differ where they must be the same."""


def combine(rule: Merge, values: Sequence[Any], scalar: str = "") -> Any:
    """One value from those of the courts, which stand in the order of their codes; `scalar` is their GraphQL type.

    Null says nothing and is passed over; null alone gives null.

    Raises:
        Contradiction: the rule is SAME and they differ.
        ValueError: DERIVED values are computed, and a PAGE is put together by position (page.py).
    """
    said = [value for value in values if value is not None]
    if rule not in _RULES:
        raise ValueError(rule)
    return _RULES[rule](said, scalar) if said else None


def whole(number: int) -> int | str:
    """A BigInt as JSON: a number as long as every client reads it exactly, text from 2^53 on."""
    return number if -_EXACT < number < _EXACT else str(number)


def _concat(values: list[Any], _: str) -> list[Any]:
    return [item for value in values for item in value]


def _sum(values: list[Any], scalar: str) -> Any:
    if scalar == "Money":
        # always two decimals: so many fen, added without rounding
        fen = sum(int(value.replace(".", "")) for value in values)
        return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"
    return whole(sum(int(value) for value in values))


def _order(scalar: str) -> Callable[[Any], Any]:
    """What values of `scalar` are compared by: never the text of a number or an instant."""
    match scalar:
        case "Money":
            return Decimal
        case "BigInt":
            return int
        case "Date":
            return date.fromisoformat
        case "DateTime":
            return datetime.fromisoformat
        case _:
            return lambda value: value


def _meaning(scalar: str) -> Callable[[Any], Any]:
    """As `_order`, and the text where two mean the same: so the order of the courts decides nothing."""
    order = _order(scalar)
    return lambda value: (order(value), str(value))


def _least(values: list[Any], scalar: str) -> Any:
    return _plain(min(set(values), key=_meaning(scalar)), scalar)


def _greatest(values: list[Any], scalar: str) -> Any:
    return _plain(max(set(values), key=_meaning(scalar)), scalar)


def _same(values: list[Any], scalar: str) -> Any:
    order = _order(scalar)
    first = order(values[0])
    if any(order(value) != first for value in values):
        raise Contradiction
    return values[0] if scalar not in _WRITTEN_VARIOUSLY else _least(values, scalar)


def _plain(value: Any, scalar: str) -> Any:
    return whole(int(value)) if scalar == "BigInt" else value


_RULES: Final[Mapping[Merge, Callable[[list[Any], str], Any]]] = MappingProxyType(
    {
        Merge.CONCAT: _concat,
        Merge.SUM: _sum,
        Merge.MIN: _least,
        Merge.MAX: _greatest,
        Merge.EARLIEST: _least,
        Merge.LATEST: _greatest,
        Merge.ANY: lambda values, _: any(values),
        Merge.ALL: lambda values, _: all(values),
        Merge.SAME: _same,
    }
)
