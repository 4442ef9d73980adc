import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.wire import decryption, encryption, envelope, framing, header, padding
from federation.wire.errors import BadSignature, CannotOpen, MalformedEnvelope, TooLong, WireError
from federation.wire.keyfile import NodeKeys, generate
from tests.federation import clear_suite
from tests.federation.wire import samples

SIZES = [(kind, size) for kind, sizes in padding.SIZES.items() for size in sizes]


@cache
def keys(court: str) -> NodeKeys:
    return generate(court)


SENDER, RECIPIENT, STRANGER = "浙0824", "皖1021", "浙0822"


def write(kind: str, plaintext: bytes) -> bytes:
    return samples.envelope(kind, plaintext, keys(SENDER), keys(RECIPIENT))


def read(raw: bytes, reader: str = RECIPIENT) -> bytes:
    parsed = envelope.parse(raw)
    envelope.verify(parsed, keys(SENDER).signing.public)
    return decryption.decrypt(parsed, keys(reader).box)


@pytest.mark.parametrize(("kind", "size"), SIZES)
def test_every_kind_and_size_round_trips(kind: str, size: int) -> None:
    plaintext = b"\xe4\xba\xac" * ((size - 4) // 3)

    raw = write(kind, plaintext)

    assert read(raw) == plaintext
    assert len(envelope.parse(raw).box) == size + 48
    assert len(raw) <= {"ask": envelope.MAX_ASK, "answer": envelope.MAX_ANSWER}.get(kind, envelope.MAX_MESSAGE)


@pytest.mark.parametrize("kind", samples.KINDS)
def test_too_long_a_plaintext_is_never_sent(kind: str) -> None:
    with pytest.raises(TooLong):
        write(kind, bytes(padding.capacity(kind) + 1))


def test_lengths_say_nothing_within_a_size() -> None:
    short, long = (len(envelope.parse(write("ask", bytes(n))).box) for n in (0, 16 * 1024 - 4))

    assert short == long


def test_the_same_plaintext_never_gives_the_same_box() -> None:
    one, other = (envelope.parse(write("ask", b"x")).box for _ in range(2))

    assert one != other


@cache
def sample(kind: str) -> bytes:
    return write(kind, b"what only the addressee reads")


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(samples.KINDS), st.data())
def test_one_flipped_bit_anywhere_is_never_accepted(kind: str, data: st.DataObject) -> None:
    raw = bytearray(sample(kind))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(WireError):
        read(bytes(raw))


def test_each_flipped_byte_of_frame_header_and_signature_is_never_accepted() -> None:
    raw = sample("receipt")
    parsed = envelope.parse(raw)
    box_at = 4 + len(parsed.header_bytes) + 4
    for at in (*range(box_at), *range(box_at + len(parsed.box), len(raw))):
        changed = raw[:at] + bytes([raw[at] ^ 0x01]) + raw[at + 1 :]
        with pytest.raises(WireError):
            read(changed)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_truncation_is_refused(data: st.DataObject) -> None:
    raw = sample("receipt")

    with pytest.raises(MalformedEnvelope):
        envelope.parse(raw[: data.draw(st.integers(0, len(raw) - 1))])


def test_trailing_bytes_are_refused() -> None:
    with pytest.raises(MalformedEnvelope, match="framing"):
        envelope.parse(sample("ask") + b"\0")


def test_another_courts_signature_is_refused() -> None:
    parsed = envelope.parse(sample("message"))

    with pytest.raises(BadSignature):
        envelope.verify(parsed, keys(STRANGER).signing.public)


def test_a_stranger_cannot_open_the_box() -> None:
    with pytest.raises(CannotOpen):
        read(sample("message"), STRANGER)


def test_a_stranger_with_the_right_key_id_cannot_open_the_box() -> None:
    parsed = envelope.parse(sample("message"))
    impostor = decryption.BoxKey(keys(RECIPIENT).box.id, keys(STRANGER).box.private)

    with pytest.raises(CannotOpen):
        decryption.decrypt(parsed, impostor)


