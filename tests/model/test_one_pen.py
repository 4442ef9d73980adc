"""One pen, model-checked: every order of acts, messages and faults within the bounds keeps the shared log's laws."""

import sys

import pytest

from tests.model.bounds import SMALL, told
from tests.model.mutations import MUTATIONS, Mutation
from tests.model.search import explore
from tests.model.world import Bounds


@pytest.mark.parametrize("bounds", SMALL.values(), ids=SMALL)
def test_laws_hold_within_the_bounds(bounds: Bounds, capsys: pytest.CaptureFixture[str]) -> None:
    found = explore(bounds)

    with capsys.disabled():
        sys.stdout.write(f"\n{told(bounds)}: {found.states} states, {found.moves} moves, {found.seconds:.1f} s ")
    assert found.broken is None, "\n".join(found.trace)
    assert found.longest == bounds.log


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_rule_made_wrong_is_caught(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation.apply(monkeypatch)

    found = explore(mutation.bounds)

    assert found.broken is not None
    assert found.trace[-1] == f"=> {found.broken}"
    assert len(found.trace) > 1


@pytest.mark.parametrize("bounds", {each.bounds for each in MUTATIONS}, ids=told)
def test_nothing_is_caught_where_nothing_is_wrong(bounds: Bounds) -> None:
    assert explore(bounds).trace == []
