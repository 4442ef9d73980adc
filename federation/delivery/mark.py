"""The mark: which life of the database, and how much of its delivery log, others may already know of.

It is one small JSON file in a directory outside the database and outside its backups, one directory per process.

Invariant: `flush` returns only after the mark is on disk, and is called before the bytes that it covers leave; so a
database restored from a backup is behind its mark, whenever anything left since.
"""

import os
from pathlib import Path
from typing import Final

import anyio
import anyio.to_thread
import msgspec

from federation.rules.lives import Position

FILE_NAME: Final = "mark.json"


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    epoch: int
    log_size: int


class MarkFile:
    """The mark of one process; many coroutines may ask it to rise, and share one write."""

    def __init__(self, folder: Path) -> None:
        """`folder` exists and survives the loss of the database."""
        self.folder: Final = folder
        self._path = folder / FILE_NAME
        self._lock = anyio.Lock()
        self._wanted = Position(0, 0)
        self._written = Position(0, 0)

    def read(self) -> Position | None:
        """The mark; None when it is missing or spoilt, which for the caller is the same."""
        try:
            content = msgspec.json.decode(self._path.read_bytes(), type=_Content)
        except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return Position(content.epoch, content.log_size)

    def want(self, position: Position) -> None:
        """Note that `position` was committed; the next `flush` puts it on disk."""
        self._wanted = max(self._wanted, position, key=_order)

    async def flush(self) -> None:
        """Have all that was wanted so far on disk; costs nothing when it is there already."""
        wanted = self._wanted
        while _order(self._written) < _order(wanted):
            async with self._lock:
                highest = self._wanted
                if _order(self._written) < _order(highest):
                    await anyio.to_thread.run_sync(self._write, highest)
                    self._written = highest

    def _write(self, position: Position) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(_Content(position.epoch, position.log_size)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _order(position: Position) -> tuple[int, int]:
    return position.epoch, position.log_size
