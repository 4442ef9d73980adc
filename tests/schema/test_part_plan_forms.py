"""What a plan can write of a schema, and of what there is none."""

from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import GraphQLObjectType, execute, parse
from strawberry.schema.config import StrawberryConfig

from federation.graph import selection
from schema import part_plans
from schema.part_plans import Plan
from schema.scalars import SCALARS, BigInt
from schema.splice import SplicingExecutor


class Colour(Enum):
    RED = "red"


strawberry.enum(Colour)


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Box(Named):
    size: int
    many: BigInt = BigInt(2**53)


@strawberry.type
class Bag(Named):
    colours: list[Colour | None] | None = None


Thing = Annotated[Box | Bag, strawberry.union("Thing")]


@strawberry.type
class Shelf:
    things: list[Thing | None] | None
    named: list[Named]
    grid: list[list[int]]
    ok: bool = True

    @strawberry.field
    def count(self) -> int:
        return len(self.named)

    @strawberry.field
    def of(self, at: int = 0) -> int:
        return at

    @strawberry.field
    def told(self, info: strawberry.Info) -> str:
        return info.field_name

    @strawberry.field
    async def later(self) -> int:
        return 1


@strawberry.type
class Query:
    shelf: Shelf


SCHEMA = strawberry.Schema(
    Query, config=StrawberryConfig(scalar_map=dict(SCALARS)), execution_context_class=SplicingExecutor
)._schema
SHELF: Any = SCHEMA.type_map["Shelf"]
MADE = Shelf(
    things=[Box(name="b", size=1), None, Bag(name="c", colours=[Colour.RED, None])],
    named=[Bag(name="d"), Box(name="e", size=2**31 - 1)],
    grid=[[1], []],
)


def plan(text: str) -> Plan | None:
    assert isinstance(SHELF, GraphQLObjectType)
    return part_plans.compiled(SCHEMA, SHELF, selection.read(text))


def executed(text: str, made: Shelf = MADE) -> Any:
    document = parse("{ shelf " + text + "}")
    return execute(SCHEMA, document, Query(shelf=made), executor_class=SplicingExecutor, operation_extensions=None)


@pytest.mark.parametrize(
    "text",
    [
        "{ ok count grid __typename }",
        "{ things { __typename ... on Named { n: name } ... on Box { size many } ... on Bag { colours } } }",
        "{ named { name } named { __typename ... on Bag { colours } } k: named { ... on Box { many } } }",
        "{ ok @skip(if: true) ... @include(if: false) { grid } ... on Shelf { c: count } }",
    ],
)
def test_unions_interfaces_and_lists_are_written(text: str) -> None:
    written = plan(text)

    assert written is not None
    assert written(MADE) == executed(text).data["shelf"]


@pytest.mark.parametrize("name", ["of", "told", "later", "unknown"])
def test_of_more_than_the_row_there_is_no_plan(name: str) -> None:
    assert plan("{ ok " + name + " }") is None


def test_of_a_changed_field_there_is_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SHELF.fields["ok"], "resolve", lambda *_: False)

    assert plan("{ ok }") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"grid": None},
        {"grid": ([1],)},
        {"grid": [[2**31]]},
        {"ok": "yes"},
        {"named": [MADE]},
        {"things": ["no thing"]},
        {"ok": ValueError("no")},
    ],
)
def test_what_is_not_expected_ends_the_plan(wrong: dict[str, Any]) -> None:
    written = plan("{ ok grid named { name } things { ... on Box { size } } }")
    made: Any = Shelf(**{"things": None, "named": [], "grid": [], **wrong})

    assert written is not None
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, the executor says what becomes of it
        written(made)


def test_another_class_is_not_written() -> None:
    written = plan("{ ok }")

    assert written is not None
    with pytest.raises(part_plans.Unexpected):
        written(Box(name="b", size=1))
