"""docs/searches.md lists what the code knows of each kind of asset, and the columns that an answer file takes."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from db.records.assets import AssetKind
from enforcement.answer_files.sheet import ANSWERS
from enforcement.rules.asset_facts import FACTS
from schema.node.asset_details import DETAILS

PAGE = (Path(__file__).parents[2] / "docs" / "searches.md").read_text("utf-8")


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


@pytest.mark.parametrize("kind", list(AssetKind))
def test_each_kind_has_its_row(kind: AssetKind) -> None:
    (row,) = [line.split("|") for line in PAGE.splitlines() if line.startswith(f"| `{kind}` | `")]
    facts = FACTS[kind].__struct_fields__
    told = [field.name for field in fields(DETAILS[kind]) if field.name not in {"kind", "vin_check_holds"}]

    assert names(row[2]) == [DETAILS[kind].__name__]
    assert names(row[3]) == [name for name in told if name not in facts]
    assert names(row[4]) == list(facts)


def test_each_column_of_an_answer_file_is_named() -> None:
    named = set(names(PAGE))

    assert {column.name for column in ANSWERS.columns if column.name not in named} == set()
