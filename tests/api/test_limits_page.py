"""docs/limits.md says what the code does."""

import re
from pathlib import Path

import pytest

from api.graphql.limits import DocumentLimits
from api.graphql.over_http import MAX_BODY_BYTES
from api.graphql.plan import Planner
from api.graphql.variables import MOST_ITEMS, MOST_LEVELS, MOST_VALUES
from federation.graph.cost import MOST_STEPS
from schema.field_weights import FIELD_WEIGHTS
from schema.literals import OPEN_TEXT
from schema.node.schema import SCHEMA

PAGE = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
LIMITS = DocumentLimits()
ROWS = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+)", PAGE.partition("## Variables")[0], re.MULTILINE))
VARIABLES = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+)", PAGE.partition("## Variables")[2], re.MULTILINE))


@pytest.mark.parametrize("name", [name for name in DocumentLimits.__slots__ if name != "cost_unknown"])
def test_the_table_has_each_limit(name: str) -> None:
    assert ROWS[name] == f"{getattr(LIMITS, name):,}"


def test_the_other_figures_are_the_codes() -> None:
    assert f"{LIMITS.cost_unknown:,} without a token" in PAGE
    assert ROWS["steps"] == f"{MOST_STEPS:,}"
    assert {"depth": f"{MOST_LEVELS}", "items": f"{MOST_ITEMS:,}", "values": f"{MOST_VALUES:,}"} == VARIABLES
    assert f"{MAX_BODY_BYTES // 1024} KiB" in PAGE


def test_the_example_costs_what_it_says() -> None:
    (document,) = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)
    planner = Planner(SCHEMA._schema)

    plan = planner.validated(planner.parsed(document))

    assert f"= {plan.checked.price('Tasks', {'first': 20}):,}" in document


def test_the_weights_are_the_codes() -> None:
    weights = {each: LIMITS.cost // (each + 1) for each in FIELD_WEIGHTS.values()}

    assert {f"{each:,} | {most} |" for each, most in weights.items()} == set(
        re.findall(r"([\d,]+ \| \d+ \|)$", PAGE.partition("## Literals")[0], re.MULTILINE)
    )


def test_open_texts_are_named() -> None:
    assert all(f"`{name}`" in PAGE for name in OPEN_TEXT)
