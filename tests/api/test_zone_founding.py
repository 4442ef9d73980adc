"""How a zone begins: three courts and a superior court that supervises found one over a folder, by command."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from federation.directory import bundle
from federation.directory.advance import advance
from federation.directory.held import Held
from federation.wire import gateway_keyfile, keyfile
from federation.wire.signing import public_text

COURTS: Final = {"浙0824": "330824", "浙0822": "330822", "皖1021": "341021"}
SUPERIOR: Final = "浙08"
_ENVIRONMENT: Final = {"XIEZHI_LANG": "en", "XIEZHI_PASSPHRASE": "correct horse", "XIEZHI_YES": "1"}


def run(*words: object, answer: str | None = None, **environment: str) -> Result:
    given = [str(word) for word in words]
    return CliRunner().invoke(app, given, input=answer, env=_ENVIRONMENT | environment)


def plan(gateway_key: dict[str, str]) -> dict[str, Any]:
    return {
        "zone": {"code": "365", "name_zh": "某某协作区", "name_en": "A Zone"},
        "gateway": {
            "url": "https://gateway.example",
            "issuer": "https://id.gateway.example",
            "keys": [gateway_key],
            "admins": [{"id": "g-admin-01", "roles": ["GATEWAY_ADMIN"]}],
        },
        "agreement": {
            "sections": ["CASES"],
            "purposes": ["PROPERTY_INVESTIGATION"],
            "matters": ["INVESTIGATE_ASSETS"],
            "looks_per_hour": 200,
            "valid_from": "2026-01-01",
            "valid_until": "2028-12-31",
        },
        "effective_at": "2026-01-01T00:00:00+08:00",
        "decided_until": "2026-12-31T00:00:00+08:00",
    }


def facts(division: str, *, url: str | None) -> dict[str, Any]:
    return {
        "division": division,
        "name_zh": "某某人民法院",
        "name_en": "A Court",
        "level": "GRASSROOTS",
        "county_zh": "某县",
        "county_en": "A County",
        "province": "浙江",
        "parent": SUPERIOR,
        "url": url,
        "issuer": f"https://id{division}.example",
        "officers": [{"id": f"o-{division}-09", "roles": ["LIAISON_OFFICER"]}],
        "liaison": [],
    }


def enter(folder: Path, code: str, division: str, *, url: str | None, **changes: str) -> Result:
    file = folder.parent / f"{division}.json"
    file.write_text(json.dumps(facts(division, url=url) | changes), encoding="utf-8")
    keys = folder.parent / f"keys-{division}"
    return run("zone", "enter", folder, "--court", code, "--keys", keys, "--facts", file)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with plan, entries and signatures; nothing is offered yet."""
    folder = tmp_path_factory.mktemp("founding") / "zone"
    folder.mkdir()
    key = gateway_keyfile.generate()
    gateway_keyfile.write(folder.parent / "gateway.keys", key)
    entry = {"id": key.id, "use": "sign", "public": public_text(key.public)}
    (folder / "zone.json").write_text(json.dumps(plan(entry)), encoding="utf-8")
    done = [enter(folder, code, division, url=f"https://node{division}.example") for code, division in COURTS.items()]
    done.append(enter(folder, SUPERIOR, "330800", url=None))
    done += [run("zone", "sign", folder, "--court", code, "--key", governance(folder, code)) for code in COURTS]
    assert [each.exit_code for each in done] == [0] * len(done)
    return folder


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    shutil.copytree(founded.parent, tmp_path / "copy")
    return tmp_path / "copy" / "zone"


def governance(folder: Path, code: str) -> Path:
    return folder.parent / f"keys-{COURTS[code]}" / "governance.key"


def offer(folder: Path) -> Result:
    return run("zone", "open", folder, "--key", folder.parent / "gateway.keys")


def witness(folder: Path, code: str) -> Result:
    keys = folder.parent / f"keys-{COURTS[code]}" / "node.keys"
    return run("zone", "witness", folder, "--court", code, "--keys", keys)


def held(folder: Path) -> Held:
    """The directory as a node that was told the fingerprint reads it."""
    root = next(line for line in run("zone", "show", folder).output.splitlines() if "of the root:" in line).split()[-1]
    return advance(None, bundle.parse((folder / "directory.signed").read_bytes()), root)


def test_three_courts_found_a_zone(folder: Path) -> None:
    said = [offer(folder), witness(folder, "浙0824"), offer(folder), witness(folder, "皖1021"), offer(folder)]

    assert [each.exit_code for each in said] == [0] * 5
    assert "2 courts have yet to witness" in said[0].output
    found = held(folder)
    assert {code: member.state for code, member in found.members.items()} == dict.fromkeys(COURTS, "ACTIVE") | {
        SUPERIOR: "SUPERVISING"
    }
    assert (found.root.threshold, {voter.court for voter in found.root.voters}) == (3, set(COURTS))
    assert found.members["浙0824"].effective_at == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert [admin.id for admin in found.gateway.admins] == ["g-admin-01"]


def test_a_court_reads_the_keys_in_words_before_it_signs(folder: Path) -> None:
    (folder / "330824.signatures").unlink()
    words = ("zone", "sign", folder, "--court", "浙0824", "--key", governance(folder, "浙0824"))

    said = run(*words, answer="n\n", XIEZHI_YES="0")

    assert said.exit_code == 1
    assert not (folder / "330824.signatures").exists()
    assert said.output.count("keys in words: ") == len(COURTS) + 1
    assert "Nothing was signed" in said.output


