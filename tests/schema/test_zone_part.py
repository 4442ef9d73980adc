"""The part schema: what the gateway may ask of a court in clear, and how parts of several courts become one answer."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import orjson
import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLUnionType, build_schema

from db.clock import SetClock
from enforcement.court import CourtNode
from federation.graph import contract, render, selection, shape
from federation.graph.contract import Contract
from schema.node.zone_part import PART_SCHEMA
from tests.enforcement.fixture_zone import one_court
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA, SHEXIAN
from tests.schema.zone_parts import part

pytestmark = pytest.mark.anyio
FIELDS = {
    "crossBorderMatrix",
    "delegationStatistics",
    "publicDishonestDebtors",
    "assistingUnits",
    "unifiedStandards",
}
BILINGUAL = re.compile(r"[A-Z0-9`\"].*[.:!?)`].*[\u4e00-\u9fff]", re.DOTALL)
PERIOD = {"from": "2024-07-15", "to": "2025-07-14"}
COUNTS = "dispatched completed completedInTime returned handled handlingMinutes"
ASKED = {
    "crossBorderMatrix": "{ ... on CrossBorderMatrix { asOf rows { sourceCourt division openCases { text } } } }",
    "delegationStatistics": f"{{ ... on DelegationStatistics {{ asOf {COUNTS} pairs {{ delegatingCourt }} }} }}",
    "assistingUnits": "{ ... on AssistingUnits { hasMore units { sourceCourt unit { id items { code } } } } }",
    "unifiedStandards": "{ ... on UnifiedStandards { hasMore standards { sourceCourt matter amount days practice } } }",
}


@pytest.fixture(scope="module")
def read() -> Contract:
    return contract.read(PART_SCHEMA.as_str())


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[dict[str, CourtNode]]:
    async with AsyncExitStack() as stack:
        yield {
            code: await stack.enter_async_context(one_court(new_database, clock, code)) for code in (KAIHUA, SHEXIAN)
        }


def test_nothing_else_can_be_asked(read: Contract) -> None:
    root = read.schema.query_type
    assert root is not None

    assert set(root.fields) == set(read.answers) == FIELDS
    assert read.schema.mutation_type is None
    assert read.schema.subscription_type is None
    for name, field in root.fields.items():
        assert str(field.args["scope"].type) == "Scope!", name
        union = read.schema.type_map[f"{read.answers[name].name}Result"]
        assert isinstance(union, GraphQLUnionType)
        assert {kind.name for kind in union.types} == {read.answers[name].name, "Refusal", "NotCovered"}


def test_every_field_travels_in_clear() -> None:
    marks = re.findall(r"@federated\((.*?)\)", PART_SCHEMA.as_str())

    assert marks.count("carry: CLEAR") == len(FIELDS)


def test_everything_is_described_in_both_languages() -> None:
    bare = []
    for name, kind in build_schema(PART_SCHEMA.as_str()).type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Boolean", "Float", "ID"}:
            continue
        told: dict[str, str | None] = {name: kind.description}
        if isinstance(kind, GraphQLEnumType):
            told |= {f"{name}.{value}": it.description for value, it in kind.values.items()}
        elif isinstance(kind, GraphQLObjectType | GraphQLInputObjectType):
            told |= {f"{name}.{field}": it.description for field, it in kind.fields.items()}
        if isinstance(kind, GraphQLObjectType):
            told |= {f"{name}.{f}({a})": arg.description for f, it in kind.fields.items() for a, arg in it.args.items()}
        bare += [path for path, text in told.items() if not BILINGUAL.search(text or "")]

    assert bare == []


@pytest.mark.parametrize("field", ASKED)
async def test_parts_of_two_courts_become_one(courts: Mapping[str, CourtNode], read: Contract, field: str) -> None:
    chosen = selection.read(ASKED[field])
    extra, declared = ("period: $period, ", "$period: PeriodInput!, ") if field == "delegationStatistics" else ("", "")
    document = f"query ({declared}$scope: Scope!) {{ {field}({extra}scope: $scope) {ASKED[field]} }}"
    given: dict[str, Any] = {"period": PERIOD} if extra else {}

    parts: dict[str, dict[str, Any]] = {}
    for code, court in courts.items():
        made, _ = await part(court, document, **given)
        parts[code] = shape.check(read.schema, read.answers[field], chosen, orjson.dumps(made))
    whole = render.render(read, read.answers[field], chosen, parts, {}).data

    ours, theirs = parts[KAIHUA], parts[SHEXIAN]
    for key, value in whole.items():
        if isinstance(value, list):
            assert value == ours[key] + theirs[key], key
            assert theirs[key]
        elif isinstance(value, bool):
            assert value == (ours[key] or theirs[key])
        elif isinstance(value, int):
            assert value == ours[key] + theirs[key] > 0, key
        else:
            assert value == min(ours[key], theirs[key])
