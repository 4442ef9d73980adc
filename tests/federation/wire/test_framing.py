import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.wire import framing
from federation.wire.errors import MalformedEnvelope


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_split_undoes_join(parts: list[bytes]) -> None:
    assert framing.split(framing.join(*parts), len(parts)) == parts


@given(
    st.lists(st.binary(max_size=12), min_size=1, max_size=4), st.lists(st.binary(max_size=12), min_size=1, max_size=4)
)
def test_different_parts_never_join_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (framing.join(*one) == framing.join(*other)) == (one == other)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4), st.data())
def test_every_truncation_is_refused(parts: list[bytes], data: st.DataObject) -> None:
    raw = framing.join(*parts)
    cut = data.draw(st.integers(0, len(raw) - 1))

    with pytest.raises(MalformedEnvelope, match="framing"):
        framing.split(raw[:cut], len(parts))


@given(st.lists(st.binary(max_size=40), max_size=4), st.binary(min_size=1, max_size=20))
def test_trailing_bytes_are_refused(parts: list[bytes], tail: bytes) -> None:
    with pytest.raises(MalformedEnvelope, match="framing"):
        framing.split(framing.join(*parts) + tail, len(parts))


def test_a_length_beyond_the_end_is_refused() -> None:
    with pytest.raises(MalformedEnvelope, match="framing"):
        framing.split(b"\xff\xff\xff\xff" + b"x" * 100, 1)
