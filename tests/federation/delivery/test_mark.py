"""The mark is on disk before anything it covers leaves."""

from pathlib import Path

import anyio
import pytest

from federation.delivery.mark import FILE_NAME, MarkFile
from federation.rules.lives import Position

pytestmark = pytest.mark.anyio


async def test_flushed_mark_is_read_back(tmp_path: Path) -> None:
    mark = MarkFile(tmp_path)
    mark.want(Position(2, 7))
    mark.want(Position(2, 5))

    await mark.flush()

    assert MarkFile(tmp_path).read() == Position(2, 7)


async def test_missing_or_spoilt_mark_is_none(tmp_path: Path) -> None:
    assert MarkFile(tmp_path).read() is None

    (tmp_path / FILE_NAME).write_bytes(b'{"epoch": 1')

    assert MarkFile(tmp_path).read() is None


async def test_many_flushes_share_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark, written = MarkFile(tmp_path), list[Position]()
    write = mark._write

    def counted(position: Position) -> None:
        written.append(position)
        write(position)

    monkeypatch.setattr(mark, "_write", counted)

    async def rise(size: int) -> None:
        mark.want(Position(1, size))
        await mark.flush()
        found = MarkFile(tmp_path).read()
        assert found is not None
        assert found.log_size >= size

    async with anyio.create_task_group() as group:
        for size in range(1, 50):
            group.start_soon(rise, size)

    assert len(written) < 10
    assert MarkFile(tmp_path).read() == Position(1, 49)


async def test_failed_write_is_made_good_by_the_next_flush(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    mark = MarkFile(folder)
    mark.want(Position(1, 1))
    with pytest.raises(FileNotFoundError):
        await mark.flush()

    folder.mkdir()
    await mark.flush()

    assert mark.read() == Position(1, 1)
