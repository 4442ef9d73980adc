"""What an operator reads when a program cannot start: one line, no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **settings}
    return subprocess.run(
        [sys.executable, "-m", "api", *words], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "court.keys"
    first = run("keygen", "--court", "浙0824", str(path))
    written = path.read_bytes()

    again = run("keygen", "--court", "浙0824", str(path))

    assert [line.split()[0] for line in first.stdout.splitlines()] == ["sign", "box"]
    assert again.returncode == 2
    assert again.stderr.splitlines() == ["The key file cannot be used: exists (docs/operations.md)."]
    assert path.read_bytes() == written


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "XIEZHI_PORT is required"),
        ({"XIEZHI_HOST": "0.0.0.0"}, "plain HTTP is for loopback only: set XIEZHI_TLS_CERT and XIEZHI_TLS_KEY"),
        ({"XIEZHI_GATEWAY_URL": "http://gateway.example"}, "a peer outside this machine is called over HTTPS only"),
    ],
    ids=["missing", "listens openly", "calls openly"],
)
def test_a_node_says_why_it_does_not_start(settings: dict[str, str], said: str) -> None:
    whole = {
        "XIEZHI_PORT": "8401",
        "XIEZHI_COURT": "浙0824",
        "XIEZHI_DIVISION": "330824",
        "XIEZHI_DSN": "postgresql:///none",
        "XIEZHI_KEY_FILE": "none.keys",
        "XIEZHI_STATE_DIR": "none",
        "XIEZHI_DIRECTORY_FILE": "none.signed",
        "XIEZHI_DIRECTORY_ROOT": "none",
        "XIEZHI_ISSUER": "https://id.example",
        "XIEZHI_GATEWAY_URL": "https://gateway.example",
    }

    ended = run("node", **(whole | settings if settings else {}))

    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [said]
