"""A governance key lies encrypted under its liaison's passphrase."""

import stat
from pathlib import Path

import pytest

from federation.wire import governance_keyfile
from federation.wire.errors import KeyFileRefused
from tests.federation.zone import KAIHUA

CHEAP = 2**4


def test_the_passphrase_opens_it(tmp_path: Path) -> None:
    file, key = tmp_path / "330824.governance", governance_keyfile.generate()

    governance_keyfile.write(file, KAIHUA, key, "correct horse", cost=CHEAP)
    court, read = governance_keyfile.read(file, "correct horse")

    assert (court, read.id, read.sign(b"x")) == (KAIHUA, key.id, key.sign(b"x"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key.private.private_bytes_raw() not in file.read_bytes()


def test_another_passphrase_does_not(tmp_path: Path) -> None:
    file = tmp_path / "330824.governance"
    governance_keyfile.write(file, KAIHUA, governance_keyfile.generate(), "correct horse", cost=CHEAP)

    with pytest.raises(KeyFileRefused, match="passphrase"):
        governance_keyfile.read(file, "correct house")


def test_another_courts_name_cannot_be_put_on_it(tmp_path: Path) -> None:
    """Whose key it is stands in clear, and is bound to what is encrypted."""
    file = tmp_path / "330824.governance"
    governance_keyfile.write(file, KAIHUA, governance_keyfile.generate(), "correct horse", cost=CHEAP)
    file.write_text(file.read_text(encoding="utf-8").replace(KAIHUA, "浙0822"), encoding="utf-8")

    with pytest.raises(KeyFileRefused, match="passphrase"):
        governance_keyfile.read(file, "correct horse")


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "330824.governance"
    governance_keyfile.write(file, KAIHUA, governance_keyfile.generate(), "a", cost=CHEAP)

    with pytest.raises(KeyFileRefused, match="exists"):
        governance_keyfile.write(file, KAIHUA, governance_keyfile.generate(), "a", cost=CHEAP)


@pytest.mark.parametrize("content", ["{}", '{"format":"xiezhi/governance-key/1"}', "x"])
def test_what_is_no_key_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "330824.governance"
    file.write_text(content, encoding="utf-8")
    file.chmod(0o600)

    with pytest.raises(KeyFileRefused, match="format"):
        governance_keyfile.read(file, "a")
