"""The documents that the project hands out are within the budget, and so is what tools send by themselves."""

from pathlib import Path

import pytest
import strawberry
from graphql import get_introspection_query

from api import examples
from api.demo import documents
from api.graphql.limits import DocumentLimits
from api.graphql.plan import Planner
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.node.schema import SCHEMA as NODE

LIMITS = DocumentLimits()
PROGRAMS = {"node": NODE, "gateway": GATEWAY}
DEMO = {name: text for name, text in vars(documents).items() if name.isupper() and not name.startswith("_")}
SHIPPED = Path(__file__).parents[2] / "docs" / "examples"


@pytest.mark.parametrize("program", [NODE, GATEWAY])
def test_the_introspection_of_tools_is_within_every_budget(program: strawberry.Schema) -> None:
    every = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )

    for document in (get_introspection_query(), every):
        assert Planner(program._schema).parsed(document).checked.price("IntrospectionQuery", {}) <= LIMITS.cost_unknown


@pytest.mark.parametrize("name", PROGRAMS)
def test_ready_tabs_are_within_the_budget(name: str) -> None:
    planner = Planner(PROGRAMS[name]._schema)

    for example in examples.of(name):
        (operation,) = (plan := planner.parsed(example.query)).operations
        assert plan.checked.price(operation, {}) <= LIMITS.cost


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.graphql")))
def test_examples_are_within_the_budget(path: Path) -> None:
    (operation,) = (plan := Planner(NODE._schema).parsed(path.read_text("utf-8"))).operations

    assert plan.checked.price(operation, {}) <= LIMITS.cost


@pytest.mark.parametrize("program", [NODE, GATEWAY])
@pytest.mark.parametrize("name", DEMO)
def test_what_the_demo_asks_is_within_the_budget(name: str, program: strawberry.Schema) -> None:
    """At the door that it is for; at the other, what it has not costs one."""
    (operation,) = (plan := Planner(program._schema).parsed(DEMO[name])).operations

    assert plan.checked.price(operation, {}) <= LIMITS.cost
