"""The committed contracts: the newest is what the code states, and each succeeds those before it."""

from pathlib import Path

import pytest

from federation.ask.content import CONTRACT
from federation.graph import contract
from federation.graph.excerpt import federated_sdl
from schema import snapshots
from schema.gateway.schema import SCHEMA
from schema.node.schema import SCHEMA as NODE_SCHEMA
from schema.node.zone_part import PART_SCHEMA
from schema.snapshots import FEDERATED, ZONE
from tests.federation.graph.sample import SDL

CHANGED = """The public contract is no longer that of schema/contracts/{0}.{1}. If a release speaks contract {0},
raise federation.ask.content.CONTRACT. Then `python -m schema.snapshots --write`; see docs/graph.md."""


@pytest.mark.parametrize("ending", [FEDERATED, ZONE])
def test_the_newest_contract_is_what_the_code_states(ending: str) -> None:
    assert snapshots.stated()[ending] == snapshots.snapshot(CONTRACT, ending), CHANGED.format(CONTRACT, ending)


@pytest.mark.parametrize("ending", [FEDERATED, ZONE])
@pytest.mark.parametrize("number", range(1, CONTRACT + 1))
def test_each_contract_succeeds_its_predecessors(number: int, ending: str) -> None:
    found = snapshots.against_predecessors(number, snapshots.snapshot(number, ending), ending)

    assert {each: made for each, made in found.items() if not made.is_lawful} == {}


def test_a_snapshot_says_what_the_whole_says() -> None:
    whole, excerpt = contract.read(SCHEMA.as_str()), snapshots.contract_of(CONTRACT)

    assert excerpt is not None
    assert {name: kind.name for name, kind in excerpt.answers.items()} == {n: k.name for n, k in whole.answers.items()}
    assert (excerpt.rules, excerpt.carry) == (whole.rules, whole.carry)
    assert excerpt.personal == {name for name in whole.personal if name.partition(".")[0] in excerpt.schema.type_map}
    assert excerpt.public == {k: v for k, v in whole.public.items() if k in excerpt.schema.type_map}


def test_an_excerpt_leaves_out_what_is_not_federated() -> None:
    excerpt = contract.read(federated_sdl(SDL + ' "Hidden." type Unreached { a: Int }'))

    root = excerpt.schema.query_type
    assert root is not None
    assert root.fields.keys() == excerpt.answers.keys() < {"stock", "plain"}
    assert "Unreached" not in excerpt.schema.type_map
    assert federated_sdl(SDL) == federated_sdl(federated_sdl(SDL))


def test_courts_programs_state_the_same_contract() -> None:
    committed = snapshots.contract_of(CONTRACT)
    assert committed is not None

    for served in (NODE_SCHEMA, PART_SCHEMA):
        stated = contract.read(served.as_str())
        assert stated.answers.keys() <= committed.answers.keys()
        assert {name: stated.rules[name] for name in stated.rules}.items() <= dict(committed.rules).items()


def test_the_command_says_what_differs_and_writes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(snapshots, "_FOLDER", tmp_path)

    assert snapshots.main([]) == 1
    assert "differs from the code" in capsys.readouterr().out
    assert snapshots.main(["--write"]) == 0
    assert snapshots.main([]) == 0
    assert {ending: snapshots.snapshot(CONTRACT, ending) for ending in (FEDERATED, ZONE)} == snapshots.stated()


@pytest.mark.parametrize(
    ("ending", "before", "after"),
    [
        (FEDERATED, "  matchLevel: MatchLevel!\n", ""),
        (ZONE, "  urgent: Boolean!\n", ""),
        (ZONE, "input UrgeTaskInput {\n", "input UrgeTaskInput {\n  why: Int!\n"),
        (ZONE, "enum NodeState {\n", "enum NodeState {\n  ASLEEP\n"),
        (ZONE, "union UrgeTaskResult = ", "union UrgeTaskResult = Urge | "),
        (ZONE, "  unifiedStandards(scope: Scope!, matter: StandardMatter = null): UnifiedStandardsResult!\n", ""),
    ],
)
def test_the_command_writes_nothing_unlawful(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ending: str, before: str, after: str
) -> None:
    whole = snapshots.snapshot(CONTRACT, ending)
    assert before in whole
    monkeypatch.setattr(snapshots, "CONTRACT", CONTRACT + 1)
    monkeypatch.setattr(snapshots, "stated", lambda: {ending: whole.replace(before, after)})

    assert snapshots.main(["--write"]) == 1
    assert "does not succeed" in capsys.readouterr().out
    assert snapshots.snapshot(CONTRACT + 1, ending) == ""
