import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.wire import padding
from federation.wire.errors import CannotOpen, TooLong

KIB = 1024
CASES = [(kind, size) for kind, sizes in padding.SIZES.items() for size in sizes]


@pytest.mark.parametrize(("kind", "size"), CASES)
def test_a_size_is_filled_to_its_last_byte(kind: str, size: int) -> None:
    fullest = b"x" * (size - 4)

    padded = padding.pad(kind, fullest)

    assert len(padded) == size
    assert padding.unpad(kind, padded) == fullest


@pytest.mark.parametrize(("kind", "size"), CASES)
def test_one_byte_more_takes_the_next_size(kind: str, size: int) -> None:
    sizes = padding.SIZES[kind]
    if size == sizes[-1]:
        with pytest.raises(TooLong) as refused:
            padding.pad(kind, bytes(size - 3))
        assert (refused.value.size_bytes, refused.value.limit_bytes) == (size - 3, padding.capacity(kind))
    else:
        assert len(padding.pad(kind, bytes(size - 3))) == sizes[sizes.index(size) + 1]


def test_sizes_are_those_of_the_wire() -> None:
    assert dict(padding.SIZES) == {
        "ask": (16 * KIB, 256 * KIB),
        "answer": (16 * KIB, 256 * KIB),
        "message": (KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB),
        "receipt": (KIB,),
    }


@given(st.sampled_from(sorted(padding.SIZES)), st.binary(max_size=900))
def test_unpad_undoes_pad(kind: str, plaintext: bytes) -> None:
    assert padding.unpad(kind, padding.pad(kind, plaintext)) == plaintext


@given(st.binary(max_size=900), st.integers(1, 255), st.data())
def test_a_fill_that_is_not_zero_is_refused(plaintext: bytes, value: int, data: st.DataObject) -> None:
    padded = bytearray(padding.pad("receipt", plaintext))
    padded[data.draw(st.integers(4 + len(plaintext), len(padded) - 1))] = value

    with pytest.raises(CannotOpen):
        padding.unpad("receipt", bytes(padded))


@pytest.mark.parametrize("size", [0, 3, 4, 1023, 1025, 2048, 4095])
def test_other_sizes_are_refused(size: int) -> None:
    with pytest.raises(CannotOpen):
        padding.unpad("message", bytes(size))


def test_a_length_beyond_the_end_is_refused() -> None:
    with pytest.raises(CannotOpen):
        padding.unpad("receipt", (1021).to_bytes(4, "big") + bytes(1020))


def test_a_larger_size_than_needed_is_refused() -> None:
    with pytest.raises(CannotOpen):
        padding.unpad("message", (5).to_bytes(4, "big") + b"hello" + bytes(4096 - 9))
