"""Plans are kept by the text of their document, within a number of bytes, and only good ones."""

import gc
import tracemalloc
from typing import Any

import pytest
from graphql import FieldsOnCorrectTypeRule, get_introspection_query
from graphql.language import FieldNode

from api.graphql.errors import RequestRefused
from api.graphql.plan import CACHED_BYTES, Plan, Planner
from schema.node.schema import SCHEMA as NODE
from tests.api.graphql.server import schema


def planned(planner: Planner, document: str) -> Plan:
    return planner.validated(planner.parsed(document))


def test_a_valid_plan_is_remembered() -> None:
    planner = Planner(schema._schema)
    plan = planned(planner, "{ zone }")

    assert planner.parsed("{ zone }") is plan
    assert planned(planner, "{ zone }") is plan


def test_a_known_document_is_neither_parsed_nor_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = Planner(schema._schema)
    plan = planned(planner, "{ zone }")

    for step in ("parse", "validate", "Checked", "forbidden"):
        monkeypatch.delattr(f"api.graphql.plan.{step}")

    assert planned(planner, "{ zone }") is plan
    with pytest.raises(NameError):
        planned(planner, "{ __typename }")


@pytest.mark.parametrize("document", ["{ zone", "{ nothing }", "{" + " zone" * 100 + "}"])
def test_a_refused_document_is_not_remembered(document: str) -> None:
    planner = Planner(schema._schema)

    for _ in range(3):
        with pytest.raises(RequestRefused):
            planned(planner, document)
    assert (len(planner._plans), planner._bytes) == (0, 0)


def test_the_cache_is_bounded_by_bytes() -> None:
    planner = Planner(schema._schema)
    first = planned(planner, "{ zone }")

    for number in range(500):
        planned(planner, f"query Q{number} {{ zone }} #" + "x" * 31_000)

    assert planner.parsed("{ zone }") is not first
    assert CACHED_BYTES / 2 < planner._bytes <= CACHED_BYTES
    assert planner._bytes == sum(plan.size_bytes for plan in planner._plans.values())


def test_the_cache_is_bounded_by_count() -> None:
    planner = Planner(schema._schema)

    for number in range(600):
        planned(planner, f"query Q{number} {{ zone }}")

    assert len(planner._plans) == 512


def test_what_is_used_stays() -> None:
    planner = Planner(schema._schema)
    first = planned(planner, "{ zone }")

    for number in range(600):
        planned(planner, f"query Q{number} {{ zone }}")
        assert planner.parsed("{ zone }") is first


def test_the_same_document_counts_once() -> None:
    planner = Planner(schema._schema)
    twice = [planner.parsed("{ zone }"), planner.parsed("{ zone }")]

    for plan in twice:
        planner.validated(plan)

    assert planner._bytes == twice[0].size_bytes


@pytest.mark.parametrize(
    "document",
    [
        "{ courtCode: __typename }",
        "{ " + "__typename " * 60 + "}",
        "{ " + "... { __typename } " * 60 + "}",
        "{ __typename #" + "獬" * 30_000 + "\n}",
        get_introspection_query(),
    ],
)
def test_the_estimate_is_no_less_than_the_memory(document: str) -> None:
    planned(Planner(NODE._schema), document)  # what the schema and the validator keep for themselves
    planner = Planner(NODE._schema)

    gc.collect()
    tracemalloc.start()
    plan = planned(planner, document)
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken * 0.95 < plan.size_bytes < taken * 4


@pytest.mark.parametrize("escape", ["\\u0000", "\\u{0}", "\\u{000}", "\0"])
def test_no_literal_holds_what_no_column_does(escape: str) -> None:
    planner = Planner(schema._schema)

    with pytest.raises(RequestRefused) as caught:
        planner.parsed(f'{{ echo(text: "{escape}") }}')

    (entry,) = caught.value.entries
    assert (entry.code, entry.extensions) == ("CHARACTER_NOT_ALLOWED", {"part": "DOCUMENT"})


@pytest.mark.parametrize(
    "document",
    [
        "{ " + " ".join(f"nothing{n}" for n in range(400)) + " }",
        "{ zone(" + "a: 1 " * 300 + ") }",
        "query (" + "$a: Int " * 200 + ") { zone }",
        "{ people(person: {" + " ".join(f"a{n}: 1" for n in range(300)) + "}) }",
    ],
)
def test_a_refusal_is_short_whatever_is_wrong(document: str) -> None:
    planner = Planner(schema._schema)
    with pytest.raises(RequestRefused) as caught:
        planned(planner, document)

    told = [entry.json("zh") for entry in caught.value.entries]
    assert 1 <= len(told) <= 3
    assert all(1 <= len(entry["locations"]) <= 5 for entry in told)
    assert len(str(told)) < 2_000


def test_validation_stops_after_the_first_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields of which each is wrong: no more are looked at than are told, and the one that ends it."""
    planner, looked_at = Planner(schema._schema), list[Any]()
    rule = FieldsOnCorrectTypeRule.enter_field

    def counted(self: FieldsOnCorrectTypeRule, node: FieldNode, *rest: Any) -> None:
        looked_at.append(node)
        rule(self, node, *rest)

    monkeypatch.setattr(FieldsOnCorrectTypeRule, "enter_field", counted)
    plan = planner.parsed("{ " + " ".join(f"nothing{n}" for n in range(400)) + " }")

    with pytest.raises(RequestRefused) as caught:
        planner.validated(plan)

    assert (len(caught.value.entries), len(looked_at)) == (3, 4)
