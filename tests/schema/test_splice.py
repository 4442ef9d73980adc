"""A rendered answer stands in the response as it is, whether it is data or text, and whoever writes the response."""

from typing import Any

import orjson
import pytest
import strawberry
from graphql import execute_sync, parse

from federation.graph.render import Rendered
from schema.cells import CellExecutor
from schema.splice import SplicingExecutor, writing

DATA = {"name": "样", "below": {"count": 1}}


@strawberry.type
class Thing:
    name: str


@strawberry.type
class Query:
    @strawberry.field
    def data(self) -> Thing:
        return Rendered(DATA)  # type: ignore[return-value]

    @strawberry.field
    def text(self) -> Thing:
        return Rendered(orjson.dumps(DATA))  # type: ignore[return-value]


SCHEMA = strawberry.Schema(query=Query, execution_context_class=SplicingExecutor)


def answered(executor: Any) -> Any:
    document = parse("{ data { name } text { name } }")
    return execute_sync(SCHEMA._schema, document, executor_class=executor).data


def test_resolvers_results_are_data_everywhere_else() -> None:
    assert answered(SplicingExecutor) == {"data": DATA, "text": DATA}


def test_a_text_is_written_as_it_is() -> None:
    made = answered(writing(SplicingExecutor))

    assert isinstance(made["text"], orjson.Fragment)
    assert orjson.loads(orjson.dumps(made)) == {"data": DATA, "text": DATA}


@pytest.mark.parametrize("executor", [CellExecutor, None])
def test_other_executors_stay_as_they_are(executor: Any) -> None:
    assert writing(executor) is executor
