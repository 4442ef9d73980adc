"""docs/frontend.md shows the files that `make test-clients` runs, letter by letter, and all of them."""

import re
from pathlib import Path

import pytest

_DOCS = Path(__file__).parents[2] / "docs"
_FOLDER = _DOCS / "examples" / "frontend"
_PAGE = (_DOCS / "frontend.md").read_text("utf-8")
_SHOWN = dict(re.findall(r"\]\(examples/frontend/([^)]+)\)\n\n```\w+\n(.*?)```", _PAGE, flags=re.DOTALL))
_KINDS = {".mjs", ".ts", ".py", ".graphql"}
_NOT_OURS = {"node_modules", "generated", "generated-running", "__pycache__"}
_FILES = sorted(
    path.relative_to(_FOLDER).as_posix()
    for path in _FOLDER.rglob("*")
    if path.suffix in _KINDS and not _NOT_OURS & set(path.relative_to(_FOLDER).parts)
)


@pytest.mark.parametrize("name", _FILES)
def test_the_page_shows_the_file(name: str) -> None:
    assert _SHOWN.get(name) == (_FOLDER / name).read_text("utf-8")


def test_the_page_shows_no_other_file() -> None:
    assert sorted(_SHOWN) == _FILES


@pytest.mark.parametrize("name", [name for name in _FILES if name.endswith((".mjs", ".py"))])
def test_a_client_test_runs_the_example(name: str) -> None:
    """Its module is imported by a test of tests/clients, or is the configuration of a command that one runs."""
    folder = _DOCS.parent / "tests" / "clients"
    tests = [
        path for path in folder.glob("**/*") if path.suffix in {".mjs", ".py"} and "node_modules" not in path.parts
    ]
    commands = [_FOLDER / "package.json"]

    assert any(name in path.read_text("utf-8") for path in [*tests, *commands])


@pytest.mark.parametrize("lock", ["docs/examples/frontend", "tests/clients"])
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (_DOCS.parent / lock / "package-lock.json").read_text("utf-8")

    assert '"resolved"' not in text
    assert not re.search(r"https?://[^\"]*\.tgz", text)
