"""What is installed, locked and imported: nothing stands in the way of the checkout's own packages."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.cli import lint_imports
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FLOORS = ("api", "schema", "enforcement", "federation", "db")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("floor", FLOORS)
def test_no_dependency_ships_a_floor(floor: str) -> None:
    """The names are on PyPI too: one installed would hide ours, or be hidden."""
    assert set(packages_distributions().get(floor, ())) <= {"xiezhi"}


def test_alembic_is_the_installed_one() -> None:
    assert set(packages_distributions()["alembic"]) == {"alembic"}
    assert "alembic" not in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_lock_names_no_registry() -> None:
    assert "://" not in LOCK
    assert not re.search(r"--(?:index-url|extra-index-url|find-links|trusted-host)", LOCK)


def test_every_locked_file_has_a_hash() -> None:
    blocks = re.findall(r"^[a-z0-9._-]+(?:\[[^\]]+\])?==(?:.|\n(?=[ \t]))+", LOCK, re.MULTILINE)

    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_every_dependency_is_locked() -> None:
    locked = {
        name.lower().replace("_", "-")
        for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]+\])?==", LOCK, re.MULTILINE)
    }
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]

    assert {Requirement(line).name.lower().replace("_", "-") for line in wanted} <= locked


def test_floors_import_only_what_is_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("logging.config.dictConfig", lambda _settings: None)  # it would silence our loggers for good

    assert lint_imports(no_cache=True) == 0
