"""A document's cost is known before it is validated, in linear time."""

from time import perf_counter

import pytest
from graphql import parse

from api.graphql_errors import RequestRefused
from api.graphql_limits import DocumentLimits, check
from api.graphql_plan import Planner
from tests.api.graphql_server import schema

LIMITS = DocumentLimits()


def refusal(document: str) -> dict[str, object]:
    with pytest.raises(RequestRefused) as caught:
        check(parse(document), LIMITS)
    (entry,) = caught.value.entries
    return {"code": entry.code, **entry.extensions}


def nested(levels: int) -> str:
    return "{ small " + "{ again " * (levels - 2) + "{ name }" + "}" * (levels - 2) + " }"


def test_the_deepest_document_passes() -> None:
    assert check(parse(nested(15)), LIMITS) is False


def test_one_level_more_is_refused() -> None:
    assert refusal(nested(16)) == {"code": "DOCUMENT_TOO_LARGE", "limit": "depth", "allowed": 15}


def test_aliases_are_counted_as_expanded() -> None:
    document = "{ small { ...F ...G } } fragment F on Small {" + " ".join(f"a{n}: name" for n in range(40)) + "}"

    assert check(parse(document + " fragment G on Small { name }"), LIMITS) is False
    assert refusal(document + " fragment G on Small { again { ...F } }")["limit"] == "repeats"


def test_repeated_keys_are_counted() -> None:
    assert refusal("{" + "zone " * 62 + "}")["limit"] == "repeats"


@pytest.mark.parametrize(
    "body", ["a: again { ...%s } b: again { ...%s }", "...%s ...%s", "again { ...%s } again { ...%s }"]
)
def test_doubling_fragments_are_refused_at_once(body: str) -> None:
    fragments = [f"fragment F{n} on Small {{ {body % (f'F{n + 1}', f'F{n + 1}')} }}" for n in range(60)]
    document = "{ small { ...F0 } } " + " ".join(fragments) + " fragment F60 on Small { name name }"
    started = perf_counter()

    assert refusal(document)["code"] == "DOCUMENT_TOO_LARGE"
    assert perf_counter() - started < 1


@pytest.mark.parametrize(
    "document",
    [
        "{ small { ...F } } fragment F on Small { ...F }",
        "{ small { ...F } } fragment F on Small { again { ...G } } fragment G on Small { again { ...F } }",
    ],
)
def test_a_cycle_of_fragments_is_refused(document: str) -> None:
    assert refusal(document) == {"code": "DOCUMENT_INVALID", "reason": "FRAGMENT_CYCLE"}


def test_a_thousand_tokens_are_the_most() -> None:
    with pytest.raises(RequestRefused) as caught:
        Planner(schema._schema).parsed("{ zone " + "# \n" * 1100 + "}")

    assert caught.value.entries[0].extensions == {"limit": "tokens", "allowed": 1000}


@pytest.mark.parametrize("opening", ["{a", "[", "{small(x:[", "query($a:["])
def test_no_nesting_breaks_the_parser(opening: str) -> None:
    with pytest.raises(RequestRefused):
        Planner(schema._schema).parsed(opening * 400)


def test_a_valid_plan_is_remembered() -> None:
    planner = Planner(schema._schema)
    plan = planner.validated(planner.parsed("{ zone }"))

    assert planner.parsed("{ zone }") is plan


def test_the_cache_is_bounded_by_bytes() -> None:
    planner = Planner(schema._schema)
    first = planner.validated(planner.parsed("{ zone }"))

    for number in range(40):
        planner.validated(planner.parsed(f"query Q{number} {{ zone }} #" + "x" * 10_000))

    assert planner.parsed("{ zone }") is not first
    assert planner._bytes <= 256 * 1024
    assert planner._bytes == sum(plan.size_bytes for plan in planner._plans.values())
