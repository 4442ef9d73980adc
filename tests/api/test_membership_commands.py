"""What an operator reads when joining or signing cannot go on: one line, a code, and no key made in vain."""

import json
from pathlib import Path

import pytest

from tests.api.test_cli import run

ROOT = "0" * 64
PLACE = {"XIEZHI_DIRECTORY_ROOT": ROOT, "XIEZHI_PASSPHRASE": "only here", "XIEZHI_LANG": "en"}
NOBODY = "http://127.0.0.1:9"  # the discard port
FACTS = {
    "division": "330881",
    "name_zh": "江山市人民法院",
    "name_en": "Jiangshan City People's Court",
    "level": "GRASSROOTS",
    "county_zh": "江山市",
    "county_en": "Jiangshan",
    "province": "浙江",
    "parent": "浙08",
    "url": "https://xiezhi.jiangshan.example",
    "issuer": "https://id.jiangshan.example",
    "officers": [],
    "liaison": [],
}


def join(folder: Path, facts: object, **settings: str) -> tuple[int, str]:
    (folder / "court.json").write_text(json.dumps(facts), encoding="utf-8")
    words = ("join", "--court", "浙0881", "--keys", str(folder / "keys"), "--facts", str(folder / "court.json"))
    made = run(*words, **(PLACE | settings))
    return made.returncode, made.stderr.strip()


@pytest.mark.parametrize(
    ("facts", "settings", "code", "said"),
    [
        (FACTS, {}, 2, "XIEZHI_GATEWAY_URL is required"),
        (FACTS, {"XIEZHI_GATEWAY_URL": "http://gateway.example"}, 2, "A gateway outside this machine is called over"),
        (FACTS, {"XIEZHI_GATEWAY_URL": NOBODY}, 1, "The gateway cannot be reached."),
        (FACTS | {"level": "no token"}, {"XIEZHI_GATEWAY_URL": NOBODY}, 2, "The file of facts is malformed"),
        (FACTS | {"more": 1}, {"XIEZHI_GATEWAY_URL": NOBODY}, 2, "The file of facts is malformed"),
        ([], {"XIEZHI_GATEWAY_URL": NOBODY}, 2, "The file of facts is malformed"),
    ],
    ids=["no gateway", "plain HTTP", "nobody there", "bad level", "unknown field", "no object"],
)
def test_joining_says_why_it_does_not_go_on(
    tmp_path: Path, facts: object, settings: dict[str, str], code: int, said: str
) -> None:
    assert join(tmp_path, facts, **settings)[0] == code
    assert said in join(tmp_path, facts, **settings)[1]
    assert not (tmp_path / "keys").exists()


def test_a_file_that_is_no_proposal_is_not_signed(tmp_path: Path) -> None:
    file = tmp_path / "proposal.json"
    file.write_text("{}")
    words = ("membership", "sign", str(file), "--court", "浙0824", "--key", str(tmp_path / "governance.key"))

    made = run(*words, **PLACE, XIEZHI_GATEWAY_URL=NOBODY)

    assert (made.returncode, made.stderr.strip()) == (2, "The file is no proposal.")


def test_a_directory_that_cannot_be_verified_signs_nothing(tmp_path: Path) -> None:
    (tmp_path / "directory").write_bytes(b"junk")
    (tmp_path / "proposal.json").write_text(
        json.dumps(
            {
                "number": "1",
                "kind": "RENEW",
                "court": None,
                "state": "OPEN",
                "version": 1,
                "madeAt": "2025-07-14T01:00:00Z",
                "effectiveAt": "2025-07-14T01:00:00Z",
                "application": None,
                "documents": [],
            }
        )
    )
    words = ("membership", "sign", str(tmp_path / "proposal.json"), "--court", "浙0824", "--key", "none")

    made = run(*words, "--directory", str(tmp_path / "directory"), **PLACE, XIEZHI_GATEWAY_URL=NOBODY)

    assert (made.returncode, made.stderr.strip()) == (
        1,
        "The directory cannot be verified (MALFORMED_DIRECTORY).",
    )