@pytest.mark.parametrize(
    "change",
    [
        lambda head: msgspec.structs.replace(head, to=STRANGER),
        lambda head: msgspec.structs.replace(head, sender=STRANGER),
        lambda head: msgspec.structs.replace(head, epoch=2),
        lambda head: msgspec.structs.replace(head, directory=2),
    ],
)
def test_a_box_is_bound_to_its_header(change: Callable[[header.Header], header.Header]) -> None:
    """Even who could sign cannot put another's box under a header of their own."""
    parsed = envelope.parse(sample("ask"))
    head = change(parsed.header)
    forged_header = header.encode(head)
    signature = keys(SENDER).signing.sign(envelope.signed_bytes(forged_header, parsed.box))

    forged = envelope.parse(framing.join(forged_header, parsed.box, signature))

    envelope.verify(forged, keys(SENDER).signing.public)
    with pytest.raises(CannotOpen):
        decryption.decrypt(forged, keys(RECIPIENT).box)


def test_a_box_of_another_size_is_refused() -> None:
    parsed = envelope.parse(sample("receipt"))

    for box in (b"", parsed.box[:-1], parsed.box + b"\0", bytes(4096 + 48)):
        with pytest.raises(MalformedEnvelope, match="box"):
            envelope.parse(framing.join(parsed.header_bytes, box, parsed.signature))


@pytest.mark.parametrize("size", [0, 63, 65, 128])
def test_a_signature_of_another_size_is_refused(size: int) -> None:
    parsed = envelope.parse(sample("receipt"))

    with pytest.raises(MalformedEnvelope, match="signature"):
        envelope.parse(framing.join(parsed.header_bytes, parsed.box, bytes(size)))


@pytest.mark.parametrize("number", [0, 2, 255])
def test_an_unknown_suite_is_refused(number: int) -> None:
    parsed = envelope.parse(sample("receipt"))
    other = header.encode(msgspec.structs.replace(parsed.header, suite=number))

    with pytest.raises(MalformedEnvelope, match="suite"):
        envelope.parse(framing.join(other, parsed.box, parsed.signature))


def test_an_endless_body_is_refused_by_its_size() -> None:
    with pytest.raises(MalformedEnvelope, match="size"):
        envelope.parse(bytes(envelope.MAX_MESSAGE + 1))


def test_a_signature_of_another_type_is_none() -> None:
    parsed = envelope.parse(sample("receipt"))
    bare = keys(SENDER).signing.sign(framing.join(parsed.header_bytes, parsed.box))

    with pytest.raises(BadSignature):
        envelope.verify(replace(parsed, signature=bare), keys(SENDER).signing.public)


def test_a_header_must_name_the_key_that_signs() -> None:
    with pytest.raises(ValueError, match="another signing key"):
        encryption.write(samples.header("ask"), b"", recipient=keys(RECIPIENT).box.public, signer=keys(SENDER).signing)


def test_wrong_padding_inside_a_good_box_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(padding, "pad", lambda kind, plaintext: b"\0\0\0\1x" + b"\1" * (1024 - 5))

    with pytest.raises(CannotOpen):
        read(write("receipt", b"x"))


def test_no_repr_shows_bytes() -> None:
    parsed = envelope.parse(sample("ask"))

    assert "box=" not in repr(parsed)
    assert "raw=" not in repr(parsed)


def test_shipped_suites_encrypt() -> None:
    canary = b"330824197001010012"

    assert canary not in write("message", canary)


def test_a_suite_that_does_not_encrypt_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = b"330824197001010012"

    clear_suite.install(monkeypatch)

    assert canary in write("message", canary)
    assert read(write("message", canary)) == canary


@pytest.mark.parametrize("encapsulated", [bytes(32), b"\1" + bytes(31), b"\xff" * 32])
def test_a_degenerate_encapsulated_key_is_refused(encapsulated: bytes) -> None:
    parsed = envelope.parse(sample("receipt"))
    box = encapsulated + parsed.box[32:]
    signature = keys(SENDER).signing.sign(envelope.signed_bytes(parsed.header_bytes, box))

    with pytest.raises(CannotOpen):
        read(framing.join(parsed.header_bytes, box, signature))


def test_who_verifies_and_writes_loads_nothing_that_decrypts() -> None:
    program = """
import sys
import federation.directory.directory, federation.wire.encryption, federation.wire.gateway_keyfile
sys.exit("federation.wire.decryption" in sys.modules)
"""

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
