"""docs/officers-guide.md shows the states as the table has them, and names operations that exist."""

import re
from typing import Any

import pytest

from api.task_picture import PAGE, WORDS, picture, placed
from enforcement.rules.task_status import ENDED, MOVES, DelegatedTaskStatus
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.node.schema import SCHEMA as NODE

TEXT = PAGE.read_text("utf-8")


def test_picture_is_drawn_from_the_table() -> None:
    assert placed(TEXT) == TEXT, "run python -m api.task_picture --write"


@pytest.mark.parametrize("state", DelegatedTaskStatus)
def test_picture_has_every_move(state: DelegatedTaskStatus) -> None:
    drawn = set(re.findall(rf"^    {state} --> (\w+):", picture(), re.MULTILINE))

    assert drawn == MOVES[state]
    assert (f"    {state} --> [*]" in picture()) == (state in ENDED)
    assert f'"{WORDS[state]} {state}"' in picture()


def test_named_operations_exist() -> None:
    schemas: list[Any] = [NODE._schema, GATEWAY._schema]  # graphql-core's own schemas
    known = {name for schema in schemas for kind in schema.type_map.values() for name in getattr(kind, "fields", ())}
    known |= {name for schema in schemas for kind in schema.type_map.values() for name in getattr(kind, "values", ())}
    named = set(re.findall(r"`([A-Za-z_]+)`", re.sub(r"<!--.*?-->", "", TEXT)))

    assert named - known == set()