def test_an_entry_does_not_steer_the_terminal(folder: Path) -> None:
    """Else a founder would read another name, or other keys, than it signs."""
    enter(folder, "皖1022", "341022", url="https://wuyuan.example", name_en="A\x1b[1A\x1b[2KB")

    shown = run("zone", "show", folder)

    assert "A\N{REPLACEMENT CHARACTER}[1A\N{REPLACEMENT CHARACTER}[2KB" in shown.output


def test_without_witnesses_there_is_no_directory(folder: Path) -> None:
    offer(folder)
    witness(folder, "浙0824")
    said = offer(folder)

    assert "1 courts have yet to witness" in said.output
    assert not (folder / "directory.signed").exists()


def missing_signatures(folder: Path) -> None:
    (folder / "330822.signatures").unlink()


def anothers_signatures(folder: Path) -> None:
    shutil.copy(folder / "330824.signatures", folder / "330822.signatures")


def another_plan(folder: Path) -> None:
    file = folder / "zone.json"
    file.write_text(file.read_text(encoding="utf-8").replace("200", "2000"), encoding="utf-8")


def another_address(folder: Path) -> None:
    file = folder / "330824.entry"
    file.write_bytes(file.read_bytes().replace(b"node330824.example", b"node330825.example"))


def the_same_twice(folder: Path) -> None:
    shutil.copy(folder / "330824.entry", folder / "330825.entry")


def nobody(folder: Path) -> None:
    for file in folder.glob("*.entry"):
        file.unlink()


def no_plan(folder: Path) -> None:
    (folder / "zone.json").write_text('{"zone": {}}', encoding="utf-8")


def no_gateway_key(folder: Path) -> None:
    """In the plan from the beginning, so that all have entered and signed under it."""
    new_plan = plan({"id": "b-1", "use": "box", "public": public_text(keyfile.generate("浙0824").box.public)})
    (folder / "zone.json").write_text(json.dumps(new_plan), encoding="utf-8")
    for code, division in COURTS.items():
        enter(folder, code, division, url=f"https://node{division}.example")
    (folder / "330800.entry").unlink()


def another_gateway(folder: Path) -> None:
    (folder.parent / "gateway.keys").unlink()
    gateway_keyfile.write(folder.parent / "gateway.keys", gateway_keyfile.generate())


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (missing_signatures, "浙0822 has not signed these documents."),
        (anothers_signatures, "浙0822 has not signed these documents."),
        (another_plan, "330800.entry is no valid entry for this plan."),
        (another_address, "330824.entry is no valid entry for this plan."),
        (the_same_twice, "No court has entered, or one has entered twice."),
        (nobody, "No court has entered, or one has entered twice."),
        (no_plan, "zone.json is missing or malformed (docs/operations.md)."),
        (no_gateway_key, "Plan or entries contradict themselves: keys."),
        (another_gateway, "The key file is not that of the plan's gateway."),
    ],
)
def test_nothing_is_offered_that_does_not_follow(folder: Path, spoil: Callable[[Path], None], why: str) -> None:
    spoil(folder)

    said = offer(folder)

    assert (said.exit_code, said.output.strip()) == (2, why)
    assert not (folder / "directory.offered").exists()


def test_who_a_court_is_is_signed_by_all_and_where_it_is_by_itself(folder: Path) -> None:
    enter(folder, "浙0824", "330824", url="https://elsewhere.example")
    moved = offer(folder)
    enter(folder, "浙0824", "330824", url="https://elsewhere.example", name_en="Another Court")
    renamed = offer(folder)

    assert moved.exit_code == 0
    assert (renamed.exit_code, renamed.output.strip()) == (2, "浙0822 has not signed these documents.")


@pytest.mark.parametrize("code", ["Kaihua", "gateway", "浙08245"])
def test_a_code_that_is_none_enters_nothing(folder: Path, code: str) -> None:
    file = folder.parent / "330899.json"
    file.write_text(json.dumps(facts("330899", url="https://node.example")), encoding="utf-8")

    said = run("zone", "enter", folder, "--court", code, "--keys", folder.parent / "keys-330899", "--facts", file)

    assert (said.exit_code, said.output.strip()) == (2, "330899.entry is no valid entry for this plan.")
    assert not (folder / "330899.entry").exists()


def test_only_its_own_key_signs_for_a_court(folder: Path) -> None:
    other = folder.parent / "other.keys"
    keyfile.write(other, keyfile.generate("浙0824"))

    offer(folder)
    said = run("zone", "witness", folder, "--court", "浙0824", "--keys", other)

    assert said.exit_code == 2
    assert not (folder / "330824.witness").exists()


def test_a_court_witnesses_only_what_it_signed(folder: Path, founded: Path) -> None:
    offer(folder)
    raw = (folder / "directory.offered").read_bytes()
    (folder / "directory.offered").write_bytes(raw.replace(b"node341021.example", b"node341022.example"))

    said = witness(folder, "浙0824")

    assert said.exit_code == 2
    assert not (folder / "330824.witness").exists()
    assert not (founded / "directory.offered").exists()
