"""Rows of look-ups: each has a `ref` that knows it again, and no id that a door would open."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, build_schema, get_named_type

from db.clock import SetClock
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement.lookup_zone import PROFILE_OF, LookupZone, lookup_zone
from tests.federation.zone import DIVISIONS

pytestmark = pytest.mark.anyio
SECTIONS = ["CASES", "ASSETS_UNDER_CONTROL", "SANCTIONS"]
ROWS = ("cases", "assetsUnderControl", "sanctions")
DOCUMENT = PROFILE_OF % f"... on DebtorProfile {{ {' '.join(f'{row} {{ ref sourceCourt }}' for row in ROWS)} }}"
ALL_READERS = frozenset({Role.BUREAU_CHIEF, Role.PRESIDENT, Role.HANDLER, Role.COMMAND_CENTRE, Role.AUDITOR})


@pytest.fixture
async def courts(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[LookupZone]:
    async with lookup_zone(new_database, clock) as made:
        yield made


async def refs(courts: LookupZone) -> list[str]:
    answer = (await courts.ask(DOCUMENT, sections=SECTIONS))["debtorProfile"]
    return [row["ref"] for rows in ROWS for row in answer[rows]]


async def test_a_row_has_the_same_ref_in_every_answer(courts: LookupZone) -> None:
    first, second = await refs(courts), await refs(courts)

    assert first == second
    assert len(set(first)) == len(first) >= 4


async def test_a_ref_is_an_id_nowhere(courts: LookupZone) -> None:
    wanted = await refs(courts)
    entities = [{"__typename": "EnforcementCase", "id": ref} for ref in wanted]
    documents: dict[str, dict[str, Any]] = {
        "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }": {"ids": wanted},
        "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }": {"of": entities},
    }

    for code, court in courts.courts.items():
        reader = Caller(f"o-{DIVISIONS[code]}-01", code, ALL_READERS)
        for document, given in documents.items():
            result = await SCHEMA.execute(document, given, NodeContext(court, reader, "en"))
            assert result.errors is None
            assert list((result.data or {}).values()) == [[None] * len(wanted)]


def test_no_type_that_a_look_up_shows_can_be_read_by_id() -> None:
    schema = build_schema(SCHEMA.as_str())
    node = schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    by_id = {kind.name for kind in schema.get_possible_types(node)} | {"Node"}
    waiting, seen = ["DebtorPresence", "DebtorProfile"], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        fields = getattr(schema.type_map[name], "fields", {})
        waiting += [kind for field in fields.values() if (kind := get_named_type(field.type).name) not in seen]

    assert "ProfileCase" in seen
    assert seen & by_id == set()
