"""Every field has an area: the table, the mark in the SDLs, and the build that fails without one."""

from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, build_schema, get_named_type, is_abstract_type, is_composite_type, parse

from enforcement.rules.areas import Area, Level, level_of
from enforcement.rules.rights import Role
from federation.graph import contract
from schema import areas, sdl
from schema.areas import AreaMissing, BadLine
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.node.schema import SCHEMA as NODE
from schema.node.schema import Mutation, Query, Subscription
from schema.node.zone_mirror import NodeSchema, committed
from schema.node.zone_part import PART_SCHEMA
from schema.scalars import SCALARS
from schema.subgraph import ANY

FOLDER = Path(__file__).parents[2] / "schema"


@strawberry.type(description="More than there was. 更多")
class LaterQuery(Query):
    planted: str = strawberry.field(description="Planted by a test. 测试", default="")


def test_a_field_without_an_area_fails_the_build() -> None:
    with pytest.raises(AreaMissing, match=r"\nLaterQuery: AREA .*planted"):
        NodeSchema(
            committed(),
            query=LaterQuery,
            mutation=Mutation,
            subscription=Subscription,
            config=strawberry.schema.config.StrawberryConfig(scalar_map={**SCALARS, **ANY}),
        )


@pytest.mark.parametrize("name", ["own_sdl", "GatewaySchema"])
def test_the_gateway_is_not_built_either(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = areas.table()
    fewer = {kind: fields for kind, fields in known.items() if kind != "TrackedTask"} | {
        "TrackedTask": {field: area for field, area in known["TrackedTask"].items() if field != "overdue"}
    }
    monkeypatch.setattr(areas, "table", lambda: fewer)

    with pytest.raises(AreaMissing, match=r"\nTrackedTask: AREA overdue$"):
        _built(name)


def _built(name: str) -> Any:
    from schema.gateway import encrypted, own, schema  # noqa: PLC0415 - what is patched is read here

    return own.own_sdl() if name == "own_sdl" else schema.GatewaySchema(encrypted.committed())


def test_a_line_of_nothing_is_stale() -> None:
    known = {**areas.table(), "Gone": {"field": Area.CASE}}

    assert areas.stale([GATEWAY._schema, NODE._schema], known) == ["Gone.field"]


def test_no_line_is_stale() -> None:
    assert sdl.unlisted() == []


@pytest.mark.parametrize("text", ["Case", "Case: NOTHING id", "Case: CASE", "Case: CASE id\nCase: AUDIT id", ": CASE"])
def test_a_line_is_a_type_an_area_and_fields(text: str) -> None:
    with pytest.raises(BadLine):
        areas.read(text)


@pytest.mark.parametrize("name", ["node", "gateway", "supergraph"])
def test_every_field_of_every_sdl_bears_its_area(name: str) -> None:
    schema = build_schema((FOLDER / f"{name}.graphql").read_text("utf-8"))

    for kind, field in areas.fields_of(schema):
        declared: Any = schema.type_map[kind]
        mark = contract.directive(declared.fields[field], "area")
        assert mark == {"of": areas.table()[kind][field].value}, (kind, field)


def test_marks_come_off_as_they_went_on() -> None:
    bare = areas.unmarked(GATEWAY.as_str())

    assert "@area" not in bare
    assert "enum Area" not in bare
    assert areas.marked(parse(bare), areas.table()) == GATEWAY.as_str()


@pytest.mark.parametrize("served", [NODE, PART_SCHEMA], ids=["look-ups", "zone"])
def test_a_partner_reads_every_field_that_it_can_ask_for(served: strawberry.Schema) -> None:
    stated = contract.read(served.as_str())
    asked = {kind for answer in stated.answers.values() for kind in _reached(stated.schema, answer.name)}

    areas_asked = {area for kind in asked for area in areas.table()[kind].values()}
    closed = {area for area in areas_asked - {Area.ZONE} if level_of(Role.PARTNER_COURT, area) is Level.NONE}

    assert asked
    assert closed == set()


def _reached(schema: GraphQLSchema, name: str) -> set[str]:
    waiting, seen = [name], set[str]()
    while waiting:
        kind: Any = schema.type_map[waiting.pop()]
        if kind.name in seen:
            continue
        seen.add(kind.name)
        if is_abstract_type(kind):
            waiting += [each.name for each in schema.get_possible_types(kind)]
        fields = getattr(kind, "fields", {}).values()
        waiting += [get_named_type(f.type).name for f in fields if is_composite_type(get_named_type(f.type))]
    return {each for each in seen if hasattr(schema.type_map[each], "fields")}
