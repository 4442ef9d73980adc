"""Which media type a caller reads, by the header `Accept` (RFC 9110 §12.5.1).

A type that is named beats a wildcard of the same quality; among equals the GraphQL type comes first, events last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

GRAPHQL: Final = "application/graphql-response+json"
JSON: Final = "application/json"
EVENTS: Final = "text/event-stream"
_MOST_CHARACTERS: Final = 1_000  # of the header; what stands behind is not looked at
_WILDCARDS: Final = frozenset({"*/*", "application/*"})


class Reads(StrEnum):
    """What the caller reads best."""

    GRAPHQL = GRAPHQL
    JSON = JSON
    EVENTS = EVENTS
    ANYTHING = "*/*"
    NOTHING = ""


_ORDER: Final = (Reads.GRAPHQL, Reads.JSON, Reads.EVENTS, Reads.ANYTHING, Reads.NOTHING)


@dataclass(frozen=True, slots=True)
class Accepted:
    """`best`, and whether `text/event-stream` was named at all: subscriptions need it."""

    best: Reads
    events: bool = False


def accepted(header: str | None) -> Accepted:
    """What `header` accepts; NOTHING when none of our types is."""
    if not header:
        return Accepted(Reads.ANYTHING)
    offers = [(quality, kind) for kind, quality in _kinds(header[:_MOST_CHARACTERS]) if quality > 0]
    if not offers:
        return Accepted(Reads.NOTHING)
    _, best = max(offers, key=lambda offer: (offer[0], -_ORDER.index(offer[1])))
    return Accepted(best, any(kind is Reads.EVENTS for _, kind in offers))


def _kinds(header: str) -> Iterator[tuple[Reads, float]]:
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name in _WILDCARDS:
            yield Reads.ANYTHING, _quality(parameters)
        elif name in {GRAPHQL, JSON, EVENTS}:
            yield Reads(name), _quality(parameters)


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
