"""What the gateway works for costs its work, however little is selected; readings of a schema are few."""

import pytest
import strawberry

from api.graphql.errors import RequestRefused
from api.graphql.plan import Planner
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.node.schema import SCHEMA as NODE
from tests.api.graphql.test_hostile import MATRIX, sixty


@pytest.mark.parametrize(
    ("limit", "document"),
    [
        ("cost", f"{{ {sixty(MATRIX)} }}"),
        ("cost", f"{{ zone {{ {sixty(MATRIX)} }} }}"),
        ("cost", f'{{ {sixty("""compositionCheck(sdl: "") { __typename }""", 4)} }}'),
        ("introspection", f"{{ {sixty('__schema { types { fields { name } } }', 30)} }}"),
        ("introspection", f"{{ {sixty('_service { sdl }')} }}"),
    ],
)
def test_what_the_gateway_works_for_is_counted(limit: str, document: str) -> None:
    with pytest.raises(RequestRefused) as caught:
        Planner(GATEWAY._schema).parsed(document)

    assert caught.value.entries[0].code == "DOCUMENT_TOO_LARGE"
    assert caught.value.entries[0].extensions["limit"] == limit


@pytest.mark.parametrize(
    ("document", "price"),
    [
        (f"{{ {sixty(MATRIX, 19)} }}", 19 * (1_000 + 1)),
        (f"{{ zone {{ {sixty(MATRIX, 19)} }} }}", 1 + 19 * (1_000 + 1)),
        (f'{{ {sixty("""compositionCheck(sdl: "") { __typename }""", 3)} }}', 3 * (5_000 + 1)),
    ],
)
def test_as_much_as_the_budget_holds_is_not_refused(document: str, price: int) -> None:
    assert Planner(GATEWAY._schema).parsed(document).checked.price(None, {}) == price


@pytest.mark.parametrize("program", [NODE, GATEWAY])
def test_two_readings_of_the_schema_are_not_refused(program: strawberry.Schema) -> None:
    planner = Planner(program._schema)
    two = planner.parsed('{ a: __schema { queryType { name } } b: __type(name: "Query") { name } }')
    names = planner.parsed(f"{{ _service {{ sdl }} __schema {{ queryType {{ name }} }} {sixty('__typename', 50)} }}")

    assert two.introspects
    assert names.introspects
