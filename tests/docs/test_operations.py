"""What docs/operations.md has an operator type is what the program takes."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from api.cli import app
from api.founding import plan

_ROOT = Path(__file__).parents[2]
_DOCS = _ROOT / "docs"
_PAGE = (_DOCS / "operations.md").read_text(encoding="utf-8")
_LINES = [
    line.strip()
    for block in re.findall(r"```sh\n(.*?)```", _PAGE, flags=re.DOTALL)
    for line in block.splitlines()
    if re.match(r"\s*(?:[A-Z_]+=\S+ +)*xiezhi ", line)
]


def test_the_page_shows_commands() -> None:
    assert len(_LINES) > len(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group


@pytest.mark.parametrize("line", _LINES)
def test_a_command_exists_with_its_options(line: str) -> None:
    words = [word for word in shlex.split(line, comments=True) if not re.match(r"[A-Z_]+=", word)]
    command: Any = typer.main.get_command(app)
    words = words[1:]
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]

    taken = {option for parameter in command.params for option in parameter.opts}

    assert {word for word in words if word.startswith("--")} <= taken


def test_the_plan_of_a_zone_is_one(tmp_path: Path) -> None:
    (shown,) = [block for block in re.findall(r"```json\n(.*?)```", _PAGE, flags=re.DOTALL) if "decided_until" in block]
    (tmp_path / plan.FILE).write_text(shown, encoding="utf-8")

    read = plan.read(tmp_path).plan

    assert [key.use for key in read.gateway.examiner] == ["sign", "box"]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z]+[A-Z][A-Za-z]+)[`(]", _PAGE))))
def test_what_is_named_in_the_schema_is_there(name: str) -> None:
    assert re.search(rf"^  {name}\b", (_ROOT / "schema" / "gateway.graphql").read_text("utf-8"), flags=re.MULTILINE)
