"""docs/safeguards.md tells who may do what, and read what, exactly as the tables of rights and of areas do."""

from pathlib import Path

import pytest

from enforcement.rules.areas import MATRIX, Level
from enforcement.rules.rights import RIGHTS, Act, Role

PAGE = Path("docs/safeguards.md").read_text("utf-8")


def in_words(role: Role) -> str:
    return role.value.lower().replace("_", " ")


@pytest.mark.parametrize("act", Act)
def test_the_page_names_the_offices_of_an_act(act: Act) -> None:
    offices = ", ".join(in_words(role) for role in Role if role in RIGHTS[act])

    assert f"| `{act.value}` | {offices} |" in PAGE


def test_the_page_names_no_other_act() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `") and line.split("`")[1].isupper()]

    assert [row.split("`")[1] for row in rows] == [act.value for act in Act]


SAID = {Level.NONE: "–", Level.ALL: "yes"}


@pytest.mark.parametrize("role", Role)
def test_the_page_tells_what_a_role_reads(role: Role) -> None:
    levels = " | ".join(SAID.get(level, level.name.lower().replace("_", " ")) for level in MATRIX[role].values())

    assert f"| {in_words(role)} | {levels} |" in PAGE
