from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.graph.cursor import MAX_CHARACTERS, BadCursor, Binding, Cursors
from federation.graph.page import Place, Position, Walk, begin

UNTIL = datetime(2025, 7, 14, 1, tzinfo=UTC)
WALK = Walk(
    courts=("浙0824", "皖1021"),
    until=UNTIL,
    common=Place("2025-07-01", "浙0824", str(UUID(int=1))),
    behind={"皖1021": None},
)
BINDING = Binding("things", "digest", "officer")
CURSORS = Cursors(b"k" * 32)

IDS = st.uuids().map(str)
KEYS = st.text("0123456789-TZ:.", min_size=1, max_size=64)
WALKS = st.builds(
    Walk,
    courts=st.lists(st.sampled_from(["浙0824", "皖1021", "赣1181"]), unique=True).map(tuple),
    until=st.datetimes(timezones=st.just(UTC)),
    common=st.none() | st.builds(Place, KEYS, st.sampled_from(["浙0824", "皖1021"]), IDS),
    behind=st.dictionaries(st.sampled_from(["浙0824", "皖1021"]), st.none() | st.builds(Position, KEYS, IDS)),
)


@settings(max_examples=300)
@given(WALKS)
def test_a_cursor_holds_its_walk(walk: Walk) -> None:
    assert CURSORS.read(CURSORS.write(walk, BINDING), BINDING) == walk


@pytest.mark.parametrize(
    "binding",
    [
        Binding("other", "digest", "officer"),
        Binding("things", "other", "officer"),
        Binding("things", "digest", "other"),
        Binding("thingsd", "igest", "officer"),
    ],
)
def test_a_cursor_is_good_for_its_binding_alone(binding: Binding) -> None:
    with pytest.raises(BadCursor):
        CURSORS.read(CURSORS.write(WALK, BINDING), binding)


def test_a_cursor_is_good_under_its_key_alone() -> None:
    text = CURSORS.write(WALK, BINDING)

    assert Cursors(b"k" * 32).read(text, BINDING) == WALK
    with pytest.raises(BadCursor):
        Cursors(b"j" * 32).read(text, BINDING)


def test_no_changed_bit_passes() -> None:
    raw = bytearray(_raw(CURSORS.write(begin(("浙0824",), UNTIL), BINDING)))

    for bit in range(len(raw) * 8):
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadCursor):
            CURSORS.read(_text(bytes(raw)), BINDING)
        raw[bit // 8] ^= 1 << bit % 8


@pytest.mark.parametrize(
    "text", ["", "A", "AQ", "AQ==", "浙0824", "\x00", "AQ" + "A" * 40, "x" * (MAX_CHARACTERS + 1), "!!!!"]
)
def test_what_was_not_written_here_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.read(text, BINDING)


def test_a_cursor_has_one_writing() -> None:
    text = CURSORS.write(WALK, BINDING)

    for other in (text + "=", text + "\n", " " + text):
        with pytest.raises(BadCursor):
            CURSORS.read(other, BINDING)


def test_a_cursor_shows_nothing_and_is_new_each_time() -> None:
    text = CURSORS.write(WALK, BINDING)

    assert text != CURSORS.write(WALK, BINDING)
    assert b"2025-07" not in _raw(text)
    assert "浙".encode() not in _raw(text)


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Cursors(b"short")


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
