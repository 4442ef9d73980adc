"""docs/timers.md has a row for every sweep, and names settings that exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from api.settings import GatewaySettings, NodeSettings, variable
from enforcement.timers import SWEEPS

PAGE = (Path(__file__).parents[2] / "docs" / "timers.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_has_a_row(name: str) -> None:
    assert [row for row in ROWS if f"sweep `{name}`" in row[4]]


def test_no_row_names_another_sweep() -> None:
    assert set(re.findall(r"sweep `([^`]+)`", PAGE)) == set(SWEEPS)


def test_rows_have_all_columns() -> None:
    assert [row for row in ROWS if len(row) != 5 or not all(row)] == []


def test_named_settings_exist() -> None:
    known = {variable(item) for program in (NodeSettings, GatewaySettings) for item in fields(program)}

    assert set(re.findall(r"XIEZHI_[A-Z_]+", PAGE)) <= known
