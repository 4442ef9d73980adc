import json
import stat
from pathlib import Path

import pytest

from federation.wire import gateway_keyfile, keyfile
from federation.wire.decryption import generate_box
from federation.wire.encryption import box_public_from_text
from federation.wire.errors import KeyFileRefused
from federation.wire.signing import MalformedKey, derived_id, generate_signing, public_from_text, public_text


def refused(path: Path) -> str:
    with pytest.raises(KeyFileRefused) as error:
        keyfile.read(path)
    return error.value.part


def test_keys_round_trip(tmp_path: Path) -> None:
    keys = keyfile.generate("浙0824")
    path = tmp_path / "钥匙 keys.json"

    keyfile.write(path, keys)

    read = keyfile.read(path)
    assert (read.court, read.storage, read.index) == (keys.court, keys.storage, keys.index)
    assert (read.signing.id, public_text(read.signing.public)) == (keys.signing.id, public_text(keys.signing.public))
    assert (read.box.id, public_text(read.box.public)) == (keys.box.id, public_text(keys.box.public))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    keyfile.write(path, keyfile.generate("浙0824"))
    before = path.read_bytes()

    with pytest.raises(KeyFileRefused, match="exists"):
        keyfile.write(path, keyfile.generate("浙0824"))

    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys"
    keyfile.write(path, keyfile.generate("浙0824"))
    path.chmod(mode)

    assert refused(path) == "exposed"


def test_a_missing_file_is_named_as_such(tmp_path: Path) -> None:
    assert refused(tmp_path / "keys") == "missing"


@pytest.mark.parametrize(
    "change",
    [
        {"format": "xiezhi/node-keys/2"},
        {"signing": "AAAA"},
        {"box": ""},
        {"storage": "AAAA"},
        {"more": 1},
        {"index": 7},
    ],
)
def test_another_format_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "keys"
    keyfile.write(path, keyfile.generate("浙0824"))
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change), encoding="utf-8")

    assert refused(path) == "format"


def test_a_signing_key_round_trips_alone(tmp_path: Path) -> None:
    signer = gateway_keyfile.generate()
    path = tmp_path / "gateway.key"

    gateway_keyfile.write(path, signer)

    read = gateway_keyfile.read(path)
    assert (read.id, public_text(read.public)) == (signer.id, public_text(signer.public))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert refused(path) == "format"  # and is no court's


def test_no_repr_shows_a_key() -> None:
    keys = keyfile.generate("浙0824")

    assert repr(keys) == (
        f"NodeKeys(court='浙0824', signing=SigningKey(id='{keys.signing.id}'), box=BoxKey(id='{keys.box.id}'))"
    )


def test_public_keys_round_trip_as_text() -> None:
    signing, box = generate_signing().public, generate_box().public

    assert public_text(public_from_text(public_text(signing))) == public_text(signing)
    assert public_text(box_public_from_text(public_text(box))) == public_text(box)


def test_ids_are_derived_from_the_key() -> None:
    key = generate_signing()

    assert key.id == derived_id("s", key.public)
    assert generate_signing("given").id == "given"


@pytest.mark.parametrize(
    "text", ["", "A", "A" * 42, "A" * 44, "A" * 42 + "B", "A" * 42 + "=", "é" * 43, "A" * 42 + "+"]
)
def test_other_texts_are_no_key(text: str) -> None:
    with pytest.raises(MalformedKey):
        public_from_text(text)
