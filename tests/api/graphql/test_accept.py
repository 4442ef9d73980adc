"""What a caller reads best is what it named with the highest quality; the GraphQL type wins among equals."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from api.graphql.accept import Accepted, Reads, accepted
from api.graphql.language import language_of

URQL = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, */*"


@pytest.mark.parametrize(
    ("header", "best", "events"),
    [
        (None, Reads.ANYTHING, False),
        ("", Reads.ANYTHING, False),
        ("*/*", Reads.ANYTHING, False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Reads.ANYTHING, False),
        ("application/graphql-response+json", Reads.GRAPHQL, False),
        ("application/graphql-response+json, application/json;q=0.9", Reads.GRAPHQL, False),
        ("application/json, application/graphql-response+json;q=0.5", Reads.JSON, False),
        ("application/json;charset=utf-8", Reads.JSON, False),
        ("APPLICATION/JSON , */*", Reads.JSON, False),
        ("text/event-stream", Reads.EVENTS, True),
        ("text/event-stream, application/json;q=0.1", Reads.EVENTS, True),
        ("application/json, text/event-stream", Reads.JSON, True),
        (URQL, Reads.GRAPHQL, True),
        ("text/html", Reads.NOTHING, False),
        ("application/json;q=0", Reads.NOTHING, False),
        ("application/json;q=none", Reads.NOTHING, False),
    ],
)
def test_the_best_type_is_read_from_the_header(header: str | None, best: Reads, events: bool) -> None:
    assert accepted(header) == Accepted(best, events)


@pytest.mark.parametrize("read", [accepted, language_of])
def test_of_a_long_header_the_beginning_counts(read: Callable[[str], object]) -> None:
    """Counted: one look at each of so many parts, however many there are."""
    parts, calls = "en;q=x,*/*;q=x," * 10_000, 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    former = sys.getprofile()
    sys.setprofile(count)
    try:
        read(parts)
    finally:
        sys.setprofile(former)

    assert calls < 3_000
