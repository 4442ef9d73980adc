from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.ask import frames
from federation.ask.client import budget_ms
from federation.ask.frames import AnswerFrame, BadFrame, End, Frame, StatusFrame
from federation.ask.status import Reason, Status

pytestmark = pytest.mark.anyio

TOLD = StatusFrame(UUID(int=7), "皖1022", Status.UNREACHABLE, Reason.NO_CONNECTION, 12)


async def read(data: bytes, step: int) -> list[Frame]:
    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(data), step):
            yield data[at : at + step]

    return [frame async for frame in frames.read(chunks())]


@pytest.mark.parametrize("step", [1, 3, 1000])
async def test_frames_survive_any_chunking(step: int) -> None:
    sent: list[Frame] = [AnswerFrame(b"abc"), TOLD, AnswerFrame(b""), End()]

    assert await read(b"".join(map(frames.write, sent)), step) == sent


async def test_cut_stream_has_no_end() -> None:
    data = frames.write(AnswerFrame(b"abc")) + frames.write(TOLD)[:-1]

    assert await read(data, 4) == [AnswerFrame(b"abc")]


async def test_nothing_is_read_after_the_end() -> None:
    assert await read(frames.write(End()) + b"rubbish", 1000) == [End()]


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xffE",
        b"\x00\x00\x00\x01X",
        b"\x00\x00\x00\x02Zx",
        b"\x00\x00\x00\x03S{}",
        frames.write(TOLD).replace(b"UNREACHABLE", b"WHOKNOWSYOU"),
    ],
)
async def test_rubbish_is_no_frame(data: bytes) -> None:
    with pytest.raises(BadFrame):
        await read(data, 1000)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=10))
def test_batch_is_read_as_written(asks: list[bytes]) -> None:
    assert frames.read_batch(frames.write_batch(asks)) == asks


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        frames.write(End()),
        frames.write(AnswerFrame(b"a")) + b"\x00",
        frames.write_batch([b"a"] * (frames.MAX_BATCH + 1)),
    ],
)
def test_bad_batch_is_refused(body: bytes) -> None:
    with pytest.raises(BadFrame):
        frames.read_batch(body)


@pytest.mark.parametrize(
    ("text", "expected"), [("1500", 1500), ("0", 1), ("99999", 30_000), ("", 3000), ("-5", 3000), ("9" * 40, 3000)]
)
def test_budget_is_bounded(text: str, expected: int) -> None:
    assert budget_ms({"Xiezhi-Budget-Ms": text}) == expected
