"""docs/glossary.md and the schemas agree: one English word per Chinese term."""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")
_IN_SCHEMA, _OUTSIDE = PAGE.split("## Words for what")
_ROW = re.compile(r"^\| ([^|]+) \| `?([^`|]+)`? \| ([^|]+) \|$", re.MULTILINE)


def rows(part: str) -> list[tuple[str, str]]:
    return [(chinese, name) for chinese, name, _ in _ROW.findall(part) if not chinese.startswith(("中文", "---"))]


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


def test_both_tables_are_read() -> None:
    assert len(rows(_IN_SCHEMA)) > 75
    assert len(rows(_OUTSIDE)) > 30
    assert len({name for _, name in rows(PAGE)}) == len(rows(PAGE))


@pytest.mark.parametrize(("chinese", "name"), rows(_IN_SCHEMA))
def test_term_stands_in_the_schema_with_its_chinese_word(chinese: str, name: str) -> None:
    assert chinese in DESCRIBED[name]
