import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.wire import envelope, framing, statement
from federation.wire.errors import BadSignature, MalformedEnvelope, TooLong, WireError
from federation.wire.signing import SigningKey, generate_signing


@cache
def signer() -> SigningKey:
    return generate_signing("s-1")


def write(body: bytes, statement_type: str = "event") -> bytes:
    return statement.write(statement_type, body, author="浙0824", directory=3, signer=signer())


@settings(deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["event", "mandate", "receipt", "agreement"]))
def test_a_statement_round_trips(body: bytes, statement_type: str) -> None:
    raw = write(body, statement_type)

    parsed = statement.parse(raw, statement_type)

    statement.verify(parsed, signer().public)
    assert (parsed.type, parsed.author, parsed.key_id, parsed.directory) == (statement_type, "浙0824", "s-1", 3)
    assert (parsed.body, parsed.raw) == (body, raw)


@cache
def sample() -> bytes:
    return write(b'{"seq":1}')


def test_each_flipped_byte_is_never_accepted() -> None:
    raw = sample()
    for at in range(len(raw)):
        with pytest.raises(WireError):
            statement.verify(statement.parse(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]), signer().public)


def test_truncated_or_prolonged_is_refused() -> None:
    for raw in (*(sample()[:cut] for cut in range(len(sample()))), sample() + b"\0"):
        with pytest.raises(MalformedEnvelope):
            statement.parse(raw)


def test_another_authors_key_is_refused() -> None:
    with pytest.raises(BadSignature):
        statement.verify(statement.parse(sample()), generate_signing().public)


def test_one_type_is_not_taken_for_another() -> None:
    with pytest.raises(MalformedEnvelope, match="type"):
        statement.parse(write(b"{}", "receipt"), "mandate")


def test_a_statement_is_no_envelope() -> None:
    with pytest.raises(MalformedEnvelope):
        envelope.parse(sample())


def test_signatures_begin_with_the_type_of_what_they_sign() -> None:
    parsed = statement.parse(sample())
    head = framing.split(sample(), 3)[0]
    as_envelope = signer().sign(framing.join(envelope.TYPE, head, parsed.body))

    with pytest.raises(BadSignature):
        statement.verify(statement.parse(framing.join(head, parsed.body, as_envelope)), signer().public)


def test_bodies_are_capped() -> None:
    assert statement.parse(write(bytes(statement.MAX_BODY_BYTES)))
    with pytest.raises(TooLong):
        write(bytes(statement.MAX_BODY_BYTES + 1))
    with pytest.raises(MalformedEnvelope, match="size"):
        statement.parse(bytes(statement.MAX_BODY_BYTES + 4096))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("v", 2),
        ("suite", 2),
        ("type", "Event"),
        ("type", ""),
        ("author", "李四"),
        ("author", "o-330824-01"),
        ("key", ""),
        ("directory", 0),
        ("note", "x"),
    ],
)
def test_a_head_with_a_wrong_value_is_refused(name: str, value: object) -> None:
    head, body, signature = framing.split(sample(), 3)
    wrong = json.dumps(json.loads(head) | {name: value}, ensure_ascii=False).encode()

    with pytest.raises(MalformedEnvelope):
        statement.parse(framing.join(wrong, body, signature))


def test_a_head_must_be_complete_and_without_doubles() -> None:
    head, body, signature = framing.split(sample(), 3)
    fields = json.loads(head)

    for name in fields:
        short = json.dumps({k: v for k, v in fields.items() if k != name}).encode()
        with pytest.raises(MalformedEnvelope):
            statement.parse(framing.join(short, body, signature))
    with pytest.raises(MalformedEnvelope, match="header"):
        statement.parse(framing.join(head[:-1] + b',"author":"\xe6\xb5\x990822"}', body, signature))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_commitment_stands_for_one_payload(one: bytes, other: bytes) -> None:
    salt = bytes(range(32))

    assert (statement.commitment(salt, one) == statement.commitment(salt, other)) == (one == other)


def test_a_commitment_differs_by_salt() -> None:
    assert statement.commitment(statement.new_salt(), b"x") != statement.commitment(statement.new_salt(), b"x")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_salt_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        statement.commitment(bytes(size), b"x")
