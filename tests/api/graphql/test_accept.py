"""What a caller reads best is what it named with the highest quality; the GraphQL type wins among equals."""

import pytest

from api.graphql.accept import Accepted, Reads, accepted

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
