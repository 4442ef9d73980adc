"""Every refusal that the code can make has its words in both languages."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import enforcement
import federation
import schema
from enforcement.rules.refusals import Malformed, RuleBroken
from schema.messages import TEXTS

ROOT = Path(__file__).parents[2]
LOADER = {"NOT_SYNTHETIC"}
"""Said by `xiezhi load` alone, in its own words."""
NEVER_SHOWN = {
    "LOG_BROKEN",
    "LOADED_NOT_ACCEPTED",
    "AUTHOR_NOT_HOLDER",
    "EDGE_MISSING",
    "GAP",
    "BEHIND",
    "PREVIOUS_MISMATCH",
}
"""Between courts only: what one node signs when it refuses another's event (docs/wire.md)."""


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield importlib.import_module(found.name)


def _refusals(kind: type[RuleBroken]) -> Iterator[type[RuleBroken]]:
    for child in kind.__subclasses__():
        yield child
        yield from _refusals(child)


@pytest.fixture(scope="module")
def codes() -> set[str]:
    for package in (schema, enforcement, federation):
        list(_modules(package))
    return {kind.code for kind in _refusals(RuleBroken) if isinstance(getattr(kind, "code", None), str)}


def test_every_refusal_has_words(codes: set[str]) -> None:
    assert codes - NEVER_SHOWN - LOADER - set(TEXTS) == set()


def test_every_malformed_value_has_words() -> None:
    kinds = {
        kind
        for floor in ("enforcement", "schema")
        for path in (ROOT / floor).rglob("*.py")
        for kind in re.findall(rf'{Malformed.__name__}\("([A-Z_]+)"', path.read_text(encoding="utf-8"))
    }

    assert kinds
    assert {f"INVALID_{kind}" for kind in kinds} - set(TEXTS) == set()


def test_words_are_in_both_languages() -> None:
    for code, (zh, en) in TEXTS.items():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]+", code)
        assert re.search(r"[\u4e00-\u9fff].*[。？！]$", zh), code
        assert re.fullmatch(r"[A-Z][\x20-\x7e]+[.?!]", en), code
        assert "{" not in zh + en, code
