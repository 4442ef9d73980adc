"""docs/glossary.md and the schemas agree: one English word per Chinese term, and each term where the page says."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
from graphql import build_schema

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
Row = tuple[str, str, str, str]


def rows(title: str) -> list[Row]:
    """The rows of the table below that heading: the Chinese term, its name, and two cells more."""
    part = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    return [
        (chinese, name, third.strip("`"), fourth)
        for chinese, name, third, fourth in _ROW.findall(part)
        if not chinese.startswith(("中文", "---"))
    ]


SAME = rows("In the schema")
OTHER = rows("Under another word")
NONE = rows("Not in the schema")
EVERYDAY: Final = {"发现", "权利人"}
"""Terms that are everyday words too, and stand in descriptions as such."""


def described() -> dict[str, str]:
    """Every name of the two schemas, with all that is said of it."""
    found: dict[str, str] = {}
    for file in ("node", "gateway"):
        schema = build_schema((ROOT / "schema" / f"{file}.graphql").read_text("utf-8"), assume_valid=True)
        for kind in schema.type_map.values():
            members: list[tuple[str, Any]] = [(kind.name, kind)]
            for part in ("fields", "values"):
                members += getattr(kind, part, {}).items()
            for name, member in members:
                found[name] = found.get(name, "") + " " + (member.description or "")
    return found


DESCRIBED = described()


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_each_term_stands_in_one_table() -> None:
    terms = [chinese for chinese, *_ in (*SAME, *OTHER, *NONE)]

    assert (len(SAME) > 80, len(OTHER) > 15, len(NONE) > 35) == (True, True, True)
    assert len(set(terms)) == len(terms)
    assert all(all(cell.strip() for cell in row) for row in (*SAME, *OTHER, *NONE))


@pytest.mark.parametrize("row", [*SAME, *OTHER], ids=lambda row: row[1])
def test_term_stands_in_the_schema_with_its_chinese_word(row: Row) -> None:
    chinese, _, in_schema, _ = row

    assert chinese in DESCRIBED[in_schema]


@pytest.mark.parametrize("row", SAME, ids=lambda row: row[1])
def test_the_schema_says_it_by_that_word(row: Row) -> None:
    _, name, in_schema, _ = row

    assert words(name) <= words(in_schema)


@pytest.mark.parametrize("row", OTHER, ids=lambda row: row[1])
def test_another_word_is_another(row: Row) -> None:
    _, name, in_schema, _ = row

    assert not words(name) <= words(in_schema), "it belongs into the first table"


@pytest.mark.parametrize("row", NONE, ids=lambda row: row[1])
def test_what_came_into_the_schema_is_not_left_out(row: Row) -> None:
    chinese, name, _, _ = row

    assert name not in DESCRIBED
    assert chinese in EVERYDAY or not any(chinese in said for said in DESCRIBED.values())
