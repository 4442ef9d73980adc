"""docs/officers-guide.md shows the states as the table has them, and names operations that exist."""

import re
from typing import Any

import pytest

from api.error_codes import PROBLEMS
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

    assert named - known - set(PROBLEMS) == set()


def test_each_step_says_what_is_refused() -> None:
    steps = [line.split("|")[1:-1] for line in TEXT.splitlines() if line.count("|") == 6 and "---" not in line]

    assert len(steps) == 17  # the sixteen steps below their heading
    assert [step[0] for step in steps if not step[4].strip()] == []
