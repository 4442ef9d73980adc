"""What README.md shows is what the program answers: its blocks equal the committed, tested examples."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_EXAMPLES = _ROOT / "docs" / "examples"
_READMES = ["README.md", "README.zh-CN.md"]


def _blocks(readme: str, language: str) -> list[str]:
    text = (_ROOT / readme).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def _json(name: str) -> Any:
    return json.loads((_EXAMPLES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("readme", _READMES)
def test_first_look_up_is_the_tested_one(readme: str) -> None:
    shown = [json.loads(block) for block in _blocks(readme, "json")]

    assert {"data": _json("first-look-up.json")["data"]} in shown


@pytest.mark.parametrize("readme", _READMES)
def test_query_is_the_tested_one(readme: str) -> None:
    document = (_EXAMPLES / "first-look-up.graphql").read_text(encoding="utf-8")
    without_comment = "\n".join(line for line in document.splitlines() if not line.startswith("#")).strip()

    assert without_comment in [block.strip() for block in _blocks(readme, "graphql")]


@pytest.mark.parametrize("readme", _READMES)
def test_no_placeholder_is_left(readme: str) -> None:
    assert "@@" not in (_ROOT / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", _READMES)
def test_links_lead_somewhere(readme: str) -> None:
    text = (_ROOT / readme).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)", text)

    assert links
    assert [link for link in links if not (_ROOT / link).exists()] == []
